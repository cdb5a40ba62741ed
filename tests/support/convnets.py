"""Convolutional networks of the page under Node, and the pictures that weight files hold."""

import base64
import io
from pathlib import Path

import numpy as np
from PIL import Image

from support.node import run_node
from utils.widgets import bundle


def run_js(folder: Path, widget: str, calls: list) -> list:
    """Answers of tests/js/convnets.mjs to `calls`, lists of [module or "", function, arguments]."""
    return run_node(folder, "convnets.mjs", bundle.modules(widget), calls, "courseModules")


def decoded(address: str, mode: str = "RGB") -> np.ndarray:
    """The pixels of a picture that is stored as the address of its data."""
    return opened(base64.b64decode(address.partition(",")[2]), mode)


def opened(file: bytes | np.ndarray, mode: str = "RGB") -> np.ndarray:
    """The pixels of a picture from the bytes of its file."""
    return np.asarray(Image.open(io.BytesIO(bytes(file))).convert(mode))
