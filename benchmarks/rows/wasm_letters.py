"""The networks in the page: letters of the character LSTM, through WebAssembly against plain JavaScript."""

from benchmarks import page

ROW = page.kernel_row("wasm-letters", unit="letter", task="letters", name="char-lstm", least=2)
