"""Checks of the exercises of "A first network": right answers, and hints that fit typical mistakes."""

import numpy as np
import pytest
from support.check import said

from utils.check import first_network as check


def slopes(p):
    return p - 1, -2 * p * (1 - p) ** 2


def reordered(weights, order):
    return [weights[0][order], *weights[1:]]


def in_place(weights, order):
    weights[0] = weights[0][order]
    weights[2][:] = 0
    return weights


def committee(votes):
    return np.mean(votes, axis=0).argmax(axis=1)


def majority(votes):
    answers = np.array(votes).argmax(axis=2)
    return np.array([np.bincount(column).argmax() for column in answers.T])


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (check.units, 101_770),
        (check.slopes, slopes),
        (check.shuffle, reordered),
        (check.committee, committee),
        (check.committee, lambda votes: sum(votes).argmax(axis=-1)),
    ],
)
def test_right(exercise, answer):
    assert said(exercise, answer) == "Right."


@pytest.mark.parametrize(
    ("exercise", "answer", "hint"),
    [
        (check.units, 101_632, "has a bias"),
        (check.units, 100_480, "The second has weights"),
        (check.units, 922, "for *each*"),
        (check.units, 407_050, "512 units"),
        (check.units, 50_000, "too small"),
        (check.slopes, 0.3, "A function"),
        (check.slopes, lambda p: p - 1, "A pair"),
        (check.slopes, lambda p: (1 - p, 2 * p * (1 - p) ** 2), "Both signs"),
        (check.slopes, lambda p: (-1 / p, -2 * (1 - p)), "with respect to p"),
        (check.slopes, lambda p: (p - 1, -p * (1 - p) ** 2), "factor of 2"),
        (check.slopes, lambda p: slopes(p)[::-1], "comes first"),
        (check.slopes, lambda p: (p, p), "entries are off"),
        (check.shuffle, lambda weights, order: weights, "have not changed"),
        (check.shuffle, lambda weights, order: [weights[0][np.argsort(order)], *weights[1:]], "once too often"),
        (check.shuffle, lambda weights, order: weights[0][order], "A list of four"),
        (check.shuffle, lambda weights, order: [weights[0][order[:3]], *weights[1:]], "shapes should stay"),
        (check.shuffle, in_place, "stay as they are"),
        (check.shuffle, lambda weights, order: [weights[0][order], *weights[1:3], weights[3] + 1], "hidden units"),
        (check.committee, majority, "majority"),
        (check.committee, lambda votes: np.mean(votes, axis=0), "mean probabilities"),
        (check.committee, lambda votes: np.mean(votes, axis=0).argmax(axis=0), "Over which axis"),
        (check.committee, lambda votes: committee(votes).astype(float), "Whole numbers"),
    ],
)
def test_wrong(exercise, answer, hint):
    line = said(exercise, answer)
    assert line.startswith("Not yet. ") and hint in line
