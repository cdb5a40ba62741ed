"""FilterExplorer without a browser: CourseNet in JavaScript against Keras layer by layer, its heat map against Keras' gradients, the atlas."""

import numpy as np
import pytest
import traitlets
from support.convnets import opened
from support.node import run_node

from utils import gradients, pretrained, weights
from utils.weights import export_weights, load_weights
from utils.widgets import FilterExplorer, bundle
from utils.widgets.filter_explorer.widget import COLUMNS, LAYERS, PATTERNS, SAMPLES, SIDE, pack_patterns, samples

COURSENET = weights.weight_file("coursenet")
MODULES = [*bundle.modules("filter_explorer/engine.js"), bundle.WIDGETS / "kit" / "weights.js"]


def run_js(folder, calls: list) -> list:
    return run_node(folder, "widgets/filter_explorer/filter_explorer.mjs", MODULES, calls, "courseModules")


# ---- the network in the page


@pytest.fixture(scope="module")
def pictures():
    """A photograph, a drawing, and noise, uint8, (3, 64, 64, 3)."""
    stored = load_weights(PATTERNS)[0]
    noise = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), "uint8")
    return np.stack([opened(stored["samples/temple"]), opened(stored["samples/fish and umbrella"]), noise])


@pytest.fixture(scope="module")
def told(pictures, tmp_path_factory) -> list[dict]:
    """What the page's network says of each: activations of each layer, probabilities, heat map of a class, time."""
    calls = [
        ["", "look", [str(COURSENET), picture.ravel().tolist(), chosen]]
        for picture, chosen in zip(pictures, (7, 60, 99))
    ]
    return run_js(tmp_path_factory.mktemp("filters"), calls)


@pytest.fixture(scope="module")
def net():
    return pretrained.coursenet()


def test_every_layer_agrees_with_keras(net, pictures, told):
    import keras

    inner = keras.Model(net.inputs, [net.get_layer(name).output for name in (*LAYERS, "predictions")])
    *layers, shares = (keras.ops.convert_to_numpy(output) for output in inner(pictures.astype("float32")))
    for i, answer in enumerate(told):
        assert [found["shape"] for found in answer["maps"]] == [list(layer.shape[1:]) for layer in layers]
        for name, found, layer in zip(LAYERS, answer["maps"], layers):
            worst = np.abs(np.reshape(found["data"], found["shape"]) - layer[i]).max()
            assert worst <= 1e-4 * layer[i].max(), name
        np.testing.assert_allclose(answer["shares"], shares[i], atol=1e-5)


def test_half_precision_costs_little(net, pictures, told):
    """The file holds float16: next to weights that differ from them by as much as float16 loses, the answers stay the same."""
    import keras

    random = np.random.default_rng(1)
    moved = keras.models.clone_model(net)
    moved.set_weights([weight * (1 + random.uniform(-(2**-11), 2**-11, weight.shape)) for weight in net.get_weights()])
    expected = keras.ops.convert_to_numpy(moved(pictures.astype("float32")))
    np.testing.assert_allclose([answer["shares"] for answer in told], expected, atol=5e-3)


def test_heat_map_is_grad_cam(net, pictures, told):
    """ReLU of the maps, each weighted by the mean gradient of the class's score before the softmax, as Selvaraju et al. have it."""
    import keras
    from keras import ops

    maps = keras.Model(net.inputs, net.get_layer("global_pool").input)(pictures.astype("float32"))
    kernel, bias = net.get_layer("predictions").get_weights()
    for answer, one, chosen in zip(told, ops.convert_to_numpy(maps), (7, 60, 99)):
        score = gradients.value_and_gradient(lambda x, c=chosen: ops.sum(ops.mean(x, (0, 1)) * kernel[:, c]) + bias[c])
        value, gradient = score(one)
        importance = gradient.mean((0, 1))
        expected = (
            np.maximum(one @ importance, 0) * one.shape[0] * one.shape[1]
        )  # the page's has not been divided by the places
        np.testing.assert_allclose(
            np.reshape(answer["heat"], expected.shape), expected, atol=1e-4 * max(expected.max(), 1)
        )
        assert value - float(bias[chosen]) == pytest.approx(
            (one @ importance).sum(), abs=1e-3
        )  # the map sums up to the score


def test_two_things_have_their_heat_in_their_places(tmp_path):
    """The fish swims below on the left, the umbrella hangs above on the right; and a drawn bus is a bus."""
    names, picture = pretrained.names(), {name: picture.ravel().tolist() for name, picture in samples().items()}
    fish, umbrella, bus = (names.index(name) for name in ("goldfish", "umbrella", "school bus"))
    both = picture["fish and umbrella"]
    calls = [["", "look", [str(COURSENET), *some]] for some in ((both, fish), (both, umbrella), (picture["bus"], bus))]
    below, above, alone = run_js(tmp_path, calls)
    assert set(np.argsort(below["shares"])[-2:]) == {fish, umbrella} and np.argmax(alone["shares"]) == bus
    y, x = np.divmod(np.argmax(below["heat"]), 8)
    assert y >= 4 and x < 4
    y, x = np.divmod(np.argmax(above["heat"]), 8)
    assert y < 4 and x >= 4


def test_what_is_said_of_a_layer(told):
    for answer in told:
        for found, about in zip(answer["maps"], answer["about"]):
            maps = np.reshape(found["data"], found["shape"])
            assert about["top"] == pytest.approx(maps.max()) and about["zeros"] == pytest.approx((maps == 0).mean())
            assert about["strongest"] == maps.sum((0, 1)).argmax()


# ---- the atlas


def smooth(side: int = 32) -> dict[str, np.ndarray]:
    """Patterns whose colours tell layer and filter."""
    y, x = np.mgrid[:side, :side] / (side - 1)
    picture = lambda n, i: np.stack([x, y, np.full_like(x, (n * 7 + i) % 50 / 50)], -1)  # noqa: E731
    return {
        name: np.stack([255 * picture(n, i) for i in range(count)]).astype("uint8")
        for n, (name, count) in enumerate(LAYERS.items())
    }


def test_patterns_survive_the_file(tmp_path):
    patterns = smooth()
    tensors, meta = pack_patterns(patterns)
    export_weights(tensors, tmp_path / "atlas.safetensors", **meta)
    tensors, meta = load_weights(tmp_path / "atlas.safetensors")
    shipped, known = load_weights(PATTERNS)
    assert set(tensors) == set(shipped) and {array.dtype for array in tensors.values()} == {np.dtype("uint8")}
    assert meta["quality"] == 90 and meta["columns"] == COLUMNS and set(meta) <= set(known)
    for name, expected in patterns.items():
        sheet = opened(tensors[f"patterns/{name}"])
        for i in (0, 1, COLUMNS, len(expected) - 1):
            row, column = divmod(i, COLUMNS)
            tile = sheet[32 * row : 32 * row + 32, 32 * column : 32 * column + 32]
            assert np.abs(tile.astype(int) - expected[i])[4:-4, 4:-4].max() < 20, (name, i)


def test_finer_patterns_are_stored_less_finely():
    random = np.random.default_rng(0)
    noise = {name: random.integers(0, 256, (count, 16, 16, 3), "uint8") for name, count in LAYERS.items()}
    tensors, meta = pack_patterns(noise, budget=200_000)
    assert meta["quality"] < 90 and sum(len(picture) for picture in tensors["patterns"].values()) <= 200_000
    with pytest.raises(ValueError, match="more than 1,000: make the patterns smaller"):
        pack_patterns(noise, budget=1000)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"block5_conv1": np.zeros((4, 8, 8, 3), "uint8")},
            "The atlas has the layers block1_conv1, .* these are .*block5_conv1",
        ),
        (
            {"block1_conv1": np.zeros((24, 8, 8, 3))},
            r"block1_conv1: expected uint8, \(24, side, side, 3\), not float64",
        ),
        ({"block1_conv1": np.zeros((23, 8, 8, 3), "uint8")}, r"not uint8, \(23, 8, 8, 3\)"),
        ({"block1_conv1": np.zeros((24, 8, 9, 3), "uint8")}, r"not uint8, \(24, 8, 9, 3\)"),
        ({"block1_conv1": np.zeros((24, 8, 8), "uint8")}, r"not uint8, \(24, 8, 8\)"),
    ],
)
def test_other_patterns_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        pack_patterns(smooth(8) | change)


def test_shipped_files():
    file = weights.weight_file(PATTERNS)
    assert file.stat().st_size <= 900_000
    tensors, meta = load_weights(file)
    assert meta["columns"] == COLUMNS == 12
    for name, count in LAYERS.items():
        height, width, _ = opened(tensors[f"patterns/{name}"]).shape
        assert width % COLUMNS == 0 and height == width // COLUMNS * count / COLUMNS and width // COLUMNS >= 32
    assert tuple(meta["samples"]) == SAMPLES
    for name, picture in samples().items():
        assert np.abs(opened(tensors[f"samples/{name}"]).astype(int) - picture).mean() < 8, name
    trained, _ = load_weights(COURSENET)
    assert {name: trained[f"{name}/kernel"].shape[3] for name in LAYERS} == LAYERS


# ---- the class


def test_traits_refuse_what_makes_no_sense():
    for wrong in (
        {"layer": "block5_conv1"},
        {"filter": -1},
        {"filter": 192},
        {"view": "both"},
        {"sample": "horse"},
        {"heat": 2},
        {"sample": "own"},
        {"picture": "https://example.org/a.png"},
        {"strokes": [[]]},
    ):
        with pytest.raises(traitlets.TraitError):
            FilterExplorer(**wrong)


def test_own_picture_needs_both():
    widget = FilterExplorer(sample="own", picture="data:image/png;base64,AAAA")
    assert widget.sample == "own"


def test_the_page_knows_the_layers_and_what_an_address_may_say():
    rules = FilterExplorer.rules()
    assert dict(zip(rules["layer"]["choices"], rules["layer"]["filters"])) == LAYERS
    assert rules["layer"]["sides"] == [64, 64, 32, 32, 16, 16, 16, 8, 8, 8]
    assert rules["sample"]["choices"] == list(SAMPLES) and "local" not in rules["sample"]
    assert rules["picture"]["local"] and rules["strokes"]["local"]


def test_the_placeholder_holds_no_weights():
    widget = FilterExplorer(layer="block4_conv3", filter=17)
    html = widget.to_html()
    assert len(html) < 1000 and widget.blob and widget._more_blobs[PATTERNS]
    assert repr(widget) == "FilterExplorer(filter=17, layer='block4_conv3')"
