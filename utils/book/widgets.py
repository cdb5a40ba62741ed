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

from utils.widgets import base, blobs, bundle

logger = logging.getLogger(__name__)


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

    def run(self) -> list[nodes.Node]:
        """The placeholder's node, which remembers its module. An error on the page for a missing file or a body that is no JSON object."""
        module = self._file(self.arguments[0])
        try:
            state = json.loads("\n".join(self.content) or "{}")
        except json.JSONDecodeError as error:
            raise self.error(f"the body of anywidget is not JSON: {error}") from None
        if not isinstance(state, dict):
            raise self.error("the body of anywidget is not a JSON object { … }")
        html = base.placeholder(
            module.name,
            state,
            widget="".join(word.capitalize() for word in re.split(r"[_-]", module.stem)),
            weights=state.get("weights", ""),
            about=base.CourseWidget._about,
            css_class=" ".join(self.options.get("class", [])),
        )
        if "css" in self.options:
            html = f"<style>{self._file(self.options['css']).read_text('utf-8')}</style>{html}"
        return [nodes.raw("", html, format="html", course_module=str(module))]

    def _file(self, name: str) -> Path:
        path = Path(self.env.relfn2path(name)[1]).resolve()
        if not path.is_file():
            raise self.error(f"anywidget: no file {name}, seen from this page")
        self.env.note_dependency(str(path))
        return path


_PLACEHOLDER = re.compile(r'<div class="course-widget\b[^>]*?data-module="([^"]+)"(?: data-weights="([^"]+)")?')


def widget_scripts(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Give a page with widgets their modules, each once and in the order of their imports, and after them the host."""
    if doctree is None:
        return
    modules: dict[str, Path] = {}
    formulas = False  # in a quiz, perhaps on a page that has no others and so no MathJax
    for node in doctree.findall(nodes.raw):
        for module, weights in _PLACEHOLDER.findall(node.astext()):
            formulas |= '"formulas": true' in node.astext()
            for path in bundle.modules(node.get("course_module", module)):
                other = modules.setdefault(path.name, path)
                if other.read_bytes() != path.read_bytes():
                    logger.warning(
                        "two different modules are called %s: %s and %s", path.name, other, path, location=page
                    )
            if weights and not (blobs.PRETRAINED / f"{weights}.bin").exists():
                logger.warning(
                    "a widget wants the weights %s, which utils/pretrained does not have", weights, location=page
                )
    if not modules:
        return
    for path in modules.values():
        _write(app, f"widgets/{path.name}", bundle.script(path))
        app.add_js_file(f"widgets/{path.name}", loading_method="defer")
    app.add_js_file("widgets/host.js", loading_method="defer")
    if formulas and not any("mathjax" in str(getattr(script, "filename", "")) for script in context["script_files"]):
        app.add_js_file(app.config.mathjax_path, loading_method="defer")


def copy_widgets(app: Sphinx) -> None:
    """Write the host, every module and every weight file into the built book: a change in one must not wait for a page to change."""
    if app.builder.format != "html":
        return
    _write(app, "widgets/host.js", bundle.slim(bundle.JS / "host.js"))
    for module in bundle.JS.glob("*.js"):
        if module.name != "host.js":
            _write(app, f"widgets/{module.name}", bundle.script(module))
    for blob in blobs.PRETRAINED.glob("*.bin"):
        _write(app, f"weights/{blob.stem}.js", blobs.script(blob.stem, blob.read_bytes()))


def _write(app: Sphinx, name: str, text: str) -> None:
    path = Path(app.outdir) / "_static" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def setup(app: Sphinx) -> None:
    """Register the directive and what places widgets in the book with Sphinx."""
    app.add_directive("anywidget", AnyWidget)
    app.connect("builder-inited", copy_widgets)
    app.connect("html-page-context", widget_scripts, priority=900)
