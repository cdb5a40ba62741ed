"""Checks of the exercises of "A first network"."""

from typing import Any

import numpy as np

from utils.check import array, exercise, expect, function, page_number


@exercise
def units(answer: Any) -> None:
    """The number of weights with 128 hidden units."""
    mistakes: dict[float, str] = {
        784 * 128 + 128 * 10: "Each unit has a bias too.",
        784 * 128 + 128: "That is the first layer. The second has weights too.",
        784 + 128 + 10: "Those are pixels and units. Each unit has a weight for *each* of its inputs.",
        407_050: "That is the network with 512 units.",
    }
    page_number(answer, "first-network-units", mistakes)


@exercise
def slopes(answer: Any) -> None:
    """A function of p: the slopes of cross-entropy and of the squared error with respect to the logit."""
    function(answer, "p")
    for p in (0.001, 0.2, 0.5, 0.9):
        found = answer(p)
        expect(np.shape(found) == (2,), "A pair is expected: the slopes of cross-entropy and of the squared error.")
        right = np.array([p - 1, -2 * p * (1 - p) ** 2])
        array(
            np.array(found, float),
            right,
            [
                (-right, "Both signs are the wrong way round: a larger logit lowers both losses."),
                (np.array([-1 / p, -2 * (1 - p)]), "Those are the slopes with respect to p. Multiply by that of p."),
                (right / [1, 2], "The slope of a square has a factor of 2."),
                (right[::-1], "Cross-entropy comes first."),
            ],
        )


@exercise
def shuffle(answer: Any) -> None:
    """A function of weights and an order: the weights for inputs shuffled in that order."""
    function(answer, "the weights and the order")
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=shape) for shape in ((7, 5), (5,), (5, 3), (3,))]
    order, x = np.array([1, 2, 0, 4, 5, 6, 3]), rng.normal(size=(4, 7))
    before = [part.copy() for part in weights]
    found = [np.asarray(part) for part in answer(weights, order)]
    expect(len(found) == 4, f"A list of four arrays is expected, as `get_weights` gives it; yours has {len(found)}.")
    for part, old in zip(found, before):
        expect(part.shape == old.shape, f"The shapes should stay: {old.shape} has become {part.shape}.")
    expect(
        all(np.array_equal(part, old) for part, old in zip(weights, before)),
        "The weights that came in should stay as they are: return new arrays.",
    )
    wanted, got = x @ before[0] + before[1], x[:, order] @ found[0] + found[1]
    back = x[:, order] @ before[0][np.argsort(order)] + before[1]
    expect(not np.allclose(found[0], before[0]), "The first layer's weights have not changed.")
    expect(
        not np.allclose(got, back),
        "You undo the order once too often: column k of the shuffled digits is pixel order[k].",
    )
    expect(
        np.allclose(got, wanted), "The first layer gives other outputs on shuffled inputs than before on plain ones."
    )
    expect(
        all(np.allclose(a, b) for a, b in zip(found[2:], before[2:])),
        "The second layer sees hidden units, and those have not been shuffled.",
    )


@exercise
def committee(answer: Any) -> None:
    """A function of a list of probabilities: the classes of the mean."""
    function(answer, "a list of arrays")
    votes = [
        np.array([[0.6, 0.4, 0.0], [0.1, 0.2, 0.7], [0.45, 0.1, 0.45]]),
        np.array([[0.6, 0.4, 0.0], [0.2, 0.1, 0.7], [0.2, 0.5, 0.3]]),
        np.array([[0.0, 1.0, 0.0], [0.3, 0.3, 0.4], [0.2, 0.1, 0.7]]),
    ]
    found = np.asarray(answer(votes))
    expect(found.shape != (3, 3), "Those are the mean probabilities. Which class has the largest?")
    expect(found.dtype.kind in "iu", "Whole numbers are expected, the classes.")
    array(
        found,
        np.array([1, 2, 2]),
        [
            (np.array([0, 2, 0]), "That is the majority of the answers. Average the probabilities first."),
            (np.array([0, 2, 1]), "That is the majority of the answers. Average the probabilities first."),
            (np.array([0, 2, 2]), "That is the majority of the answers. Average the probabilities first."),
            (np.mean(votes, axis=0).argmax(axis=0), "Over which axis do the classes lie?"),
        ],
    )
