"""Widgets on a page: a placeholder (`utils/widgets/base.py`) becomes a widget, with the host script and the modules it names.

The directive {anywidget} writes such a placeholder in a page without Python, in the syntax that mystmd also reads.
"""

import json
import re
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from traitlets import TraitError

from utils import weights, widgets
from utils.widgets import base, bundle

logger = logging.getLogger(__name__)


class AnyWidget(SphinxDirective):
    """A widget from its JavaScript module and the JSON of its state, as mystmd writes it:

    :::{anywidget} ../utils/widgets/frames/view.js
    { "title": "Training", "frames": […] }
    :::

    The module is a path relative to the page. Options: `class` (of the box), `css` (path of a style sheet).
    """

    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {"class": directives.class_option, "css": directives.path}

    def run(self) -> list[nodes.Node]:
        """The placeholder's node, which remembers its module. An error on the page for a missing file or a body that is no JSON object."""
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
        if not re.fullmatch(r"\w+", name):
            raise self.error(f"anywidget: a module's name has letters, digits, _ and - alone; rename {module.name}")
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


_PLACEHOLDER = re.compile(
    r'<div class="course-widget\b[^>]*? data-widget="(\w+)"[^>]*><script type="application/json">(.*?)</script>'
)


def widget_scripts(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Give a page with widgets their modules and declarations, each once and in the order of imports, and after them the host."""
    if doctree is None:
        return
    scripts: dict[str, None] = {}
    formulas = False  # in a quiz, perhaps on a page that has no others and so no MathJax
    for node in doctree.findall(nodes.raw):
        for name, text in _PLACEHOLDER.findall(node.astext()):
            formulas |= '"formulas": true' in text
            foreign = node.get("course_view")
            view = Path(foreign) if foreign else _view(name, page)
            if foreign and view:
                _copy(app, view, bundle.declaration(name, view, node["course_rules"], []), name)
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
    """Rules for a widget without a class in Python: flags and numbers of its first state may come from an address.

    Texts may not: nothing says what a foreign module does with one.
    """
    kinds = {bool: {"kind": "boolean"}, int: {"kind": "number"}, float: {"kind": "number"}}
    return {name: kinds[type(value)] for name, value in state.items() if type(value) in kinds}


def copy_widgets(app: Sphinx) -> None:
    """Write host, declarations, modules and weight files into the built book: a change in one must not wait for a page to change."""
    if app.builder.format != "html":
        return
    _write(app, "widgets/host.js", bundle.host())
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


def setup(app: Sphinx) -> None:
    """Register the directive and what places widgets in the book with Sphinx."""
    app.add_directive("anywidget", AnyWidget)
    app.connect("builder-inited", copy_widgets)
    app.connect("html-page-context", widget_scripts, priority=900)
