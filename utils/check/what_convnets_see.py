"""Checks of the exercises of "What convnets see"."""

from typing import Any

import numpy as np

from utils.check import exercise, expect, function, page_number


@exercise
def see_map(answer: Any) -> None:
    """One value of a Grad-CAM map of two channels."""
    mistakes: dict[float, str] = {
        0: "Grad-CAM multiplies by the mean of each channel's gradient, not by the gradient at the place.",
        -4: "Grad-CAM multiplies by the mean of each channel's gradient, not by the gradient at the place.",
        10: "Weight the activations and add them up. A sum of weights and activations is another thing.",
        14: "Channel 2 has a negative weight: it speaks against the class.",
        24: "The weight is the mean of the four gradients, not their sum.",
        3: "The map is the sum over the channels, not their mean.",
    }
    page_number(answer, "see-map", mistakes)


@exercise
def see_class(answer: Any) -> None:
    """A function of slope, x and steps: gradient ascent with steps of root mean square 1."""
    function(answer, "slope, x and steps")
    x = np.random.default_rng(0).normal(100, 20, size=(3, 4, 5, 3))
    weights = np.array([0.1, 1.0, 50.0])[:, None, None, None] * np.random.default_rng(1).normal(size=x.shape)

    def slope(pictures: np.ndarray) -> tuple[float, np.ndarray]:
        return float((pictures * weights).sum()), weights

    before = x.copy()
    found = np.asarray(answer(slope, x, 4))
    expect(np.array_equal(x, before), "Your function changes its argument. Make a new array: x = x + …")
    expect(found.shape == x.shape, f"The pictures keep their shape {x.shape}; yours are {found.shape}.")
    unit = weights / np.sqrt((weights**2).mean(axis=(1, 2, 3), keepdims=True))
    for wrong, hint in (
        (x - 4 * unit, "That goes downhill. Ascent adds the gradient."),
        (x + unit, "That is one step. Make `steps` of them."),
        (x + 4 * weights, "Divide the gradient by its root mean square."),
        (x + 4 * weights / np.sqrt((weights**2).mean()), "Each picture has a root mean square of its own."),
        (
            x + 4 * weights / np.sqrt((weights**2).sum(axis=(1, 2, 3), keepdims=True)),
            "The root of the mean, not of the sum.",
        ),
    ):
        expect(not np.allclose(found, wrong, atol=0.02), hint)
    expect(
        np.allclose(found, x + 4 * unit, atol=0.1),
        "Each step should add the gradient divided by its root mean square.",
    )


@exercise
def see_saliency(answer: Any) -> None:
    """A function of gradients (n, 64, 64, 3): largest absolute value over the colours, summed over 8 × 8 cells."""
    function(answer, "the gradient")
    gradient = np.random.default_rng(0).normal(size=(3, 64, 64, 3)) * np.linspace(0.2, 2, 64)[:, None]
    found = np.asarray(answer(gradient))
    expect(found.shape == (3, 8, 8), f"An array (n, 8, 8) is expected; yours has shape {found.shape}.")

    def cells(pixels: np.ndarray) -> np.ndarray:
        return pixels.reshape(-1, 8, 8, 8, 8).sum(axis=(2, 4))

    absolute = np.abs(gradient)
    right = cells(absolute.max(axis=-1))
    for wrong, hint in (
        (cells(gradient.max(axis=-1)), "Take absolute values: a large negative gradient matters as much."),
        (cells(np.abs(gradient.max(axis=-1))), "Take the absolute value first, then the largest of the colours."),
        (cells(absolute.mean(axis=-1)), "Keep the largest of the three colours, not their mean."),
        (cells(absolute.sum(axis=-1)), "Keep the largest of the three colours, not their sum."),
        (right / 64, "Add up the pixels of each cell. That is their mean."),
        (right.transpose(0, 2, 1), "Rows and columns are exchanged."),
        (
            absolute.max(axis=-1).reshape(-1, 8, 8, 8, 8).sum(axis=(3, 4)),
            "The axes of (n, 8, 8, 8, 8) are: row of cells, row in the cell, column of cells, column in the cell.",
        ),
    ):
        expect(not np.allclose(found, wrong), hint)
    expect(np.allclose(found, right), "The sum over 8 × 8 pixels of the largest absolute value is expected.")
