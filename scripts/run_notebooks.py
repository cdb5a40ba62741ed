"""Execute notebooks in place, in the full profile on real data, and store clean outputs.

    python scripts/run_notebooks.py [NOTEBOOK …]        (all of them by default)

The data come from COURSE_DATA or are downloaded; a sample is refused, because stored outputs are what readers see.
A notebook is written, and its results enter the ledger, only when all of its cells ran; one that fails keeps its old outputs,
and the others go on. A notebook may be edited meanwhile: edited prose stays, and beside edited code the run is kept as NAME.ran.ipynb.
"""

import argparse
import base64
import io
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from chapters import BESIDE, ROOT, Unreadable, code, notebooks, read, source_hash, speak_anywhere, write, write_times
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from PIL import Image

from utils import results

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
SERVED = "from utils import data as _data; import json as _json; print(_json.dumps(_data.served))"


class SampleRefused(RuntimeError):
    """The notebook ran on a stand-in for its data; that is not what readers should see."""


class EditedMeanwhile(RuntimeError):
    """The notebook's code is no longer the code that ran; the run is kept beside it."""


class NotRecorded(RuntimeError):
    """The notebook is stored, but its results could not enter the ledger."""


FAILURES = (
    *(CellExecutionError, CellTimeoutError, DeadKernelError, SampleRefused, EditedMeanwhile, NotRecorded),
    *(Unreadable, OSError, ValueError, RuntimeError),  # no notebook, a full disk, a damaged ledger, no kernel
)


def execute(path: Path) -> None:
    """Run one notebook and store it with its outputs, the measured time, the hash of its code, and its results.

    Raises:
        NotRecorded: the notebook is stored, the ledger stays as it is.
        another of FAILURES: both stay as they are.
    """
    notebook, ledger = read(path), ROOT / "book" / "results.json"
    results.load(ledger)  # a damaged one is named now, not after the run
    with tempfile.TemporaryDirectory() as folder:
        recorded = Path(folder) / "results.json"
        seconds, served = run(notebook, path.parent, environment(recorded))
        if "sample" in served.values():
            raise SampleRefused(
                f"{path.name} ran on a sample ({served}); set COURSE_DATA to the folder of the real files."
            )
        entries = results.load(recorded)
    clean(notebook)
    made = {"source": source_hash(notebook), "profile": "full", "seconds": seconds, "data": served}
    store(notebook, path, made)
    if entries:
        record(entries, path, ledger)
    print(f"{path.relative_to(ROOT)}: {seconds:.0f} s", flush=True)


def run(notebook: NotebookNode, folder: Path, settings: dict[str, str]) -> tuple[float, dict[str, str]]:
    """Execute all cells in `folder` with these environment variables; the seconds it took, and data set → source.

    The seconds are those of the clock or of the processor, whichever are fewer: on a machine that has other work the clock counts that too.
    """
    for cell in code(notebook):
        cell.metadata.pop("execution", None)
    probe = nbformat.v4.new_code_cell(SERVED)
    notebook.cells.append(probe)
    client = NotebookClient(
        notebook,
        timeout=3600,
        startup_timeout=600,  # on a busy machine a kernel needs more than the default minute
        kernel_name="python3",
        coalesce_streams=True,  # a cell's printed lines in one piece
        resources={"metadata": {"path": str(folder)}},
    )
    began, used = time.perf_counter(), processor_seconds()
    client.execute(env=settings)
    seconds = round(min(time.perf_counter() - began, processor_seconds() - used), 1)
    notebook.cells.remove(probe)
    return seconds, json.loads(probe.outputs[-1].text)


def processor_seconds() -> float:
    """Processor seconds of all processes that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def store(ran: NotebookNode, path: Path, made: dict[str, Any]) -> None:
    """Write the run's outputs into the notebook as it lies on disk now, with whatever was edited but code meanwhile.

    Raises:
        EditedMeanwhile: the code is another; the run is stored beside the notebook.
    """
    try:
        now = read(path)
    except Unreadable:  # deleted, or being written
        now = None
    if now is None or source_hash(now) != made["source"]:
        ran.metadata["course"] = made
        write(ran, path.with_suffix(BESIDE))
        raise EditedMeanwhile(
            f"{path.name} was edited while it ran. The run is kept in {path.stem}{BESIDE}; run it again."
        )
    for cell, done in zip(code(now), code(ran), strict=True):
        cell.outputs, cell.execution_count = done.outputs, done.execution_count
        cell.metadata.pop("execution", None)
    now.metadata.pop("widgets", None)
    now.metadata |= {name: value for name, value in ran.metadata.items() if name in ("kernelspec", "language_info")}
    now.metadata["course"] = made
    write_times(now, made["seconds"])
    write(now, path)


def record(entries: dict[str, dict[str, Any]], path: Path, ledger: Path) -> None:
    """Put the results of a stored notebook into the ledger. Raises NotRecorded where that cannot be."""
    try:
        results.merge(entries, ledger)
    except (OSError, ValueError) as error:
        raise NotRecorded(
            f"{path.name} is stored, but {', '.join(entries)} could not enter {ledger.name}: {error}\nRun it again."
        ) from error


def environment(recorded: Path) -> dict[str, str]:
    """What the kernels run in: the full profile, results recorded in a file of this run, no progress bars."""
    settings = {**os.environ, "COURSE_PROFILE": "full", "COURSE_RECORD": "1", "TQDM_DISABLE": "1"}
    settings["COURSE_LEDGER"] = str(recorded)
    if folder := settings.get("COURSE_DATA"):  # notebooks run in their own folder
        settings["COURSE_DATA"] = str(Path(folder).resolve())
    return settings


def clean(notebook: NotebookNode) -> None:
    """Keep only what a reader without this kernel can see, and nothing that differs from run to run."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for cell in code(notebook):
        cell.metadata.pop("execution", None)
        for output in cell.outputs:
            output.get("data", {}).pop(WIDGET_VIEW, None)
            if png := output.get("data", {}).get("image/png"):
                output.data["image/png"] = smaller(png)
            if isinstance(output.get("metadata"), dict):
                output.metadata.pop(WIDGET_VIEW, None)
        cell.outputs = [
            output
            for output in cell.outputs
            if output.output_type not in ("display_data", "execute_result") or output.data
        ]


def smaller(png: str) -> str:
    """The same picture (base64) with a palette of 256 colours, a quarter of the size, where that is not seen; else as it came."""
    picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA")
    reduced = picture.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    error = np.abs(np.asarray(reduced.convert("RGBA"), int) - np.asarray(picture, int)).mean()
    file = io.BytesIO()
    reduced.save(file, "png", optimize=True)
    text = base64.b64encode(file.getvalue()).decode()
    return text if error < 5 and len(text) < len(png) else png


def main() -> int:
    """Run the command; its exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NOTEBOOK")
    speak_anywhere()
    paths = notebooks(parser.parse_args().names, ROOT)
    failed = []
    for path in paths:
        try:
            execute(path)
        except FAILURES as error:
            failed.append(path)
            outputs = "new" if isinstance(error, NotRecorded) else "unchanged"
            print(
                f"{path.relative_to(ROOT)} FAILED, its stored outputs are {outputs}:\n{error}",
                file=sys.stderr,
                flush=True,
            )
    if failed:
        print(f"failed: {', '.join(path.name for path in failed)}", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
