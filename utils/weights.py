"""Weight blobs: a Keras model as one small file that Python and the page's JavaScript both read::

    export_weights(model, "char-lstm.bin", vocabulary=vocabulary)      # one call
    arrays, meta = load_weights("char-lstm.bin")                       # {"lstm/lstm_cell/kernel": …}, {"vocabulary": …}

Layout, all numbers little-endian::

    4 bytes   "DLYT"
    4 bytes   length of the header, unsigned
    header    JSON, padded with spaces to a multiple of 4 bytes:
              {"dtype": "float16", "crc32": checksum of the data, "tensors": [[name, shape], …], "meta": {…}}
    data      the tensors one after the other, each in C order

`js/kit.js` has the other reader.
"""

import base64
import json
import math
import os
import struct
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

MAGIC = b"DLYT"
PRETRAINED = Path(__file__).parents[1] / "pretrained"


class BlobError(ValueError):
    """A weight blob is truncated, damaged, or not a weight blob at all."""


def export_weights(model, path: str | Path, *, dtype: str = "float16", **meta) -> int:
    """Write the weights of a built Keras model to `path` and return the size of the file in bytes.

    - `model`: a Keras model or layer; or a mapping from names to models, layers or arrays, e.g.
      `{"encoder": encoder, "decoder": decoder, "points": points}`, whose tensors get the name as prefix.
    - `dtype`: "float16" (two bytes a weight) or "float32".
    - `meta`: anything JSON can hold: vocabulary, figures, the command that trained the model.

    Tensors are called `layer/variable`, e.g. `lstm/lstm_cell/kernel`: name your layers. The file appears whole or not at all.
    Raises ValueError for a model without weights and for values the dtype cannot hold.
    """
    path, blob = Path(path), pack(model, dtype=dtype, **meta)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(blob)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    return len(blob)


def load_weights(path: str | Path) -> tuple[dict[str, np.ndarray], dict]:
    """Arrays by name (float32, whatever the file holds) and the meta data of a blob written by `export_weights`.

    Raises FileNotFoundError, or BlobError for a file that is truncated, damaged or of another kind.
    """
    return unpack(read_blob(path), source=path)


def read_blob(path: str | Path) -> bytes:
    """Bytes of a blob file. A name without folder and ending, such as "char-lstm", means utils/pretrained/char-lstm.bin."""
    path = Path(path)
    if path.parent == Path() and not path.suffix:
        path = PRETRAINED / f"{path}.bin"
    if not path.exists():
        known = ", ".join(sorted(blob.stem for blob in PRETRAINED.glob("*.bin"))) or "none"
        raise FileNotFoundError(f"No weight file {path}. Weights shipped with the course: {known}.")
    return path.read_bytes()


def script(name: str, blob: bytes) -> str:
    """A classic script that leaves a weight file where `js/host.js` looks for it: pages opened from disk may fetch no other way."""
    return f'(globalThis.courseBlobs ??= {{}})["{name}"] = "{base64.b64encode(blob).decode()}";'


def pack(model, *, dtype: str = "float16", **meta) -> bytes:
    """The bytes that `export_weights` writes, for a model that goes straight into a widget's `blob`."""
    if dtype not in ("float16", "float32"):
        raise ValueError(f"dtype={dtype!r} is not known to the blob format. Choose float16 or float32.")
    tensors = dict(_named(model))
    if not tensors:
        raise ValueError("The model has no weights yet. Build it, or call it once, before exporting it.")
    for name, array in tensors.items():
        with np.errstate(over="ignore"):
            fits = np.isfinite(array.astype(dtype)).all()
        if not fits:
            raise ValueError(f"{name} holds values that {dtype} cannot: the largest is {np.abs(array).max():.6g}.")
    data = b"".join(array.astype(f"<{np.dtype(dtype).str[1:]}").tobytes() for array in tensors.values())
    header = {
        "dtype": dtype,
        "crc32": zlib.crc32(data),
        "tensors": [[name, array.shape] for name, array in tensors.items()],
        "meta": meta,
    }
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 4)
    return MAGIC + struct.pack("<I", len(text)) + text + data


def unpack(blob: bytes, source: str | Path = "the blob") -> tuple[dict[str, np.ndarray], dict]:
    """Inverse of `pack`: arrays by name (float32) and meta data. `source` names the blob in error messages."""
    if blob[:4] != MAGIC:
        raise BlobError(f"{source} is not a weight blob: it starts with {bytes(blob[:4])!r} instead of {MAGIC!r}.")
    start = 8 + int.from_bytes(blob[4:8], "little")
    if len(blob) < max(start, 8):
        raise BlobError(f"{source} is truncated: {len(blob)} bytes, and its header alone needs {start}.")
    try:
        header = json.loads(blob[8:start])
    except ValueError as error:
        raise BlobError(f"{source} is damaged: its header is not JSON ({error}).") from None
    dtype = np.dtype(header["dtype"]).newbyteorder("<")
    sizes = [math.prod(shape) for _, shape in header["tensors"]]
    expected = start + dtype.itemsize * sum(sizes)
    if len(blob) != expected:
        raise BlobError(f"{source} is truncated: {len(blob)} bytes instead of {expected}.")
    if zlib.crc32(blob[start:]) != header["crc32"]:
        raise BlobError(f"{source} is damaged: its checksum does not fit its data.")
    flat = np.frombuffer(blob, dtype, offset=start).astype("float32")
    parts = np.split(flat, np.cumsum(sizes)[:-1])
    return {name: part.reshape(shape) for (name, shape), part in zip(header["tensors"], parts)}, header["meta"]


def _named(weights, prefix: str = "") -> Iterator[tuple[str, np.ndarray]]:
    """Name and value of every array in a model, a layer, or a mapping of models, layers and arrays."""
    if isinstance(weights, Mapping):
        for name, value in weights.items():
            yield from _named(value, f"{prefix}{name}/")
    elif hasattr(weights, "layers"):
        for layer in weights.layers:
            yield from _named(layer, f"{prefix}{layer.name}/")
        inner = sum(len(layer.weights) for layer in weights.layers)
        if inner != len(weights.weights):
            raise ValueError(
                f"Model {weights.name} holds weights outside its layers, or a layer twice; export its parts."
            )
    elif hasattr(weights, "weights"):
        import keras

        for variable in weights.weights:
            name = f"/{variable.path}".rpartition(f"/{weights.name}/")[2]
            yield prefix + name, keras.ops.convert_to_numpy(variable)
    else:
        yield prefix.rstrip("/"), np.asarray(weights)
