"""Text generation: the chapter's compiled loop against its call of `predict` for each letter."""

from typing import Any

from benchmarks import chapter, weights
from benchmarks.measure import Row, Side, timed
from utils.weights import load_weights

PROMPT = "there is no such thing as "


def writers() -> dict[str, Any]:
    """The chapter's functions `write_compiled` and `write_slowly`, with the network that the book ships."""
    vocabulary = load_weights("char-lstm")[1]["vocabulary"]
    given = {"vocabulary": vocabulary, "place": {letter: i for i, letter in enumerate(vocabulary)}}
    functions = "build encode decode softmax sigmoid step read Writer write_compiled write_slowly"
    names = chapter.definitions("generative/text-generation", functions, **given)
    names["model"] = names["build"]()
    weights.fill(names["model"], "char-lstm")
    names["trained"] = names["model"].get_weights()
    names["writer"] = names["Writer"](names["model"])
    return names


def sides() -> tuple[Side, Side]:
    names, letters, slow_letters = writers(), 5000, 10
    return (
        timed(lambda: names["write_compiled"]([PROMPT], letters, 0.5), letters),
        timed(lambda: names["write_slowly"]([PROMPT], slow_letters, 0.5), slow_letters),
    )


ROW = Row(
    key="compiled-letters",
    unit="letter",
    quick="the compiled loop",
    slow="`predict` for each letter",
    least=100,
    advice="Does Writer in book/generative/text-generation.ipynb still compile its whole loop, once?",
    sides=sides,
)
