"""`utils.plotting`: the right numbers are drawn, in one style, and a wrong shape is named."""

import itertools

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils import plotting


@pytest.fixture
def drawn(monkeypatch):
    """`drawn()` → the axes of the one figure that a helper drew and showed."""
    shown = []
    plt.close("all")
    monkeypatch.setattr(plt, "show", lambda: shown.append(plt.gcf()))

    def axes():
        (figure,) = shown
        assert plt.get_fignums() == [figure.number]
        return figure.axes

    with mpl.rc_context():
        yield axes
    plt.close("all")


# ---- the style


def test_figures_are_transparent_and_read_on_light_and_dark_pages(drawn):
    import plotly.io as pio

    plotting.use_style()
    figure, axes = plt.subplots()
    axes.set(title="x", xlabel="y")
    figure.canvas.draw()
    picture = np.asarray(figure.canvas.buffer_rgba())
    assert picture[0, 0, 3] == 0 and picture[picture.shape[0] // 2, picture.shape[1] // 2, 3] == 0
    assert axes.xaxis.label.get_color() == axes.title.get_color() == plotting.INK

    def luminance(colour):
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in mpl.colors.to_rgb(colour)]
        return np.dot(linear, (0.2126, 0.7152, 0.0722))

    light, ink, dark = (luminance(colour) + 0.05 for colour in ("#ffffff", plotting.INK, "#121212"))
    assert light / ink >= 4 and ink / dark >= 4, "contrast of the lettering"

    template = pio.templates[pio.templates.default].layout
    assert template.colorway == plotting.COLOURS and template.font.color == plotting.INK
    assert {template.paper_bgcolor, template.plot_bgcolor, template.scene.xaxis.backgroundcolor} == {"rgba(0,0,0,0)"}


def test_the_colours_differ():
    assert len(set(plotting.COLOURS)) == len(plotting.COLOURS) == 10


# ---- training curves

HISTORY = {"loss": [3, 2, 1.5], "val_loss": [3.1, 2.5, 2.6], "accuracy": [0.1, 0.5, 0.6], "learning_rate": [1, 1, 1]}


@pytest.mark.parametrize(
    "history", [HISTORY, type("History", (), {"history": HISTORY})()], ids=["dictionary", "what fit returns"]
)
def test_curves_draws_every_metric_over_epochs_counted_from_one(history, drawn):
    plotting.curves(history)
    loss, accuracy = drawn()
    training, validation = loss.lines
    np.testing.assert_array_equal(training.get_xydata(), [(1, 3), (2, 2), (3, 1.5)])
    np.testing.assert_array_equal(validation.get_xydata(), [(1, 3.1), (2, 2.5), (3, 2.6)])
    assert training.get_linestyle() == "None" and training.get_marker() == "o" and validation.get_linestyle() == "-"
    assert [text.get_text() for text in loss.get_legend().get_texts()] == ["training", "validation"]
    assert (loss.get_xlabel(), loss.get_ylabel()) == ("epoch", "loss")
    np.testing.assert_array_equal(accuracy.lines[0].get_ydata(), HISTORY["accuracy"])
    assert len(accuracy.lines) == 1


def test_curves_draws_only_the_metrics_asked_for(drawn):
    plotting.curves(HISTORY, "accuracy")
    assert [axes.get_ylabel() for axes in drawn()] == ["accuracy"]


@pytest.mark.parametrize(
    "history, metrics, words", [(HISTORY, ("mae",), "no mae.*loss, val_loss"), ({}, (), "nothing")]
)
def test_curves_names_a_metric_that_is_not_there(history, metrics, words):
    with pytest.raises(ValueError, match=words):
        plotting.curves(history, *metrics)
    assert not plt.get_fignums(), "no empty figure is left behind"


# ---- lines


def test_lines_draws_each_series_with_its_name(drawn):
    plotting.lines({"plain": [4, 2, 1], "with x": ([1, 10], [3, 5])}, "step", "loss", marker="o", ylim=(0.5, 9))
    (axes,) = drawn()
    plain, with_x = axes.lines
    assert list(plain.get_xdata()) == [0, 1, 2] and list(plain.get_ydata()) == [4, 2, 1]
    assert list(with_x.get_xdata()) == [1, 10] and list(with_x.get_ydata()) == [3, 5]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["plain", "with x"]
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_ylim()) == ("step", "loss", (0.5, 9))
    assert (axes.get_xscale(), axes.get_yscale()) == ("linear", "log") and plain.get_marker() == "o"


@pytest.mark.parametrize("log, scales", [("", ("linear", "linear")), ("x", ("log", "linear")), ("xy", ("log", "log"))])
def test_lines_takes_the_scales_it_is_told(drawn, log, scales):
    plotting.lines({"a": np.array([1.0, 2.0])}, "x", "y", log=log)
    (axes,) = drawn()
    assert (axes.get_xscale(), axes.get_yscale()) == scales


def test_lines_names_the_series_that_does_not_fit():
    plt.close("all")
    with pytest.raises(ValueError, match="3 values of x but 2 of y for 'odd'"):
        plotting.lines({"odd": ([1, 2, 3], [1, 2])}, "x", "y")
    assert not plt.get_fignums(), "no empty figure is left behind"


# ---- grids of pictures


def grey(n):
    return np.arange(n * 6).reshape(n, 2, 3)


def test_images_draws_each_picture_on_one_scale(drawn):
    plotting.images(grey(12), titles=range(12), columns=5)
    axes = drawn()
    assert len(axes) == 15, "three rows of five"
    for i in range(12):
        (picture,) = axes[i].images
        np.testing.assert_array_equal(picture.get_array(), grey(12)[i])
        assert picture.get_clim() == (0, 71) and axes[i].get_title() == str(i)
    assert not any(empty.images for empty in axes[12:])
    assert not any(one.axison for one in axes)


@pytest.mark.parametrize("pictures", [grey(3)[..., None], np.zeros((3, 4, 5, 3)), grey(1), grey(3).tolist()])
def test_images_takes_grey_and_colour_and_lists(pictures, drawn):
    plotting.images(pictures, limits=(0, 1))
    axes = drawn()
    assert len(axes) == len(pictures) and axes[0].images[0].get_clim() == (0, 1)


@pytest.mark.parametrize("shape", [(), (28,), (28, 28), (0, 28, 28), (2, 28, 28, 2), (2, 2, 28, 28, 3)])
def test_images_names_a_shape_that_is_no_grid_of_pictures(shape):
    with pytest.raises(
        ValueError, match=r"\(n, height, width\).*got " + str(shape).replace("(", r"\(").replace(")", r"\)")
    ):
        plotting.images(np.zeros(shape))


@pytest.mark.parametrize(
    "value, seen",
    [(100.0, 100 / 255), (255.0, 1), (0.4, 0.4), (1.01, 1), (-0.2, 0)],
    ids=["0…255", "white", "0…1", "a little above 1", "below 0"],
)
def test_images_takes_floats_from_0_to_255_as_well_as_from_0_to_1(value, seen, drawn):
    plotting.images(np.full((1, 8, 8, 3), value))
    np.testing.assert_allclose(drawn()[0].images[0].get_array(), seen)


@pytest.mark.parametrize("columns", [0, -3])
def test_images_wants_a_column(columns):
    with pytest.raises(ValueError, match=f"at least one column.*{columns}"):
        plotting.images(grey(3), columns=columns)
    assert not plt.get_fignums(), "no empty figure is left behind"


def test_images_wants_a_title_for_each_picture():
    with pytest.raises(ValueError, match="3 pictures but 2 titles"):
        plotting.images(grey(3), titles=["a", "b"])


# ---- the confusion matrix


def counts(axes) -> np.ndarray:
    size = len(axes.get_xticks())
    matrix = np.zeros((size, size), int)
    for text in axes.texts:
        column, row = text.get_position()
        matrix[row, column] = int(text.get_text())
    return matrix


def test_confusion_counts_as_scikit_learn_does(drawn):
    from sklearn.metrics import confusion_matrix

    random = np.random.default_rng(0)
    y_true, y_pred = random.integers(0, 5, 300), random.integers(0, 5, 300)
    plotting.confusion(y_true, y_pred, list("abcde"))
    (axes,) = drawn()
    np.testing.assert_array_equal(counts(axes), confusion_matrix(y_true, y_pred))
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted", "true")
    assert [label.get_text() for label in axes.get_yticklabels()] == list("abcde")


def test_confusion_colours_mistakes_only(drawn):
    plotting.confusion([0, 0, 1, 2, 2, 2], [0, 1, 1, 2, 2, 0])
    (axes,) = drawn()
    np.testing.assert_array_equal(axes.images[0].get_array(), [[0, 1, 0], [0, 0, 0], [1, 0, 0]])


def test_confusion_without_a_mistake(drawn):
    plotting.confusion([0, 1, 2], [0, 1, 2])
    np.testing.assert_array_equal(counts(drawn()[0]), np.eye(3))


def test_confusion_keeps_long_names_apart(drawn):
    names = ["money-supply", "interest", "nat-gas", "strategic-metal"]
    plotting.confusion([0, 1, 2, 3], [0, 1, 2, 2], names)
    (axes,) = drawn()
    axes.figure.canvas.draw()
    boxes = [label.get_window_extent() for label in axes.get_xticklabels()]
    assert all(left.x1 < right.x0 for left, right in itertools.pairwise(boxes))


def test_confusion_takes_yes_and_no(drawn):
    plotting.confusion(np.array([True, False, True]), np.array([0.9, 0.2, 0.3]) > 0.5)
    np.testing.assert_array_equal(counts(drawn()[0]), [[1, 0], [1, 1]])


@pytest.mark.parametrize(
    "y_true, y_pred, names, words",
    [
        ([0, 1], [0, 1, 1], None, r"\(2,\) and \(3,\)"),
        ([0, 1], [[0.9, 0.1], [0.2, 0.8]], None, r"\(2, 2\).*argmax"),
        ([], [], None, r"\(0,\)"),
        ([0, 1], [0.2, 0.8], None, "whole numbers.*float64"),
        ([0, 1], [0, -1], None, "from 0.*-1"),
        ([0, 1, 2], [0, 1, 2], ["a", "b"], "3 classes but got 2 names"),
        ([50_000], [0], None, "50,001 classes.*at most 200"),
        ([0, 1], [0, 1], list(range(50_000)), "50,000 classes.*at most 200"),
    ],
)
def test_confusion_names_what_does_not_fit(y_true, y_pred, names, words):
    with pytest.raises(ValueError, match=words):
        plotting.confusion(y_true, y_pred, names)


# ---- the cloud


def test_cloud_has_one_trace_a_label(monkeypatch):
    import plotly.graph_objects as go

    shown = []

    def show(figure):
        shown.append(figure)

    monkeypatch.setattr(go.Figure, "show", show)
    points = np.arange(12.0).reshape(4, 3)
    plotting.cloud(points, [7, 2, 7, 2], title="cloud", axes=("a", "b", "c"))
    (figure,) = shown
    assert [trace.name for trace in figure.data] == ["2", "7"]
    for trace, label_points in zip(figure.data, (points[[1, 3]], points[[0, 2]])):
        np.testing.assert_array_equal(np.stack([trace.x, trace.y, trace.z], 1), label_points)
    assert figure.layout.scene.zaxis.title.text == "c" and figure.layout.title.text == "cloud"


@pytest.mark.parametrize("points, labels", [((4, 2), 4), ((4, 3), 3), ((4,), 4)])
def test_cloud_names_shapes_that_do_not_fit(points, labels):
    with pytest.raises(ValueError, match=r"\(n, 3\)"):
        plotting.cloud(np.zeros(points), np.zeros(labels, int))


@pytest.mark.parametrize(
    "labels, missing", [([0, 2, 2], r"\[2\]"), ([-1, 0, 1], r"\[-1\]"), (["a", "b", "a"], "'a', 'b'")]
)
def test_cloud_wants_a_name_for_each_label(labels, missing):
    with pytest.raises(ValueError, match=f"2 names, for the labels 0 to 1, but found.*{missing}"):
        plotting.cloud(np.zeros((3, 3)), labels, names=["zero", "one"])
