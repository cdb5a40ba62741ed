"""Checks of the exercises of "Newswires"."""

from typing import Any

import numpy as np

from utils.check import exercise, expect, function, page_number

LABELS = np.array([0] * 9 + [1] * 4 + [3])
P = np.array([[0.9, 0.1, 0.0], [0.2, 0.5, 0.3], [0.1, 0.3, 0.6], [0.8, 0.1, 0.1], [0.3, 0.4, 0.3]])
TRUE = np.array([0, 1, 0, 1, 1])


@exercise
def length(answer: Any) -> None:
    """The length of the weights with which softmax is 99 % sure of each of 46 points on a circle."""
    neighbour = 1 - np.cos(2 * np.pi / 46)
    mistakes: dict[float, str] = {
        round(np.log(99) / neighbour): "That leaves one neighbour. Each point has one on either side.",
        round(np.log(99 * 45)): "Rivals on a circle are not at right angles: the neighbours' cosine is nearly 1.",
        0.99: "That is the probability. How long are the weights?",
    }
    page_number(answer, "newswires-length", mistakes)


@exercise
def weights(answer: Any) -> None:
    """A function of labels: a factor for each class, 1 / √(its rows), with a mean over the rows of 1."""
    function(answer, "labels")
    found = answer(LABELS)
    expect(isinstance(found, dict), "Return a dictionary from class to factor.")
    expect(2 not in found, "Class 2 has no row in these labels: leave it out.")
    expect(set(found) == {0, 1, 3}, "There should be one factor for each class that occurs, and no other.")
    factors = np.array([found[k] for k in (0, 1, 3)], float)
    sizes = np.array([9, 4, 1])
    ratio = factors / factors[-1]
    expect(not np.allclose(ratio, [1 / 9, 1 / 4, 1]), "Those are in proportion to one over the number: take its root.")
    expect(not np.allclose(ratio, [3, 2, 1]), "The rare classes should weigh more, not less: one *over* the root.")
    expect(np.allclose(ratio, [1 / 3, 1 / 2, 1]), "With 9, 4 and 1 rows the factors should be as 1/3 to 1/2 to 1.")
    expect(not np.isclose(factors.mean(), 1), "The mean over the *classes* is 1. Make it the mean over the rows.")
    mean = (factors * sizes).sum() / sizes.sum()
    expect(np.isclose(mean, 1), f"The mean factor over the rows is {mean:.3f}; divide by it.")


@exercise
def sure(answer: Any) -> None:
    """A function of probabilities, labels and a threshold: the share of rows that reach it, and the accuracy on these."""
    function(answer, "p, labels and threshold")
    for threshold, share, accuracy in ((0.0, 1.0, 0.6), (0.5, 0.8, 0.5), (0.6, 0.6, 1 / 3), (0.85, 0.2, 1.0)):
        found = answer(P, TRUE, threshold)
        expect(np.size(found) == 2, "Return two numbers: the share of the rows, and the accuracy on these.")
        part, good = map(float, found)
        expect(part <= 1 and good <= 1, "Give shares between 0 and 1, not percentages or counts.")
        hint = "A largest probability that equals the threshold is enough: use >=."
        expect(threshold not in (0.5, 0.6) or not np.isclose(part, share - 0.2), hint)
        expect(
            np.isclose(part, share), f"With a threshold of {threshold} the share should be {share:.2f}, not {part:.2f}."
        )
        hint = "The accuracy should count only the rows that reach the threshold: divide by their number."
        expect(np.isclose(share, 1) or not np.isclose(good, accuracy * share), hint)
        expect(
            np.isclose(good, accuracy),
            f"With a threshold of {threshold} the accuracy is {accuracy:.2f}, not {good:.2f}.",
        )
