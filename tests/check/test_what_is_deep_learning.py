"""The checks of "What is deep learning?" recognise right answers and typical mistakes."""

import numpy as np
import pytest
from support.check import said

from utils.check import what_is_deep_learning as check

PENGUIN = {"lives on ice"}


def vote(yes, quality, k):
    return yes[:, np.argsort(-quality)[:k]].mean(axis=1) > 0.5


def flies(facts):
    return "has feathers" in facts and ("sits in an aeroplane" in facts or not PENGUIN & facts)


def spoiling(facts):
    facts.add("is a bird")
    return flies(facts)


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (check.space, 399_840),
        (check.vote, vote),
        (check.chessboard, lambda points: points[:, 0] * points[:, 1]),
        (check.chessboard, lambda points: np.sign(points).prod(axis=1)),
        (check.chessboard, lambda points: -points.prod(axis=1)),
        (check.flies, flies),
        (check.negative, {"as they are": 0.93, "negative": np.float64(0.92)}),
    ],
)
def test_right_answers(exercise, answer):
    assert said(exercise, answer) == "Right."


@pytest.mark.parametrize(
    ("exercise", "answer", "hint"),
    [
        (check.space, 199_920, "has an opposite"),
        (check.space, 1_568, "has a threshold"),
        (check.space, 401_408, "from 0 to 254"),
        (check.space, 1_294, "multiply"),
        (check.space, 7, "7 is too small"),
        (check.vote, 25, "A function"),
        (check.vote, lambda yes, quality, k: yes[:, np.argsort(quality)[:k]].mean(axis=1) > 0.5, "lowest quality"),
        (check.vote, lambda yes, quality, k: yes[:, :k].mean(axis=1) > 0.5, "the first k pixels"),
        (check.vote, lambda yes, quality, k: ~vote(yes, quality, k), "wrong way round"),
        (check.vote, lambda yes, quality, k: yes[:, np.argsort(-quality)[:k]].mean(axis=1), "True or False"),
        (check.vote, lambda yes, quality, k: vote(yes, quality, k).mean(), "shape ()"),
        (check.vote, lambda yes, quality, k: vote(yes, quality, 3), "With k = 1"),
        (check.chessboard, 1.0, "A function"),
        (check.chessboard, lambda points: points.sum(axis=1), "No single threshold"),
        (check.chessboard, lambda points: points[0] * points[1], "shape (2,)"),
        (check.flies, True, "A function"),
        (check.flies, lambda facts: "has feathers" in facts, "penguin still flies"),
        (check.flies, lambda facts: "has feathers" in facts and not PENGUIN & facts, "on board"),
        (check.flies, lambda facts: {"flies"}, "not set"),
        (check.flies, lambda facts: not PENGUIN & facts or "sits in an aeroplane" in facts, "no bird"),
        (check.flies, spoiling, "work on a copy"),
        (check.negative, [0.9, 0.9], "A dictionary"),
        (check.negative, {"plain": 0.9, "negative": 0.9}, "keys"),
        (check.negative, {"as they are": 93.0, "negative": 92.0}, "0.9, not 90"),
        (check.negative, {"as they are": 0.97, "negative": 0.1}, "does not read negatives"),
        (check.negative, {"as they are": 0.1, "negative": 0.97}, "forgotten ordinary digits"),
    ],
)
def test_wrong_answers_get_a_hint_that_fits(exercise, answer, hint):
    line = said(exercise, answer)
    assert line.startswith("Not yet. ") and hint in line and "399840" not in line
