"""The rows of the table, in its order: one module each, which names its `ROW`."""

from benchmarks.measure import Row
from benchmarks.rows import (
    adam,
    compiled_letters,
    coursenet,
    decoder,
    digits,
    page_letters,
    patterns,
    wasm_coursenet,
    wasm_letters,
)

ROWS: list[Row] = [
    module.ROW
    for module in (
        compiled_letters,
        patterns,
        page_letters,
        decoder,
        digits,
        coursenet,
        wasm_coursenet,
        wasm_letters,
        adam,
    )
]
