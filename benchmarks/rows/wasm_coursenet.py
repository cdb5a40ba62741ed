"""The networks in the page: CourseNet's whole forward pass, through WebAssembly against plain JavaScript."""

from benchmarks import page
from benchmarks.measure import Row, Side


def sides() -> tuple[Side, Side]:
    return page.side("coursenet", "coursenet"), page.side("plain coursenet", "coursenet")


ROW = Row(
    key="wasm-coursenet",
    unit="picture",
    quick="through WebAssembly",
    slow="in plain JavaScript",
    least=5,
    advice="Does this Node know WebAssembly's SIMD? Look at utils/widgets/nn/matmul.js.",
    sides=sides,
)
