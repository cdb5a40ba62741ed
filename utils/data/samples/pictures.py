"""Stand-ins for arrays of pictures: small scanned digits made large, and drawn things."""

import random

import numpy as np

from utils.data.samples import drawings

Labelled = tuple[np.ndarray, np.ndarray]  # x, y


def digits() -> tuple[Labelled, Labelled]:
    """The 1,797 digits of scikit-learn with the form of MNIST's: x uint8 (n, 28, 28), y uint8 (n,); 1,500 and the rest."""
    from scipy.ndimage import zoom
    from sklearn.datasets import load_digits

    digits = load_digits()
    ink = zoom(digits.images, (1, 2.5, 2.5), order=1) * (255 / 16)
    x = np.pad(ink, ((0, 0), (4, 4), (4, 4))).round().clip(0, 255).astype("uint8")
    y = digits.target.astype("uint8")
    return (x[:1500], y[:1500]), (x[1500:], y[1500:])


def things(size: int, *counts: int) -> tuple[Labelled, ...]:
    """For each count that many drawn things, the kinds in turn: x uint8 (count, size, size, 3), y uint8 (count,)."""
    rng = random.Random(size)
    parts = []
    for count in counts:
        y = np.array([i % len(drawings.THINGS) for i in range(count)], "uint8")
        parts.append((np.stack([np.asarray(drawings.thing(rng, drawings.THINGS[label], size)) for label in y]), y))
    return tuple(parts)


def names() -> list[str]:
    """What the labels of `things` mean."""
    return list(drawings.THINGS)
