"""Write the first, working version of a widget, with its tests::

    make widget NAME=thermometer       (or two_words)

It copies `utils/widgets/_template` to `utils/widgets/<name>` and the template's test to `tests/widgets/<name>`.
"""

import re
import sys
from pathlib import Path

from utils import widgets

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "utils" / "widgets" / "_template"


def made(name: str, root: Path = ROOT) -> dict[Path, str]:
    """Path → text of every file of a new widget.

    Args:
        name: the folder, in small letters, with underscores between words; the class is named after it.

    Raises:
        SystemExit: for a name of another form, and for one that is taken.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) or name in (*widgets.SHARED, "template"):
        raise SystemExit(f"NAME={name!r} should be small letters with underscores between words, such as thermometer.")
    folder, tests = root / "utils" / "widgets" / name, root / "tests" / "widgets" / name
    if taken := next((place for place in (folder, tests) if place.exists()), None):
        raise SystemExit(f"{taken.relative_to(root)} is there already. Choose another NAME, or remove it.")
    words = name.split("_")
    python = {"_template": name, "template": name, "Template": "".join(word.capitalize() for word in words)}
    page = {"template": "-".join(words), "Template": " ".join(words).capitalize()}
    files = {}
    for file in sorted(path for path in TEMPLATE.iterdir() if path.is_file()):
        called = python if file.suffix == ".py" else page
        text = file.read_text("utf-8")
        for word, own in called.items():  # "_template" first
            text = text.replace(word, own)
        home = tests if file.name.startswith("test_") else folder
        files[home / file.name.replace("template", name)] = text
    return files


def main() -> None:
    """Write the files and say what comes next."""
    if len(sys.argv) != 2:
        raise SystemExit("Say which: make widget NAME=thermometer")
    files = made(sys.argv[1])
    for place, text in files.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
        print(place.relative_to(ROOT))
    print('Next: the page "Writing a widget" of the book, book/reference/writing-widgets.md.')


if __name__ == "__main__":
    main()
