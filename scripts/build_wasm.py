"""Turns the text of the page's matrix product into bytes: python scripts/build_wasm.py

It needs the npm package wabt (`npm ci`). The bytes are committed, so that readers and builders of the book need no npm.
"""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXT = ROOT / "utils" / "widgets" / "nn" / "matmul.wat"
BYTES = TEXT.with_suffix(".wasm")


def compiler() -> str | None:
    """wat2wasm of the package wabt, from `node_modules` or the path; None where it is not installed."""
    return shutil.which("wat2wasm", path=ROOT / "node_modules" / ".bin") or shutil.which("wat2wasm")


def build(target: Path = BYTES) -> Path:
    """Compiles matmul.wat; the same text always gives the same bytes.

    Raises FileNotFoundError without wabt, CalledProcessError for a text that wabt refuses.
    """
    program = compiler()
    if program is None:
        raise FileNotFoundError(
            "There is no wat2wasm in node_modules or on the path: run `npm ci`, which installs the package wabt."
        )
    subprocess.run([program, TEXT, "-o", target], check=True)
    return target


if __name__ == "__main__":
    path = build()
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes")
