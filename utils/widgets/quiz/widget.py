"""`Quiz`: graded questions at the end of a chapter, read from `book/quizzes/<chapter>.yml`::

    - question: How many axes has `np.zeros((3, 3, 5))`?      # single choice: one right answer
      choices:
        - wrong: "2"
        - right: "3"
        - wrong: "5"
      explanation: The rank counts axes; the *shape* `(3, 3, 5)` has three entries.

    - question: Which of these are rank-2 tensors?            # several right answers, or `several: true`
      several: true
      choices:
        - right: A grey picture
        - wrong: A colour picture
      explanation: …

    - question: How many weights has `Dense(512)` on 784 inputs?
      number: 401920
      tolerance: 0.5        # an absolute difference; 0 if it is left out
      unit: weights         # may be left out
      explanation: $784 · 512 + 512$.

Texts may hold `code`, *emphasis*, **strong emphasis** and $mathematics$; what needs no formula reads better without: 28 × 28.
"""

import base64
import json
import math
from pathlib import Path

import traitlets
import yaml

from utils.widgets.base import CourseWidget

QUIZZES = Path(__file__).parents[3] / "book" / "quizzes"


class QuizError(ValueError):
    """A quiz file is not as `Quiz` reads it. The message names the file, the question, and what was expected."""


class Quiz(CourseWidget):
    """The questions of `book/quizzes/<name>.yml`, graded where they stand; answers are kept in the reader's browser.

    `name` may also be the path of a YAML file. `score` is the number of questions answered right so far.
    Raises FileNotFoundError for an unknown quiz and QuizError for a file that is not as described at the top of this module.
    """

    _about = "Here stands a quiz on the chapter, graded as you answer."

    name = traitlets.Unicode("").tag(sync=True, local=True)
    questions = traitlets.List(traitlets.Dict()).tag(sync=True, local=True)
    key = traitlets.Unicode("").tag(sync=True, local=True)
    formulas = traitlets.Bool(False).tag(sync=True, local=True)
    score = traitlets.Int(0).tag(sync=True, local=True)

    def __init__(self, name: str | Path) -> None:
        path = Path(name) if str(name).endswith((".yml", ".yaml")) else QUIZZES / f"{name}.yml"
        asked, answers = read_quiz(path)
        # Base64 hides nothing from those who want to know; it keeps the answers out of sight of those who read the source.
        text = json.dumps(answers)
        key = base64.b64encode(text.encode()).decode()
        super().__init__(name=path.stem, questions=asked, key=key, formulas="$" in text + json.dumps(asked))

    @classmethod
    def example(cls) -> "Quiz":
        """The first quiz of the book, for the contract tests."""
        return cls(min(QUIZZES.glob("*.yml")))

    def __repr__(self) -> str:
        return f"Quiz({self.name!r}, {len(self.questions)} questions)"


def read_quiz(path: str | Path) -> tuple[list[dict], list[dict]]:
    """The questions of a quiz file as the page shows them, and apart from them the answers with their explanations.

    A question is {"kind": "one" | "several" | "number", "question": …, "choices": […] or "unit": …}, its answer
    {"right": [indices of choices] or a number, "tolerance": …, "explanation": …}.
    """
    path = Path(path)
    if not path.exists():
        known = ", ".join(sorted(file.stem for file in path.parent.glob("*.yml"))) or "none"
        raise FileNotFoundError(f"No quiz {path}. Quizzes in that folder: {known}.")
    try:
        entries = yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise QuizError(f"{path.name} is not YAML: {error}") from None
    if not isinstance(entries, list) or not entries:
        raise QuizError(f"{path.name}: expected a list of questions, each starting with `- question: …`.")
    read = [_read(entry, f"{path.name}, question {number}") for number, entry in enumerate(entries, 1)]
    return [question for question, _ in read], [answer for _, answer in read]


def _read(entry: object, where: str) -> tuple[dict, dict]:
    """One question and its answer. `where` names it in error messages."""
    if not isinstance(entry, dict):
        raise QuizError(f"{where}: expected `question`, `choices` or `number`, and `explanation`, but it is {entry!r}.")
    question = {"question": _text(entry, "question", where)}
    answer = {"explanation": _text(entry, "explanation", where)}
    if ("choices" in entry) == ("number" in entry):
        raise QuizError(f"{where}: expected either `choices` or `number`.")
    own = {"choices", "several"} if "choices" in entry else {"number", "tolerance", "unit"}
    known = sorted({"question", "explanation"} | own)
    if unknown := set(entry) - set(known):
        raise QuizError(f"{where}: `{min(unknown, key=str)}` is not a field; known are {', '.join(known)}.")
    asked, right = _number(entry, where) if "number" in entry else _choices(entry, where)
    return question | asked, answer | right


def _text(entry: dict, field: str, where: str) -> str:
    text = entry.get(field)
    if not isinstance(text, str) or not text.strip():
        raise QuizError(f"{where}: expected a text in `{field}`.")
    return text.strip()


def _number(entry: dict, where: str) -> tuple[dict, dict]:
    """What a question for a number adds to question and answer."""
    for field in ("number", "tolerance"):
        value = entry.get(field, 0)
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            raise QuizError(f"{where}: expected a number in `{field}`, not {value!r}.")
    if entry.get("tolerance", 0) < 0:
        raise QuizError(f"{where}: expected a `tolerance` of 0 or more.")
    asked = {"kind": "number", "unit": str(entry.get("unit", ""))}
    return asked, {"right": entry["number"], "tolerance": entry.get("tolerance", 0)}


def _choices(entry: dict, where: str) -> tuple[dict, dict]:
    """What a question with choices adds to question and answer."""
    choices = entry["choices"]
    if not isinstance(choices, list) or len(choices) < 2:
        raise QuizError(f"{where}: expected a list of two or more `choices`.")
    read = [_choice(choice, where) for choice in choices]
    texts = [text for text, _ in read]
    right = [index for index, (_, is_right) in enumerate(read) if is_right]
    if len(set(texts)) < len(texts):
        raise QuizError(f"{where}: two choices are the same.")
    if not right:
        raise QuizError(f"{where}: expected at least one choice that is `right`.")
    several = entry.get("several", len(right) > 1)
    if several is not True and len(right) > 1:
        raise QuizError(f"{where}: more than one choice is `right`, so it cannot say `several: false`.")
    return {"kind": "several" if several else "one", "choices": texts}, {"right": right}


def _choice(choice: object, where: str) -> tuple[str, bool]:
    """Text of a choice, and whether it is right."""
    if not isinstance(choice, dict) or len(choice) != 1 or not set(choice) <= {"right", "wrong"}:
        raise QuizError(f"{where}: expected each choice as `- right: …` or `- wrong: …`, not {choice!r}.")
    ((kind, text),) = choice.items()
    if not isinstance(text, str):
        raise QuizError(f"{where}: the choice {text!r} is not a text: put it in quotation marks.")
    return text.strip(), kind == "right"
