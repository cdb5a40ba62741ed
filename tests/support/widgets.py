"""Widgets on a page of their own, and what a reader does to them: mouse, finger, theme."""

import functools
import http.server
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import FloatRect, Page

from support.site import serve
from utils import weights
from utils.widgets import base, bundle

PROBE = """
import { element, mount, stateOf, weights } from "../kit/kit.js";
async function render({ model, el, signal }) {
  const trained = await weights(stateOf(model, signal));
  const text = `${model.get("weights")}: ${trained.x.data.join(" ")} ${trained.meta.unit}`;
  mount(el, { name: "probe", label: "Probe" }).append(element("p", { class: "numbers" }, text));
}
export default { render };
"""


@pytest.fixture
def write_page(tmp_path: Path) -> Callable[..., Path]:
    """`write_page(*widgets)` → a page as the book has it, with a screen of empty space before the second widget.

    `spoil` may change the script of each weight file, or take it away.
    """

    def write(*widgets: base.CourseWidget, spoil: Callable[[str], str] = lambda text: text) -> Path:
        static = tmp_path / "site" / "_static"
        (static / "weights").mkdir(parents=True)
        scripts = {}
        for widget in widgets:
            scripts |= {bundle.key(path): bundle.script(path) for path in bundle.modules(widget.view_file())}
            scripts[f"{type(widget).__name__}.js"] = widget.declaration()
            files = {name: weights.read_weights(name) for name in widget.weight_files()}
            for name, packed in (files | ({widget.weights: widget.blob} if widget.weights else {})).items():
                if script := spoil(weights.script(name, packed)):
                    (static / "weights" / f"{name}.js").write_text(script)
        scripts["host.js"] = bundle.host()
        for name, text in scripts.items():
            (static / "widgets" / name).parent.mkdir(parents=True, exist_ok=True)
            (static / "widgets" / name).write_text(text, "utf-8")
        tags = "".join(f'<script defer src="_static/widgets/{name}"></script>' for name in scripts)
        space = '<div style="height: 2500px"></div>'
        body = space.join(widget.to_html() for widget in widgets)
        page = static.parent / "index.html"
        page.write_text(
            f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f'<link rel="icon" href="data:,"><title>Page</title>{tags}<body><h1>Page</h1>{body}<p id="end">The end</p></body></html>',
            "utf-8",
        )
        return page

    return write


@pytest.fixture(params=["file", "http"])
def address(request: pytest.FixtureRequest) -> Iterator[Callable[[Path], str]]:
    """`address(page)` → its URL, from disk or from a server."""
    if request.param == "file":
        yield lambda page: page.as_uri()
        return
    handler = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with ExitStack() as servers:
        start = lambda folder: servers.enter_context(serve(functools.partial(handler, directory=str(folder))))  # noqa: E731
        yield lambda page: f"{start(page.parent)}/{page.name}"


def settle(page: Page) -> None:
    """Wait until drawings of the next animation frame are done."""
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 30))))"
    )


STYLES = """(box) => [...document.querySelectorAll(`.cw.${box}, .cw.${box} *`)].map((node) => {
    const style = getComputedStyle(node);
    return [node.tagName, node.className, ...["display", "minWidth", "minHeight", "padding", "margin", "flex", "border", "fontSize",
        "gridTemplateAreas", "alignItems", "justifyContent", "position", "color", "cursor"].map((name) => style[name])].join("|"); })"""
SWITCH = """(keep) => {
    for (const { dataset, sheet } of document.querySelectorAll("style[data-cw]"))
        sheet.disabled = keep !== null && !keep.includes(dataset.cw); }"""


def styles_of(page: Page) -> set[str]:
    """Whose style sheets the page holds: "kit", and the boxes of widgets."""
    return set(page.locator("style[data-cw]").evaluate_all("(found) => found.map((node) => node.dataset.cw)"))


def leaks(page: Page, boxes: Sequence[str]) -> list[str]:
    """What looks different without the style sheets of all other widgets: the first element of each box, among them and alone."""
    found = []
    page.emulate_media(reduced_motion="reduce")  # else a border is on its way from one colour to another
    settle(page)
    for box in boxes:
        together = page.evaluate(STYLES, box)
        page.evaluate(SWITCH, ["kit", box])
        alone = page.evaluate(STYLES, box)
        page.evaluate(SWITCH, None)
        changed = next((pair for pair in zip_longest(together, alone) if pair[0] != pair[1]), None)
        if changed:
            found.append(f"{box}: {changed[0]} instead of {changed[1]}")
    return found


def darken(page: Page) -> None:
    """Let the page change to the dark theme, with light ink."""
    page.evaluate(
        "() => { document.documentElement.style.setProperty('--pst-color-text-base', '#eeeeee'); document.documentElement.dataset.theme = 'dark'; }"
    )


def too_low(page: Page, controls: str = ".cw button") -> int:
    """How many of the controls a finger would miss: less than 34 pixels high."""
    return page.locator(controls).evaluate_all(
        "(found) => found.filter((b) => b.getBoundingClientRect().height < 34).length"
    )


def all_named(page: Page, *roles: Any) -> None:
    """Each role is there, and every control that has it has a name for screen readers."""
    for role in roles:
        found = page.get_by_role(role)
        assert found.count() == page.get_by_role(role, name=re.compile(r"\w")).count() > 0, role


QUESTIONS = """
- question: How many axes has `np.zeros((3, 3, 5))`?
  choices:
    - wrong: "2"
    - right: "3"
  explanation: The secret of rank.
- question: Which are even?
  several: true
  choices: [{right: two}, {wrong: three}, {right: four}]
  explanation: Divide by $2$.
- question: How much is ½ + ¼?
  number: 0.75
  tolerance: 0.001
  unit: pies
  explanation: Three quarters.
"""


def box_of(page: Page, selector: str) -> FloatRect:
    """Where an element stands on the screen: x, y, width, height in pixels."""
    box = page.locator(selector).first.bounding_box()
    assert box, f"{selector} is not to be seen"
    return box


def middle(page: Page, selector: str, dx: float = 0, dy: float = 0) -> tuple[float, float]:
    """Screen position of an element's middle, moved by parts of its size."""
    page.locator(selector).first.scroll_into_view_if_needed()
    box = box_of(page, selector)
    return box["x"] + box["width"] * (0.5 + dx), box["y"] + box["height"] * (0.5 + dy)


def drag(page: Page, start: Sequence[float], stop: Sequence[float], steps: int = 6) -> None:
    """One finger along a line."""
    session = page.context.new_cdp_session(page)
    touch = lambda kind, *points: session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [*points]})  # noqa: E731
    at = lambda t: dict(zip("xy", (np.array(start) + t * (np.array(stop) - start)).tolist()))  # noqa: E731
    touch("touchStart", at(0))
    for i in range(1, steps + 1):
        touch("touchMove", at(i / steps))
    touch("touchEnd")


def draw(page: Page, strokes: Sequence[Sequence[Sequence[float]]]) -> None:
    """Draw with the mouse on the page's drawing pad; corners are parts of its width and height."""
    page.locator(".cw-pad").scroll_into_view_if_needed()
    box = box_of(page, ".cw-pad")
    at = lambda x, y: (box["x"] + x * box["width"], box["y"] + y * box["height"])  # noqa: E731
    for first, *others in strokes:
        page.mouse.move(*at(*first))
        page.mouse.down()
        for place in others:
            page.mouse.move(*at(*place))
        page.mouse.up()
    settle(page)
