"""What the book takes from other packages, MathJax and plotly.js, and what it leaves out of the theme; the root page."""

from importlib.metadata import files
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.fileutil import copy_asset

FONTS = "output/chtml/fonts/woff-v2"

_ROOT = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<link rel="icon" href="data:,">
<meta http-equiv="refresh" content="0; url={first}">
<p><a href="{first}">{title}</a></p>
</html>
"""


def package_file(package: str, end: str) -> Path:
    """The one file of an installed package whose path contains `end`. Raises FileNotFoundError if there is none, or several."""
    found = [Path(str(file.locate())) for file in files(package) or [] if end in file.as_posix()]
    if len(found) != 1:
        raise FileNotFoundError(f"{package} should hold one file {end}, but holds {len(found)}. Run: make setup")
    return found[0]


def copy_libraries(app: Sphinx, error: Exception | None) -> None:
    """Copy MathJax with its fonts, and plotly.js, into the built book, and leave out what the theme does not need."""
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    mathjax = package_file("sphinx-mathjax-offline", "mathjax/tex-chtml-full.js")
    copy_asset(str(mathjax), str(static / "mathjax"))
    copy_asset(str(mathjax.parent / FONTS), str(static / "mathjax" / FONTS))
    copy_asset(str(package_file("plotly", "plotly/package_data/plotly.min.js")), str(static / "plotly"))
    # The theme draws its icons twice: with its icon fonts, which do, and with this script, which weighs 540 kB more.
    (static / "scripts" / "fontawesome.js").write_text("// The icons come from the fonts in vendor/fontawesome.\n")


def lead_from_the_root(app: Sphinx, error: Exception | None) -> None:
    """Write the page that leads from the root to the first page.

    Jupyter Book's own has no icon, so that browsers ask the server's root for one.
    """
    if error or app.builder.format != "html" or app.config.root_doc == "index":
        return
    values = {"title": app.config.html_title, "first": f"{app.config.root_doc}.html"}
    (Path(app.outdir) / "index.html").write_text(_ROOT.format(**values), "utf-8")


def trim_the_theme(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Take thebe's scripts from each page, and make the bibliography a list for screen readers too."""
    if "body" in context:  # docutils' own role of an entry has no place in a list, says ARIA 1.2
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')
    context["script_files"][:] = [script for script in context["script_files"] if not _is_thebe(script)]


def _is_thebe(script: Any) -> bool:
    """Jupyter Book loads sphinx-thebe in any case; its scripts would ask another host for thebe, which the book does not use."""
    name, attributes = getattr(script, "filename", script), getattr(script, "attributes", {})
    return "thebe" in str(name or "") or "THEBE" in attributes.get("body", "")


def _static_files(app: Sphinx, config: Config) -> None:
    config.html_static_path.append(str(Path(app.srcdir) / "book" / "_static"))
    config.mathjax_path = "mathjax/tex-chtml-full.js"


def setup(app: Sphinx) -> None:
    """Register the copies, the root page and the trimming with Sphinx."""
    app.connect("config-inited", _static_files)
    app.connect("html-page-context", trim_the_theme, priority=900)
    app.connect("build-finished", copy_libraries)
    app.connect("build-finished", lead_from_the_root)
