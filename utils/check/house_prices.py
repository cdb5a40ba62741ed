"""Checks of the exercises of "House prices"."""

from typing import Any

import numpy as np

from utils.check import array, exercise, expect, function, page_number


@exercise
def units(answer: Any) -> None:
    """The numbers of weights with 4, 64 and 256 units in each of the two hidden layers."""
    array(
        answer,
        np.array([61, 4801, 68_353]),
        [
            (np.array([52, 4672, 67_840]), "Each unit has a bias too, the last one included."),
            (np.array([41, 641, 2561]), "There are two hidden layers, and the second one sees all units of the first."),
            (np.array([56, 4736, 68_096]), "The last unit has weights too: one for each unit before it, and a bias."),
        ],
    )


@exercise
def income(answer: Any) -> None:
    """An income of 62,000 dollars, standardised with mean 3.5 and standard deviation 2.0 in tens of thousands."""
    mistakes: dict[float, str] = {
        (62_000 - 3.5) / 2: "The column counts in tens of thousands of dollars. In that unit, what is 62,000?",
        (62 - 3.5) / 2: "The column counts in tens of thousands of dollars, not in thousands.",
        6.2: "That is the raw value, in the right unit. The network was trained on standardised columns.",
        2.7: "That is the distance from the mean. Standardised means: in standard deviations.",
        3.1: "That is divided by the standard deviation. What has to be subtracted first?",
        0.675: "Divide by the standard deviation, not by its square.",
        -1.35: "The mean is subtracted from the value, not the value from the mean.",
    }
    page_number(answer, "house-prices-income", mistakes)


@exercise
def joined(answer: Any) -> None:
    """A function of rows, k and the fold's number: the rows outside the fold, in order."""
    function(answer, "rows, k and the fold's number")
    rows = np.arange(36.0).reshape(12, 3) ** 2
    for k in (3, 4):
        parts = np.split(rows, k)
        for fold in (1, 0, k - 1):
            right = np.concatenate(parts[:fold] + parts[fold + 1 :])
            found = np.asarray(answer(rows.copy(), k, fold))
            case = f"12 rows in {k} folds, fold {fold}:"
            expect(found.shape != parts[fold].shape or np.any(found != parts[fold]), f"{case} that is the fold itself.")
            if found.shape == (12 // k, 3) and fold == 1 and k == 3:
                added = parts[0] + parts[2]
                expect(np.any(found != added), f"{case} the rows are added, number by number. Join them.")
            expect(found.shape == right.shape, f"{case} the shape should be {right.shape}, not {found.shape}.")
            expect(np.array_equal(found, right), f"{case} not the rows outside of the fold, in order.")


@exercise
def per_household(answer: Any) -> None:
    """A function of the eight columns: the four counts replaced by logarithms of ratios."""
    function(answer, "an array with eight columns")
    rng = np.random.default_rng(0)
    people, households = rng.integers(300, 3000, (2, 20)).astype(float)
    rooms, bedrooms = 5.5 * people, 1.2 * households
    place, wealth = rng.normal(size=(20, 3)), rng.random(20)
    x = np.column_stack([place, rooms, bedrooms, people, households, wealth])

    def columns(*counts: np.ndarray) -> np.ndarray:
        return np.column_stack([place, *counts, wealth])

    ratios = rooms / households, people / households, bedrooms / rooms
    array(
        answer(x.copy()),
        columns(*np.log(ratios), np.log(households)),
        [
            (columns(*ratios, households), "These are the ratios. Take the logarithm of each."),
            (columns(*np.log(ratios), households), "The number of households should be a logarithm, too."),
            (
                columns(*np.log(ratios[:2]), np.log(bedrooms / households), np.log(households)),
                "The third new column is bedrooms per room, not per household.",
            ),
            (
                columns(np.log(rooms / people), *np.log(ratios[1:]), np.log(households)),
                "The first new column is rooms per household, not per person.",
            ),
            (
                columns(*np.log10(ratios), np.log10(households)),
                "Those are logarithms to base 10. `np.log` is the natural one, which is meant here.",
            ),
        ],
    )
