"""Functions and classes out of a chapter, so that what is measured is what readers read."""

import ast
import linecache
from pathlib import Path
from typing import Any

import nbformat

from benchmarks.measure import BenchmarkError

BOOK = Path(__file__).resolve().parent.parent / "book"


def definitions(chapter: str, names: str, **given: object) -> dict[str, Any]:
    """The named functions and classes of a chapter, in a namespace of their own that also holds Keras, NumPy and `given`.

    chapter: part and name, such as "vision/convnets". names: separated by spaces.
    Raises BenchmarkError if the chapter does not define them all.
    """
    import keras
    import numpy as np

    wanted = set(names.split())
    namespace: dict[str, Any] = {
        "__name__": __name__,
        "keras": keras,
        "layers": keras.layers,
        "ops": keras.ops,
        "np": np,
        **given,
    }
    notebook = nbformat.read(BOOK / f"{chapter}.ipynb", as_version=4)
    for number, cell in enumerate(notebook.cells):
        found = [node for node in statements(cell) if node.name in wanted]
        wanted -= {node.name for node in found}
        place = f"{chapter}.ipynb, cell {number}"
        linecache.cache[place] = (
            len(cell.source),
            None,
            cell.source.splitlines(True),
            place,
        )  # TensorFlow reads what it traces
        exec(compile(ast.Module(list(found), []), place, "exec"), namespace)
    if wanted:
        raise BenchmarkError(
            f"{chapter}.ipynb does not define {', '.join(sorted(wanted))} any more. Name in benchmarks/rows what it defines now."
        )
    return namespace


def statements(cell: nbformat.NotebookNode) -> list[ast.FunctionDef | ast.ClassDef]:
    """The functions and classes that a cell defines; none of prose and of a cell with commands of the shell."""
    try:
        body = ast.parse(cell.source).body if cell.cell_type == "code" else []
    except SyntaxError:
        return []
    return [node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
