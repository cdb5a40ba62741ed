"""Checks of the exercises of "The workflow"."""

from typing import Any

import numpy as np

from utils.check import array, exercise, function, page_number


@exercise
def cost(answer: Any) -> None:
    """From which probability on a warning pays, if a miss costs ten times as much as a false alarm."""
    mistakes: dict[float, str] = {
        0.1: "Nearly. A warning costs something only if *no* smog follows: with probability 1 − p.",
        10 / 11: "Which of the two mistakes is the expensive one? It makes warnings worth while earlier, not later.",
        0.5: "That would be right if both mistakes cost the same.",
    }
    page_number(answer, "workflow-cost", mistakes)


@exercise
def average_precision(answer: Any) -> None:
    """A function of a Boolean array and an array of scores: the average precision."""
    function(answer, "truth and score")
    for seed in range(3):
        rng = np.random.default_rng(seed)
        truth, score = rng.random(40) < 0.3, rng.permutation(40) / 40
        falling, rising = truth[np.argsort(-score)], truth[np.argsort(score)]
        place = np.arange(1, 41)
        precision = np.cumsum(falling) / place
        upside_down = (np.cumsum(rising) / place)[rising].mean()
        array(
            answer(truth, score),
            precision[falling].mean(),
            [
                (upside_down, "You begin with the lowest score; the highest comes first."),
                (precision.mean(), "Average over the places of the yeses only, not over all places."),
                ((truth.cumsum() / place)[truth].mean(), "The list has to be sorted by score first."),
                (precision[falling].sum() / 40, "Divide by the number of yeses, not by the number of rows."),
            ],
        )


@exercise
def weights(answer: Any) -> None:
    """A function of p and w: what a network says that was trained with weight w for the yeses."""
    function(answer, "p and w")
    for w in (1.0, 4.0, 10.0):
        p = np.array([0.01, 0.1, 0.3, 0.5, 0.9])
        right = w * p / (w * p + 1 - p)
        mistakes = [
            (w * p, "That can be more than 1. The weighted yeses grow, but so does the total."),
            (np.minimum(w * p, 1), "Cutting at 1 does not help: the weighted yeses grow, but so does the total."),
            (p / (p + w * (1 - p)), "That is the weight for the noes."),
            (p, "The weight has to show: with w = 10 a yes counts as ten."),
        ]
        array(answer(p, w), right, mistakes if w > 1 else [])
