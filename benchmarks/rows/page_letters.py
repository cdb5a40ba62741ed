"""Text generation: the engine of TemperatureSampler against a call of the kernel for each letter."""

from benchmarks import page
from benchmarks.measure import Row, Side, timed
from benchmarks.rows.compiled_letters import PROMPT, writers


def sides() -> tuple[Side, Side]:
    write_slowly, letters = writers()["write_slowly"], 10
    return page.side("letters", "char-lstm"), timed(lambda: write_slowly([PROMPT], letters, 0.5), letters)


ROW = Row(
    key="page-letters",
    unit="letter",
    quick="in the page",
    slow="a call of the kernel",
    least=20,
    advice="Look at the step of the LSTM in the page: does it allocate with every letter?",
    sides=sides,
)
