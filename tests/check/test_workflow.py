"""Checks of the exercises of "The workflow": right answers, and hints that fit typical mistakes."""

import numpy as np
import pytest
from support.check import said

from utils.check import workflow as check


def by_definition(truth, score):
    falling = truth[np.argsort(-score)]
    return (np.cumsum(falling) / np.arange(1, len(truth) + 1))[falling].mean()


def everywhere(truth, score):
    falling = truth[np.argsort(-score)]
    return (np.cumsum(falling) / np.arange(1, len(truth) + 1)).mean()


def over_rows(truth, score):
    return by_definition(truth, score) * truth.sum() / len(truth)


def weighted(p, w):
    return w * p / (w * p + 1 - p)


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (check.cost, 1 / 11),
        (check.cost, 0.091),
        (check.average_precision, by_definition),
        (check.weights, weighted),
    ],
)
def test_right(exercise, answer):
    assert said(exercise, answer) == "Right."


@pytest.mark.parametrize(
    ("exercise", "answer", "hint"),
    [
        (check.cost, 0.1, "Nearly"),
        (check.cost, 0.5, "cost the same"),
        (check.cost, 10 / 11, "earlier, not later"),
        (check.average_precision, lambda truth, score: by_definition(truth, -score), "lowest score"),
        (check.average_precision, everywhere, "places of the yeses"),
        (check.average_precision, lambda truth, score: by_definition(truth, -np.arange(len(truth))), "sorted"),
        (check.average_precision, over_rows, "number of yeses"),
        (check.average_precision, 0.3, "A function"),
        (check.weights, lambda p, w: w * p, "more than 1"),
        (check.weights, lambda p, w: np.minimum(w * p, 1), "Cutting at 1"),
        (check.weights, lambda p, w: weighted(p, 1 / w), "weight for the noes"),
        (check.weights, lambda p, w: p, "has to show"),
    ],
)
def test_wrong(exercise, answer, hint):
    line = said(exercise, answer)
    assert line.startswith("Not yet. ") and hint in line
