"""Turns the text of the page's matrix product into bytes: python scripts/build_wasm.py

It needs the npm package wabt (`npm ci`). The bytes are committed, so that readers and builders of the book need no npm.
"""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXT = ROOT / "utils" / "widgets" / "nn" / "matmul.wat"
BYTES = TEXT.with_suffix(".wasm")


def compiler() -> Path | None:
    """wat2wasm of the package wabt, in this folder or one above it; None where it is not installed."""
    candidates = [folder / "node_modules" / ".bin" / "wat2wasm" for folder in (ROOT, *ROOT.parents)]
    return next((path for path in candidates if path.exists()), None)


def build(target: Path = BYTES) -> Path:
    """Compiles matmul.wat; the same text always gives the same bytes.

    Raises FileNotFoundError without wabt, CalledProcessError for a text that wabt refuses.
    """
    program = compiler()
    if program is None:
        raise FileNotFoundError("wat2wasm is in no node_modules: run `npm ci` first, which installs the package wabt.")
    subprocess.run([program, TEXT, "-o", target], check=True)
    return target


if __name__ == "__main__":
    path = build()
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes")
