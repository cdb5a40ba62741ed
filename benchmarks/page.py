"""The engines of the page, bundled as a page gets them, in one process of Node that measures on demand."""

import atexit
import json
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from benchmarks import weights
from benchmarks.measure import BenchmarkError, Row, Side
from utils.widgets import bundle

HERE = Path(__file__).resolve().parent


def side(task: str, *names: str) -> Side:
    """The side that runs a task of engines.js with the weights named."""
    files = [str(weights.file(name)) for name in names]
    return lambda: ask(task, files)


def kernel_row(key: str, unit: str, task: str, name: str, least: float) -> Row:
    """The row of a task with the weights named, through WebAssembly against plain JavaScript."""
    return Row(
        key=key,
        unit=unit,
        quick="through WebAssembly",
        slow="in plain JavaScript",
        least=least,
        advice="Does this Node know WebAssembly's SIMD? Look at utils/widgets/nn/matmul.js.",
        sides=lambda: (side(task, name), side(f"plain {task}", name)),
    )


def ask(task: str, files: list[str]) -> float:
    """Seconds for one unit of a task. Raises BenchmarkError if Node does not answer with a time."""
    process = worker()
    assert process.stdin and process.stdout  # they are pipes
    try:
        process.stdin.write(json.dumps({"task": task, "files": files}) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
    except (OSError, ValueError) as error:
        raise BenchmarkError(f"{task}: Node ended without an answer ({error}); its message stands above.") from error
    if "error" in answer:
        raise BenchmarkError(f"{task}: {answer['error']}. Compare benchmarks/engines.js with the engines' exports.")
    return answer["seconds"]


@cache
def worker() -> subprocess.Popen[str]:
    """The process of Node, which ends with this one."""
    folder = tempfile.TemporaryDirectory()
    bundled = Path(folder.name, "engines.mjs")
    bundled.write_text(bundle.esm(HERE / "engines.js"), "utf-8")
    command = [sys.executable, str(HERE.parent / "scripts" / "node.py"), "node", str(HERE / "worker.mjs"), str(bundled)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def end() -> None:
        process.communicate(timeout=20)
        folder.cleanup()

    atexit.register(end)
    return process
