"""DigitPad: a dense network, a convnet and k nearest neighbours read the same digit, side by side."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from utils.widgets.base import CourseWidget
from utils.widgets.nn.describe import describe
from utils.widgets.state import strokes

SIDE, SMALL = 28, 14  # pixels of a digit, and of a stored neighbour
MOST = 15  # largest grey level of a stored neighbour: four bits hold it
DENSE, CONVNET, NEIGHBOURS = "mnist-dense", "mnist-convnet", "mnist-neighbours"


class DigitPad(CourseWidget):
    """Draw a digit, or take a test digit; move and turn it; three readers answer, and show whether they agree::

        DigitPad()
        DigitPad(sample=7, turn=30)          # the eighth of the stored test digits, turned by 30 degrees

    - `sample`: index of the test digit, -1 for the reader's own drawing; beyond the last it is the last.
    - `strokes`: the drawing, see `state.strokes`.
    - `right`, `down`: pixels by which the digit is moved. `turn`: degrees by which it is turned, clockwise.
    - `centre`: whether it is centred afterwards, as MNIST does; a drawing is also enlarged to 20 pixels.
    - `k`: how many neighbours vote, 1, 3, 5, 9 or 15.

    The weights are three files of utils/pretrained: mnist-dense, mnist-convnet and mnist-neighbours, see `parts`.

    Raises:
        TraitError: for a value out of these bounds.
    """

    _about = "Here you draw a digit, and three different readers say what it is."
    _more_weights = (CONVNET, NEIGHBOURS)

    weights = traitlets.Unicode(DENSE).tag(sync=True)
    sample = traitlets.Int(0, min=-1).tag(
        sync=True, rule={"kind": "integer", "min": 0}
    )  # an address has no drawing with it
    strokes = strokes()
    right = traitlets.Int(0, min=-10, max=10).tag(sync=True)
    down = traitlets.Int(0, min=-10, max=10).tag(sync=True)
    turn = traitlets.Int(0, min=-90, max=90).tag(sync=True)
    centre = traitlets.Bool(True).tag(sync=True)
    k = traitlets.Enum((1, 3, 5, 9, 15), 5).tag(sync=True)


def small(pictures: ArrayLike) -> np.ndarray:
    """Digits at half the size and 16 grey levels.

    Args:
        pictures: digits from 0 to 1, (n, 28, 28) or (n, 28, 28, 1).

    Returns:
        The means of 2 × 2 pixels, each the nearest multiple of 1/15, (n, 196).
    """
    blocks = np.asarray(pictures, "float32").reshape(-1, SMALL, 2, SMALL, 2)
    return np.floor(MOST * blocks.mean(axis=(2, 4)) + 0.5).reshape(-1, SMALL * SMALL) / MOST


def neighbours(stored: ArrayLike, labels: np.ndarray, pictures: ArrayLike, k: int = 5) -> np.ndarray:
    """Share of the votes of the k nearest stored digits. Of those at the same distance the one stored first counts, here as in the page.

    Args:
        stored: digits from `small`, (n, 196).
        labels: their labels, (n,).
        pictures: the digits asked about, from `small`, (m, 196).
        k: how many vote.

    Returns:
        For each picture the share of each of the ten digits, (m, 10).
    """
    # whole numbers, so that ties are exact
    stored, pictures = ((MOST * np.asarray(some)).round() for some in (stored, pictures))
    distances = (stored**2).sum(axis=1) - 2 * pictures @ stored.T  # less the picture's own square, equal for all
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :k]
    return (labels[nearest][..., None] == np.arange(10)).mean(axis=1)


def parts(
    dense: Any, convnet: Any, stored: tuple[ArrayLike, ArrayLike], samples: tuple[ArrayLike, ArrayLike]
) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """The widget's three files: name → tensors and description, for `export_weights(tensors, path, **description)`.

    Args:
        dense, convnet: Keras models, (28, 28, 1) → ten probabilities.
        stored: digits from `small`, (n, 196), and their labels, (n,).
        samples: test digits from 0 to 1, (m, 28, 28, 1), and their labels, (m,).

    Raises:
        ValueError: for a layer that the page cannot run.
    """
    pictures = np.asarray(samples[0], "float64").reshape(-1, SIDE, SIDE)
    shown = {"samples": np.round(255 * pictures).astype("uint8")}
    labels = {"sample_labels": [int(label) for label in np.asarray(samples[1])]}
    kept = {"levels": pack_levels(stored[0]), "labels": np.asarray(stored[1]).astype("uint8")}
    return {
        DENSE: _network(dense, shown, labels),
        CONVNET: _network(convnet, {}, {}),
        NEIGHBOURS: (kept, {}),
    }


def _network(model: Any, tensors: Mapping[str, Any], about: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    description, layers = describe(model)
    return {"network": layers, **tensors}, {"network": description, **about}


def pack_levels(pictures: ArrayLike) -> np.ndarray:
    """Grey levels of digits from `small`, (n, 196), two a byte, the left one in its upper half: uint8, (n, 98)."""
    levels = np.round(MOST * np.asarray(pictures)).astype("uint8")
    return levels[:, ::2] << 4 | levels[:, 1::2]


def unpack_levels(packed: ArrayLike) -> np.ndarray:
    """Inverse of `pack_levels`: uint8, (n, 98) → (n, 196), from 0 to 1."""
    two = np.asarray(packed, "uint8")
    return np.stack([two >> 4, two & MOST], axis=-1).reshape(len(two), -1) / MOST
