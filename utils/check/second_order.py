"""Checks of the exercises of "Curvature and second-order methods"."""

from typing import Any

import numpy as np

from utils.check import array, exercise, expect, function, page_number


@exercise
def condition(answer: Any) -> None:
    """How many steps momentum needs on the bowl with condition number 1,000."""
    mistakes: dict[float, str] = {
        69: "That is the count for a condition number of 100.",
        935: "That is the count for a condition number of 10,000.",
    }
    if isinstance(answer, int | float):
        expect(answer < 3000, "That is plain descent. How many steps does it take with momentum?")
    page_number(answer, "second-order-condition", mistakes)


@exercise
def product(answer: Any) -> None:
    """A function (gradient, w, v) that returns the Hessian times v."""
    function(answer, "a gradient, weights and a vector")
    rng = np.random.default_rng(0)
    w, v = rng.normal(size=(2, 6))
    root = rng.normal(size=(6, 6))
    bowl = root @ root.T
    calls = []

    def gradient(w: np.ndarray) -> np.ndarray:
        calls.append(1)
        return bowl @ w + w**3

    right = bowl @ v + 3 * w**2 * v
    for length, kind in ((1.0, ""), (1e6, " for a long v"), (1e-6, " for a short v")):
        calls.clear()
        found = np.asarray(answer(gradient, w.copy(), length * v)) / length
        expect(len(calls) <= 2, f"Two gradients are enough; yours called `gradient` {len(calls)} times.")
        hints = [
            (right / 2, "Half of it: between w + h and w − h there are two steps h."),
            (2 * right, "Twice of it: between w + h and w − h there are two steps h."),
            (right / np.linalg.norm(v), "Scale the result back to the length of v."),
            (-right, "The sign is turned round."),
        ]
        for wrong, hint in hints:
            expect(np.shape(found) != wrong.shape or not np.allclose(found, wrong, rtol=1e-4), hint)
        scale = np.abs(right).max()
        if np.shape(found) == right.shape and kind:
            far = np.abs(found - right).max() > 1e-6 * scale
            expect(not far, f"Not exact enough{kind}. Let the step's length not depend on v's.")
        array(found / scale, right / scale, tolerance=1e-6)


@exercise
def kind(answer: Any) -> None:
    """A function (gradient, H) that names the critical point."""
    function(answer, "a gradient and a Hessian")
    turn, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))
    none = np.zeros(3)
    cases = [
        ((1, 2, 3), none, "minimum", "All eigenvalues are positive."),
        ((-1, -2, -3), none, "maximum", "All eigenvalues are negative."),
        ((1, 2, -3), none, "saddle", "The eigenvalues have both signs."),
        ((-1, 2, 0), none, "saddle", "There are both signs, so the zero does not matter."),
        ((1, 2, 0), none, "unclear", "One eigenvalue is zero, up to rounding, and the others are positive."),
        ((-1, -2, 0), none, "unclear", "One eigenvalue is zero, up to rounding, and the others are negative."),
        ((1, 2, 3), np.full(3, 0.01), "not critical", "Look at the gradient first."),
        ((1, 2, 3), np.array([1e-8, 0, -1e-8]), "minimum", "A gradient of 10⁻⁸ counts as zero."),
        ((1, 2, -3), np.array([-1.0, 0, 1.0]), "not critical", "The *length* of the gradient counts, not its sum."),
    ]
    for values, gradient, right, hint in cases:
        found = answer(gradient, turn * np.array(values, "float64") @ turn.T)
        expect(found == right, f"Eigenvalues {values}, gradient {gradient}: yours says {found!r}. {hint}")
