"""Checks of the exercises of "Before deep learning"."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from utils.check import array, exercise, expect, page_number


@exercise
def spam(answer: Any) -> None:
    page_number(
        answer,
        "before-spam",
        {
            2 / 3: "How common is spam, before anything is read? Naive Bayes multiplies by that share too.",
            0.012: "That is the product for spam. Compute the one for other mail, and divide by their sum.",
            4 / 3: "Those are the odds, spam to other. A probability is a share of the whole.",
            3 / 7: "That is the probability that it is no spam.",
            8 / 9: "Leave no word out: the message says 'meeting' as well.",
            0.1: "Leave no word out: the message says 'free' as well.",
            57.143: "A probability lies between 0 and 1.",
        },
    )


@exercise
def few(answer: Any) -> None:
    expect(isinstance(answer, Mapping) and len(answer) > 2, "A dictionary is expected: size → pair of accuracies.")
    sizes = sorted(answer)
    expect({50, 200} <= set(sizes), "The sizes 50 and 200 should be among the keys.")
    scores = [np.asarray(answer[size], dtype=float) for size in sizes]
    expect(
        all(score.shape == (2,) for score in scores), "Each value should be a pair: naive Bayes, logistic regression."
    )
    expect(np.max(scores) <= 1, "Give accuracies as shares between 0 and 1, not in percent.")
    expect(
        np.max(scores[0]) < 0.9, "So good with 50 digits? Measure on the validation digits, not on the training digits."
    )
    expect(
        np.min(scores) > 0.2,
        "Guessing reaches 0.1, both methods far more: are examples and labels still in the same order?",
    )
    counting, learning = np.transpose(scores)
    expect(
        learning[-1] > counting[-1], "At the largest size the order is the other way round: naive Bayes comes first."
    )
    expect(np.all(np.diff(counting + learning) > 0), "More digits should help here. Take the mean of several draws.")


@exercise
def coordinates(answer: Any) -> None:
    expect(callable(answer), "A function is expected.")
    points = np.random.default_rng(0).normal(size=(5, 2))
    expect(
        np.ndim(found := np.asarray(answer(points))) == 2,
        "The function should return an array with one row for a point.",
    )
    expect(found.shape != (6, 5), "Points are rows here, so transpose what you return.")
    expect(found.shape[1] != 5, "Five coordinates: is the constant there? Multiply out with x = z = 0.")
    expect(found.shape == (5, 6), f"The shape should be (5, 6) for five points; yours is {found.shape}.")
    dot, cross = points @ points.T, points.prod(axis=1)
    right = (dot + 1) ** 2
    mistakes = [
        (dot**2 + dot + 1, "The middle term of the square is 2 x·z: where does the factor 2 go?"),
        (right - np.outer(cross, cross), "The product of the two coordinates needs a factor."),
        (right - 1, "For x = z = 0 the kernel is 1, not 0."),
    ]
    array(found @ found.T, right, mistakes)


@exercise
def turns(answer: Any) -> None:
    array(
        answer,
        [12_642, 1_122, 1_122],
        [
            ([12_576, 1_056, 1_056], "The output layer is trained in every turn."),
            ([14_754, 14_754, 14_754], "That is the whole network: two hidden layers are frozen in every turn."),
            ([12_608, 1_088, 1_088], "Every unit that is trained has a bias too."),
        ],
    )
