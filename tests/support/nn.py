"""The modules of utils/widgets/nn under Node, with NumPy arrays going in and coming out."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from support.node import run_node
from utils.widgets import bundle

MODULES = ("network", "recurrent", "convolution", "random", "adam")


@dataclass
class Case:
    """An expression of JavaScript, the tensors that it names, and whether WebAssembly multiplies."""

    expression: str
    tensors: Mapping[str, np.ndarray] = field(default_factory=dict)
    wasm: bool = True


def evaluate(folder: Path, cases: Sequence[Case], before: str = "") -> list:
    """What each expression gives, tensors as arrays, from one run of Node.

    folder: an empty one, for what Node reads. before: JavaScript that runs before the modules load.
    """
    paths = dict.fromkeys(path for name in MODULES for path in bundle.modules(f"nn/{name}.js"))
    listed = [
        {
            "expression": case.expression,
            "wasm": case.wasm,
            "tensors": {name: _encoded(array) for name, array in case.tensors.items()},
        }
        for case in cases
    ]
    return _decoded(run_node(folder, "widgets/nn/run.mjs", paths, {"before": before, "cases": listed}))


def _encoded(array: np.ndarray) -> dict:
    return {"shape": np.shape(array), "bytes": base64.b64encode(np.asarray(array, "<f4").tobytes()).decode()}


def _decoded(value: Any) -> Any:
    if isinstance(value, list):
        return [_decoded(part) for part in value]
    if isinstance(value, dict) and "bytes" in value:
        return np.frombuffer(base64.b64decode(value["bytes"]), "<f4").reshape(value["shape"])
    return value
