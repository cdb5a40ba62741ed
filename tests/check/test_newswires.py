"""Checks of the exercises of "Newswires": right answers, and hints that fit typical mistakes."""

import numpy as np
import pytest
from support.check import said

from utils.check import newswires as check


def weights(labels, power=-0.5, over="rows"):
    classes, sizes = np.unique(labels, return_counts=True)
    factors = sizes.astype(float) ** power
    if over == "rows":
        factors /= (factors * sizes).sum() / len(labels)
    elif over == "classes":
        factors /= factors.mean()
    return dict(zip(classes.tolist(), factors.tolist()))


def with_absent(labels):
    return {**weights(labels), 2: 1.0}


def sure(p, labels, threshold):
    filed = p.max(axis=1) >= threshold
    return filed.mean(), (p.argmax(axis=1) == labels)[filed].mean()


def above(p, labels, threshold):
    filed = p.max(axis=1) > threshold
    return filed.mean(), (p.argmax(axis=1) == labels)[filed].mean()


def of_all(p, labels, threshold):
    filed = p.max(axis=1) >= threshold
    return filed.mean(), ((p.argmax(axis=1) == labels) & filed).mean()


def ring(s):
    scores = s * np.cos(2 * np.pi * np.arange(46) / 46)
    return np.exp(scores[0]) / np.exp(scores).sum()


def test_key_of_length():
    assert ring(567) < 0.99 < ring(568)


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [(check.length, 568), (check.length, 567.8), (check.weights, weights), (check.sure, sure)],
)
def test_right(exercise, answer):
    assert said(exercise, answer) == "Right."


@pytest.mark.parametrize(
    ("exercise", "answer", "hint"),
    [
        (check.length, 493, "either side"),
        (check.length, 8, "right angles"),
        (check.length, 0.99, "the probability"),
        (check.length, 700, "too large"),
        (check.weights, {0: 1.0}, "A function"),
        (check.weights, lambda labels: weights(labels, -1), "root"),
        (check.weights, lambda labels: weights(labels, 0.5), "more, not less"),
        (check.weights, lambda labels: weights(labels, -0.5, "classes"), "over the *classes*"),
        (check.weights, lambda labels: weights(labels, -0.5, "none"), "divide by it"),
        (check.weights, with_absent, "leave it out"),
        (check.sure, 0.9, "A function"),
        (check.sure, above, "use >="),
        (check.sure, of_all, "only the rows"),
        (check.sure, lambda *given: 100 * np.array(sure(*given)), "percentages"),
        (check.sure, lambda *given: sure(*given)[0], "two numbers"),
    ],
)
def test_wrong(exercise, answer, hint):
    line = said(exercise, answer)
    assert line.startswith("Not yet. ") and hint in line
