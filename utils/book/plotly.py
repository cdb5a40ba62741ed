"""Stored plotly figures: each becomes a `<div>` with its JSON, which plotly.js draws when it scrolls into view."""

import json
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx

PLOTLY = "application/vnd.plotly.v1+json"


class PlotlyRenderer:
    """Renders a stored plotly output; myst-nb finds this class through the entry point in pyproject.toml."""

    mime_priority_overrides: ClassVar = [("html", PLOTLY, 1)]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        """The figure's nodes; None for any other kind of output, which myst-nb then renders itself."""
        if inline or data.mime_type != PLOTLY:
            return None
        figure = data.content if isinstance(data.content, dict) else json.loads(data.content)
        return [nodes.raw("", _html(figure), format="html", classes=["output"])]


def _html(figure: dict[str, Any]) -> str:
    height = int(figure.get("layout", {}).get("height", 450))
    text = json.dumps({"data": figure["data"], "layout": figure["layout"]}, separators=(",", ":"))
    text = text.replace("</", "<\\/")  # else a figure's own text could end the script
    script = f'<script type="application/json">{text}</script>'
    return f'<div class="plotly-figure" style="min-height:{height}px">{script}</div>'


def load_plotly(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Give a page with such figures the script that draws them."""
    if doctree is not None and any("plotly-figure" in node.astext() for node in doctree.findall(nodes.raw)):
        app.add_js_file("figures.js", loading_method="defer")


def setup(app: Sphinx) -> None:
    """Register the figures' script with Sphinx."""
    app.connect("html-page-context", load_plotly, priority=900)
