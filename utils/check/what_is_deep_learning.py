"""Checks of the exercises of "What is deep learning?"."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from utils.check import exercise, expect, function, page_number


@exercise
def space(answer: Any) -> None:
    page_number(
        answer,
        "what-is-deep-learning-space",
        {
            28 * 28 * 255: "Each rule has an opposite, which counts too.",
            28 * 28 * 2: "Each rule also has a threshold.",
            28 * 28: "Each rule also has a threshold, and an opposite.",
            28 * 28 * 256 * 2: "How many whole numbers are there from 0 to 254?",
            28 * 28 * 254 * 2: "How many whole numbers are there from 0 to 254?",
            28 * 28 + 255 * 2: "Every pixel goes with every threshold: multiply.",
        },
    )


@exercise
def vote(answer: Any) -> None:
    function(answer, "yes, quality and k")
    rng = np.random.default_rng(0)
    yes, quality = rng.random((40, 9)) > 0.5, rng.permutation(9) / 20 + 0.5
    order, votes = np.argsort(-quality), {}
    for k in (1, 3, 9):
        votes[k] = np.asarray(answer(yes.copy(), quality.copy(), k))
        shape = f"For 40 pictures and k = {k} yours has shape {votes[k].shape}."
        expect(votes[k].shape == (40,), f"One True or False for each picture is expected. {shape}")
    found, mistakes = votes[3], {"right": order[:3], "worst": order[-3:], "first": np.arange(3)}
    said = {name: yes[:, columns].mean(axis=1) > 0.5 for name, columns in mistakes.items()}
    expect(found.dtype.kind == "b", "True or False is expected for each picture: more than half, or not?")
    expect(np.any(found != said["worst"]), "These are the k pixels with the lowest quality.")
    expect(np.any(found != said["first"]), "These are the first k pixels. Which are the best?")
    expect(np.any(found != ~said["right"]), "The answers are the wrong way round: True means yes.")
    for k, given in votes.items():
        expect(np.all(given == (yes[:, order[:k]].mean(axis=1) > 0.5)), f"With k = {k} some votes are counted wrongly.")


@exercise
def chessboard(answer: Any) -> None:
    function(answer, "the points")
    points = np.random.default_rng(8).uniform(-1, 1, (400, 2))
    same = (points[:, 0] > 0) == (points[:, 1] > 0)
    values = np.asarray(answer(points.copy()), float)
    shape = f"For 400 points yours has shape {values.shape}."
    expect(values.shape == (400,), f"One number for each point is expected. {shape}")
    expect(np.isfinite(values).all(), "Not every value is finite: look for a division by zero.")
    apart = values[same].min() > values[~same].max() or values[~same].min() > values[same].max()
    hint = "What do the signs of x and y have to do with the kind?"
    expect(apart, f"No single threshold on your number separates the two kinds. {hint}")


@exercise
def flies(answer: Any) -> None:
    function(answer, "a set of facts")
    cases = [
        ({"has feathers"}, True, "A swallow, with feathers and nothing special, should fly."),
        ({"has feathers", "swims", "lives on ice"}, False, "The penguin still flies."),
        ({"has feathers", "lives on ice", "sits in an aeroplane"}, True, "A penguin on board should fly."),
        ({"gives milk"}, False, "An animal that is no bird should not fly."),
    ]
    for facts, right, hint in cases:
        before, found = set(facts), answer(facts)
        expect(isinstance(found, bool | np.bool_), f"True or False is expected, not {type(found).__name__}.")
        expect(facts == before, "The function changes the facts it is given: work on a copy, set(facts).")
        expect(found == right, hint)


@exercise
def negative(answer: Any) -> None:
    names = ["as they are", "negative"]
    expect(isinstance(answer, Mapping), f"A dictionary is expected, not {type(answer).__name__}.")
    expect(sorted(answer) == names, f"The keys 'as they are' and 'negative' are expected, not {sorted(answer)}.")
    plain, turned = (float(answer[name]) for name in names)
    expect(min(plain, turned) >= 0 and max(plain, turned) <= 1, "Shares are expected, from 0 to 1: 0.9, not 90.")
    turn = "The negative of x is 1 - x where pixels go from 0 to 1."
    expect(turned > 0.4, f"It does not read negatives yet. Did it see some in training? {turn}")
    expect(plain > 0.4, "It has forgotten ordinary digits. Only every second one should be turned.")
