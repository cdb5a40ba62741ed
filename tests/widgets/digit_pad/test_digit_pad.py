"""DigitPad without a browser: its three readers against Keras and NumPy, its pictures against NumPy and SciPy, the shipped files."""

import json

import numpy as np
import pytest
import traitlets
from support.digits import DRAWINGS
from support.digits import centred as centred_by_hand
from support.node import run_node

from utils import weights
from utils.weights import export_weights, load_weights
from utils.widgets import DigitPad, bundle
from utils.widgets.digit_pad.widget import (
    CONVNET,
    DENSE,
    NEIGHBOURS,
    neighbours,
    pack_levels,
    parts,
    small,
    unpack_levels,
)

FILES = [weights.weight_file(name) for name in (DENSE, CONVNET, NEIGHBOURS)]
MODULES = [*bundle.modules("digit_pad/engine.js"), bundle.WIDGETS / "kit" / "weights.js"]


def run_js(folder, calls: list) -> list:
    return run_node(folder, "widgets/digit_pad/digit_pad.mjs", MODULES, calls, "courseModules")


def pad_js(folder, calls: list) -> list:
    return run_js(folder, [["digit_pad/engine.js", *call] for call in calls])


def read_js(folder, files, pictures, k: int) -> dict:
    pictures = np.reshape(pictures, (len(pictures), -1)).tolist()
    return run_js(folder, [["", "readAll", [[str(file) for file in files], pictures, k]]])[0]


# ---- the readers


def models():
    """Two small networks of the chapter's kinds, with random numbers in their biases too."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    dense = [layers.Flatten(), layers.Dense(12, activation="relu"), layers.Dense(10, activation="softmax")]
    convnet = [
        layers.Conv2D(4, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(5, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dropout(0.3),
        layers.Dense(10, activation="softmax"),
    ]
    both = [keras.Sequential([keras.Input((28, 28, 1)), *stack]) for stack in (dense, convnet)]
    random = np.random.default_rng(2)
    for model in both:
        for weight in model.weights:
            if weight.path.endswith("bias"):
                weight.assign(random.uniform(-1, 1, size=weight.shape))
    return both


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-5), ("float16", 5e-3)])
def test_three_readers_agree_with_keras_and_numpy(tmp_path, dtype, tolerance):
    import keras

    random = np.random.default_rng(0)
    pictures = random.uniform(size=(6, 28, 28, 1)).astype("float32")
    stored, labels = small(random.uniform(size=(40, 28, 28))), random.integers(0, 10, 40)
    dense, convnet = models()
    files = []
    for name, (tensors, about) in parts(dense, convnet, (stored, labels), (pictures[:2], [3, 8])).items():
        files.append(tmp_path / f"{name}.safetensors")
        export_weights(tensors, files[-1], dtype=dtype, **about)
    told = read_js(tmp_path, files, pictures, 5)
    for i, answer in enumerate(told["answers"]):
        for shares, model in zip(answer["shares"], (dense, convnet)):
            expected = keras.ops.convert_to_numpy(model(pictures[i : i + 1]))[0]
            np.testing.assert_allclose(shares, expected, atol=tolerance)
        check_neighbours(answer, stored, labels, pictures[i])


def check_neighbours(answer: dict, stored, labels, picture) -> None:
    """The five named are the nearest, those stored first coming first, and vote as NumPy's do."""
    distances = ((15 * (stored - small(picture))).round() ** 2).sum(axis=1)
    assert answer["near"] == distances.argsort(kind="stable")[:5].tolist()
    np.testing.assert_allclose(answer["shares"][2], neighbours(stored, labels, small(picture), k=5)[0], atol=1e-9)


def test_grey_levels_survive_the_file():
    pictures = small(np.random.default_rng(0).uniform(size=(7, 28, 28)))
    packed = pack_levels(pictures)
    assert packed.shape == (7, 98) and packed.dtype == np.uint8
    assert packed[0, 0] == 16 * round(15 * pictures[0, 0]) + round(15 * pictures[0, 1])
    np.testing.assert_allclose(unpack_levels(packed), pictures, atol=1e-9)
    extremes = np.stack([np.zeros(196), np.ones(196)])
    np.testing.assert_array_equal(unpack_levels(pack_levels(extremes)), extremes)


def test_halving_agrees(tmp_path):
    pictures = np.random.default_rng(3).uniform(size=(5, 784))
    told = pad_js(tmp_path, [["halved", [picture.tolist()]] for picture in pictures])
    np.testing.assert_allclose(np.array(told) / 15, small(pictures.reshape(-1, 28, 28)), atol=1e-6)


def test_neighbours_votes():
    stored = np.eye(4, 196)
    labels, asked = np.array([1, 1, 7, 3]), 0.9 * stored[:1] + 0.2 * stored[1:2] + 0.1 * stored[2:3]
    votes = neighbours(stored, labels, asked, k=3)
    assert votes.shape == (1, 10) and votes[0, 1] == pytest.approx(2 / 3) and votes[0, 7] == pytest.approx(1 / 3)
    random = np.random.default_rng(0)
    many, asked = (small(random.uniform(size=(n, 28, 28))) for n in (50, 4))
    nearest = [((15 * (many - one)).round() ** 2).sum(axis=1).argsort(kind="stable")[:9] for one in asked]
    names = random.integers(0, 10, 50)
    np.testing.assert_allclose(
        neighbours(many, names, asked, k=9), [np.bincount(names[near], minlength=10) / 9 for near in nearest]
    )


# ---- the picture


@pytest.fixture(scope="module")
def blot():
    """A soft, lopsided blot inside 28 × 28."""
    y, x = np.mgrid[:28, :28]
    return np.exp(-((x - 11) ** 2 / 8 + (y - 15) ** 2 / 20)) + 0.5 * np.exp(-((x - 17) ** 2 + (y - 10) ** 2) / 6)


@pytest.mark.parametrize("turn", [0, 15, -40, 90])
@pytest.mark.parametrize(("right", "down"), [(0, 0), (3, 0), (-2, 5)])
def test_moving_and_turning_agree_with_scipy(blot, tmp_path, turn, right, down):
    from scipy.ndimage import affine_transform

    angle = np.radians(turn)
    back = np.array(
        [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    )  # rows, columns: from the new place to the old
    offset = 13.5 - back @ (np.array([13.5 + down, 13.5 + right]))
    expected = affine_transform(np.pad(blot, 30), back, offset + 30 - back @ np.array([30, 30]), order=1)[
        30:-30, 30:-30
    ]
    (told,) = pad_js(tmp_path, [["moved", [blot.ravel().tolist(), {"turn": turn, "right": right, "down": down}]]])
    np.testing.assert_allclose(np.reshape(told, (28, 28)), expected, atol=1e-5)


def test_centring_undoes_a_shift_and_keeps_an_untouched_digit(blot, tmp_path):
    flat = blot.ravel().tolist()
    change = {"turn": 0, "right": 6, "down": -4}
    same, undone, shifted, turned = pad_js(
        tmp_path,
        [
            ["changedSample", [flat, {"turn": 0, "right": 0, "down": 0}, True]],
            ["changedSample", [flat, change, True]],
            ["changedSample", [flat, change, False]],
            ["changedSample", [flat, {"turn": 30, "right": 0, "down": 0}, True]],
        ],
    )
    np.testing.assert_allclose(same, flat, atol=1e-6)
    np.testing.assert_allclose(undone, flat, atol=1e-6)
    np.testing.assert_allclose(np.reshape(shifted, (28, 28))[:-4, 6:], blot[4:, :-6], atol=1e-6)

    def centre(picture):
        ink = np.reshape(picture, (28, 28))
        return np.array([ink.sum(0) @ np.arange(28), ink.sum(1) @ np.arange(28)]) / ink.sum()

    assert np.abs(centre(turned) - centre(flat)).max() <= 0.6  # whole pixels
    assert np.abs(np.subtract(turned, flat)).max() > 0.2


def test_drawings_turned_and_centred(tmp_path):
    for name in ("one", "seven in a corner"):
        strokes = DRAWINGS[name]
        angle = np.radians(25)
        turn = np.array(
            [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
        )  # clockwise, y downwards, points as rows
        turned = [((np.array(stroke) - 0.5) @ turn + 0.5).tolist() for stroke in strokes]
        change = {"turn": 25, "right": 5, "down": -3}
        (told,) = pad_js(tmp_path, [["changedDrawing", [strokes, change, True]]])
        np.testing.assert_allclose(np.reshape(told, (28, 28)), centred_by_hand(turned), atol=1e-5, err_msg=name)


def test_an_uncentred_drawing_stays_where_it_is(tmp_path):
    still = {"turn": 0, "right": 0, "down": 0}
    stroke = [[[0.25, 0.25], [0.25, 0.5]]]
    here, there = pad_js(
        tmp_path,
        [["changedDrawing", [stroke, still, False]], ["changedDrawing", [stroke, {**still, "right": 4}, False]]],
    )
    here, there = (np.reshape(picture, (28, 28)) for picture in (here, there))
    rows, columns = np.nonzero(here > 0.5)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (6, 14, 6, 7)
    np.testing.assert_allclose(there[:, 4:], here[:, :-4], atol=1e-6)


def test_small_movements_come_first(tmp_path):
    free, centred = pad_js(tmp_path, [["changes", [False]], ["changes", [True]]])
    sizes = [max(abs(one["right"]), abs(one["down"]), abs(one["turn"]) / 6) for one in free]
    assert sizes == sorted(sizes) and max(sizes) == 8 and len({json.dumps(one) for one in free}) == len(free) == 80
    assert all(one["right"] == one["down"] == 0 != one["turn"] for one in centred) and len(centred) == 16


# ---- the shipped files


def test_a_new_run_writes_what_the_page_reads():
    """Pictures, grey levels and labels as uint8, whatever types the chapter has them in."""
    random = np.random.default_rng(4)
    samples = random.integers(0, 256, (3, 28, 28, 1)) / 255
    files = parts(*models(), (small(random.uniform(size=(5, 28, 28))), np.arange(5)), (samples, np.array([3, 1, 2])))
    assert list(files) == [DENSE, CONVNET, NEIGHBOURS]
    tensors, about = files[DENSE]
    assert tensors["samples"].dtype == np.uint8 and about["sample_labels"] == [3, 1, 2]
    np.testing.assert_array_equal(tensors["samples"], np.round(255 * samples[..., 0]))
    for name in (DENSE, CONVNET, NEIGHBOURS):
        arrays, meta = weights.unpack(weights.pack(files[name][0], **files[name][1]))
        shipped, known = load_weights(name)
        assert {key: array.dtype for key, array in arrays.items()} == {
            key: shipped[key].dtype for key in arrays
        } and set(meta) <= set(known)
    np.testing.assert_array_equal(arrays["labels"], np.arange(5))


def test_shipped_files_are_small_and_say_where_they_come_from():
    for file, accuracy in zip(FILES, (0.97, 0.99, 0.88)):
        assert file.stat().st_size <= 300_000
        _, meta = load_weights(file)
        assert {"made_by", "date", "data", "test_accuracy"} <= set(meta)
        assert meta["test_accuracy"] >= accuracy, file.name
    tensors, meta = load_weights(FILES[0])
    assert tensors["samples"].shape == (len(meta["sample_labels"]), 28, 28) and tensors["samples"].dtype == np.uint8
    assert meta["sample_labels"][:10] == list(range(10))


def rebuilt(file):
    """The Keras model in one of the files, with the weights that the page uses."""
    import keras
    from keras import layers

    tensors, meta = load_weights(file)
    model = keras.Sequential([keras.Input(meta["network"]["input"])])
    for step in meta["network"]["steps"]:
        own = [tensors.get(f"network/{step['layer']}/{name}") for name in ("kernel", "bias")]
        model.add(
            {
                "Reshape": layers.Flatten,
                "MaxPooling2D": lambda step=step: layers.MaxPooling2D(step["size"], step["strides"], step["padding"]),
                "Conv2D": lambda step=step, own=own: layers.Conv2D(
                    own[0].shape[3], own[0].shape[:2], activation=step["activation"]
                ),
                "Dense": lambda step=step, own=own: layers.Dense(own[0].shape[1], activation=step["activation"]),
            }[step["type"]]()
        )
        if step["trained"]:
            model.layers[-1].set_weights(own)
    return model


def test_shipped_readers_agree_with_keras_on_test_digits(tmp_path):
    import keras

    tensors, meta = load_weights(FILES[0])
    pictures = tensors["samples"] / np.float32(255)
    told = read_js(tmp_path, FILES, pictures, 5)
    for which, file in enumerate(FILES[:2]):
        expected = keras.ops.convert_to_numpy(rebuilt(file)(pictures[..., None]))
        np.testing.assert_allclose([answer["shares"][which] for answer in told["answers"]], expected, atol=1e-5)
    packed, _ = load_weights(FILES[2])
    stored, labels = unpack_levels(packed["levels"]), packed["labels"]
    assert told["count"] == len(stored) == len(labels) == 2000
    np.testing.assert_allclose(np.array(told["first"]) / 15, stored[:5], atol=1e-6)
    for answer, picture in zip(told["answers"], pictures):
        check_neighbours(answer, stored, labels, picture)
    right = np.mean(
        [np.argmax(answer["shares"][1]) == label for answer, label in zip(told["answers"], meta["sample_labels"])][:10]
    )
    assert right >= 0.9


# ---- the class


def test_traits_refuse_what_makes_no_sense():
    bent = ({"strokes": [[]]}, {"strokes": [[[0.5]]]}, {"strokes": [[[0.5, float("nan")]]]})
    for wrong in ({"k": 4}, {"right": 11}, {"turn": 120}, {"sample": 1.5}, {"sample": -2}, *bent):
        with pytest.raises(traitlets.TraitError):
            DigitPad(**wrong)


def test_the_placeholder_holds_no_weights():
    widget = DigitPad(sample=3)
    assert len(widget.to_html()) < 1000 and widget.blob and set(widget._more_blobs) == {CONVNET, NEIGHBOURS}
    assert all(widget._more_blobs.values())
    assert repr(widget) == "DigitPad(sample=3)"


def test_numbers_of_numpy_are_stored_as_plain_ones():
    html = DigitPad(k=np.int64(15)).to_html()
    assert '"k": 15' in html
