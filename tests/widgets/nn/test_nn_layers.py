"""nn.js, convolution.js and recurrent.js against Keras, with WebAssembly and without: every operation alone, then whole networks."""

import json
import re

import numpy as np
import pytest
from support.nn import Case, evaluate
from support.node import TOLERANCE

from utils.widgets import bundle

MODULES = ("nn.js", "convolution.js", "recurrent.js")
PADDINGS = ("valid", "same")


def activations():
    from keras import layers

    x = np.linspace(-6, 6, 60).reshape(5, 12)
    for name in ("relu", "sigmoid", "tanh", "elu", "selu", "silu", "softplus"):
        yield name, layers.Activation(name), x, f"{name}(x)"
    yield "leakyRelu", layers.LeakyReLU(), x, "leakyRelu(x)"
    yield "leakyRelu, own slope", layers.LeakyReLU(0.1), x, "leakyRelu(x, 0.1)"
    yield "softmax", layers.Softmax(), x, "softmax(x)"
    yield "softmax, large logits", layers.Softmax(), 1000 * x, "softmax(x)"
    yield "softmax, temperature", layers.Lambda(lambda t: _softmax(t / 0.3)), x, "softmax(x, 0.3)"


def _softmax(t):
    import keras

    return keras.ops.softmax(t)


def simple_layers():
    from keras import layers

    yield "dense", layers.Dense(7), (12,), 'dense(x, w("layer"))'
    yield "dense, without bias", layers.Dense(7, use_bias=False), (12,), 'dense(x, w("layer"))'
    yield "dense, rows", layers.Dense(3), (4, 5), 'dense(x, w("layer"))'
    yield "embedding", layers.Embedding(9, 4), np.array([0, 8, 3, 3]), 'embedding(x.data, w("layer"))'
    yield "batchNorm", layers.BatchNormalization(), (4, 5, 3), 'batchNorm(x, w("layer"))'
    yield (
        "batchNorm, plain",
        layers.BatchNormalization(center=False, scale=False, epsilon=1e-5),
        (6,),
        'batchNorm(x, w("layer"), 1e-5)',
    )


def convolutions():
    from keras import layers

    sizes = [
        ((8, 8), 3, 1),
        ((8, 8), 3, 2),
        ((7, 9), 3, 2),
        ((7, 10), (2, 5), (3, 1)),
        ((9, 6), 4, 2),
        ((5, 5), 1, 1),
        ((11, 8), 2, 3),
    ]
    for padding in PADDINGS:
        for (height, width), kernel, strides in sizes:
            options = f"{{ strides: {json.dumps(strides)}, padding: '{padding}' }}"
            what = f"{height}x{width}, kernel {kernel}, strides {strides}, {padding}"
            shape = (height, width, 3)
            conv = layers.Conv2D(4, kernel, strides=strides, padding=padding)
            yield f"conv2d {what}", conv, shape, f'conv2d(x, w("layer"), {options})'
            conv = layers.Conv2DTranspose(4, kernel, strides=strides, padding=padding)
            yield f"conv2dTranspose {what}", conv, shape, f'conv2dTranspose(x, w("layer"), {options})'
    yield "conv2d, without bias", layers.Conv2D(2, 3, use_bias=False), (5, 6, 3), 'conv2d(x, w("layer"))'
    for filters, width in (
        (5, 7),
        (11, 6),
        (8, 7),
    ):  # it takes eight filters and four places at a time: some are left over
        yield f"conv2d, {filters} filters", layers.Conv2D(filters, 3), (5, width, 3), 'conv2d(x, w("layer"))'


def pooling():
    from keras import layers

    for padding in PADDINGS:
        for (height, width), size, strides in (
            ((8, 8), 2, 2),
            ((7, 9), 2, 2),
            ((7, 9), 3, 2),
            ((6, 5), (2, 3), (1, 2)),
        ):
            options = f"{{ size: {json.dumps(size)}, strides: {json.dumps(strides)}, padding: '{padding}' }}"
            what = f"{height}x{width}, size {size}, strides {strides}, {padding}"
            shape = (height, width, 3)
            yield f"maxPool2d {what}", layers.MaxPooling2D(size, strides, padding), shape, f"maxPool2d(x, {options})"
            yield (
                f"averagePool2d {what}",
                layers.AveragePooling2D(size, strides, padding),
                shape,
                f"averagePool2d(x, {options})",
            )
    yield "maxPool2d, defaults", layers.MaxPooling2D(), (6, 7, 2), "maxPool2d(x)"
    yield "globalAveragePool", layers.GlobalAveragePooling2D(), (5, 6, 3), "globalAveragePool(x)"
    yield "globalMaxPool", layers.GlobalMaxPooling2D(), (5, 6, 3), "globalMaxPool(x)"


STEPS = """(() => {{
  const weights = w("layer"), state = recurrentState(weights);
  const [steps, width] = x.shape;
  for (let t = 0; t < steps; t++) {name}Step(tensor([width], x.data.subarray(t * width, (t + 1) * width)), state, weights);
  return state.h;
}})()"""

INDICES = """(() => {
  const weights = w("layer"), state = recurrentState(weights);
  for (const index of [3, 0, 4, 4, 1]) lstmStep(index, state, weights);
  return state.h;
})()"""


def recurrent():
    from keras import layers

    yield "lstmStep, 20 steps", layers.LSTM(8), (20, 5), STEPS.format(name="lstm")
    yield "lstmStep, no bias", layers.LSTM(8, use_bias=False), (4, 5), STEPS.format(name="lstm")
    yield "lstmStep, one-hot by index", layers.LSTM(6), np.eye(5)[[3, 0, 4, 4, 1]], INDICES
    yield "gruStep, 20 steps", layers.GRU(8), (20, 5), STEPS.format(name="gru")
    yield "gruStep, no bias", layers.GRU(8, use_bias=False), (4, 5), STEPS.format(name="gru")


def networks():
    import keras
    from keras import layers

    yield (
        "convnet",
        keras.Sequential(
            [
                layers.Conv2D(8, 3, activation="relu", name="one"),
                layers.BatchNormalization(name="norm"),
                layers.MaxPooling2D(),
                layers.Conv2D(16, 3, strides=2, padding="same", activation="elu", name="two"),
                layers.GlobalAveragePooling2D(),
                layers.Dense(10, activation="softmax", name="digits"),
            ]
        ),
        (28, 28, 1),
        """softmax(dense(globalAveragePool(elu(conv2d(maxPool2d(batchNorm(relu(conv2d(x, w("one"))), w("norm"))), w("two"),
           { strides: 2, padding: "same" }))), w("digits")))""",
    )
    yield (
        "decoder",
        keras.Sequential(
            [
                layers.Dense(7 * 7 * 16, activation="relu", name="grow"),
                layers.Reshape((7, 7, 16)),
                layers.Conv2DTranspose(16, 3, strides=2, padding="same", activation="relu", name="up"),
                layers.Conv2DTranspose(8, 3, strides=2, padding="same", activation="relu", name="up_again"),
                layers.Conv2D(1, 3, padding="same", activation="sigmoid", name="picture"),
            ]
        ),
        (2,),
        """(() => { const up = { strides: 2, padding: "same" };
            let y = tensor([7, 7, 16], relu(dense(x, w("grow"))).data);
            y = relu(conv2dTranspose(relu(conv2dTranspose(y, w("up"), up)), w("up_again"), up));
            return sigmoid(conv2d(y, w("picture"), { padding: "same" })); })()""",
    )


def cases():
    """(name, expression, x, weights by name, what Keras says), in float32."""
    import keras

    keras.utils.set_random_seed(0)
    random = np.random.default_rng(0)
    for family in (activations, simple_layers, convolutions, pooling, recurrent, networks):
        for name, layer, given, expression in family():  # a tensor, or the shape of one
            x = (random.normal(size=given) if isinstance(given, tuple) else given).astype("float32")
            layer(x[None])
            for weight in layer.weights:  # zeros and ones, as layers start, would hide a forgotten bias or variance
                if weight.path.endswith(("bias", "beta", "gamma", "mean", "variance")):
                    weight.assign(random.uniform(0.2, 1, size=weight.shape))
            parts = {part.name: part for part in layer.layers} if hasattr(layer, "layers") else {"layer": layer}
            weights = {f"{of}/{w.name}": w.numpy() for of, part in parts.items() for w in part.weights}
            yield name, expression, x, weights, keras.ops.convert_to_numpy(layer(x[None]))[0]


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> dict:
    """{(dtype of the weights, whether WebAssembly multiplies): {case: (what the page says, what Keras says)}}"""
    listed = list(cases())
    assert len({name for name, *_ in listed}) == len(listed) > 60

    def answer(dtype: str, wasm: bool) -> dict:
        asked = [
            Case(expression, {"x": x} | {key: w.astype(dtype) for key, w in weights.items()}, wasm)
            for _, expression, x, weights, _ in listed
        ]
        found = evaluate(tmp_path_factory.mktemp("layers"), asked)
        return {name: (got, expected) for got, (name, *_, expected) in zip(found, listed)}

    return {(dtype, wasm): answer(dtype, wasm) for dtype in TOLERANCE for wasm in (True, False)}


@pytest.mark.parametrize("wasm", [True, False], ids=["wasm", "plain"])
@pytest.mark.parametrize("dtype", TOLERANCE)
def test_agrees_with_keras(answers, dtype, wasm):
    for name, (found, expected) in answers[dtype, wasm].items():
        assert found.shape == expected.shape, name
        np.testing.assert_allclose(found, expected, atol=TOLERANCE[dtype], rtol=0, err_msg=name)


def test_every_operation_has_a_case(answers):
    source = "".join((bundle.WIDGETS / "nn" / name).read_text("utf-8") for name in MODULES)
    operations = set(re.findall(r"^export (?:const|function) (\w+)", source, re.MULTILINE))
    tested = {name for name in operations if any(case.startswith(name) for case in answers["float32", True])}
    assert operations - tested == {"size", "tensor", "layer", "recurrentState", "expect", "logistic", "fillBias"}
