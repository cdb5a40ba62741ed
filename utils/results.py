"""The ledger of measured results, `book/results.json`: key → metric → value, and how it was measured.

Chapters record their headline figures with `record`. Only `make run`, which executes the notebooks in the full profile on real
data, makes it store them: first in a file of the run (`COURSE_LEDGER`), and in the ledger when the whole notebook has run.
Anywhere else `record` compares with what the book holds and changes nothing.
"""

import contextlib
import datetime
import json
import math
import os
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from utils import data, training

LEDGER = Path(__file__).resolve().parent.parent / "book" / "results.json"


def load(path: Path | None = None) -> dict[str, dict[str, Any]]:
    """The whole ledger.

    Args:
        path: another file than the book's ledger.

    Returns:
        key → entry with metrics, data, profile, backend, machine, date and seconds; empty where there is no file yet.

    Raises:
        ValueError: the file is not a ledger.
    """
    path = path or LEDGER
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
    if wrong := [key for key, entry in ledger.items() if not _is_entry(entry)]:
        raise ValueError(
            f"{path.name} holds no metrics for {', '.join(wrong)}. Restore it: git checkout book/results.json"
        )
    return ledger


def record(key: str, *, seconds: float | None = None, path: Path | None = None, **metrics: float) -> None:
    """Print the metrics of one result beside the book's, and store them when `make run` asks for it.

    Args:
        key: name of the result, such as "mnist-dense"; one notebook owns a key.
        seconds: training time of this result, in seconds.
        path: another file than the ledger.
        metrics: name → value, such as test_accuracy=0.98 (a share, not a percentage).

    Raises:
        ValueError: there is no metric, the ledger is damaged, or a value to be stored is not a finite number.
    """
    if not metrics:
        raise ValueError(f"record({key!r}) needs at least one metric, such as test_accuracy=0.98.")
    values = {name: round(float(value), 4) for name, value in metrics.items()}
    if recording():
        _store(key, values, seconds, path or Path(os.environ.get("COURSE_LEDGER") or LEDGER))
        stored = {}
    else:
        stored = load(path).get(key, {}).get("metrics", {})
    for name, value in values.items():
        book = f"   (the book's run: {stored[name]:g})" if name in stored else ""
        print(f"{key} · {name}: {value:g}{book}")


def recording() -> bool:
    """Whether this run may change what the course ships: `make run`, full profile, no sample among the data."""
    return os.environ.get("COURSE_RECORD") == "1" and not training.quick() and "sample" not in data.served.values()


def merge(entries: dict[str, dict[str, Any]], path: Path | None = None) -> None:
    """Put entries into the ledger beside those of other keys; notebooks that run at the same time wait for each other.

    Args:
        entries: key → entry, as `load` gives them.
        path: another file than the book's ledger.

    Raises:
        ValueError: the ledger is damaged.
    """
    path = path or LEDGER
    with _locked(path.parent):
        _write(path, load(path) | entries)


def _store(key: str, values: dict[str, float], seconds: float | None, path: Path) -> None:
    if unknown := [name for name, value in values.items() if not math.isfinite(value)]:
        raise ValueError(
            f"record({key!r}) will not store {', '.join(unknown)}: the value is not a finite number. Did the training diverge?"
        )
    merge({key: {"metrics": values, **_circumstances(seconds)}}, path)


def _is_entry(entry: Any) -> bool:
    metrics = entry.get("metrics") if isinstance(entry, dict) else None
    return isinstance(metrics, dict) and all(isinstance(value, int | float) for value in metrics.values())


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Nobody else who asks for this lock has it meanwhile. It is the folder's own, so that no file is left behind."""
    import fcntl  # not on Windows, where nobody records

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def machine() -> str:
    """The machine that this runs on, in a few words, as the book's tables name it."""
    return f"{os.cpu_count()} CPU cores, {platform.system()} {platform.machine()}"


def _circumstances(seconds: float | None) -> dict[str, Any]:
    import keras

    return {
        "data": dict(data.served),
        "profile": "full",
        "backend": f"{keras.backend.backend()}, Keras {keras.__version__}",
        "machine": machine(),
        "date": datetime.date.today().isoformat(),
        "seconds": None if seconds is None else round(seconds, 1),
    }


def _write(path: Path, ledger: dict[str, Any]) -> None:
    text = json.dumps(dict(sorted(ledger.items())), indent=1, ensure_ascii=False) + "\n"
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)  # a full disk
