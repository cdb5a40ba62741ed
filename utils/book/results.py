"""Measured values on a page: a role for one of them and a table of all, both from the ledger `book/results.json`."""

from pathlib import Path

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

from utils import results

COLUMNS = ("result", "metric", "measured", "published elsewhere", "data", "training", "date")


class ResultRole(SphinxRole):
    """{result}`key.metric`: the measured value, as the ledger has it; `key.metric%` writes it as a percentage."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The value as text; an error on the page and in the build's log if the ledger lacks it."""
        name, percent = self.text.removesuffix("%"), self.text.endswith("%")
        key, _, metric = name.rpartition(".")
        try:
            value = results.load()[key]["metrics"][metric]
        except KeyError:
            message = self.inliner.reporter.error(f"book/results.json has no result {name!r}", line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        return [nodes.Text(f"{100 * value:.1f} %" if percent else f"{value:g}")], []


class ResultsTable(SphinxDirective):
    """{results-table}: the whole ledger as a table, beside the values of `published.yml` in the page's folder."""

    def run(self) -> list[nodes.Node]:
        """The table's nodes; the page is built anew when the ledger or the published values change."""
        published = Path(self.env.relfn2path("published.yml")[1])
        for path in (published, results.LEDGER):
            self.env.note_dependency(str(path))
        lines = [f"| {' | '.join(COLUMNS)} |", "| --- " * len(COLUMNS) + "|"]
        lines += _rows(results.load(), yaml.safe_load(published.read_text("utf-8")))
        box = nodes.container()
        self.state.nested_parse(StringList(lines, source=str(published)), self.content_offset, box)
        return box.children


def _rows(ledger: dict[str, dict], published: dict[str, str]) -> list[str]:
    return [
        f"| `{key}` | {metric.replace('_', ' ')} | {value:,.6g} | {published.get(f'{key}.{metric}', '')}"
        f" | {', '.join(entry['data'])} | {_seconds(entry['seconds'])} | {entry['date']} |"
        for key, entry in ledger.items()
        for metric, value in entry["metrics"].items()
    ]


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.0f} s"


def setup(app: Sphinx) -> None:
    """Register the role and the directive with Sphinx."""
    app.add_role("result", ResultRole())
    app.add_directive("results-table", ResultsTable)
