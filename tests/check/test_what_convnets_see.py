"""Checks of the exercises of "What convnets see": right answers, and hints that fit typical mistakes."""

import numpy as np
import pytest
from support.check import said

from utils.check import what_convnets_see as check


def size(gradient, axis=(1, 2, 3)):
    return np.sqrt((gradient**2).mean(axis=axis, keepdims=True)) + 1e-5


def ascent(unit, times=None, sign=1):
    def answer(slope, x, steps):
        for _ in range(times or steps):
            _, gradient = slope(x)
            x = x + sign * gradient / unit(gradient)
        return x

    return answer


def in_place(slope, x, steps):
    for _ in range(steps):
        x += slope(x)[1]
    return x


def cells(pixels, axis=(2, 4)):
    return pixels.reshape(-1, 8, 8, 8, 8).sum(axis=axis)


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (check.see_map, 6),
        (check.see_map, np.float64(6)),
        (check.see_class, ascent(size)),
        (check.see_saliency, lambda gradient: cells(np.abs(gradient).max(axis=-1))),
    ],
)
def test_right(exercise, answer):
    assert said(exercise, answer) == "Right."


@pytest.mark.parametrize(
    ("exercise", "answer", "hint"),
    [
        (check.see_map, 0, "mean of each channel"),
        (check.see_map, 14, "negative weight"),
        (check.see_map, 10, "sum of weights"),
        (check.see_map, 24, "not their sum"),
        (check.see_map, 3, "not their mean"),
        (check.see_map, 7, "too large"),
        (check.see_class, 0.9, "A function"),
        (check.see_class, ascent(size, sign=-1), "downhill"),
        (check.see_class, ascent(size, times=1), "one step"),
        (check.see_class, ascent(lambda gradient: 1), "root mean square"),
        (check.see_class, ascent(lambda gradient: size(gradient, None)), "of its own"),
        (check.see_class, ascent(lambda gradient: size(gradient) * 60**0.5), "not of the sum"),
        (check.see_class, in_place, "changes its argument"),
        (check.see_saliency, 3, "A function"),
        (check.see_saliency, lambda gradient: np.abs(gradient).max(axis=-1), "(n, 8, 8)"),
        (check.see_saliency, lambda gradient: cells(gradient.max(axis=-1)), "absolute values"),
        (check.see_saliency, lambda gradient: cells(np.abs(gradient.max(axis=-1))), "absolute value first"),
        (check.see_saliency, lambda gradient: cells(np.abs(gradient).mean(axis=-1)), "not their mean"),
        (check.see_saliency, lambda gradient: cells(np.abs(gradient).sum(axis=-1)), "not their sum"),
        (check.see_saliency, lambda gradient: cells(np.abs(gradient).max(axis=-1), (3, 4)), "row in the cell"),
        (check.see_saliency, lambda gradient: cells(np.abs(gradient).max(axis=-1)) / 64, "their mean"),
    ],
)
def test_wrong(exercise, answer, hint):
    line = said(exercise, answer)
    assert line.startswith("Not yet. ") and hint in line
