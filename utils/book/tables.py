"""What a command measured and stored, as a table in the book: `{benchmarks-table} ../benchmarks.json`, `{backends-table} ../backends.json`."""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


def benchmarks(stored: dict[str, Any]) -> list[str]:
    """The lines of a Markdown table of what `make bench` stored, and a sentence on machine, date and versions."""
    lines = [
        "| row | for one | this way | other way | how many times as fast | lowest to highest |",
        "| --- " * 6 + "|",
    ]
    for key, row in stored["rows"].items():
        sides = [f"{row[side]}: {duration(row[f'{side}_seconds'])}" for side in ("quick", "slow")]
        ratio, low, high = (figure(row[name]) for name in ("ratio", "low", "high"))
        lines.append(f"| `{key}` | {row['unit']} | {sides[0]} | {sides[1]} | {ratio} | {low} to {high} |")
    return [*lines, "", circumstances(stored)]


def backends(stored: dict[str, Any]) -> list[str]:
    """The lines of a Markdown table of what `make backends` stored, the reasons of failures, and the circumstances."""
    names = stored["backends"]
    lines = ["| notebook | " + " | ".join(names) + " |", "| --- " * (len(names) + 1) + "|"]
    reasons = []
    for notebook, runs in stored["rows"].items():
        cells = [f"{runs[name]['seconds']:.0f} s" if "seconds" in runs[name] else "fails" for name in names]
        lines.append(f"| `{notebook}` | " + " | ".join(cells) + " |")
        reasons += [f"- `{notebook}` on {name}: {runs[name]['reason']}" for name in names if "reason" in runs[name]]
    return [*lines, "", *reasons, "", circumstances(stored)]


def circumstances(stored: dict[str, Any]) -> str:
    """When, on which machine and with which versions something was measured."""
    versions = ", ".join(f"{name} {version}" for name, version in stored["versions"].items())
    return f"Measured on {stored['date']} with {stored['machine']}; {versions}."


def duration(seconds: float) -> str:
    """Two figures and a unit: '740 µs', '1.2 s'."""
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{figure(seconds / size)} {unit}"
    return f"{seconds / 1e-9:.0f} ns"


def figure(value: float) -> str:
    """Two significant figures without an exponent: '0.74', '26', '2,000'."""
    return f"{float(f'{value:.2g}'):,.10g}"


class StoredTable(SphinxDirective):
    """{…-table} FILE: the table of what COMMAND stored in FILE, which is relative to the page."""

    required_arguments = 1
    command: str

    def table(self, stored: dict[str, Any]) -> list[str]:
        """The lines of the table in Markdown."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        path = Path(self.env.relfn2path(self.arguments[0])[1])
        self.env.note_dependency(str(path))
        try:
            lines = self.table(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise self.error(
                f"{path.name} is not what {self.command} stores ({type(error).__name__}: {error}). Run {self.command}"
            ) from None
        box = nodes.container()
        self.state.nested_parse(StringList(lines, source=str(path)), self.content_offset, box)
        return box.children


class BenchmarksTable(StoredTable):
    """{benchmarks-table} FILE: what the course calls fast, and against what."""

    command = "make bench"

    def table(self, stored: dict[str, Any]) -> list[str]:
        return benchmarks(stored)


class BackendsTable(StoredTable):
    """{backends-table} FILE: every notebook on every backend."""

    command = "make backends"

    def table(self, stored: dict[str, Any]) -> list[str]:
        return backends(stored)


def setup(app: Sphinx) -> None:
    """Register the directives with Sphinx."""
    app.add_directive("benchmarks-table", BenchmarksTable)
    app.add_directive("backends-table", BackendsTable)
