"""Weight files: a trained model as one small safetensors file that Python and the page's JavaScript both read::

    export_weights(model, "char-lstm.safetensors", vocabulary=vocabulary)   # one call
    arrays, meta = load_weights("char-lstm")                                # {"lstm/lstm_cell/kernel": …}, {"vocabulary": …}

The format is safetensors (https://huggingface.co/docs/safetensors). Its text metadata are one JSON string, `course`, with everything
that describes the model. That begins with `crc32`, a checksum of the whole file with these eight digits taken as zeros.
`widgets/kit/weights.js` has the other reader.
"""

import base64
import json
import os
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

PRETRAINED = Path(__file__).parent / "pretrained"
SUFFIX = ".safetensors"
KINDS = {"float16", "float32", "uint8"}
MARK = rb"{\"crc32\":\""  # what stands before the checksum, as the header's JSON writes it


class WeightsError(ValueError):
    """A weight file is truncated, damaged, or not a weight file of the course at all."""


def export_weights(model: Any, path: str | Path, *, dtype: str = "float16", **meta: Any) -> int:
    """Write the weights of a built Keras model to `path`. The file appears whole or not at all.

    Args:
        model: a Keras model or layer; or a mapping from names to models, layers or arrays, e.g.
            `{"encoder": encoder, "decoder": decoder, "points": points}`, whose tensors get the name as prefix.
            Tensors are called `layer/variable`, e.g. `lstm/lstm_cell/kernel`: name your layers.
        path: the file to write. A name without folder and ending means one of `utils/pretrained`.
        dtype: "float16" (two bytes a weight) or "float32". Arrays of uint8, such as pictures, stay what they are.
        meta: anything JSON can hold: vocabulary, figures, the command that trained the model.

    Returns:
        The size of the file in bytes.

    Raises:
        ValueError: for a model without weights, and for values the dtype cannot hold.
    """
    path, packed = weight_file(path), pack(model, dtype=dtype, **meta)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(packed)
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink()
        raise
    return len(packed)


def load_weights(path: str | Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Arrays by name, and the meta data, of a file written by `export_weights`.

    Args:
        path: the file; a name without folder and ending, such as "char-lstm", means one of `utils/pretrained`.

    Returns:
        The arrays, float32 whatever precision the file has, or uint8; and the meta data.

    Raises:
        FileNotFoundError: where there is no such file; the message lists those that ship with the course.
        WeightsError: for a file that is truncated, damaged or of another kind.
    """
    return unpack(read_weights(path), source=path)


def weight_file(path: str | Path) -> Path:
    """Where a weight file lies: a name without folder and ending means one of `utils/pretrained`."""
    path = Path(path)
    return PRETRAINED / f"{path}{SUFFIX}" if path.parent == Path() and not path.suffix else path


def read_weights(path: str | Path) -> bytes:
    """Bytes of a weight file, unchecked; see `load_weights` for `path` and FileNotFoundError."""
    path = weight_file(path)
    if not path.is_file():
        raise FileNotFoundError(
            f"No weight file {path}. Weights shipped with the course: {', '.join(shipped()) or 'none'}."
        )
    return path.read_bytes()


def shipped() -> list[str]:
    """Names of the weight files in `utils/pretrained`."""
    return sorted(file.stem for file in PRETRAINED.glob(f"*{SUFFIX}"))


def script(name: str, packed: bytes) -> str:
    """A classic script that leaves a weight file where `widgets/host.js` looks: pages opened from disk may fetch no other way."""
    return f'(globalThis.courseWeights ??= {{}})["{name}"] = "{base64.b64encode(packed).decode()}";'


def pack(model: Any, *, dtype: str = "float16", **meta: Any) -> bytes:
    """The bytes that `export_weights` writes, for a model that goes straight into a widget's `blob`."""
    from safetensors.numpy import save

    if dtype not in ("float16", "float32"):
        raise ValueError(f"dtype={dtype!r} is none of the course's weight files. Choose float16 or float32.")
    arrays = {name: _converted(name, array, dtype) for name, array in _named(model)}
    if not arrays:
        raise ValueError("The model has no weights yet. Build it, or call it once, before exporting it.")
    about = json.dumps({"crc32": "0" * 8, **meta}, separators=(",", ":"), ensure_ascii=False)
    packed = save(arrays, metadata={"course": about})
    return _with_checksum(packed, b"%08x" % zlib.crc32(packed))


def unpack(packed: bytes, source: str | Path = "the weight file") -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Inverse of `pack`: arrays by name and meta data. `source` names the file in error messages."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    packed = bytes(packed)
    length = 8 + int.from_bytes(packed[:8], "little")
    if len(packed) < max(length, 8):
        raise WeightsError(f"{source} is truncated or no weight file: {len(packed)} bytes, its header wants {length}.")
    place = packed.find(MARK, 0, length) + len(MARK)
    if place < len(MARK):
        raise WeightsError(f"{source} is no weight file of the course: write it with utils.weights.export_weights.")
    if packed[place : place + 8] != b"%08x" % zlib.crc32(_with_checksum(packed, b"0" * 8)):
        raise WeightsError(f"{source} is damaged: its checksum does not fit its {len(packed)} bytes. Get it again.")
    try:
        arrays = load(packed)
        meta = json.loads(json.loads(packed[8:length])["__metadata__"]["course"])
        del meta["crc32"]
        strange = {str(array.dtype) for array in arrays.values()} - KINDS
    except (SafetensorError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise WeightsError(f"{source} is damaged: {error!r}. Get it again.") from None
    if strange:
        raise WeightsError(
            f"{source} holds {', '.join(sorted(strange))}; a weight file holds {', '.join(sorted(KINDS))}."
        )
    plain = {
        name: arrays[name] if arrays[name].dtype == np.uint8 else arrays[name].astype("float32")
        for name in sorted(arrays)
    }
    return plain, meta


def _with_checksum(packed: bytes, digits: bytes) -> bytes:
    """The file with other digits in the place of its checksum."""
    place = packed.index(MARK) + len(MARK)
    return packed[:place] + digits + packed[place + 8 :]


def _converted(name: str, array: np.ndarray, dtype: str) -> np.ndarray:
    """The array in the type that the file holds; safetensors wants it in C order."""
    if array.dtype != np.uint8:
        with np.errstate(over="ignore"):
            converted = array.astype(dtype)
        if not np.isfinite(converted).all():
            raise ValueError(f"{name} holds values that {dtype} cannot: the largest is {np.abs(array).max():.6g}.")
        array = converted
    return np.ascontiguousarray(array).reshape(array.shape)


def _named(weights: Any, prefix: str = "") -> Iterator[tuple[str, np.ndarray]]:
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
