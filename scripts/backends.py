"""Execute notebooks on every backend of Keras, in the quick profile on samples, and store the table for the book.

    python scripts/backends.py [--on BACKEND …] [NOTEBOOK …]        (all of both by default)

All notebooks on all backends are stored in book/backends.json: the processor seconds of each run, or where and why it failed.
A part of them is printed only. No notebook is changed. Exit status 1 if a run failed.
"""

import argparse
import datetime
import importlib.metadata
import json
import os
import platform
import re
import sys
from pathlib import Path

from chapters import ROOT, code, notebooks, read, speak_anywhere, whole
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from run_notebooks import processor_seconds, run

STORE = ROOT / "book" / "backends.json"
PACKAGES = {"tensorflow": "tensorflow", "jax": "jax", "torch": "torch"}  # KERAS_BACKEND → what it needs
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
    found = set()
    for backend, package in PACKAGES.items():
        try:
            importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
        found.add(backend)
    return [backend for backend in PACKAGES if backend not in found]


def circumstances() -> dict[str, object]:
    """Machine, date and versions of this run."""
    versions = {"Keras": importlib.metadata.version("keras")}
    return {
        "machine": f"{os.cpu_count()} CPU cores, {platform.system()} {platform.machine()}",
        "date": datetime.date.today().isoformat(),
        "versions": versions | {package: importlib.metadata.version(package) for package in PACKAGES.values()},
    }


def main() -> int:
    """Run the command; its exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NOTEBOOK")
    parser.add_argument("--on", nargs="+", choices=PACKAGES, default=list(PACKAGES), metavar="BACKEND")
    speak_anywhere()
    arguments = parser.parse_args()
    if lacking := [backend for backend in missing() if backend in arguments.on]:
        raise SystemExit(
            f"Not installed: {', '.join(lacking)}. Install it (pip install {' '.join(PACKAGES[name] for name in lacking)}), "
            f"or name the others: --on {' '.join(name for name in PACKAGES if name not in missing())}"
        )
    rows: dict[str, dict[str, Run]] = {}
    for path in notebooks(arguments.names, ROOT):
        rows[path.stem] = {}
        for backend in arguments.on:
            done = rows[path.stem][backend] = attempt(path, backend)
            said = f"{done['seconds']:6.1f} s" if "seconds" in done else f"FAILS at {done['reason']}"
            print(f"{path.stem:24} {backend:10} {said}", flush=True)
    if not arguments.names and arguments.on == list(PACKAGES):
        with whole(STORE) as file:
            stored = circumstances() | {"backends": arguments.on, "rows": rows}
            file.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", "utf-8")
        print(f"stored in {STORE.relative_to(ROOT)}")
    return int(any("reason" in done for runs in rows.values() for done in runs.values()))


if __name__ == "__main__":
    sys.exit(main())
