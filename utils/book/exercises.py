"""Exercises are counted chapter by chapter; sphinx-exercise counts them through the whole book."""

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def count_by_chapter(app: Sphinx, env: BuildEnvironment) -> None:
    """Number the exercises of each page from 1 on."""
    for numbers in env.toc_fignumbers.values():
        numbers["exercise"] = {name: (place,) for place, name in enumerate(numbers.get("exercise", {}), 1)}


def setup(app: Sphinx) -> None:
    """Register the count with Sphinx."""
    app.connect("env-check-consistency", count_by_chapter)
