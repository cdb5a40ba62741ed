"""The networks in the page: CourseNet's whole forward pass, through WebAssembly against plain JavaScript."""

from benchmarks import page

ROW = page.kernel_row("wasm-coursenet", unit="picture", task="coursenet", name="coursenet", least=5)
