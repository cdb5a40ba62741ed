"""The checks of "Movie reviews" recognise typical mistakes."""

import numpy as np
import pytest
from support.check import said

from utils.check import movie_reviews as check

GOOD = {200: 0.74, 1000: 0.86, 4000: 0.88, 10_000: 0.89}


def evidence(X, y, more=1, both=2, turned=1):
    with_word = [X[y == k].sum(axis=0, dtype=float) for k in (0, 1)]
    share = [(with_word[k] + more) / ((y == k).sum() + both) for k in (0, 1)]
    present, absent = share[1] / share[0], (1 - share[1]) / (1 - share[0])
    return turned * np.log(present), turned * np.log(absent)


def holds(numbers, review):
    n = len(numbers)
    return any(review[i : i + n] == numbers for i in range(len(review) - n + 1))


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (check.words, GOOD),
        (check.bayes, evidence),
        (check.pairs, holds),
        (check.loss, {"relu": 0.888, "tanh": 0.883, "mse": 0.882}),
    ],
)
def test_right_answers(exercise, answer):
    assert said(exercise, answer) == "Right."


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize(
    ("exercise", "answer", "hint"),
    [
        (check.words, list(GOOD.values()), "A dictionary"),
        (check.words, {200: 0.74}, "The keys should be"),
        (check.words, {k: 100 * v for k, v in GOOD.items()}, "not percentages"),
        (check.words, dict.fromkeys(GOOD, 0.3), "the loss first"),
        (check.words, GOOD | {200: 0.95}, "cut to the same columns"),
        (check.bayes, 3, "A function"),
        (check.bayes, lambda X, y: evidence(X, y)[0], "Return two arrays"),
        (check.bayes, lambda X, y: evidence(X, y, more=0, both=0), "add one review"),
        (check.bayes, lambda X, y: evidence(X, y, turned=-1), "turn the ratio around"),
        (check.bayes, lambda X, y: evidence(X, y)[::-1], "`present` comes first"),
        (check.bayes, lambda X, y: (evidence(X, y)[0], -evidence(X, y)[0]), "*without* the word"),
        (check.pairs, lambda numbers, review: set(numbers) <= set(review), "7 does not follow 5"),
        (check.pairs, lambda n, r: any(r[i : i + 2] == n for i in range(len(r) - 2)), "The last two words"),
        (check.pairs, True, "A function"),
        (check.loss, {"relu": 0.888, "tanh": 0.883}, "The keys should be"),
        (check.loss, {"relu": 0.888, "tanh": 0.883, "mse": 0.7}, "trained until it stopped"),
    ],
)
def test_wrong_answers(exercise, answer, hint):
    assert hint in said(exercise, answer)
