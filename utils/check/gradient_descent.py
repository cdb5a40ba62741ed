"""Checks of the exercises of "Gradient descent"."""

from typing import Any

import numpy as np

from utils.check import array, exercise, expect, function, page_number


@exercise
def limit(answer: Any) -> None:
    """The largest rate at which momentum 0.9 converges on a bowl with largest curvature 10."""
    mistakes: dict[float, str] = {
        0.2: "That is the limit without momentum.",
        0.3: "That is the limit with momentum 0.5.",
        0.02: "Momentum 0.9 makes ten steps of one, but it also damps the jumps. Try a larger rate.",
    }
    page_number(answer, "gradient-descent-limit", mistakes)


@exercise
def operation(answer: Any) -> None:
    """A function (a, b, g) that returns the slopes going back through a / b."""
    function(answer, "a, b and g")
    rng = np.random.default_rng(0)
    a, b, g = rng.normal(size=(3, 5)), rng.uniform(1, 2, size=(3, 5)), rng.normal(size=(3, 5))
    found = answer(a, b, g)
    expect(isinstance(found, tuple | list) and len(found) == 2, "A pair is expected: the slopes for a and for b.")
    first, second = found
    array(
        first,
        g / b,
        [
            (1 / b, "The slope that arrives, g, is missing in the slope for a: the chain rule multiplies by it."),
            (g * b, "That is the way back through a product. Here a is divided by b."),
        ],
    )
    array(
        second,
        -g * a / b**2,
        [
            (g * a / b**2, "The slope for b has the wrong sign: a larger b makes a / b smaller."),
            (-a / b**2, "The slope that arrives, g, is missing in the slope for b: the chain rule multiplies by it."),
            (-g / b**2, "The slope of a / b with respect to b grows with a."),
            (g * a, "That is the way back through a product. Here a is divided by b."),
        ],
    )


@exercise
def adam(answer: Any) -> None:
    """A function (gradient, w, rate, steps) that returns the weights after so many steps of Adam."""
    function(answer, "a gradient, weights, a rate and a number of steps")
    bend, start = np.array([1.0, 10.0, 0.3]), np.array([1.0, -1.0, 0.5])

    def run(steps: int, correct: bool = True, late: int = 0, root: bool = True) -> np.ndarray:
        w, v, s = start.copy(), np.zeros(3), np.zeros(3)
        for t in range(1, steps + 1):
            g = bend * w
            v, s = 0.9 * v + 0.1 * g, 0.999 * s + 0.001 * g**2
            first, second = (1 - 0.9 ** (t + late), 1 - 0.999 ** (t + late)) if correct else (1, 1)
            below = np.sqrt(s / second) if root else s / second
            w = w - 0.02 * v / first / (below + 1e-7)
        return w

    for steps in (1, 7):
        found = answer(lambda w: bend * w, start.copy(), 0.02, steps)
        array(
            found,
            run(steps),
            [
                (run(steps, correct=False), "Both means start at zero; divide them by what the exercise says."),
                (run(steps, late=1), "The first step is t = 1, not 2."),
                (run(steps, root=False), "The step is divided by the *root* of s."),
                (2 * start - run(steps), "Against the gradient: the sign is turned round."),
            ],
        )
