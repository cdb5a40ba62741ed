"""Checks of the exercises of "Movie reviews"."""

from typing import Any

import numpy as np

from utils.check import array, exercise, expect, function

REVIEWS = np.array([[1, 0, 1], [1, 1, 0], [1, 0, 0], [1, 1, 1], [0, 1, 0]], "uint8")
LABELS = np.array([1, 0, 1, 0, 0])


def accuracies(answer: Any, keys: tuple) -> np.ndarray:
    """The values of a dictionary of accuracies, in the order of the keys."""
    wanted = ", ".join(map(repr, keys))
    expect(isinstance(answer, dict), f"A dictionary with the keys {wanted} is expected.")
    expect(set(answer) == set(keys), f"The keys should be {wanted}.")
    values = np.array([answer[key] for key in keys], float)
    expect(np.isfinite(values).all(), "Not every value is finite.")
    expect((values <= 1).all(), "Give shares between 0 and 1, not percentages.")
    expect((values > 0.45).all(), "Worse than a coin? `evaluate` returns the loss first, the accuracy second.")
    return values


@exercise
def words(answer: Any) -> None:
    values = accuracies(answer, (200, 1000, 4000, 10_000))
    expect(
        values[0] < values[-1] + 0.02,
        "Two hundred words should not do better than ten thousand. Were both X_fit and X_val cut to the same columns?",
    )


@exercise
def bayes(answer: Any) -> None:
    function(answer, "X and y")
    found = answer(REVIEWS, LABELS)
    expect(isinstance(found, tuple | list) and len(found) == 2, "Return two arrays: `present` and `absent`.")
    counts, sizes = np.array([REVIEWS[k == LABELS].sum(axis=0) for k in (0, 1)]), np.array([[3], [2]])
    right = _log_ratios((counts + 1) / (sizes + 2))
    for one, name in zip(found, ("present", "absent")):
        expect(np.isfinite(one).all(), f"`{name}` is not finite everywhere: add one review to each count.")
    array(
        found,
        right,
        [
            (_log_ratios((counts + 1) / (sizes + 2.0))[::-1], "`present` comes first, then `absent`."),
            (-right, "Positive evidence should speak for label 1: turn the ratio around."),
            (
                _log_ratios((counts + 1) / (sizes + 1), safe=True),
                "One review with the word and one without it: that makes two more in each class.",
            ),
            (np.array([right[0], -right[0]]), "For the absence take the ratio of the shares *without* the word."),
        ],
    )


def _log_ratios(shares: np.ndarray, safe: bool = False) -> np.ndarray:
    """Log-ratio of the classes' shares with the word, and of those without it; `safe` keeps shares of 1 finite."""
    without = np.maximum(1 - shares, 1e-12) if safe else 1 - shares
    return np.array([np.log(shares[1] / shares[0]), np.log(without[1] / without[0])])


@exercise
def pairs(answer: Any) -> None:
    function(answer, "numbers and review")
    for numbers, review, right, hint in (
        ([5, 7], [1, 4, 5, 7, 9], True, "The pair stands in the middle of this review: [5, 7] in [1, 4, 5, 7, 9]."),
        ([5, 7], [1, 5, 4, 7], False, "Both words occur in [1, 5, 4, 7], but 7 does not follow 5."),
        ([5, 7], [1, 7, 5, 3], False, "The order counts: [5, 7] is not in [1, 7, 5, 3]."),
        ([5, 7], [1, 4, 5, 7], True, "The last two words of a review are a pair, too: [5, 7] in [1, 4, 5, 7]."),
        ([5], [1, 4, 5], True, "A single word should be found, too: [5] in [1, 4, 5]."),
        ([5, 7], [1], False, "[5, 7] cannot be in the review [1]."),
    ):
        expect(bool(answer(numbers, review)) == right, hint)


@exercise
def loss(answer: Any) -> None:
    values = accuracies(answer, ("relu", "tanh", "mse"))
    expect(
        np.ptp(values) < 0.1, "They should differ by a few points at most: was each network trained until it stopped?"
    )
