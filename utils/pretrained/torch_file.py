"""Arrays out of a weight file in PyTorch's old format, without PyTorch and without running what the file says.

The file is a row of pickles (a magic number, a version, the system, the state, the keys of its storages) and behind them each
storage as an int64 count and raw numbers. The unpickler knows the names that a state of tensors needs, and refuses all others.
"""

import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from utils.weights import WeightsError

MAGIC = 0x1950A86A20F9469CFC6C
DTYPES = {"FloatStorage": "<f4", "LongStorage": "<i8"}


class _Storage(NamedTuple):
    dtype: str
    key: str


class _Tensor(NamedTuple):
    """A view of a storage: its first number, its shape, and how many numbers lie between neighbours along each axis."""

    storage: _Storage
    first: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def of(self, numbers: np.ndarray) -> np.ndarray:
        last = self.first + sum((length - 1) * stride for length, stride in zip(self.shape, self.strides, strict=True))
        if min(self.shape, default=1) < 1 or self.first < 0 or min(self.strides, default=0) < 0 or last >= len(numbers):
            raise ValueError(f"a tensor of shape {self.shape} reaches beyond its {len(numbers):,} numbers")
        width = numbers.dtype.itemsize
        steps = [stride * width for stride in self.strides]
        return np.lib.stride_tricks.as_strided(numbers[self.first :], self.shape, steps, writeable=False).copy()


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, first, shape, strides, *_: _Tensor(storage, first, shape, strides)
        if module == "torch" and name in DTYPES:
            return DTYPES[name]
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which weights do not need")

    def persistent_load(self, identity: Any) -> _Storage:
        _, dtype, key, *_ = identity
        return _Storage(dtype, key)


def read(path: Path) -> dict[str, np.ndarray]:
    """The tensors of a state, by name.

    Raises:
        WeightsError: the file is missing, damaged, or in another format.
    """
    try:
        with path.open("rb") as file:
            return _read(file)
    except FileNotFoundError:
        raise WeightsError(f"No weight file {path.name}. Install its package again.") from None
    except Exception as error:  # a damaged pickle may raise anything
        raise WeightsError(f"{path.name} is truncated or damaged ({error}). Install its package again.") from error


def _read(file: BinaryIO) -> dict[str, np.ndarray]:
    if (magic := _Unpickler(file).load()) != MAGIC:
        raise ValueError(f"it begins with {magic!r}, not as PyTorch's old format does")
    _, _, state, keys = (_Unpickler(file).load() for _ in range(4))
    tensors = {name: value for name, value in state.items() if isinstance(value, _Tensor)}
    dtypes = {tensor.storage.key: np.dtype(tensor.storage.dtype) for tensor in tensors.values()}
    storages = {}
    for key in keys:
        (count,) = np.frombuffer(file.read(8), "<i8")
        storages[key] = np.frombuffer(file.read(count * dtypes[key].itemsize), dtypes[key])
        if len(storages[key]) != count:
            raise ValueError(f"it ends after {len(storages[key]):,} of {count:,} numbers")
    return {name: tensor.of(storages[tensor.storage.key]) for name, tensor in tensors.items()}
