"""Checks of the exercises of "House prices": right answers, and hints that fit typical mistakes."""

import numpy as np
import pytest
from support.check import said

from utils.check import house_prices as check


def outside(rows, k, fold):
    length = len(rows) // k
    return np.concatenate([rows[: fold * length], rows[(fold + 1) * length :]])


def added(rows, k, fold):
    length = len(rows) // k
    return rows[: fold * length] + rows[(fold + 1) * length :]


def inside(rows, k, fold):
    length = len(rows) // k
    return rows[fold * length : (fold + 1) * length]


def ratios(x, logarithm=np.log, bedrooms_per=3, rooms_per=6):
    counts = x[:, 3] / x[:, rooms_per], x[:, 5] / x[:, 6], x[:, 4] / x[:, bedrooms_per], x[:, 6]
    return np.column_stack([x[:, :3], *map(logarithm, counts), x[:, 7]])


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (check.units, [61, 4801, 68353]),
        (check.income, 1.35),
        (check.joined, outside),
        (check.per_household, ratios),
    ],
)
def test_right(exercise, answer):
    assert said(exercise, answer) == "Right."


@pytest.mark.parametrize(
    ("exercise", "answer", "hint"),
    [
        (check.units, [52, 4672, 67840], "bias"),
        (check.units, [41, 641, 2561], "two hidden layers"),
        (check.units, [56, 4736, 68096], "last unit"),
        (check.units, 4801, "shape (3,)"),
        (check.income, (62_000 - 3.5) / 2, "tens of thousands"),
        (check.income, 29.25, "not in thousands"),
        (check.income, 6.2, "raw value"),
        (check.income, 2.7, "distance from the mean"),
        (check.income, 3.1, "subtracted first"),
        (check.income, 0.675, "square"),
        (check.income, -1.35, "subtracted from the value"),
        (check.joined, added, "added, number by number"),
        (check.joined, inside, "the fold itself"),
        (check.joined, lambda rows, k, fold: outside(rows, k, fold)[::-1], "in order"),
        (check.joined, lambda rows, k, fold: rows, "the shape should be (8, 3)"),
        (check.joined, [1, 2], "A function"),
        (check.per_household, lambda x: ratios(x, lambda counts: counts), "Take the logarithm"),
        (check.per_household, lambda x: ratios(x, np.log10), "base 10"),
        (check.per_household, lambda x: ratios(x, bedrooms_per=6), "bedrooms per room"),
        (check.per_household, lambda x: ratios(x, rooms_per=5), "not per person"),
        (check.per_household, lambda x: ratios(x)[:, :7], "shape (20, 8)"),
        (check.per_household, 3, "A function"),
    ],
)
def test_wrong(exercise, answer, hint):
    line = said(exercise, answer)
    assert line.startswith("Not yet. ") and hint in line
