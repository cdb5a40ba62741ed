"""LatentExplorer without a browser: its networks and its drawing pad against Keras and NumPy, the shipped weights, the errors."""

import itertools
from pathlib import Path

import numpy as np
import pytest
import traitlets
from support.digits import DRAWINGS, SHIPPED, centred, rebuild
from support.node import TOLERANCE, run_node

from utils import weights
from utils.widgets import LatentExplorer, bundle
from utils.widgets.latent_explorer.widget import parts
from utils.widgets.nn.describe import SUPPORTED, describe


def run_js(folder: Path, networks=(), drawings=(), planes=()) -> dict:
    """What vae.mjs answers. networks: (weight file, "encoder" or "decoder", inputs (n, …)); planes: jobs of labels."""
    modules = [
        file
        for name in ("nn/network", "kit/drawing", "kit/weights", "latent_explorer/engine")
        for file in bundle.modules(f"{name}.js")
    ]
    listed = [
        {"file": str(file), "model": model, "inputs": np.reshape(inputs, (len(inputs), -1)).tolist()}
        for file, model, inputs in networks
    ]
    job = {"networks": listed, "drawings": list(drawings), "planes": list(planes)}
    return run_node(folder, "widgets/latent_explorer/vae.mjs", dict.fromkeys(modules), job)


def shake(model):
    """Random numbers in biases and statistics too, where zeros and ones would hide a forgotten term."""
    random = np.random.default_rng(1)
    for weight in model.weights:
        if weight.path.endswith(("bias", "beta", "gamma", "mean", "variance")):
            weight.assign(random.uniform(0.2, 1, size=weight.shape))
    return model


def dense_encoder(activation="silu"):
    import keras
    from keras import layers

    picture = keras.Input((28, 28, 1))
    x = layers.Flatten()(picture)
    x = layers.Dense(40, activation=activation)(x)
    return shake(keras.Model(picture, [layers.Dense(2, name="mean")(x), layers.Dense(2, name="log_var")(x)]))


def convolutional_encoder():
    import keras
    from keras import layers

    picture = keras.Input((28, 28, 1))
    x = layers.Rescaling(2.0, -1.0)(picture)
    x = layers.Conv2D(4, 3, strides=2, padding="same")(x)
    x = layers.LeakyReLU(0.2)(x)
    x = layers.BatchNormalization()(x)
    x = layers.Dropout(0.5)(x)
    x = layers.AveragePooling2D(2)(x)
    x = layers.Conv2D(6, 3, activation="elu")(x)
    deep = layers.MaxPooling2D(2)(layers.ReLU(negative_slope=0.1)(x))
    one, two = layers.GlobalAveragePooling2D()(deep), layers.GlobalMaxPooling2D()(x)
    mean, log_var = layers.Dense(2)(one), layers.Dense(2)(two)
    noisy = layers.Lambda(lambda pair: pair[0] + pair[1])([mean, log_var])  # the third output of many encoders
    return shake(keras.Model(picture, [mean, log_var, noisy]))


def transposed_decoder():
    import keras
    from keras import layers

    return shake(
        keras.Sequential(
            [
                keras.Input((2,)),
                layers.Dense(7 * 7 * 4, activation="silu"),
                layers.Reshape((7, 7, 4)),
                layers.Conv2DTranspose(6, 3, strides=2, padding="same", activation="silu"),
                layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid"),
            ]
        )
    )


def enlarging_decoder():
    import keras
    from keras import layers

    return shake(
        keras.Sequential(
            [
                keras.Input((2,)),
                layers.Dense(7 * 7 * 4, activation="tanh"),
                layers.Activation("softplus"),
                layers.Reshape((7, 7, 4)),
                layers.UpSampling2D((2, 2)),
                layers.Conv2D(3, 3, padding="same", activation="selu"),
                layers.UpSampling2D(2),
                layers.Conv2D(1, 3, padding="same", activation="sigmoid"),
            ]
        )
    )


PAIRS = {
    "dense": (dense_encoder, transposed_decoder),
    "convolutional": (convolutional_encoder, enlarging_decoder),
}


@pytest.fixture(scope="module", params=PAIRS)
def pair(request):
    return [make() for make in PAIRS[request.param]]


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_every_layer_agrees_with_keras(pair, dtype, tmp_path):
    import keras

    random = np.random.default_rng(0)
    networks, expected = [], []
    for name, model, shape in (("encoder", pair[0], (28, 28, 1)), ("decoder", pair[1], (2,))):
        shown = [
            layer.output for layer in model.layers[1 if name == "encoder" else 0 :] if type(layer).__name__ != "Lambda"
        ]
        description, layers = describe(model, shown)
        weights.export_weights({name: layers}, tmp_path / f"{name}.safetensors", dtype=dtype, **{name: description})
        inputs = random.uniform(0, 1, size=(3, *shape)).astype("float32")
        networks.append((tmp_path / f"{name}.safetensors", name, inputs))
        expected.append(
            [keras.ops.convert_to_numpy(y) for y in keras.Model(model.inputs[0], shown)(inputs, training=False)]
        )
    answers = run_js(tmp_path, networks)["networks"]
    for answer, wanted in zip(answers, expected):
        assert len(wanted) > 3
        for i, layer in enumerate(wanted):
            for row, outputs in zip(layer, answer):
                np.testing.assert_allclose(
                    outputs[i], row.ravel(), rtol=0, atol=TOLERANCE[dtype] * max(np.abs(layer).max(), 1)
                )


def test_supported_layers_are_all_tested():
    tested = {type(layer).__name__ for makers in PAIRS.values() for make in makers for layer in make().layers}
    identities = {"SpatialDropout2D", "GaussianNoise", "GaussianDropout", "ActivityRegularization", "Identity"}
    assert set(SUPPORTED) - tested == identities


# ---- the shipped weights


@pytest.fixture(scope="module")
def shipped():
    tensors, meta = weights.load_weights(SHIPPED)
    return tensors, meta, *(rebuild(meta[name], tensors, name) for name in ("encoder", "decoder"))


def test_shipped_weights_are_small_and_say_where_they_come_from(shipped):
    tensors, meta, *_ = shipped
    assert SHIPPED.stat().st_size <= 300_000
    assert {"date", "made_by", "data", "test_negative_elbo"} <= set(meta)
    assert meta["test_negative_elbo"] <= 155
    assert tensors["points"].shape == (2000, 2) and np.bincount(tensors["labels"]).min() > 100
    assert tensors["samples"].shape == (len(meta["sample_labels"]), 28, 28)
    assert meta["sample_labels"] == list(range(10))
    assert tensors["samples"].dtype == tensors["labels"].dtype == np.uint8  # pictures as bytes, in a third of the room


def test_shipped_weights_agree_with_keras(shipped, tmp_path):
    import keras

    tensors, _, encoder, decoder = shipped
    points, pictures = tensors["points"][:200], tensors["samples"][..., None] / np.float32(255)
    answer = run_js(tmp_path, [(SHIPPED, "decoder", points), (SHIPPED, "encoder", pictures)])
    decoded, encoded = answer["networks"]
    expected = keras.ops.convert_to_numpy(decoder(points)).reshape(200, -1)
    np.testing.assert_allclose([output for (output,) in decoded], expected, atol=1e-5)
    for i, expected in enumerate(encoder(pictures)):
        np.testing.assert_allclose([outputs[i] for outputs in encoded], keras.ops.convert_to_numpy(expected), atol=1e-4)


def test_shipped_parts_belong_together(shipped):
    """Each sample is the first of its digit among the points: the shipped encoder puts it where the shipped point lies."""
    tensors, _, encoder, _ = shipped
    first = [int(np.argmax(tensors["labels"] == digit)) for digit in range(10)]
    codes = encoder.predict(tensors["samples"][..., None] / 255, verbose=0)[0]
    np.testing.assert_allclose(codes, tensors["points"][first], atol=0.02)


# ---- the reader's own model


def points(n=6):
    return np.arange(2 * n).reshape(n, 2) / n, np.arange(n) % 3


def test_from_model_takes_the_readers_models():
    widget = LatentExplorer.from_model(
        convolutional_encoder(), transposed_decoder(), *points(), samples=np.full((1, 28, 28), 255)
    )
    tensors, meta = weights.unpack(widget.blob)
    assert widget.weights == "" and "samples" not in meta
    assert len(meta["encoder"]["outputs"]) == 2  # the noisy third output is not needed, nor its Lambda layer
    assert tensors["samples"].dtype == np.uint8 and tensors["samples"].max() == 255
    grey, _ = parts(convolutional_encoder(), transposed_decoder(), *points(), np.full((1, 28, 28), 0.2))
    assert (grey["samples"] == 51).all() and grey["labels"].dtype == np.uint8
    assert not any("seed" in name for name in tensors)
    LatentExplorer.from_model(convolutional_encoder(), transposed_decoder(), *points(), point=[1.0, 2.0])


def test_from_model_takes_a_plain_autoencoder_of_flat_pictures():
    import keras

    encoder = keras.Sequential([keras.Input((784,)), keras.layers.Dense(2)])
    _, meta = parts(
        encoder, keras.Sequential([keras.Input((2,)), keras.layers.Dense(784, activation="sigmoid")]), *points()
    )
    assert len(meta["encoder"]["outputs"]) == 1


def test_from_model_names_what_it_cannot_run():
    import keras
    from keras import layers

    def encoder(*inside):
        return keras.Sequential([keras.Input((28, 28, 1)), *inside, layers.Flatten(), layers.Dense(2)])

    wrong = {
        r"'odd' \(Lambda\).*Supported.*Conv2DTranspose": layers.Lambda(lambda x: x, name="odd"),
        r"'odd' \(Conv2D\).*dilation_rate": layers.Conv2D(2, 3, dilation_rate=2, name="odd"),
        r"'odd' \(Conv2D\).*activation gelu": layers.Conv2D(2, 3, activation="gelu", name="odd"),
        r"'odd' \(UpSampling2D\).*bilinear": layers.UpSampling2D(interpolation="bilinear", name="odd"),
        r"'odd' \(ReLU\).*max_value": layers.ReLU(max_value=6, name="odd"),
    }
    for message, layer in wrong.items():
        with pytest.raises(ValueError, match=message):
            LatentExplorer.from_model(encoder(layer), transposed_decoder(), *points())


def test_from_model_explains_wrong_shapes():
    import keras
    from keras import layers

    good = dense_encoder(), transposed_decoder()
    deep = keras.Sequential([keras.Input((16,)), layers.Dense(784)])
    small = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(2)])
    wide = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(3)])
    for arguments, message in (
        ((good[0], deep, *points()), r"decoder's input should be two latent numbers.*\(None, 16\)"),
        ((small, good[1], *points()), r"encoder's input should be one picture of 28 × 28.*\(None, 8, 8, 1\)"),
        ((wide, good[1], *points()), r"mean, log-variance\) should be two.*\(None, 3\)"),
        ((*good, np.zeros((4, 3)), np.zeros(4)), r"points of shape \(n, 2\).*\(4, 3\)"),
        ((*good, np.zeros((4, 2)), np.zeros(5)), r"labels \(n,\).*\(5,\)"),
        ((*good, *points(), np.zeros((2, 8, 8))), r"\(m, 28, 28\).*64"),
        ((*good, np.zeros((2, 2)), [1, 300]), r"whole numbers from 0 to 255, but go from 1 to 300"),
        ((*good, np.zeros((2, 2)), [0.5, 1]), r"whole numbers"),
    ):
        with pytest.raises(ValueError, match=message):
            LatentExplorer.from_model(*arguments)
    with pytest.raises(TypeError, match="subclassed"):
        describe(keras.Model())


# ---- the state


def test_the_state_has_bounds():
    for wrong in (
        {"point": [1.0]},
        {"point": [1.0, float("nan")]},
        {"walk": [[0.0, 0.0]] * 3},
        {"walk": [[0.0]]},
        {"along": 1.5},
        {"highlight": -2},
        {"sample": -2},
        {"strokes": [[]]},
        {"strokes": [[[0.5]]]},
    ):
        with pytest.raises(traitlets.TraitError):
            LatentExplorer(**wrong)
    rules = LatentExplorer.rules()
    assert rules["along"] == {"kind": "number", "min": 0, "max": 1} and rules["strokes"]["local"]


def test_it_opens_on_a_crisp_digit(tmp_path):
    """At the opening point the ten nearest digits agree, and no pixel's ink is in doubt for long; at (0, 0) there is a blur."""
    tensors, _ = weights.load_weights(SHIPPED)
    opening = LatentExplorer().point
    nearest = ((tensors["points"] - opening) ** 2).sum(1).argsort()[:10]
    assert len(set(tensors["labels"][nearest])) == 1
    ((crisp, blurred),) = run_js(tmp_path, [(SHIPPED, "decoder", np.array([opening, [0.0, 0.0]]))])["networks"]
    darkest = [np.max(outputs) for outputs in (crisp, blurred)]
    assert darkest[0] > 0.9 > darkest[1]


# ---- the labels of the plane


def distances(places) -> list[float]:
    return [float(np.hypot(*np.subtract(one, other))) for one, other in itertools.combinations(places, 2)]


@pytest.mark.parametrize("width", [290, 330, 460])
def test_no_two_labels_overlap(tmp_path, width):
    point = LatentExplorer().point
    (plane,) = run_js(tmp_path, planes=[{"file": str(SHIPPED), "width": width, "point": point}])["planes"]
    places = [label["at"] for label in plane["labels"]]
    assert [label["text"] for label in plane["labels"]] == [*"0123456789AB"]
    assert min(distances(plane["centres"])) < 12  # as they lie, 3, 5 and 8 would cover one another
    assert min(distances(places)) > 19
    assert min(distances([plane["point"], place])[0] for place in places) > 19  # nor do they cover the opening point
    moved = np.hypot(*(np.array(places[:10]) - plane["centres"]).T)
    assert moved.max() < 30 and moved[[1, 6]].max() < 0.01  # no farther than need be; those with room stay
    assert np.min(places) >= 10 and np.max(places) <= width - 10
    assert plane["chosen"] == ["4", "A", "B"]


# ---- the drawing pad


def test_drawings_are_centred_as_mnist_does(tmp_path):
    answers = run_js(tmp_path, drawings=DRAWINGS.values())["drawings"]
    for (name, strokes), answer in zip(DRAWINGS.items(), answers):
        picture = np.reshape(answer, (28, 28))
        np.testing.assert_allclose(picture, centred(strokes), atol=1e-5, err_msg=name)
        rows, columns = np.nonzero(picture > 0.5)
        middle = (picture.sum(0) @ np.arange(28), picture.sum(1) @ np.arange(28)) / picture.sum()
        np.testing.assert_allclose(middle, 13.5, atol=0.1, err_msg=name)
        if name != "dot":
            assert 19 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 21, name


def test_nothing_drawn_is_an_empty_picture(tmp_path):
    assert run_js(tmp_path, drawings=[[]])["drawings"] == [[0] * 784]
