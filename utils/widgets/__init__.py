"""The course's widgets. Each is a folder: `widget.py` (the class and its state), `view.js`, `style.css`, and often `engine.js`.

`from utils.widgets import CapacityLab` finds the class by its folder, `capacity_lab`. The page "Writing a widget" of the book
says how one is made; `make widget NAME=thermometer` writes the first version.
"""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

SHARED = ("host", "kit", "nn")
_ELSEWHERE = {"CourseWidget": "utils.widgets.base", "export_weights": "utils.weights", "load_weights": "utils.weights"}


def folders() -> dict[str, str]:
    """Class name → folder of every widget: `capacity_lab` holds `CapacityLab`."""
    found = sorted(path.name for path in Path(__file__).parent.iterdir() if path.is_dir())
    names = [name for name in found if name[0] not in "._" and name not in SHARED]
    return {"".join(word.capitalize() for word in name.split("_")): name for name in names}


def __getattr__(name: str) -> Any:
    """Import a widget when it is first asked for."""
    home = _ELSEWHERE.get(name) or (f"{__name__}.{folders()[name]}" if name in folders() else None)
    if not home:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(home), name)
    except (ModuleNotFoundError, AttributeError) as error:
        path = "/".join(home.split("."))
        if home in _ELSEWHERE.values() or not re.search(rf"{re.escape(home)}\b|has no attribute '{name}'", str(error)):
            raise
        raise ImportError(
            f"{path} should hold widget.py with the class {name}, which its __init__.py imports: {error}"
        ) from error


def __dir__() -> list[str]:
    return [*_ELSEWHERE, *folders()]
