"""Checks of the exercises of "Curvature and second-order methods": right answers, and hints that fit typical mistakes."""

import numpy as np
import pytest
from support.check import said

from utils.check import second_order as check


def product(gradient, w, v):
    length = np.linalg.norm(v)
    h = 1e-5 * v / length
    return (gradient(w + h) - gradient(w - h)) / 2e-5 * length


def fixed_step(gradient, w, v):
    return (gradient(w + 1e-5 * v) - gradient(w - 1e-5 * v)) / 2e-5


def kind(gradient, H, ask=True, zeros=True, size=np.linalg.norm):
    values = np.linalg.eigvalsh(H)
    if ask and size(gradient) > 1e-6:
        return "not critical"
    if values[0] < -1e-8 and values[-1] > 1e-8:
        return "saddle"
    if zeros and np.any(abs(values) < 1e-8):
        return "unclear"
    return "minimum" if values.sum() > 0 else "maximum"


@pytest.mark.parametrize(("exercise", "answer"), [(check.condition, 257), (check.product, product), (check.kind, kind)])
def test_right(exercise, answer):
    assert said(exercise, answer) == "Right."


@pytest.mark.parametrize(
    ("exercise", "answer", "hint"),
    [
        (check.condition, 10_000, "plain descent"),
        (check.condition, 69, "100"),
        (check.condition, 935, "10,000"),
        (check.product, 1.0, "A function"),
        (check.product, fixed_step, "a long v"),
        (check.product, lambda g, w, v: product(g, w, v) * 2, "Twice"),
        (check.product, lambda g, w, v: product(g, w, v) / np.linalg.norm(v), "Scale"),
        (check.product, lambda g, w, v: -product(g, w, v), "sign"),
        (check.product, lambda g, w, v: [product(g, w, v), g(w)][0], "Two gradients"),
        (check.kind, "saddle", "A function"),
        (check.kind, lambda g, H: kind(g, H, ask=False), "gradient first"),
        (check.kind, lambda g, H: kind(g, H, zeros=False), "zero, up to rounding"),
        (check.kind, lambda g, H: kind(g, H, size=np.sum), "*length*"),
    ],
)
def test_wrong(exercise, answer, hint):
    line = said(exercise, answer)
    assert line.startswith("Not yet. ") and hint in line
