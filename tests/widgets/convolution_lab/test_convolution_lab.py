"""ConvolutionLab without a browser: every setting against Keras, every number's origin against NumPy, and the drawing's code."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import traitlets
from support.node import run_node

from utils.widgets import ConvolutionLab, bundle

SIDE = 24

STRIDES, PADDINGS, POOLINGS = (1, 2, 3), ("valid", "same"), ("none", "max", "average")
SETTINGS = [
    {"strides": strides, "padding": padding, "pooling": pooling, "relu": relu}
    for strides, padding, pooling, relu in itertools.product(STRIDES, PADDINGS, POOLINGS, (False, True))
]


def lab_js(folder: Path, calls: list) -> list:
    """Answers of the engine to `calls`, lists of [function, arguments]."""
    modules = bundle.modules("convolution_lab/engine.js")
    return run_node(folder, "widgets/convolution_lab/convolution.mjs", modules, calls)


@pytest.fixture(scope="module")
def case():
    """A picture and a kernel of random numbers."""
    random = np.random.default_rng(0)
    return random.uniform(size=(SIDE, SIDE)).astype("float32"), random.normal(size=(3, 3)).astype("float32")


def keras_stages(picture, kernel, strides, padding, pooling, relu):
    from keras import ops

    x = ops.conv(picture[None, ..., None], kernel[..., None, None], strides, padding)
    x = ops.relu(x) if relu else x
    if pooling != "none":
        x = {"max": ops.max_pool, "average": ops.average_pool}[pooling](x, 2, 2)
    return ops.convert_to_numpy(x)[0, ..., 0]


def test_every_setting_agrees_with_keras(case, tmp_path):
    picture, kernel = case
    settings = [{**setting, "kernel": kernel.ravel().tolist()} for setting in SETTINGS]
    calls = [["stages", [picture.ravel().tolist(), setting]] for setting in settings] + [
        ["lengths", [setting]] for setting in settings
    ]
    answers = lab_js(tmp_path, calls)
    for setting, stages, lengths in zip(SETTINGS, answers, answers[len(SETTINGS) :], strict=False):
        expected = keras_stages(picture, kernel, **setting)
        assert stages["out"]["shape"] == [*expected.shape, 1] and lengths["out"] == expected.shape[0], setting
        np.testing.assert_allclose(stages["out"]["data"], expected.ravel(), atol=1e-5, err_msg=str(setting))


def test_every_origin_adds_up_to_the_output(case, tmp_path):
    """The window that is shown, times the kernel, is the number that is shown: for every cell of every setting."""
    picture, kernel = case
    padded = np.pad(picture, 4)
    cells, calls = [], []
    for setting in SETTINGS:
        full = {**setting, "kernel": kernel.ravel().tolist()}
        count = len(keras_stages(picture, kernel, **setting))
        corners = {0, 1, count // 2, count - 1}
        cells += [(setting, cell) for cell in itertools.product(corners, corners)]
        calls.append(["stages", [picture.ravel().tolist(), full]])
    stages = lab_js(tmp_path, calls)
    by_setting = {json.dumps(setting): answer for setting, answer in zip(SETTINGS, stages)}
    calls = [["origin", [cell, {**setting, "kernel": []}, by_setting[json.dumps(setting)]]] for setting, cell in cells]
    for (setting, (row, column)), origin in zip(cells, lab_js(tmp_path, calls), strict=True):
        where = f"{setting} at {row}, {column}"
        y, x = np.array(origin["corner"]) + 4
        total = (padded[y : y + 3, x : x + 3] * kernel).sum()
        total = max(total, 0) if setting["relu"] else total
        assert origin["values"][origin["chosen"]] == pytest.approx(total, abs=1e-5), where
        out = by_setting[json.dumps(setting)]["out"]
        pooled = {"none": total, "max": max(origin["values"]), "average": np.mean(origin["values"])}[setting["pooling"]]
        assert out["data"][row * out["shape"][1] + column] == pytest.approx(pooled, abs=1e-5), where
        assert origin["span"] == (3 if setting["pooling"] == "none" else 3 + setting["strides"]), where


def test_arithmetic_names_the_numbers(tmp_path):
    valid, same = lab_js(
        tmp_path,
        [
            ["arithmetic", [{"strides": 2, "padding": "valid", "pooling": "max"}]],
            ["arithmetic", [{"strides": 2, "padding": "same", "pooling": "none"}]],
        ],
    )
    assert (
        "⌊(24 − 3) / 2⌋ + 1 = 11" in valid[0] and "⌊11 / 2⌋ = 5" in valid[1] and "(11, 11, 1) → (5, 5, 1)" in valid[2]
    )
    assert "⌈24 / 2⌉ = 12; zeros around: 0 before, 1 after" in same[0] and "12 × 12 × 9 = 1,296" in same[1]


def test_drawings_survive_the_address(tmp_path):
    ink = np.random.default_rng(1).integers(0, 2, SIDE * SIDE)
    text = "".join(f"{int(''.join(map(str, four)), 2):x}" for four in ink.reshape(-1, 4))
    drawn, blank, odd = lab_js(tmp_path, [["drawn", [text]], ["drawn", [""]], ["drawn", ["zz<script>"]]])
    assert drawn == ink.tolist() and sum(blank) == 0
    assert len(odd) == SIDE * SIDE and set(odd) <= {0, 1}
    assert len(text) <= 200  # what the page's address takes


def test_the_pictures_are_what_they_say(tmp_path):
    answers = lab_js(
        tmp_path, [["pixelsOf", [{"image": image, "drawing": "f"}]] for image in ("digit", "shape", "photo", "drawing")]
    )
    digit, shape, photo, drawing = (np.reshape(answer, (SIDE, SIDE)) for answer in answers)
    assert digit.max() == photo.max() == 1 and digit.min() == 0
    assert (digit[6:9] > 0.5).sum() > (digit[15:18] > 0.5).sum()  # a seven is broad at its top
    assert set(shape.ravel()) == {0, 1} and shape[2:12, 2:12].sum() == 64 and shape[16, 16] == 1
    assert 0.4 < photo.mean() < 0.8 and len(np.unique(photo)) > 40
    assert drawing.sum() == 4 and drawing[0, :4].all()


def test_the_story_multiplies_and_adds(tmp_path):
    settings = {
        "kernel": [0, 0, 0, 0, -2, 0, 0, 0, 0],
        "strides": 1,
        "padding": "valid",
        "relu": True,
        "pooling": "none",
    }
    pixels = [0.0] * SIDE**2
    pixels[SIDE + 1] = 0.5
    (stages,) = lab_js(tmp_path, [["stages", [pixels, settings]]])
    first, second = lab_js(tmp_path, [["story", [cell, settings, pixels, stages]] for cell in ([0, 0], [0, 1])])
    assert first == "Row 1, column 1: 0.5 · (−2) = −1, after ReLU 0."
    assert second == "Row 1, column 2: nothing but zeros = 0, after ReLU 0."


def test_traits_refuse_what_makes_no_sense():
    for wrong in (
        {"kernel": [1.0] * 8},
        {"strides": 4},
        {"padding": "full"},
        {"pooling": "sum"},
        {"image": "cat"},
        {"kernel": [100.0] * 9},
        {"kernel": [float("nan")] * 9},
        {"cell": [-1, 0]},
    ):
        with pytest.raises(traitlets.TraitError):
            ConvolutionLab(**wrong)
    with pytest.raises(TypeError, match="no 'stride'"):
        ConvolutionLab(stride=2)
