"""The checks of "Before deep learning" know right answers and typical wrong ones."""

import numpy as np
import pytest
from support.check import said

from utils.check import before_deep_learning as check

FEW = {50: (0.51, 0.64), 200: (0.70, 0.78), 1_000: (0.78, 0.86), 10_000: (0.80, 0.90)}
ROOT = np.sqrt(2)


def six(x, middle=ROOT, cross=ROOT, constant=1.0):
    a, b = np.asarray(x).T
    return np.column_stack([a**2, cross * a * b, b**2, middle * a, middle * b, np.full(len(x), constant)])


def swapped(table):
    return {size: pair[::-1] for size, pair in table.items()}


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (check.spam, 0.012 / 0.021),
        (check.spam, 0.571),
        (check.few, FEW),
        (check.few, {size: np.array(pair) for size, pair in FEW.items()}),
        (check.coordinates, six),
        (check.coordinates, lambda x: six(x)[:, ::-1]),
        (check.turns, [12_642, 1_122, 1_122]),
        (check.turns, np.array([12_642, 1_122, 1_122])),
    ],
)
def test_right_answers(exercise, answer):
    assert said(exercise, answer) == "Right."


@pytest.mark.parametrize(
    ("exercise", "answer", "hint"),
    [
        (check.spam, 0.03 / 0.045, "How common is spam"),
        (check.spam, 0.012, "divide by their sum"),
        (check.spam, 0.012 / 0.009, "the odds"),
        (check.spam, 0.24 / 0.27, "'meeting'"),
        (check.spam, 0.02 / 0.2, "'free'"),
        (check.spam, 400 / 7, "between 0 and 1"),
        (check.few, 0.9, "A dictionary is expected"),
        (check.few, {10: (0.2, 0.3), 20: (0.3, 0.4), 30: (0.4, 0.5)}, "The sizes 50 and 200"),
        (check.few, {size: pair[0] for size, pair in FEW.items()}, "should be a pair"),
        (check.few, {size: (100 * a, 100 * b) for size, (a, b) in FEW.items()}, "not in percent"),
        (check.few, FEW | {50: (0.95, 1.0)}, "Measure on the validation digits"),
        (check.few, FEW | {50: (0.1, 0.11)}, "in the same order"),
        (check.few, swapped(FEW), "naive Bayes comes first"),
        (check.few, FEW | {1_000: (0.6, 0.7)}, "More digits should help"),
        (check.coordinates, np.zeros((5, 6)), "A function is expected."),
        (check.coordinates, lambda x: six(x).T, "transpose"),
        (check.coordinates, lambda x: six(x)[:, :5], "is the constant there"),
        (check.coordinates, lambda x: six(x)[:, :3], "should be (5, 6)"),
        (check.coordinates, lambda x: six(x).sum(), "one row for a point"),
        (check.coordinates, lambda x: six(x, middle=1), "where does the factor 2 go"),
        (check.coordinates, lambda x: six(x, cross=1), "needs a factor"),
        (check.coordinates, lambda x: six(x, constant=0), "the kernel is 1"),
        (check.turns, [12_576, 1_056, 1_056], "The output layer"),
        (check.turns, [14_754] * 3, "frozen in every turn"),
        (check.turns, [12_608, 1_088, 1_088], "a bias too"),
        (check.turns, 12_642, "shape (3,) is expected"),
    ],
)
def test_wrong_answers_get_a_hint_that_fits(exercise, answer, hint):
    line = said(exercise, answer)
    assert line.startswith("Not yet. ") and hint in line
