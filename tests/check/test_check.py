"""What checks of exercises say: right, or a hint that fits the mistake, and never the solution."""

import numpy as np
import pytest
from support.check import said

from utils.check import array, exercise, expect, number, page_number

GRID = np.arange(6.0).reshape(2, 3)


@exercise
def weights(answer):
    number(answer, 407_050, {406_528: "Each unit has a bias too."})


@exercise
def grid(answer):
    array(answer, GRID, [(GRID + 1, "Python counts from 0.")])


@exercise
def halved(answer):
    expect(callable(answer), "A function is expected.")
    array(answer(GRID), GRID / 2)


@exercise
def on_page(answer):
    page_number(answer, "first-network", {1: "one"})


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (weights, 407_050),
        (weights, np.float32(407_050)),
        (grid, GRID),
        (grid, GRID.tolist()),
        (halved, lambda x: x / 2),
    ],
)
def test_right_answers(check, answer):
    assert said(check, answer) == "Right."


@pytest.mark.parametrize(
    ("check", "answer", "hint"),
    [
        (weights, 406_528, "Each unit has a bias too."),
        (weights, 5, "5 is too small."),
        (weights, 1e9, "1e+09 is too large."),
        (weights, "407050", "One number is expected, not str."),
        (weights, True, "One number is expected, not bool."),
        (weights, None, "One number is expected, not NoneType."),
        (weights, [407_050], "One number is expected; yours has shape (1,)."),
        (weights, np.nan, "Not every value is finite"),
        (grid, GRID.T, "An array of shape (2, 3) is expected; yours has shape (3, 2)."),
        (grid, GRID + 1, "Python counts from 0."),
        (grid, GRID * (GRID < 4), "2 of 6 entries are off."),
        (halved, 3, "A function is expected."),
        (halved, lambda x: 1 / 0, "Trying your answer ends in ZeroDivisionError: division by zero"),
        (halved, lambda: GRID, "Trying your answer ends in TypeError"),
    ],
)
def test_wrong_answers_get_a_hint_that_fits(check, answer, hint):
    line = said(check, answer)
    assert line.startswith("Not yet. ") and hint in line and "407050" not in line.replace("str", "")


def test_a_key_of_the_page_is_the_key_of_the_check(tmp_path, monkeypatch):
    monkeypatch.setattr("utils.widgets.quiz.widget.QUIZZES", tmp_path)
    (tmp_path / "first-network.yml").write_text(
        "- question: How many?\n  number: 7\n  tolerance: 0.5\n  explanation: x\n"
    )
    assert [said(on_page, answer)[:7] for answer in (7, 7.4, 8, 1)] == ["Right.", "Right.", "Not yet", "Not yet"]
