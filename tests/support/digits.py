"""Drawn digits and the shipped autoencoder, as NumPy and Keras have them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from utils import weights

SHIPPED = weights.PRETRAINED / "vae-mnist.safetensors"


DRAWINGS = {
    "one": [[[0.8, 0.1], [0.7, 0.4]]],
    "seven in a corner": [[[0.05, 0.05], [0.2, 0.06], [0.1, 0.3]], [[0.06, 0.17], [0.18, 0.17]]],
    "wide": [[[0.0, 0.5], [1.0, 0.45], [0.5, 0.55]]],
    "dot": [[[0.3, 0.9]]],
    "curve": [[[0.5 + 0.3 * np.cos(t), 0.5 + 0.4 * np.sin(t)] for t in np.linspace(0, 6, 40)]],
}


def centred(
    strokes: Sequence[Sequence[Sequence[float]]],
    side: int = 28,
    digit: int = 20,
    pen: float = 1.25,
    smallest: float = 0.15,
) -> np.ndarray:
    """NumPy reference for drawing.js: scale to 20 pixels, draw with a soft round pen, move the centre of the ink to the middle."""
    corners = np.concatenate([np.array(stroke, float) for stroke in strokes])
    low, high = corners.min(0), corners.max(0)
    scale = (digit - 2 * pen) / max(*(high - low), smallest)

    def ink(middle: np.ndarray) -> np.ndarray:
        grid = np.stack(np.meshgrid(np.arange(side) + 0.5, np.arange(side) + 0.5), -1)  # (row, column, (x, y))
        picture = np.zeros((side, side))
        for stroke in strokes:
            path = (np.array(stroke, float) - (low + high) / 2) * scale + middle
            for start, stop in zip(path[[0, *range(len(path) - 1)]], path):
                along = stop - start
                t = np.clip(((grid - start) @ along) / (along @ along or 1), 0, 1)
                distance = np.linalg.norm(grid - start - t[..., None] * along, axis=-1)
                picture = np.maximum(picture, np.clip(pen + 0.5 - distance, 0, 1))
        return picture

    first = ink(np.array([side / 2, side / 2]))
    centre = (
        np.array([(first.sum(0) * (np.arange(side) + 0.5)).sum(), (first.sum(1) * (np.arange(side) + 0.5)).sum()])
        / first.sum()
    )
    return ink(side - centre)


def rebuild(description: dict, tensors: dict, prefix: str) -> Any:
    """The Keras model that a description stands for, with its weights: the way back from nn/describe.py."""
    import keras
    from keras import layers

    values = [keras.Input(description["input"])]
    loaded = {}
    for step in description["steps"]:
        name, kind, settings = step["layer"], step["type"], dict(step)
        own = {path.split("/", 2)[2]: value for path, value in tensors.items() if path.startswith(f"{prefix}/{name}/")}
        for used in ("layer", "type", "from", "trained"):
            settings.pop(used)
        if kind == "Reshape":
            layer = layers.Reshape(settings["shape"])
        else:
            width = {"Dense": 1, "Conv2DTranspose": 2}[kind]
            kernel = own["kernel"].shape
            settings |= {"units": kernel[1]} if width == 1 else {"filters": kernel[2], "kernel_size": kernel[:2]}
            layer = getattr(layers, kind)(**settings)
            loaded[layer] = [own["kernel"], own["bias"]]
        values.append(layer(values[step["from"]]))
    for layer, arrays in loaded.items():
        layer.set_weights(arrays)
    return keras.Model(values[0], [values[i] for i in description["outputs"]])
