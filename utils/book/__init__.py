"""The Sphinx side of the book, one extension: everything that a page needs comes from the book itself.

- `plotly`: a stored plotly figure becomes a `<div>` with its JSON; plotly.js loads when such a figure scrolls into view.
- `results`: the role {result}`mnist-dense.test_accuracy` and the directive {results-table} read the ledger `book/results.json`.
- `widgets`: a widget's placeholder becomes a widget; the directive {anywidget} writes one in a page without Python.
- `libraries`: MathJax and plotly.js are copied into the book, and what the theme loads without need is left out.
- `benchmarks`: the directive {benchmarks-table} reads what `make bench` measured.
- `exercises`: each chapter counts its exercises from 1.
- `jumps`: the chapter box leads to the page's widgets. `synonyms`: the search knows other names of a glossary entry.
"""

from sphinx.application import Sphinx

from utils.book import exercises, jumps, libraries, plotly, results, synonyms, tables, widgets
from utils.book.plotly import PlotlyRenderer  # the entry point in pyproject.toml names it here

__all__ = ["PlotlyRenderer", "setup"]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register every part with Sphinx; each may be built in parallel."""
    for part in (results, tables, exercises, jumps, synonyms, libraries, plotly, widgets):
        part.setup(app)
    app.add_css_file("course.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
