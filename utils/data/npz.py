"""NumPy's archives without the danger of pickles, which can run code."""

import io
import pickle
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np


def numbers(path: Path) -> dict[str, np.ndarray]:
    """The arrays of an archive that holds numbers alone."""
    with np.load(path, allow_pickle=False) as arrays:
        return dict(arrays)


def lists(path: Path) -> dict[str, np.ndarray]:
    """The arrays of an archive that holds numbers, and arrays of lists of numbers, which only travel as pickles."""
    with zipfile.ZipFile(path) as archive:
        return {name.removesuffix(".npy"): _array(archive.read(name)) for name in archive.namelist()}


def _array(content: bytes) -> np.ndarray:
    stream = io.BytesIO(content)
    if np.lib.format.read_magic(stream) == (1, 0) and np.lib.format.read_array_header_1_0(stream)[2].hasobject:
        return unpickled(stream)
    return np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)


def unpickled(stream: BinaryIO) -> Any:
    """What a pickle of plain Python values and arrays holds; every pickle that asks for anything else is refused.

    Arrays of lists and arrays of bytes (uint8) are rebuilt.

    Raises:
        pickle.UnpicklingError: the pickle names another class or function, or is damaged.
    """
    return _rebuilt(_Unpickler(stream, encoding="bytes").load())


class _Inert:
    """Stands for every name that an array's pickle needs: it keeps what the pickle says and does nothing."""

    def __init__(self, *arguments: Any) -> None:
        self.arguments = arguments
        self.state: Any = None

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _Unpickler(pickle.Unpickler):
    _NEEDED = frozenset(
        [("numpy", "ndarray"), ("numpy", "dtype")]
        + [(f"numpy.{core}.multiarray", "_reconstruct") for core in ("core", "_core")]
    )

    def find_class(self, module: str, name: str) -> type:
        if (module, name) in self._NEEDED:
            return _Inert
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which data do not need")


def _rebuilt(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rebuilt(inner) for key, inner in value.items()}
    if not isinstance(value, _Inert):
        return value
    _, shape, dtype, _, content = value.state
    if isinstance(content, list):
        return np.fromiter(content, object, len(content)).reshape(shape)
    if dtype.arguments[0] in ("u1", b"u1"):
        return np.frombuffer(content, "uint8").reshape(shape)
    raise pickle.UnpicklingError(f"it holds an array of {dtype.arguments[0]!r}, which the course's data do not")
