"""A Keras model as data: the list of steps that `nn/network.js` runs in the page.

    description, layers = describe(decoder)
    packed = pack({"decoder": layers}, decoder=description)

The description is JSON: {"input": shape, "steps": [step, …], "outputs": [position, …]}. Position 0 is the input, position i the
output of the i-th step; each step names its layer, its kind, the position it reads, and the settings of that kind.
"""

import re
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh", "elu", "selu", "silu", "softplus", "softmax", "leaky_relu")
IDENTITIES = ("Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "ActivityRegularization", "Identity")


def _activation(layer: Any) -> dict:
    name = layer.activation.__name__
    if name not in ACTIVATIONS:
        raise ValueError(f"the activation {name} is not supported, only {', '.join(ACTIVATIONS)}")
    return {"activation": name}


def _require(layer: Any, **wanted: Any) -> None:
    """Settings that must have one value, because the page knows no other."""
    for name, value in wanted.items():
        found = getattr(layer, name)
        if found != value:
            raise ValueError(f"{name}={found!r} is not supported, only {value!r}")


def _windows(layer: Any) -> dict:
    _require(layer, data_format="channels_last")
    return {"strides": list(layer.strides), "padding": layer.padding}


def _conv(layer: Any) -> dict:
    _require(layer, dilation_rate=(1, 1))
    _require(layer, **({"groups": 1} if hasattr(layer, "groups") else {"output_padding": None}))
    return _windows(layer) | _activation(layer)


def _relu(layer: Any) -> dict:
    _require(layer, max_value=None, threshold=0.0)
    return {"type": "Activation", "activation": "leaky_relu", "slope": float(layer.negative_slope)}


def _normalization(layer: Any) -> dict:
    if layer.axis not in (-1, len(layer.output.shape) - 1):
        raise ValueError(f"axis={layer.axis} is not supported, only the last one")
    return {"epsilon": layer.epsilon}


def _global(layer: Any) -> dict:
    _require(layer, data_format="channels_last", keepdims=False)
    return {}


def _enlarge(layer: Any) -> dict:
    _require(layer, data_format="channels_last", interpolation="nearest")
    return {"size": list(layer.size)}


def _rescaling(layer: Any) -> dict:
    return {"scale": float(layer.scale), "offset": float(layer.offset)}


def _shape(layer: Any) -> dict:
    if getattr(layer, "data_format", None) not in (None, "channels_last"):
        raise ValueError("only channels_last is supported")
    return {"type": "Reshape", "shape": list(layer.output.shape[1:])}


_KINDS: dict[str, Callable[..., dict]] = {
    "Dense": _activation,
    "Conv2D": _conv,
    "Conv2DTranspose": _conv,
    "BatchNormalization": _normalization,
    "MaxPooling2D": lambda layer: _windows(layer) | {"size": list(layer.pool_size)},
    "AveragePooling2D": lambda layer: _windows(layer) | {"size": list(layer.pool_size)},
    "GlobalAveragePooling2D": _global,
    "GlobalMaxPooling2D": _global,
    "Flatten": _shape,
    "Reshape": _shape,
    "Activation": _activation,
    "ReLU": _relu,
    "LeakyReLU": lambda layer: {"type": "Activation", "activation": "leaky_relu", "slope": float(layer.negative_slope)},
    "UpSampling2D": _enlarge,
    "Rescaling": _rescaling,
}
SUPPORTED = (*_KINDS, *IDENTITIES)


def _own_name(layer: Any, steps: list[dict]) -> str:
    """The layer's name; where Keras chose it, "conv2d_19", its number within the model, "conv2d_1"."""
    name = auto_name(type(layer).__name__)
    if not re.fullmatch(rf"{name}(_\d+)?", layer.name):
        return layer.name
    taken = [step["layer"] for step in steps]
    return next(numbered for i in count(1) if (numbered := f"{name}_{i}") not in taken)


def auto_name(kind: str) -> str:
    """What Keras calls a layer that has no name: "Conv2DTranspose" → "conv2d_transpose"."""
    return (
        re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", kind)).lower().replace("2_d", "2d")
    )


def describe(model: Any, outputs: Sequence | None = None) -> tuple[dict, dict]:
    """Description of a built Sequential or functional model with one input, and its layers by name, for `weights.pack`.

    outputs: the symbolic outputs wanted, default all of `model.outputs`; layers that only lead to others are left out.
    Raises ValueError that names the layer for a kind or a setting that the page cannot run, TypeError for what is no such model.
    """
    if len(getattr(model, "inputs", None) or ()) != 1:
        raise TypeError(
            f"{getattr(model, 'name', model)!r} should be a Sequential or functional Keras model with one input, "
            "built or called once; a subclassed model does not say how its layers are connected."
        )
    steps: list[dict] = []
    layers: dict = {}
    positions = {id(model.inputs[0]): 0}

    def position(tensor: Any) -> int:
        if id(tensor) not in positions:
            layer, node, _ = tensor._keras_history
            before = [position(source) for source in layer._inbound_nodes[node].input_tensors]
            positions[id(tensor)] = before[0] if type(layer).__name__ in IDENTITIES else add(layer, before)
        return positions[id(tensor)]

    def add(layer: Any, before: list[int]) -> int:
        kind = type(layer).__name__
        if kind not in _KINDS or len(before) != 1:
            raise ValueError(
                f"Layer {layer.name!r} ({kind}) of {model.name!r} cannot run in the page. Supported, with one input each: "
                f"{', '.join(SUPPORTED)}."
            )
        try:
            settings = _KINDS[kind](layer)
        except ValueError as error:
            raise ValueError(
                f"Layer {layer.name!r} ({kind}) of {model.name!r} cannot run in the page: {error}."
            ) from None
        trained = bool(layer.weights)
        name = _own_name(layer, steps)
        if trained:
            layers[name] = layer
        steps.append({"layer": name, "type": kind, "from": before[0], "trained": trained} | settings)
        return len(steps)

    wanted = [position(tensor) for tensor in (model.outputs if outputs is None else outputs)]
    return {"input": list(model.inputs[0].shape[1:]), "steps": steps, "outputs": wanted}, layers
