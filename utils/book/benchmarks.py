"""The stored benchmarks as a table in the book: the directive `{benchmarks-table} ../benchmarks.json`."""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class BenchmarksTable(SphinxDirective):
    """{benchmarks-table} FILE: the rows that `make bench` stored, how they were measured, and when. FILE is relative to the page."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        path = Path(self.env.relfn2path(self.arguments[0])[1])
        self.env.note_dependency(str(path))
        try:
            lines = table(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise self.error(
                f"{path.name} is not what make bench stores ({type(error).__name__}: {error}). Run make bench"
            ) from None
        box = nodes.container()
        self.state.nested_parse(StringList(lines, source=str(path)), self.content_offset, box)
        return box.children


def table(stored: dict[str, Any]) -> list[str]:
    """The lines of a Markdown table, and a sentence on machine, date and versions."""
    lines = [
        "| row | for one | this way | other way | how many times as fast | lowest to highest |",
        "| --- " * 6 + "|",
    ]
    for key, row in stored["rows"].items():
        sides = [f"{row[side]}: {duration(row[f'{side}_seconds'])}" for side in ("quick", "slow")]
        ratio, low, high = (figure(row[name]) for name in ("ratio", "low", "high"))
        lines.append(f"| `{key}` | {row['unit']} | {sides[0]} | {sides[1]} | {ratio} | {low} to {high} |")
    versions = ", ".join(f"{name} {version}" for name, version in stored["versions"].items())
    return [*lines, "", f"Measured on {stored['date']} with {stored['machine']}; {versions}."]


def duration(seconds: float) -> str:
    """Two figures and a unit: '740 µs', '1.2 s'."""
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{figure(seconds / size)} {unit}"
    return f"{seconds / 1e-9:.0f} ns"


def figure(value: float) -> str:
    """Two significant figures without an exponent: '0.74', '26', '2,000'."""
    return f"{float(f'{value:.2g}'):,.10g}"


def setup(app: Sphinx) -> None:
    """Register the directive with Sphinx."""
    app.add_directive("benchmarks-table", BenchmarksTable)
