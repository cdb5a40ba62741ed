"""The weights that the book ships, as Keras and as the page read them."""

from pathlib import Path
from typing import Any

from utils import weights
from utils.widgets.nn.describe import describe


def file(name: str) -> Path:
    return weights.weight_file(name)


def fill(model: Any, name: str, prefix: str = "") -> dict[str, Any]:
    """Give a model the weights of a file; `prefix` is that of a network which the page runs. Returns what the file says of itself."""
    arrays, about = weights.load_weights(name)
    layers = describe(model)[1] if prefix else {layer.name: layer for layer in model.layers if layer.weights}
    for own, layer in layers.items():
        kinds = {key.rpartition("/")[2]: array for key, array in arrays.items() if key.startswith(f"{prefix}{own}/")}
        layer.set_weights([kinds[kind] for kind in ("kernel", "recurrent_kernel", "bias") if kind in kinds])
    return about
