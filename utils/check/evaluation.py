"""Checks of the exercises of "Evaluation"."""

from math import comb
from typing import Any

import numpy as np

from utils.check import array, exercise, expect, function, page_number


@exercise
def folds(answer: Any) -> None:
    """The numbers of rows that each model learns from, for 2, 4, 10 and 50 folds of 200 rows."""
    array(
        answer,
        np.array([100, 150, 180, 196]),
        [
            (np.array([100, 50, 20, 4]), "Those rows are held out. Which ones does the model learn from?"),
            (np.array([200, 200, 200, 200]), "That is all the folds together. One of them is held out at a time."),
        ],
    )


@exercise
def mcnemar(answer: Any) -> None:
    """A function of two Boolean arrays: the exact two-sided p-value."""
    function(answer, "two Boolean arrays")
    for both, first, second, none in ((913, 9, 28, 50), (5, 28, 9, 0), (70, 5, 5, 20)):
        pattern = [(True, True)] * both + [(True, False)] * first + [(False, True)] * second + [(False, False)] * none
        found = float(answer(*np.array(pattern).T))
        n, fewer = first + second, min(first, second)
        tail = sum(comb(n, k) for k in range(fewer + 1)) / 2**n
        expect(found <= 1, "A probability is at most 1: when the two sides are equal, twice the tail is more.")
        below = sum(comb(n, k) for k in range(fewer)) / 2**n
        for wrong, hint in (
            (
                tail,
                "That is the probability of one side. Two-sided means: either model could have been the unlucky one.",
            ),
            (2 * below, "'As few or fewer' includes as few as were found."),
            (1.0, "Which of the two sides is the smaller one changes from case to case."),
        ):
            expect(abs(found - wrong) > 1e-9 or abs(wrong - min(1, 2 * tail)) < 1e-9, hint)
        hint = f"With {first} against {second} rows (and {both + none} on which both agree) yours gives {found:.4g}."
        expect(abs(found - min(1, 2 * tail)) < 1e-6, f"{hint} Only the rows on which the two differ are coin flips.")


@exercise
def rare(answer: Any) -> None:
    """How many percent of the random splits have nobody ill in the test part."""
    alone = 100 * comb(294, 60) / comb(300, 60)
    mistakes: dict[float, str] = {
        0: "So it is with stratified splits. How is it at random?",
        round(100 - alone): "In those splits somebody *is* ill. In how many is nobody?",
    }
    if isinstance(answer, int | float):
        expect(not 0.1 < answer < 0.5, "That looks like a share. Give it in percent.")
    page_number(answer, "evaluation-rare", mistakes)


@exercise
def seam(answer: Any) -> None:
    """A function of hours: the hour hand's angle from three o'clock, counter-clockwise, in one column."""
    expect(callable(answer), "A function is expected, which takes an array of hours.")
    hours = np.array([1.0, 2.5, 4.0, 7.9, 10.2, 11.5])
    angle = np.pi / 2 - 2 * np.pi * hours / 12
    right = np.arctan2(np.sin(angle), np.cos(angle))[:, None]
    minute = np.pi / 2 - 2 * np.pi * (hours % 1)
    array(
        answer(hours),
        right,
        [
            (np.degrees(right), "The angles are in degrees; `np.arctan2` gives radians."),
            (np.arctan2(np.cos(angle), np.sin(angle))[:, None], "`np.arctan2` takes y first, then x."),
            (
                np.arctan2(np.sin(minute), np.cos(minute))[:, None],
                "That is the minute hand. `tips` gives x of hour and minute hand, then y of both.",
            ),
        ],
    )


@exercise
def holes(answer: Any) -> None:
    """A function of rows and a seed: where incomes above 5 are missing."""
    function(answer, "rows and a seed")
    x = np.tile(np.linspace(0, 10, 4001)[:, None], (1, 8))
    found = np.asarray(answer(x, 0))
    expect(found.shape == x.shape, f"The holes should have the shape of the rows, {x.shape}, not {found.shape}.")
    expect(found.dtype == bool, f"The holes should be Boolean, not {found.dtype}.")
    expect(not found[:, :7].any(), "Only the income, the last column, may have holes.")
    rich = x[:, 7] > 5
    expect(not found[~rich].any(), "Incomes up to 5 are never missing.")
    share = found[rich, 7].mean()
    expect(share > 0.3, f"Only {share:.0%} of the incomes above 5 are missing, not about 80 %.")
    expect(share < 0.95, "Each income above 5 is missing with probability 0.8, not always.")
    expect(0.75 < share < 0.85, f"{share:.0%} of the incomes above 5 are missing, not about 80 %.")
    expect(np.any(found != np.asarray(answer(x, 1))), "Another seed should give other holes.")
