"""Execute notebooks in place, in the full profile on real data, and store clean outputs.

    python scripts/run_notebooks.py [NOTEBOOK …]        (all of them by default)

The data come from COURSE_DATA or are downloaded; a sample is refused, because stored outputs are what readers see.
A notebook is written only when all of its cells ran; one that fails keeps its old outputs, and the others go on.
"""

import argparse
import base64
import io
import json
import os
import sys
import time
from pathlib import Path

import nbformat
import numpy as np
from check_notebooks import ROOT, code, notebooks, source_hash, tags, time_line
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from PIL import Image

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
SERVED = "from utils import data as _data; import json as _json; print(_json.dumps(_data.served))"


class SampleRefused(RuntimeError):
    """The notebook ran on a stand-in for its data; that is not what readers should see."""


def execute(path: Path) -> None:
    """Run one notebook and store it with its outputs, the measured time and the hash of its code."""
    notebook = nbformat.read(path, as_version=4)
    for cell in code(notebook):
        cell.metadata.pop("execution", None)
    probe = nbformat.v4.new_code_cell(SERVED)
    notebook.cells.append(probe)
    options = {
        "timeout": 3600,
        "kernel_name": "python3",
        "coalesce_streams": True,
    }  # a cell's printed lines in one piece
    client = NotebookClient(notebook, **options, resources={"metadata": {"path": str(path.parent)}})
    began = time.perf_counter()
    client.execute(env=environment())
    seconds = round(time.perf_counter() - began, 1)
    notebook.cells.remove(probe)
    served = json.loads(probe.outputs[-1].text)
    if "sample" in served.values():
        raise SampleRefused(f"{path.name} ran on a sample ({served}); set COURSE_DATA to the folder of the real files.")
    clean(notebook)
    notebook.metadata["course"] = {
        "source": source_hash(notebook),
        "profile": "full",
        "seconds": seconds,
        "data": served,
    }
    for cell in notebook.cells:
        if "chapter-box" in tags(cell):
            lines = [time_line(seconds) if line.startswith("- **Time**") else line for line in cell.source.splitlines()]
            cell.source = "\n".join(lines)
    temporary = path.with_suffix(".part")
    nbformat.write(notebook, temporary)
    os.replace(temporary, path)
    print(f"{path.relative_to(ROOT)}: {seconds:.0f} s", flush=True)


def environment() -> dict[str, str]:
    """What the kernels run in: the full profile, results recorded, no progress bars."""
    settings = {**os.environ, "COURSE_PROFILE": "full", "COURSE_RECORD": "1", "TQDM_DISABLE": "1"}
    if folder := settings.get("COURSE_DATA"):  # notebooks run in their own folder
        settings["COURSE_DATA"] = str(Path(folder).resolve())
    return settings


def clean(notebook) -> None:
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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NOTEBOOK")
    paths = notebooks(parser.parse_args().names)
    failed = []
    for path in paths:
        try:
            execute(path)
        except (CellExecutionError, CellTimeoutError, DeadKernelError, SampleRefused) as error:
            failed.append(path)
            print(
                f"{path.relative_to(ROOT)} FAILED, its stored outputs are unchanged:\n{error}",
                file=sys.stderr,
                flush=True,
            )
    if failed:
        print(f"failed: {', '.join(path.name for path in failed)}", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
