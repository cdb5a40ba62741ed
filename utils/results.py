"""The ledger of measured results, `book/results.json`: key → metric → value, and how it was measured.

Chapters record their headline figures with `record`. The file is written only while `make run` executes the notebooks in the
full profile on real data; anywhere else `record` compares with what the book holds and changes nothing.
"""

import datetime
import json
import math
import os
import platform
from pathlib import Path

from utils import data, training

LEDGER = Path(__file__).resolve().parent.parent / "book" / "results.json"


def load(path: Path = LEDGER) -> dict[str, dict]:
    """The whole ledger; empty where there is none yet. Raises ValueError for a file that is not the ledger."""
    if not path.exists():
        return {}
    try:
        ledger = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(
            f"{path.name} is not valid JSON ({error}). Restore it: git checkout book/results.json"
        ) from None
    if not isinstance(ledger, dict):
        raise ValueError(f"{path.name} should hold an object of results, but holds a {type(ledger).__name__}.")
    return ledger


def record(key: str, *, seconds: float | None = None, path: Path = LEDGER, **metrics: float) -> None:
    """Print the metrics of one result beside the book's, and store them when `make run` asks for it.

    key: name of the result, such as "mnist-dense"; one notebook owns a key.
    seconds: training time of this result, in seconds.
    metrics: name → value, such as test_accuracy=0.98 (a share, not a percentage).
    """
    if not metrics:
        raise ValueError(f"record({key!r}) needs at least one metric, such as test_accuracy=0.98.")
    values = {name: round(float(value), 4) for name, value in metrics.items()}
    ledger = load(path)
    if recording():
        if unknown := [name for name, value in values.items() if not math.isfinite(value)]:
            raise ValueError(
                f"record({key!r}) will not store {', '.join(unknown)}: the value is not a finite number. Did the training diverge?"
            )
        ledger[key] = {"metrics": values, **_circumstances(seconds)}
        _write(path, ledger)
    stored = ledger.get(key, {}).get("metrics", {})
    for name, value in values.items():
        book = f"   (the book's run: {stored[name]:g})" if name in stored and not recording() else ""
        print(f"{key} · {name}: {value:g}{book}")


def recording() -> bool:
    """Whether this run may change what the course ships: `make run`, full profile, no sample among the data."""
    return os.environ.get("COURSE_RECORD") == "1" and not training.quick() and "sample" not in data.served.values()


def _circumstances(seconds: float | None) -> dict:
    import keras

    return {
        "data": dict(data.served),
        "profile": "full",
        "backend": f"{keras.backend.backend()}, Keras {keras.__version__}",
        "machine": f"{os.cpu_count()} CPU cores, {platform.system()} {platform.machine()}",
        "date": datetime.date.today().isoformat(),
        "seconds": None if seconds is None else round(seconds, 1),
    }


def _write(path: Path, ledger: dict) -> None:
    text = json.dumps(dict(sorted(ledger.items())), indent=1, ensure_ascii=False) + "\n"
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
