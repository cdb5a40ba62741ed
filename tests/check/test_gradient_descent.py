"""Checks of the exercises of "Gradient descent": right answers, and hints that fit typical mistakes."""

import numpy as np
import pytest
from support.check import said

from utils.check import gradient_descent as check


def adam(gradient, w, rate, steps, first=1, correct=True, sign=-1, power=0.5):
    v, s = 0, 0
    for t in range(first, steps + first):
        g = gradient(w)
        v, s = 0.9 * v + 0.1 * g, 0.999 * s + 0.001 * g**2
        by, below = (1 - 0.9**t, 1 - 0.999**t) if correct else (1, 1)
        w = w + sign * rate * v / by / ((s / below) ** power + 1e-7)
    return w


def changed(**how):
    return lambda gradient, w, rate, steps: adam(gradient, w, rate, steps, **how)


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (check.limit, 0.38),
        (check.limit, 0.379),
        (check.operation, lambda a, b, g: (g / b, -g * a / b**2)),
        (check.adam, adam),
    ],
)
def test_right(exercise, answer):
    assert said(exercise, answer) == "Right."


@pytest.mark.parametrize(
    ("exercise", "answer", "hint"),
    [
        (check.limit, 0.2, "without momentum"),
        (check.limit, 0.3, "momentum 0.5"),
        (check.limit, 0.02, "damps"),
        (check.limit, 0.45, "too large"),
        (check.operation, 3.0, "A function"),
        (check.operation, lambda a, b, g: g / b, "A pair"),
        (check.operation, lambda a, b, g: (1 / b, -a / b**2), "for a"),
        (check.operation, lambda a, b, g: (g / b, g * a / b**2), "sign"),
        (check.operation, lambda a, b, g: (g / b, -a / b**2), "for b"),
        (check.operation, lambda a, b, g: (g * b, g * a), "through a product"),
        (check.operation, lambda a, b, g: (g / b, -g / b**2), "grows with a"),
        (check.adam, 0.02, "A function"),
        (check.adam, changed(correct=False), "start at zero"),
        (check.adam, changed(first=2), "t = 1"),
        (check.adam, changed(sign=1), "Against the gradient"),
        (check.adam, changed(power=1), "*root*"),
        (check.adam, lambda gradient, w, rate, steps: np.zeros(2), "shape (3,)"),
    ],
)
def test_wrong(exercise, answer, hint):
    line = said(exercise, answer)
    assert line.startswith("Not yet. ") and hint in line
