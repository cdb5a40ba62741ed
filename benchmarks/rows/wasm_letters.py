"""The networks in the page: letters of the character LSTM, through WebAssembly against plain JavaScript."""

from benchmarks import page
from benchmarks.measure import Row, Side


def sides() -> tuple[Side, Side]:
    return page.side("letters", "char-lstm"), page.side("plain letters", "char-lstm")


ROW = Row(
    key="wasm-letters",
    unit="letter",
    quick="through WebAssembly",
    slow="in plain JavaScript",
    least=2,
    advice="Does this Node know WebAssembly's SIMD? Look at utils/widgets/nn/matmul.js.",
    sides=sides,
)
