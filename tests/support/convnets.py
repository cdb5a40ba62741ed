"""The pictures that weight files and pages hold."""

import base64
import io

import numpy as np
from PIL import Image


def decoded(address: str, mode: str = "RGB") -> np.ndarray:
    """The pixels of a picture that is stored as the address of its data."""
    return opened(base64.b64decode(address.partition(",")[2]), mode)


def opened(file: bytes | np.ndarray, mode: str = "RGB") -> np.ndarray:
    """The pixels of a picture from the bytes of its file."""
    return np.asarray(Image.open(io.BytesIO(bytes(file))).convert(mode))
