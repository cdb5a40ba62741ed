"""The Sphinx side of the book, one extension: everything a page needs comes from the book itself.

- MathJax (from the package sphinx-mathjax-offline) and plotly.js (from the plotly package) are copied into `_static`.
- A stored plotly figure becomes a `<div>` with its JSON; plotly.js loads when such a figure scrolls into view.
- A widget's placeholder (`utils/widgets/base.py`) becomes a widget: its page gets the host script and the modules it names. The
  directive {anywidget} writes such a placeholder in a page without Python, in the syntax that mystmd also reads.
- The role {result}`mnist-dense.test_accuracy` writes a figure from the ledger `book/results.json`, and the directive
  {results-table} all of them, beside what others report (`book/reference/published.yml`).
"""

import json
import re
from importlib.metadata import files
from pathlib import Path
from typing import ClassVar

import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.fileutil import copy_asset
from traitlets import TraitError

from utils import results, weights, widgets
from utils.widgets import base, bundle

logger = logging.getLogger(__name__)
PLOTLY = "application/vnd.plotly.v1+json"


class PlotlyRenderer:
    """Renders a stored plotly output; myst-nb finds this class through the entry point in pyproject.toml."""

    mime_priority_overrides: ClassVar = [("html", PLOTLY, 1)]

    @staticmethod
    def handle_mime(renderer, data, inline):
        if inline or data.mime_type != PLOTLY:
            return None
        figure = data.content if isinstance(data.content, dict) else json.loads(data.content)
        height = int(figure.get("layout", {}).get("height", 450))
        text = json.dumps({"data": figure["data"], "layout": figure["layout"]}, separators=(",", ":")).replace(
            "</", "<\\/"
        )
        html = (
            f'<div class="plotly-figure" style="min-height:{height}px">'
            f'<script type="application/json">{text}</script></div>'
        )
        return [nodes.raw("", html, format="html", classes=["output"])]


class ResultRole(SphinxRole):
    """{result}`key.metric`: the measured value, as the ledger has it; `key.metric%` writes it as a percentage."""

    def run(self):
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

    def run(self):
        published = Path(self.env.relfn2path("published.yml")[1])
        others = yaml.safe_load(published.read_text("utf-8"))
        for path in (published, results.LEDGER):
            self.env.note_dependency(str(path))
        lines = ["| result | metric | measured | published elsewhere | data | training | date |", "| --- " * 7 + "|"]
        for key, entry in results.load().items():
            seconds = "" if entry["seconds"] is None else f"{entry['seconds']:.0f} s"
            for metric, value in entry["metrics"].items():
                cells = (
                    f"`{key}`",
                    metric.replace("_", " "),
                    f"{value:,.6g}",
                    others.get(f"{key}.{metric}", ""),
                    ", ".join(entry["data"]),
                )
                lines.append(f"| {' | '.join(cells)} | {seconds} | {entry['date']} |")
        box = nodes.container()
        self.state.nested_parse(StringList(lines, source=str(published)), self.content_offset, box)
        return box.children


class AnyWidget(SphinxDirective):
    """A widget from its JavaScript module and the JSON of its state, as mystmd writes it:

    :::{anywidget} ../widgets/frames.js
    { "title": "Training", "frames": […] }
    :::

    The module is a path relative to the page. Options: `class` (of the box), `css` (path of a style sheet).
    """

    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {"class": directives.class_option, "css": directives.path}

    def run(self):
        module = self._file(self.arguments[0])
        try:
            state = json.loads("\n".join(self.content) or "{}")
        except json.JSONDecodeError as error:
            raise self.error(f"the body of anywidget is not JSON: {error}") from None
        if not isinstance(state, dict):
            raise self.error("the body of anywidget is not a JSON object { … }")
        css_class = " ".join(self.options.get("class", []))
        own = module.is_relative_to(bundle.WIDGETS)
        words = re.split(r"[_-]", module.parent.name if own else module.stem)
        name = "".join(word.capitalize() for word in words)
        try:
            widget = getattr(widgets, name)(**state) if own else None
            html = (
                widget.to_html(css_class)
                if widget
                else base.placeholder(name, state, base.CourseWidget._about, css_class)
            )
        except (AttributeError, TypeError, ValueError, TraitError, FileNotFoundError) as error:
            raise self.error(f"anywidget: {error}") from None
        if "css" in self.options:
            html = f"<style>{self._file(self.options['css']).read_text('utf-8')}</style>{html}"
        foreign = {} if own else {"course_view": str(module), "course_rules": state_rules(state)}
        return [nodes.raw("", html, format="html", **foreign)]

    def _file(self, name: str) -> Path:
        path = Path(self.env.relfn2path(name)[1]).resolve()
        if not path.is_file():
            raise self.error(f"anywidget: no file {name}, seen from this page")
        self.env.note_dependency(str(path))
        return path


def package_files(package: str, part: str) -> list[Path]:
    """Files of an installed package whose path contains `part`."""
    return [Path(file.locate()) for file in files(package) or [] if part in file.as_posix()]


def count_exercises_by_chapter(app: Sphinx, env) -> None:
    """Number the exercises of each page from 1 on; sphinx-exercise counts them through the whole book."""
    for numbers in env.toc_fignumbers.values():
        numbers["exercise"] = {name: (place,) for place, name in enumerate(numbers.get("exercise", {}), 1)}


def copy_libraries(app: Sphinx, error: Exception | None) -> None:
    """Copy MathJax with its fonts, and plotly.js, into the built book, and leave out what the theme does not need."""
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    (mathjax,) = package_files("sphinx-mathjax-offline", "mathjax/tex-chtml-full.js")
    copy_asset(str(mathjax), str(static / "mathjax"))
    fonts = "output/chtml/fonts/woff-v2"
    copy_asset(str(mathjax.parent / fonts), str(static / "mathjax" / fonts))
    (plotly,) = package_files("plotly", "plotly/package_data/plotly.min.js")
    copy_asset(str(plotly), str(static / "plotly"))
    # The theme draws its icons twice: with its icon fonts, which do, and with this script, which weighs 540 kB more.
    (static / "scripts" / "fontawesome.js").write_text("// The icons come from the fonts in vendor/fontawesome.\n")


_ROOT = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<link rel="icon" href="data:,">
<meta http-equiv="refresh" content="0; url={first}">
<p><a href="{first}">{title}</a></p>
</html>
"""


def lead_from_the_root(app: Sphinx, error: Exception | None) -> None:
    """Write the page that leads from the root to the first page. Jupyter Book's own says no icon, so that browsers ask the server's root for one."""
    if error or app.builder.format != "html" or app.config.root_doc == "index":
        return
    values = {"title": app.config.html_title, "first": f"{app.config.root_doc}.html"}
    (Path(app.outdir) / "index.html").write_text(_ROOT.format(**values), "utf-8")


def page_assets(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Give each page the scripts it needs, each once, and make the bibliography a list for screen readers too."""
    if "body" in context:  # docutils' own role of an entry has no place in a list, says ARIA 1.2
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')
    context["script_files"][:] = [script for script in context["script_files"] if not _is_thebe(script)]
    if doctree is not None and any("plotly-figure" in node.astext() for node in doctree.findall(nodes.raw)):
        app.add_js_file("figures.js", loading_method="defer")
    if doctree is not None:
        widget_scripts(app, page, context, doctree)


_PLACEHOLDER = re.compile(
    r'<div class="course-widget\b[^>]*? data-widget="(\w+)"[^>]*><script type="application/json">(.*?)</script>'
)


def widget_scripts(app: Sphinx, page: str, context: dict, doctree: nodes.document) -> None:
    """Give a page with widgets their modules and declarations, each once and in the order of imports, and after them the host."""
    scripts: dict[str, None] = {}
    formulas = False  # in a quiz, perhaps on a page that has no others and so no MathJax
    for node in doctree.findall(nodes.raw):
        for name, text in _PLACEHOLDER.findall(node.astext()):
            formulas |= '"formulas": true' in text
            if "course_view" in node:
                view = Path(node["course_view"])
                _copy(app, view, bundle.declaration(name, view, node["course_rules"], []), name)
            else:
                view = _view(name, page)
            if view:
                scripts |= dict.fromkeys([*(bundle.key(path) for path in bundle.modules(view)), f"{name}.js"])
            wanted = json.loads(text).get("weights")
            if wanted and wanted not in weights.shipped():
                shipped = ", ".join(weights.shipped())
                logger.warning("a widget wants the weights %s; utils/pretrained has %s", wanted, shipped, location=page)
    for script in (*scripts, "host.js") if scripts else ():
        app.add_js_file(f"widgets/{script}", loading_method="defer")
    if formulas and not any("mathjax" in str(getattr(script, "filename", "")) for script in context["script_files"]):
        app.add_js_file(app.config.mathjax_path, loading_method="defer")


def _view(name: str, page: str) -> Path | None:
    """The view of a class of `utils.widgets`; a warning where there is none, or its folder lacks a part."""
    try:
        return getattr(widgets, name).view_file()
    except (AttributeError, ImportError) as error:
        logger.warning("a widget %s stands in this page: %s", name, error, location=page)
        return None


def state_rules(state: dict) -> dict[str, dict]:
    """Rules for a widget without a class in Python: flags, numbers and short texts of its first state may come from an address."""
    kinds = {
        bool: {"kind": "boolean"},
        int: {"kind": "number"},
        float: {"kind": "number"},
        str: {"kind": "text", "most": 200},
    }
    return {name: kinds[type(value)] for name, value in state.items() if type(value) in kinds and name != "weights"}


def copy_widgets(app: Sphinx) -> None:
    """Write host, declarations, modules and weight files into the built book: a change in one must not wait for a page to change."""
    if app.builder.format != "html":
        return
    _write(app, "widgets/host.js", bundle.HOST.read_text("utf-8"))
    for name in widgets.folders():
        widget = getattr(widgets, name)
        _copy(app, widget.view_file(), widget.declaration(), name)
        for file in set(widget.weight_files()) - set(weights.shipped()):
            logger.warning("%s asks for the weights %s, which utils/pretrained does not have", name, file)
    for name in weights.shipped():
        _write(app, f"weights/{name}.js", weights.script(name, weights.read_weights(name)))


def _copy(app: Sphinx, view: Path, declaration: str, name: str) -> None:
    """Write the scripts of one widget."""
    for module in bundle.modules(view):
        _write(app, f"widgets/{bundle.key(module)}", bundle.script(module))
    _write(app, f"widgets/{name}.js", declaration)


def _write(app: Sphinx, name: str, text: str) -> None:
    path = Path(app.outdir) / "_static" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _is_thebe(script) -> bool:
    """Jupyter Book loads sphinx-thebe in any case; its scripts would ask another host for thebe, which the book does not use."""
    return "thebe" in str(getattr(script, "filename", script) or "") or "THEBE" in getattr(
        script, "attributes", {}
    ).get("body", "")


def setup(app: Sphinx) -> dict:
    app.add_role("result", ResultRole())
    app.add_directive("results-table", ResultsTable)
    app.add_directive("anywidget", AnyWidget)
    app.connect("builder-inited", copy_widgets)
    app.connect("config-inited", _static_files)
    app.connect("html-page-context", page_assets, priority=900)
    app.connect("env-check-consistency", count_exercises_by_chapter)
    app.connect("build-finished", copy_libraries)
    app.connect("build-finished", lead_from_the_root)
    app.add_css_file("course.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _static_files(app: Sphinx, config) -> None:
    config.html_static_path.append(str(Path(app.srcdir) / "book" / "_static"))
    config.mathjax_path = "mathjax/tex-chtml-full.js"
