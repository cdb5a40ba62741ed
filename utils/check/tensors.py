"""Checks of the exercises of "Tensors"."""

from typing import Any

import numpy as np

from utils.check import array, exercise, expect, function, page_number


@exercise
def standardise(answer: Any) -> None:
    """A function of a picture: each channel with mean 0 and standard deviation 1."""
    function(answer, "a picture")
    picture = np.random.default_rng(0).integers(0, 256, size=(6, 5, 3)).astype("uint8")
    picture[:, :, 0] //= 4
    before, pixels = picture.copy(), picture.astype("float64")
    found = answer(picture)
    expect(np.array_equal(picture, before), "The picture that came in should stay as it is.")
    centred = pixels - pixels.mean(axis=(0, 1))
    array(
        found,
        centred / pixels.std(axis=(0, 1)),
        [
            (
                (pixels - pixels.mean()) / pixels.std(),
                "That is one mean for all channels. Which axes should disappear?",
            ),
            ((pixels - pixels.mean(axis=0)) / pixels.std(axis=0), "That is one mean for each column of pixels, too."),
            (centred, "The means are right. Now the standard deviation."),
            (centred / pixels.var(axis=(0, 1)), "Divide by the standard deviation, not by its square."),
        ],
        1e-4,
    )


@exercise
def matmul(answer: Any) -> None:
    """A function of two matrices: their product, or a ValueError."""
    function(answer, "two matrices")
    rng = np.random.default_rng(0)
    for shapes in (((3, 4), (4, 2)), ((2, 2), (2, 2)), ((1, 5), (5, 3))):
        p, q = (rng.normal(size=shape) for shape in shapes)
        array(answer(p, q), p @ q, [(p * q, "That is `*`, entry by entry.")] if p.shape == q.shape else [], 1e-8)
    for shapes in (((3, 4), (3, 4)), ((2, 3), (4, 2))):
        try:
            answer(*(np.ones(shape) for shape in shapes))
        except ValueError as error:
            text = str(error)
            expect(
                all(str(shape) in text for shape in shapes), f"The message should name both shapes, not only: {text}"
            )
        else:
            expect(False, f"{shapes[0]} and {shapes[1]} do not fit; your function accepts them.")


@exercise
def neighbour(answer: Any) -> None:
    """A function of two matrices: for each row of the first the nearest row of the second."""
    function(answer, "`asked` and `known`")
    rng = np.random.default_rng(0)
    asked, known = rng.normal(size=(40, 3)), 2 * rng.normal(size=(25, 3))
    squares = ((asked[:, None] - known) ** 2).sum(axis=-1)
    found = np.asarray(answer(asked, known))
    expect(found.shape != (40, 25), "Those are distances. Which row of `known` has the smallest?")
    expect(found.dtype.kind in "iu", "The numbers of rows are expected, whole numbers.")
    array(
        found,
        squares.argmin(axis=1),
        [
            (squares.argmax(axis=1), "Those are the rows farthest away."),
            (
                (asked @ known.T).argmax(axis=1),
                "The largest dot product prefers long rows. Subtract half their squares.",
            ),
        ],
    )


@exercise
def silent(answer: Any) -> None:
    """The mean squared error as it came, with a standard deviation of 3."""
    mistakes: dict[float, str] = {
        0: "So it is with repaired shapes. What shape does the difference have as it came?",
        9: "That is the variance of the targets. Here *two* values vary in each pair.",
        6: "That is twice the standard deviation. The error is squared.",
        3: "That is the standard deviation. The error is squared, and two values vary in each pair.",
    }
    page_number(answer, "tensors-silent", mistakes)
