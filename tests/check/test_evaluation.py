"""Checks of the exercises of "Evaluation": right answers, and hints that fit typical mistakes."""

from math import comb

import numpy as np
import pytest
from support.check import said

from utils.check import evaluation as check


def p_value(first, second):
    b, c = int((first & ~second).sum()), int((second & ~first).sum())
    return min(1, 2 * sum(comb(b + c, k) for k in range(min(b, c) + 1)) / 2 ** (b + c))


def one_sided(first, second):
    b, c = int((first & ~second).sum()), int((second & ~first).sum())
    return sum(comb(b + c, k) for k in range(min(b, c) + 1)) / 2 ** (b + c)


def all_rows(first, second):
    n, b = len(first), int((first & ~second).sum())
    return min(1, 2 * sum(comb(n, k) for k in range(b + 1)) / 2**n)


def above_one(first, second):
    return 2 * one_sided(first, second)


def hour_hand(hours):
    angle = np.pi / 2 - 2 * np.pi * hours / 12
    return np.arctan2(np.sin(angle), np.cos(angle))[:, None]


def silent(x, seed, share=0.8, above=5):
    missing = (x[:, 7] > above) & (np.random.default_rng(seed).random(len(x)) < share)
    return missing[:, None] & (np.arange(8) == 7)


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (check.folds, [100, 150, 180, 196]),
        (check.mcnemar, p_value),
        (check.rare, 26),
        (check.rare, 23.4),
        (check.seam, hour_hand),
        (check.holes, silent),
    ],
)
def test_right(exercise, answer):
    assert said(exercise, answer) == "Right."


@pytest.mark.parametrize(
    ("exercise", "answer", "hint"),
    [
        (check.folds, [100, 50, 20, 4], "held out"),
        (check.folds, [200] * 4, "all the folds together"),
        (check.folds, [100, 150], "shape (4,)"),
        (check.mcnemar, one_sided, "one side"),
        (check.mcnemar, above_one, "at most 1"),
        (check.mcnemar, all_rows, "Only the rows on which the two differ"),
        (check.mcnemar, 0.003, "A function"),
        (check.rare, 0.26, "in percent"),
        (check.rare, 74, "somebody *is* ill"),
        (check.rare, 0.0, "stratified"),
        (check.seam, lambda hours: np.degrees(hour_hand(hours)), "degrees"),
        (check.seam, lambda hours: hour_hand(hours)[:, 0], "shape (6, 1)"),
        (check.seam, lambda hours: np.pi / 2 - hour_hand(hours), "entries are off"),
        (check.holes, lambda x, seed: silent(x, seed)[:, 7], "shape of the rows"),
        (check.holes, lambda x, seed: silent(x, seed, share=2), "not always"),
        (check.holes, lambda x, seed: silent(x, seed, above=4), "never missing"),
        (check.holes, lambda x, seed: silent(x, 0), "Another seed"),
    ],
)
def test_wrong(exercise, answer, hint):
    line = said(exercise, answer)
    assert line.startswith("Not yet. ") and hint in line
