"""Quiz, a widget: see widget.py."""

from utils.widgets.quiz.widget import Quiz, QuizError, read_quiz

__all__ = ["Quiz", "QuizError", "read_quiz"]
