"""Exercises that check themselves: a check prints `Right.`, or what is off and a hint, and never the solution.

A module of this package holds the checks of one chapter, which imports it as `check`. Readers write `check.weights(answer)`::

    @exercise
    def weights(answer):
        number(answer, 407_050, {406_528: "Each unit has a bias too."})
"""

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np


class Hint(Exception):
    """What is off in an answer."""


def exercise(check: Callable[[Any], None]) -> Callable[[Any], None]:
    """Have a check print what it finds. Whatever the answer raises while it is tried is a finding, too."""

    @functools.wraps(check)
    def checked(answer: Any) -> None:
        try:
            check(answer)
        except Hint as hint:
            print(f"Not yet. {hint}")
        except Exception as error:  # the reader's function, or an answer of another kind
            print(f"Not yet. Trying your answer ends in {type(error).__name__}: {error}")
        else:
            print("Right.")

    return checked


def expect(condition: Any, hint: str) -> None:
    """Raises Hint unless the condition holds."""
    if not condition:
        raise Hint(hint)


def function(answer: Any, inputs: str) -> None:
    """Expect a function; `inputs` names what it takes, such as "w and b"."""
    expect(callable(answer), f"A function of {inputs} is expected.")


def number(answer: Any, right: float, mistakes: Mapping[float, str] = {}, tolerance: float | None = None) -> None:
    """Expect one number; `mistakes` maps typical wrong ones to hints. `tolerance` is absolute, 0.1 % of `right` if left out."""
    array(answer, right, mistakes.items(), abs(right) / 1000 if tolerance is None else tolerance)


def array(answer: Any, right: Any, mistakes: Iterable[tuple[Any, str]] = (), tolerance: float = 1e-6) -> None:
    """Expect an array, or one number, of the shape of `right`, each entry within `tolerance`; `mistakes` are pairs: wrong array, hint."""
    found, right = np.asarray(answer), np.asarray(right)
    one = "One number" if right.ndim == 0 else f"An array of shape {right.shape}"
    expect(found.dtype.kind in "iufc", f"{one} is expected, not {type(answer).__name__}.")
    expect(found.shape == right.shape, f"{one} is expected; yours has shape {found.shape}.")
    expect(np.isfinite(found).all(), "Not every value is finite: look for a division by zero or the log of zero.")
    for wrong, hint in mistakes:
        expect(np.shape(wrong) != found.shape or np.any(np.abs(found - wrong) > tolerance), hint)
    off = np.abs(found - right) > tolerance
    too = "" if right.ndim else "large" if found > right else "small"
    expect(not off.any(), f"{found:g} is too {too}." if too else f"{off.sum()} of {off.size} entries are off.")


def page_number(answer: Any, label: str, mistakes: Mapping[float, str] = {}) -> None:
    """Expect the number that the page asks for below the exercise of this label: `book/quizzes/<label>.yml`."""
    from utils.widgets.quiz.widget import QUIZZES, read_quiz

    _, (key,) = read_quiz(QUIZZES / f"{label}.yml")
    number(answer, key["right"], mistakes, key["tolerance"])
