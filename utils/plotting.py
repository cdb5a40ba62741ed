"""One style for every figure of the course, and the few kinds of figure that many chapters draw.

Figures have a transparent background and mid-grey lettering, so that the same picture reads on a light and on a dark page.
The colours are those of Okabe and Ito, which stay apart for colour-blind readers.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler

INK = "#7a7a7a"  # about the same contrast, 4.2 : 1, on white and on the book's dark background
MOST_CLASSES = 200  # a confusion matrix of more has cells that nobody can read
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#B8A800", "#8C8C8C", "#7F3C8D", "#A65628")


def use_style() -> None:
    """Make the course's style the default of matplotlib and plotly in this process."""
    import plotly.graph_objects as go
    import plotly.io as pio

    mpl.rcParams.update(
        {
            "figure.facecolor": "none",
            "axes.facecolor": "none",
            "savefig.facecolor": "none",
            "figure.figsize": (7, 3.5),
            "figure.dpi": 100,
            "figure.constrained_layout.use": True,
            "axes.prop_cycle": cycler(color=COLOURS),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "grid.color": INK,
            "grid.alpha": 0.25,
            "image.cmap": "gray_r",
            "legend.frameon": False,
            "lines.linewidth": 2,
            "font.size": 11,
            **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), INK),
        }
    )
    clear = "rgba(0,0,0,0)"
    axis = {"gridcolor": "rgba(122,122,122,0.3)", "zerolinecolor": INK, "backgroundcolor": clear}
    flat = {key: axis[key] for key in ("gridcolor", "zerolinecolor")}
    pio.templates["course"] = go.layout.Template(
        layout={
            "colorway": COLOURS,
            "paper_bgcolor": clear,
            "plot_bgcolor": clear,
            "font": {"color": INK},
            "margin": {"l": 0, "r": 0, "t": 30, "b": 0},
            "xaxis": flat,
            "yaxis": flat,
            "scene": {"xaxis": axis, "yaxis": axis, "zaxis": axis},
        }
    )
    pio.templates.default = "course"


def curves(history: Any, *metrics: str) -> None:
    """Training (dots) and validation (line) values of each metric, epoch by epoch, one panel a metric.

    Args:
        history: what `fit` returns, or its dictionary name → one value an epoch.
        metrics: names such as "loss" and "accuracy"; default: every metric of the history.

    Raises:
        ValueError: the history does not hold a name, or holds nothing.
    """
    values = getattr(history, "history", history)
    metrics = metrics or tuple(name for name in values if not name.startswith("val_") and name != "learning_rate")
    unknown = [name for name in metrics if name not in values]
    if unknown or not metrics:
        raise ValueError(
            f"The history holds no {', '.join(unknown) or 'metric'}. It has: {', '.join(values) or 'nothing'}."
        )
    _, panels = plt.subplots(1, len(metrics), figsize=(3.6 * max(len(metrics), 1.6), 3.2), squeeze=False)
    for axes, name in zip(panels[0], metrics):
        epochs = range(1, len(values[name]) + 1)
        axes.plot(epochs, values[name], "o", markersize=5, label="training")
        if f"val_{name}" in values:
            axes.plot(epochs, values[f"val_{name}"], color=COLOURS[3], label="validation")
        axes.set(xlabel="epoch", ylabel=name.replace("_", " "))
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.legend()
    plt.show()


def lines(
    series: Mapping[str, Any], xlabel: str, ylabel: str, *, log: str = "y", marker: str = "", **settings: Any
) -> None:
    """A line for each entry of `series`; its name goes into the legend.

    Args:
        series: name → values over 0, 1, 2, … or name → (x, y).
        xlabel: label of the x axis, with its unit.
        ylabel: label of the y axis, with its unit.
        log: the axes that are logarithmic, "y", "x", "xy" or "".
        marker: "o" marks each value.
        settings: what `Axes.set` takes, such as ylim=(0, 1).

    Raises:
        ValueError: x and y of a series, which the message names, have different lengths.
    """
    pairs = {
        name: values if isinstance(values, tuple) else (range(len(values)), values) for name, values in series.items()
    }
    for name, (x, y) in pairs.items():
        if len(x) != len(y):
            raise ValueError(f"lines got {len(x)} values of x but {len(y)} of y for {name!r}.")
    _, axes = plt.subplots()
    for i, (name, (x, y)) in enumerate(pairs.items()):
        style = ("-", "--", "-.", ":")[i // 4 % 4]
        axes.plot(x, y, style, marker=marker, markersize=4, label=name)
    axes.set(xlabel=xlabel, ylabel=ylabel, **{f"{letter}scale": "log" for letter in log}, **settings)
    axes.legend()
    plt.show()


def images(
    pictures: np.ndarray | Sequence,
    titles: Sequence | None = None,
    columns: int = 10,
    limits: tuple[float, float] | None = None,
) -> None:
    """A grid of pictures on one grey or colour scale.

    Args:
        pictures: (n, height, width) or (n, height, width, 1) grey, or (n, height, width, 3) colour in 0…1 or 0…255.
        titles: one for each picture.
        columns: pictures in a row, at least 1.
        limits: lowest and highest grey value; default: those found in `pictures`.

    Raises:
        ValueError: any other shape, another number of titles than of pictures, or no column.
    """
    pictures = np.asarray(pictures)
    if pictures.ndim == 4 and pictures.shape[-1] == 1:
        pictures = pictures[..., 0]
    if pictures.size == 0 or not (pictures.ndim == 3 or (pictures.ndim == 4 and pictures.shape[-1] == 3)):
        raise ValueError(
            f"images needs an array of shape (n, height, width), (…, 1) or (…, 3) with n ≥ 1, but got {pictures.shape}."
            " For a single picture, write picture[None]."
        )
    if titles is not None and len(titles) != len(pictures):
        raise ValueError(
            f"images got {len(pictures)} pictures but {len(titles)} titles: give one title for each picture."
        )
    if columns < 1:
        raise ValueError(f"images needs at least one column, but got columns={columns}.")
    if pictures.ndim == 4:
        pictures = _colours(pictures)
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    low, high = limits or (pictures.min(), pictures.max())
    _, grid = plt.subplots(
        rows, columns, figsize=(0.9 * columns, (0.9 if titles is None else 1.15) * rows), squeeze=False
    )
    for axes in grid.flat:
        axes.set_axis_off()
    for i, (axes, picture) in enumerate(zip(grid.flat, pictures)):
        axes.imshow(picture, vmin=low, vmax=high)
        if titles is not None:
            axes.set_title(titles[i], fontsize=9)
    plt.show()


def _colours(pictures: np.ndarray) -> np.ndarray:
    """Colours as matplotlib takes them: floats up to 255 become floats up to 1.

    Interpolation carries values from 0…1 a little past 1, so floats count as 0…255 only where one is above 2.
    """
    if pictures.dtype.kind != "f":
        return pictures
    return np.clip(pictures / 255 if pictures.max() > 2 else pictures, 0, 1)


def confusion(
    y_true: np.ndarray | Sequence[int], y_pred: np.ndarray | Sequence[int], names: Sequence[str] | None = None
) -> None:
    """Confusion matrix of counts: true classes in rows, predicted ones in columns; the colour shows each row's mistakes.

    Args:
        y_true: the true classes, whole numbers of shape (n,), counted from 0.
        y_pred: the predicted classes, of the same shape.
        names: one for each class; default: the numbers.

    Raises:
        ValueError: differing shapes, other numbers, too few names, or more than 200 classes.
    """
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    if y_true.shape != y_pred.shape or y_true.ndim != 1 or len(y_true) == 0:
        raise ValueError(
            f"confusion needs two arrays of one shape (n,), but got {y_true.shape} and {y_pred.shape}."
            " For a softmax output, pass prediction.argmax(axis=1)."
        )
    if {y_true.dtype.kind, y_pred.dtype.kind} - set("iub") or min(y_true.min(), y_pred.min()) < 0:
        raise ValueError(
            "confusion needs whole numbers counted from 0, but got"
            f" {y_true.dtype} from {y_true.min()} and {y_pred.dtype} from {y_pred.min()}."
        )
    y_true, y_pred = y_true.astype(int), y_pred.astype(int)
    classes = max(y_true.max(), y_pred.max(), len(names or []) - 1) + 1
    if classes > MOST_CLASSES:
        raise ValueError(
            f"confusion got {classes:,} classes (the highest is {classes - 1}), but draws at most {MOST_CLASSES}."
            " Are these class numbers, and not token numbers or row numbers?"
        )
    names = [str(i) for i in range(classes)] if names is None else names
    if len(names) < classes:
        raise ValueError(f"confusion found {classes} classes but got {len(names)} names.")
    counts = np.zeros((len(names), len(names)), int)
    np.add.at(counts, (y_true, y_pred), 1)
    mistakes = np.where(np.eye(len(names), dtype=bool), 0, counts)

    side = 0.45 * len(names) + 1.5
    _, axes = plt.subplots(figsize=(side, side))
    axes.imshow(mistakes, cmap="Oranges")
    axes.grid(False)
    for (row, column), count in np.ndenumerate(counts):
        if count:
            strong = mistakes[row, column] > mistakes.max() * 0.6
            colour = COLOURS[0] if row == column else "white" if strong else "black"
            axes.text(column, row, f"{count}", ha="center", va="center", fontsize=8, color=colour)
    axes.set(xlabel="predicted", ylabel="true", xticks=range(len(names)), yticks=range(len(names)))
    axes.set_xticklabels(names, rotation=90 if max(len(str(name)) for name in names) > 3 else 0)
    axes.set_yticklabels(names)
    plt.show()


def cloud(
    points: np.ndarray | Sequence,
    labels: np.ndarray | Sequence,
    title: str = "",
    axes: Sequence[str] = ("x", "y", "z"),
    names: Sequence[str] | None = None,
) -> None:
    """A scatter plot of points in space that readers can turn (plotly); one colour and one legend entry a label.

    Args:
        points: (n, 3).
        labels: whole numbers of shape (n,).
        title: what stands above the plot.
        axes: three axis labels.
        names: what the labels 0, 1, 2, … are called; default: the label itself.

    Raises:
        ValueError: other shapes, or a label without a name.
    """
    import plotly.graph_objects as go

    points, labels = np.asarray(points), np.asarray(labels)
    if points.ndim != 2 or points.shape[1] != 3 or labels.shape != points.shape[:1]:
        raise ValueError(f"cloud needs points (n, 3) and labels (n,), but got {points.shape} and {labels.shape}.")
    if names is not None and (
        unnamed := sorted({label for label in labels.tolist() if label not in range(len(names))})
    ):
        raise ValueError(
            f"cloud got {len(names)} names, for the labels 0 to {len(names) - 1}, but found {unnamed[:5]}."
        )
    points = np.round(points.astype("float32"), 3)
    figure = go.Figure(
        [
            go.Scatter3d(
                **dict(zip("xyz", points[labels == label].T)),
                mode="markers",
                name=str(label) if names is None else names[label],
                marker={"size": 2.5, "color": COLOURS[i % len(COLOURS)]},
            )
            for i, label in enumerate(np.unique(labels))
        ]
    )
    scene: dict[str, Any] = {f"{letter}axis": {"title": name} for letter, name in zip("xyz", axes)}
    scene["camera"] = {"eye": {"x": 1.6, "y": 1.6, "z": 1.1}}  # far enough to show the axis labels
    figure.update_layout(title=title, height=460, scene=scene, legend={"itemsizing": "constant"})
    figure.show()
