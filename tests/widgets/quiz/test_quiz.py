"""Quiz in Python: what its files may say, and what the page is told."""

import re

import pytest
import yaml
from support.widgets import QUESTIONS

from utils.widgets import Quiz
from utils.widgets.quiz.widget import QUIZZES, QuizError, read_quiz


def test_quiz_is_read_and_keeps_its_answers_apart(tmp_path):
    file = tmp_path / "pies.yml"
    file.write_text(QUESTIONS, "utf-8")
    questions, answers = read_quiz(file)
    assert [question["kind"] for question in questions] == ["one", "several", "number"]
    assert [answer["right"] for answer in answers] == [[1], [0, 2], 0.75] and questions[2]["unit"] == "pies"
    widget = Quiz(file)
    html = widget.to_html()
    assert "secret of rank" not in html and "0.75" not in html and '"right"' not in html
    assert "How many axes" in html and repr(widget) == "Quiz('pies', 3 questions)"
    assert all(rule["local"] for rule in widget.rules().values())


def changed(**fields) -> str:
    """The first question alone, with fields changed; None takes one out."""
    question = yaml.safe_load(QUESTIONS)[0] | fields
    return yaml.safe_dump([{name: value for name, value in question.items() if value is not None}])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- question: [", "is not YAML"),
        ("question: alone", "expected a list of questions"),
        ("", "expected a list of questions"),
        ("- just a text", "question 1: expected `question`"),
        (changed(question=None), "expected a text in `question`"),
        (changed(explanation=" "), "expected a text in `explanation`"),
        (changed(choices=None), "either `choices` or `number`"),
        (changed(number=3), "either `choices` or `number`"),
        (changed(choices=None, number="3"), "expected a number in `number`, not '3'"),
        (changed(choices=None, number=True), "expected a number in `number`, not True"),
        (changed(choices=None, number=3, tolerance=-1), "`tolerance` of 0 or more"),
        (changed(choices=[{"right": "3"}]), "two or more `choices`"),
        (changed(choices=["3", "4"]), "- right: …` or `- wrong: …`, not '3'"),
        (changed(choices=[{"right": 3}, {"wrong": "4"}]), "the choice 3 is not a text: put it in quotation marks"),
        (changed(choices=[{"wrong": "3"}, {"wrong": "4"}]), "at least one choice that is `right`"),
        (changed(choices=[{"right": "3"}, {"wrong": "3 "}]), "two choices are the same"),
        (changed(several=False, choices=[{"right": "3"}, {"right": "4"}]), "cannot say `several: false`"),
        (changed(hint="no"), "`hint` is not a field"),
    ],
)
def test_quiz_mistakes_name_file_and_question(tmp_path, text, message):
    file = tmp_path / "bad.yml"
    file.write_text(text, "utf-8")
    with pytest.raises(QuizError, match=re.escape(message)) as caught:
        Quiz(file)
    assert str(caught.value).startswith("bad.yml")


def test_unknown_quiz_names_the_known(tmp_path):
    (tmp_path / "pies.yml").write_text(QUESTIONS, "utf-8")
    with pytest.raises(FileNotFoundError, match=r"cakes\.yml. Quizzes in that folder: pies"):
        Quiz(tmp_path / "cakes.yml")


@pytest.mark.parametrize("file", sorted(QUIZZES.glob("*.yml")), ids=lambda file: file.stem)
def test_quizzes_of_the_book(file):
    """Three questions or more close a chapter; below an exercise, whose label names the file, stands one."""
    chapter = any(QUIZZES.parent.glob(f"*/{file.stem}.ipynb"))
    assert len(read_quiz(file)[0]) >= 3 if chapter else len(read_quiz(file)[0]) == 1
