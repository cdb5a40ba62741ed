"""DigitPad: a dense network, a convnet and k nearest neighbours read the same digit, side by side."""

import numpy as np
import traitlets

from utils.widgets.base import CourseWidget
from utils.widgets.nn.describe import describe

SIDE, SMALL = 28, 14  # pixels of a digit, and of a stored neighbour
LEVELS = 16  # grey levels of a stored neighbour
DENSE, CONVNET, NEIGHBOURS = "mnist-dense", "mnist-convnet", "mnist-neighbours"
KS = (1, 3, 5, 9, 15)


class DigitPad(CourseWidget):
    """Draw a digit, or take a test digit; move and turn it; three readers answer, and show whether they agree.

        DigitPad()
        DigitPad(sample=7, turn=30)          # the eighth of the stored test digits, turned by 30 degrees

    sample            index of the test digit, -1 for the reader's own drawing.
    strokes           the drawing: a list of strokes, each a list of points [x, y] between 0 and 1, right and down.
    right, down       pixels by which the digit is moved. turn: degrees by which it is turned, clockwise.
    centre            whether it is centred afterwards, as MNIST does; a drawing is also enlarged to 20 pixels.
    k                 how many neighbours vote: 1, 3, 5, 9 or 15.

    The weights are three files of utils/pretrained: mnist-dense, mnist-convnet and mnist-neighbours.
    """

    _about = "Here you draw a digit, and three different readers say what it is."
    _more_weights = (CONVNET, NEIGHBOURS)

    weights = traitlets.Unicode(DENSE).tag(sync=True)
    sample = traitlets.Int(0).tag(sync=True)
    strokes = traitlets.List().tag(sync=True, local=True)
    right = traitlets.Int(0, min=-10, max=10).tag(sync=True)
    down = traitlets.Int(0, min=-10, max=10).tag(sync=True)
    turn = traitlets.Int(0, min=-90, max=90).tag(sync=True)
    centre = traitlets.Bool(True).tag(sync=True)
    k = traitlets.Enum(KS, 5).tag(sync=True)


def small(pictures) -> np.ndarray:
    """Digits at half the size and 16 grey levels: (n, 28, 28) or (n, 28, 28, 1) from 0 to 1 → (n, 196), from 0 to 1."""
    pictures = np.asarray(pictures, "float32").reshape(-1, SMALL, 2, SMALL, 2)
    return np.floor((LEVELS - 1) * pictures.mean(axis=(2, 4)) + 0.5).reshape(-1, SMALL * SMALL) / (LEVELS - 1)


def neighbours(stored, labels, pictures, k: int = 5) -> np.ndarray:
    """Share of the votes of the k nearest among `stored` (n, 196) with their `labels` (n,), for each of `pictures` (m, 196): (m, 10).

    Both come from `small`. Of digits at the same distance the one that is stored first counts, here as in the page.
    """
    stored, pictures = (
        ((LEVELS - 1) * np.asarray(some)).round() for some in (stored, pictures)
    )  # whole numbers: ties are exact
    distances = (stored**2).sum(axis=1) - 2 * pictures @ stored.T  # less the picture's own square, equal for all
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :k]
    return (labels[nearest][..., None] == np.arange(10)).mean(axis=1)


def parts(dense, convnet, stored: tuple, samples: tuple) -> dict[str, tuple[dict, dict]]:
    """Name → tensors and description of the widget's three files, for `export_weights(tensors, path, **description)`.

    dense, convnet: Keras models, (28, 28, 1) → ten probabilities. stored: digits from `small`, (n, 196), and their labels (n,).
    samples: test digits (m, 28, 28, 1) from 0 to 1 and their labels. Raises ValueError for layers that the page cannot run.
    """
    described = {name: describe(model) for name, model in ((DENSE, dense), (CONVNET, convnet))}
    files = {name: ({"network": layers}, {"network": description}) for name, (description, layers) in described.items()}
    files[DENSE][0]["samples"] = np.asarray(samples[0], "float32").reshape(-1, SIDE, SIDE)
    files[DENSE][1]["sample_labels"] = [int(label) for label in samples[1]]
    files[NEIGHBOURS] = {"levels": pack_levels(stored[0])}, {"labels": "".join(str(label) for label in stored[1])}
    return files


def pack_levels(pictures) -> np.ndarray:
    """Grey levels of (n, 196) numbers from `small`, three to a number: (n, 66), whole numbers from -2048 to 2047, as float16 holds them."""
    levels = np.round((LEVELS - 1) * np.asarray(pictures)).astype(int)
    three = np.pad(levels, ((0, 0), (0, -levels.shape[1] % 3))).reshape(len(levels), -1, 3)
    return (three @ (LEVELS**2, LEVELS, 1) - LEVELS**3 // 2).astype("float32")


def unpack_levels(packed) -> np.ndarray:
    """Inverse of `pack_levels`: (n, 66) → (n, 196), from 0 to 1."""
    whole = np.asarray(packed).astype(int) + LEVELS**3 // 2
    levels = np.stack([whole // LEVELS**2, whole // LEVELS % LEVELS, whole % LEVELS], axis=-1)
    return levels.reshape(len(whole), -1)[:, : SMALL * SMALL] / (LEVELS - 1)
