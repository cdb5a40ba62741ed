"""Checks of the exercises of "Tensors": right answers, and hints that fit typical mistakes."""

import numpy as np
import pytest
from support.check import said

from utils.check import tensors as check


def standardise(picture, axis=(0, 1), power=1):
    pixels = picture.astype("float64")
    return (pixels - pixels.mean(axis=axis)) / pixels.std(axis=axis) ** power


def in_place(picture):
    standard = standardise(picture)
    picture[:] = 0
    return standard


def matmul(p, q, message="{} @ {} do not fit"):
    if p.shape[1] != q.shape[0]:
        raise ValueError(message.format(p.shape, q.shape))
    return p @ q


def distances(asked, known):
    return ((asked[:, None] - known) ** 2).sum(axis=-1)


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (check.standardise, standardise),
        (check.matmul, matmul),
        (check.neighbour, lambda asked, known: distances(asked, known).argmin(axis=1)),
        (check.silent, 18),
        (check.silent, 18.04),
    ],
)
def test_right(exercise, answer):
    assert said(exercise, answer) == "Right."


@pytest.mark.parametrize(
    ("exercise", "answer", "hint"),
    [
        (check.standardise, 3, "A function"),
        (check.standardise, lambda picture: standardise(picture, axis=None), "one mean for all"),
        (check.standardise, lambda picture: standardise(picture, axis=0), "each column"),
        (check.standardise, lambda picture: standardise(picture, power=0), "Now the standard deviation"),
        (check.standardise, lambda picture: standardise(picture, power=2), "not by its square"),
        (check.standardise, in_place, "stay as it is"),
        (check.matmul, lambda p, q: p * q if p.shape == q.shape else p @ q, "entry by entry"),
        (check.matmul, lambda p, q: np.zeros((len(p), q.shape[1])), "entries are off"),
        (check.matmul, lambda p, q: matmul(p, q, "these do not fit"), "name both shapes"),
        (check.matmul, lambda p, q: matmul(p, q[: p.shape[1]]) if len(q) > p.shape[1] else p @ q, "both shapes"),
        (check.matmul, lambda p, q: p @ q if p.shape[1] == len(q) else 0, "accepts them"),
        (check.neighbour, distances, "Those are distances"),
        (check.neighbour, lambda asked, known: distances(asked, known).argmax(axis=1), "farthest"),
        (check.neighbour, lambda asked, known: (asked @ known.T).argmax(axis=1), "long rows"),
        (check.neighbour, lambda asked, known: distances(asked, known).argmin(axis=0), "shape (40,)"),
        (check.neighbour, lambda asked, known: distances(asked, known).min(axis=1), "whole numbers"),
        (check.silent, 0, "repaired"),
        (check.silent, 9, "two* values"),
        (check.silent, 6, "twice the standard"),
        (check.silent, 3, "squared"),
    ],
)
def test_wrong(exercise, answer, hint):
    line = said(exercise, answer)
    assert line.startswith("Not yet. ") and hint in line
