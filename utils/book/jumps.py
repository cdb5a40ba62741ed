"""The chapter box leads to the page's widgets, so that no one has to walk to them through the whole chapter.

"**Jump to** CapacityLab" is added to the list of the box "This chapter". Quizzes and frames stand where they belong and are no
reason to jump.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx

BOX = "This chapter"
STAY = {"Quiz", "Frames"}
PLACEHOLDER = re.compile(r'<div class="course-widget\b[^>]*?\bdata-widget="(\w+)"')


def add_jumps(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Give each widget of a page a place to jump to, and the chapter box the links."""
    if app.builder.format == "html" and (box := chapter_box(doctree)) is not None and (names := mark(doctree)):
        box += jump_line(names)


def chapter_box(doctree: nodes.document) -> nodes.bullet_list | None:
    """The list in the admonition "This chapter"; None on a page that has none."""
    for box in doctree.findall(nodes.Admonition):
        if isinstance(box, nodes.Element) and box.children and box[0].astext() == BOX:
            return box.next_node(nodes.bullet_list)
    return None


def mark(doctree: nodes.document) -> dict[str, str]:
    """Put an anchor before the first widget of each kind; {name of the widget: anchor}, in reading order."""
    anchors: dict[str, str] = {}
    for raw in list(doctree.findall(nodes.raw)):
        for name in PLACEHOLDER.findall(raw.astext()):
            if name in anchors or name in STAY:
                continue
            anchors[name] = f"widget-{name.lower()}"
            raw.parent.insert(raw.parent.index(raw), nodes.target(ids=[anchors[name]], classes=["widget-anchor"]))
    return anchors


def jump_line(anchors: dict[str, str]) -> nodes.list_item:
    """**Jump to** TemperatureSampler, LatentExplorer"""
    line = nodes.paragraph("", "", nodes.strong(text="Jump to"))
    for i, (name, anchor) in enumerate(anchors.items()):
        line += nodes.Text(", " if i else " ")
        line += nodes.reference("", name, internal=True, refid=anchor)
    return nodes.list_item("", line)


def setup(app: Sphinx) -> None:
    """Register the links of the chapter boxes with Sphinx."""
    app.connect("doctree-resolved", add_jumps)
