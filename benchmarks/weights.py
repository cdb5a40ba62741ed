"""The weights that the book ships, as Keras and as the page read them."""

from pathlib import Path
from typing import Any

import numpy as np

from utils import weights


def file(name: str) -> Path:
    return weights.weight_file(name)


def load(name: str, prefix: str = "") -> tuple[list[np.ndarray], dict[str, Any]]:
    """The arrays whose names begin with `prefix`, in their order, and what the file says of itself."""
    arrays, about = weights.load_weights(name)
    return [array for key, array in arrays.items() if key.startswith(prefix)], about
