"""Execute notebooks on every backend of Keras, in the quick profile on samples, and store the table for the book.

    python scripts/backends.py [--on BACKEND …] [NOTEBOOK …]        (all of both by default)

Each notebook that ran on all of them gets its row in book/backends.json: the processor seconds, or where and why a run failed.
With --on nothing is stored. No notebook is changed. Exit status 1 if a run failed.
"""

import argparse
import datetime
import importlib.metadata
import importlib.util
import json
import os
import re
import sys
from pathlib import Path

from chapters import ROOT, code, notebooks, read, speak_anywhere, whole
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from run_notebooks import processor_seconds, run

from utils.results import machine

STORE = ROOT / "book" / "backends.json"
PACKAGES = ("tensorflow", "jax", "torch")  # the values of KERAS_BACKEND are the names of the packages
QUICK = {"COURSE_PROFILE": "quick", "COURSE_SOURCE": "sample", "TF_CPP_MIN_LOG_LEVEL": "3", "TQDM_DISABLE": "1"}

Run = dict[str, float | str]


def attempt(path: Path, backend: str) -> Run:
    """{"seconds": processor seconds of the kernel}, or {"reason": the cell that failed and what it said}."""
    kept = {name: value for name, value in os.environ.items() if name not in ("COURSE_DATA", "COURSE_RECORD")}
    notebook, before = read(path), processor_seconds()
    for cell in code(notebook):
        cell.execution_count = None
    try:
        run(notebook, path.parent, kept | QUICK | {"KERAS_BACKEND": backend})
    except CellExecutionError as error:
        return {"reason": f"cell {_failed(notebook)}, {error.ename}: {_first_sentence(error.evalue)}"}
    except (CellTimeoutError, DeadKernelError) as error:
        return {"reason": f"cell {_failed(notebook)}, {_first_sentence(str(error))}"}
    return {"seconds": round(processor_seconds() - before, 1)}


def _failed(notebook: NotebookNode) -> int:
    """Place of the cell at which a run ended: the last that was started."""
    started = [cell for cell in code(notebook) if cell.execution_count]
    return notebook.cells.index(started[-1]) if started else 0


def _first_sentence(text: str, most: int = 160) -> str:
    """The first line of a message, without colours and without what would end a Markdown list or table."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text).strip() or "no message"
    line = plain.splitlines()[0].replace("|", "/")
    return f"`{line[:most].replace('`', '')}`"


def missing() -> list[str]:
    """The backends whose package is not installed."""
    return [backend for backend in PACKAGES if importlib.util.find_spec(backend) is None]


def stored() -> dict[str, dict[str, Run]]:
    """The rows of the table as it stands: notebook → backend → run.

    Raises:
        SystemExit: the file is damaged.
    """
    if not STORE.exists():
        return {}
    try:
        return dict(json.loads(STORE.read_text("utf-8"))["rows"])
    except (ValueError, KeyError, TypeError) as error:
        raise SystemExit(
            f"{STORE} is damaged ({type(error).__name__}: {error}). Delete it and run all notebooks."
        ) from None


def store(notebook: str, runs: dict[str, Run]) -> None:
    """Put one row into the table, in the order of the book's notebooks, and forget those of notebooks that are gone."""
    rows = stored() | {notebook: runs}
    table = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "versions": {name: importlib.metadata.version(name) for name in ("keras", *PACKAGES)},
        "backends": list(PACKAGES),
        "rows": {path.stem: rows[path.stem] for path in notebooks() if path.stem in rows},
    }
    with whole(STORE) as file:
        file.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", "utf-8")


def main() -> int:
    """Run the command; its exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NOTEBOOK")
    parser.add_argument("--on", nargs="+", choices=PACKAGES, default=PACKAGES, metavar="BACKEND")
    speak_anywhere()
    arguments = parser.parse_args()
    absent = missing()
    if lacking := [backend for backend in arguments.on if backend in absent]:
        raise SystemExit(
            f"Not installed: {', '.join(lacking)}. Install it (pip install {' '.join(lacking)}), "
            f"or name the others: --on {' '.join(name for name in PACKAGES if name not in absent)}"
        )
    failed = False
    for path in notebooks(arguments.names):
        runs = {}
        for backend in arguments.on:
            done = runs[backend] = attempt(path, backend)
            failed |= "reason" in done
            said = f"{done['seconds']:6.1f} s" if "seconds" in done else f"FAILS at {done['reason']}"
            print(f"{path.stem:24} {backend:10} {said}", flush=True)
        if list(runs) == list(PACKAGES):
            store(path.stem, runs)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
