"""Frames, Quiz and the page's host in a browser: mouse, touch and keys, over http and from disk, whole and broken files."""

import base64
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import traitlets
from support.widgets import PROBE, QUESTIONS, settle

from utils import weights
from utils.widgets import Frames, Quiz, bundle
from utils.widgets.base import CourseWidget

pytestmark = pytest.mark.browser


class Probe(CourseWidget):
    """Shows the numbers in its blob."""

    weights = traitlets.Unicode("numbers").tag(sync=True)


@pytest.fixture
def probe(tmp_path, monkeypatch):
    """Two probes of one weight file of the numbers 1 to 3. Their files lie in `tmp_path`."""
    (tmp_path / "probe").mkdir()
    (tmp_path / "probe" / "view.js").write_text(PROBE)
    shutil.copytree(bundle.WIDGETS / "kit", tmp_path / "kit")
    monkeypatch.setattr(Probe, "_folder", tmp_path / "probe")
    monkeypatch.setattr(weights, "PRETRAINED", tmp_path)
    weights.export_weights({"x": np.array([1, 2, 3])}, "numbers", unit="m")
    return [Probe(), Probe()]


def grey(level: float) -> np.ndarray:
    return np.full((8, 8), level)


@pytest.fixture
def pictures():
    return Frames([grey(0), grey(0.5), grey(1)], labels=["dark", "grey", "light"], title="Light")


# ---- Frames


def pixel(page) -> int:
    """Brightness of the picture on show."""
    return page.evaluate(
        """() => { const image = document.querySelector(".cw-frame"), canvas = document.createElement("canvas");
        const context = canvas.getContext("2d"); context.drawImage(image, 0, 0); return context.getImageData(3, 3, 1, 1).data[0]; }"""
    )


def test_frames_by_keyboard_and_address(open_page, write_page, address, pictures):
    url = address(write_page(pictures))
    page = open_page(url)
    slider = page.get_by_role("slider", name="Light")
    assert slider.get_attribute("aria-valuetext") == "dark" and pixel(page) == 0
    assert page.get_by_role("img", name="Light: dark").is_visible()
    slider.press("ArrowRight")
    settle(page)
    assert slider.get_attribute("aria-valuetext") == "grey" and pixel(page) == 128
    assert page.locator("output").inner_text() == "grey"
    page.wait_for_url("**#Frames.frame=1")
    shared = open_page(page.url)
    assert shared.get_by_role("img", name="Light: grey").is_visible() and pixel(shared) == 128
    shared.evaluate("location.hash = '#Frames.frame=2'")
    shared.get_by_role("img", name="Light: light").wait_for()
    for broken in ("99", "-4", "zero", "null", "%"):
        assert pixel(open_page(f"{url}#Frames.frame={broken}")) in (0, 255)


def test_frames_by_mouse_and_play(open_page, write_page, pictures):
    page = open_page(write_page(pictures).as_uri())
    slider = page.get_by_role("slider")
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2)
    settle(page)
    assert pixel(page) == 255
    page.get_by_role("button", name="Play").click()  # at the end: starts over
    settle(page)
    assert pixel(page) == 0
    page.get_by_role("img", name="Light: grey").wait_for()
    page.clock.install()
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(10_000)
    assert (
        page.get_by_role("img", name="Light: grey").is_visible()
        and page.get_by_role("button", name="Play").is_visible()
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_frames_and_quiz_on_a_small_touch_screen(open_page, write_page, pictures, question_file, scheme):
    page = open_page(
        write_page(Quiz(question_file), pictures).as_uri(), viewport=(320, 640), color_scheme=scheme, touch=True
    )
    page.get_by_text("two", exact=True).tap()
    page.get_by_text("four", exact=True).tap()
    page.get_by_role("button", name="Check").nth(1).tap()
    page.get_by_text("Divide by").wait_for()
    page.locator("#end").scroll_into_view_if_needed()
    page.get_by_role("slider").tap()  # in the middle
    settle(page)
    assert pixel(page) == 128
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


# ---- Quiz


@pytest.fixture
def question_file(tmp_path):
    file = tmp_path / "pies.yml"
    file.write_text(QUESTIONS, "utf-8")
    return file


def score(page) -> str:
    return page.locator(".cw-score").inner_text()


def test_quiz_by_keyboard_alone(open_page, write_page, address, question_file):
    page = open_page(address(write_page(Quiz(question_file))))
    assert score(page) == "0 of 3 right, 3 to go"
    assert not page.get_by_role("button", name="Start again").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("radio", name="3").is_checked()
    page.keyboard.press("Enter")
    assert score(page) == "1 of 3 right, 2 to go"
    assert page.evaluate("document.activeElement.innerText").startswith("Right. The secret of rank.")
    page.keyboard.press("Tab")
    assert page.get_by_role("checkbox", name="two").evaluate("node => node === document.activeElement")
    page.keyboard.press("Enter")
    page.get_by_text("Choose an answer first.").wait_for()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # four is missing
    assert score(page) == "1 of 3 right, 1 to go"
    assert "Not quite. Divide by 2" in page.locator(".cw-feedback").nth(1).inner_text()
    page.keyboard.press("Tab")
    page.keyboard.type("a pie")
    page.keyboard.press("Enter")
    page.get_by_text("Type a number first.").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.type("0,7501")
    page.keyboard.press("Enter")
    assert score(page) == "2 of 3 right"


def test_quiz_remembers_and_starts_again(open_page, write_page, question_file):
    page = open_page(write_page(Quiz(question_file)).as_uri() + "#part-two")
    page.get_by_role("radio", name="2").check()
    page.get_by_role("button", name="Check").first.click()
    assert page.locator(".cw-wrong .cw-mark").inner_text() == "✗ your choice"
    assert page.locator(".cw-right .cw-mark").inner_text() == "✓ right"
    page.reload()
    assert score(page) == "0 of 3 right, 2 to go" and page.get_by_role("radio", name="2").is_disabled()
    page.get_by_role("textbox").fill("0.7")
    page.get_by_role("button", name="Check").last.click()
    page.get_by_text("Not quite: it is 0.75.").wait_for()
    page.get_by_role("button", name="Start again").click()
    assert score(page) == "0 of 3 right, 3 to go" and page.get_by_role("radio", name="2").is_enabled()
    page.wait_for_function(
        "() => new Promise((done) => setTimeout(() => done(true), 301))"
    )  # after the host's own delay
    assert page.url.endswith("#part-two")  # the score is nobody else's business
    page.reload()
    assert score(page) == "0 of 3 right, 3 to go"


def test_quiz_without_memory(open_page, write_page, question_file):
    """A browser may refuse localStorage altogether."""
    page = open_page("about:blank")
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    page.goto(write_page(Quiz(question_file)).as_uri())
    page.get_by_role("radio", name="3").check()
    page.get_by_role("button", name="Check").first.click()
    assert score(page) == "1 of 3 right, 2 to go"


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("401920", True),
        ("401,920", True),
        ("401 920", True),
        ("401920.4", True),
        ("401921", False),
        ("-401,920", False),
        ("4,01920", False),
    ],
)
def test_quiz_numbers(open_page, write_page, tmp_path, typed, right):
    file = tmp_path / "weights.yml"
    file.write_text("- {question: 'How many?', number: 401920, tolerance: 0.5, explanation: Counted.}")
    page = open_page(write_page(Quiz(file)).as_uri())
    page.get_by_role("textbox").fill(typed)
    page.keyboard.press("Enter")
    assert score(page) == f"{int(right)} of 1 right"


def test_quiz_and_frames_for_everybody(open_page, write_page, question_file, pictures):
    from axe_playwright_python.sync_playwright import Axe

    url = write_page(Quiz(question_file), pictures).as_uri()
    for scheme in ("light", "dark"):
        page = open_page(url, color_scheme=scheme)
        page.get_by_role("radio", name="2").check()
        page.get_by_role("button", name="Check").first.click()
        page.locator("#end").scroll_into_view_if_needed()
        page.get_by_role("slider").wait_for()
        serious = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
        assert not serious, serious


# ---- the host and its weight files


def test_weights_load_once_and_when_needed(open_page, write_page, address, probe):
    page = open_page(address(write_page(*probe)))
    page.get_by_text("numbers: 1 2 3 m").wait_for()
    assert page.locator(".numbers").count() == 1  # the second is far below
    page.locator("#end").scroll_into_view_if_needed()
    page.locator(".numbers").nth(1).wait_for()
    loaded = page.locator("script[src*='/weights/']").count()
    assert loaded == 1


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda script: "", "The weight file numbers.js is missing: the folder _static/weights belongs to this page."),
        (lambda script: script[: len(script) // 2], "The weight file numbers.js is truncated or damaged"),
        (
            lambda script: script.replace('";', '"')[:-9] + '"',
            "numbers is damaged, its checksum does not fit its 138 bytes: get it again",
        ),
        (lambda script: re.sub(r'= ".*"', '= "' + base64.b64encode(b"another").decode() + '"', script), "truncated"),
        (lambda script: script[:-6] + 'AA";', "checksum"),
    ],
    ids=["missing", "half a script", "half the data", "another file", "damaged"],
)
def test_broken_weights_leave_a_message_and_the_page(browser, write_page, address, probe, pictures, spoil, message):
    page = browser.new_page()  # not under watch: a missing file is an error in the console, as it should be
    page.goto(address(write_page(*probe, pictures, spoil=spoil)))
    page.get_by_text("A widget belongs here").wait_for()
    assert message in page.locator(".admonition").inner_text()
    page.locator("#end").scroll_into_view_if_needed()
    page.get_by_role("slider", name="Light").press("ArrowRight")
    settle(page)
    assert pixel(page) == 128
    page.close()


def test_a_model_of_the_notebook_is_announced(open_page, write_page, probe):
    own = Probe(weights="", blob=weights.pack({"x": np.ones(1)}))
    page = open_page(write_page(own).as_uri())
    page.get_by_text("The model shown here lives in the notebook").wait_for()


def test_two_widgets_of_a_kind_keep_apart_in_the_address(open_page, write_page, pictures):
    other = Frames([grey(0), grey(1)], title="Other")
    url = write_page(pictures, other).as_uri()
    page = open_page(f"{url}#Frames-2.frame=1")
    slider = page.get_by_role("slider", name="Other")  # the address leads to it: it is in view and set
    slider.wait_for()
    assert slider.input_value() == "1" and page.evaluate("scrollY") > 1000
    page.evaluate("scrollTo(0, 0)")
    page.get_by_role("slider", name="Light").press("End")
    page.wait_for_url("**#Frames.frame=2&Frames-2.frame=1")


def test_without_javascript_the_fallback_is_read(browser, write_page, pictures):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(write_page(pictures).as_uri())
    assert page.get_by_text("Here a slider moves through pictures.").is_visible()
    context.close()


# ---- the theme, paper and the end

INKED = """
import { canvas, colour, mount } from "../kit/kit.js";
function render({ el, signal }) {
  const { node } = canvas("Ink", draw, { signal });
  function draw(context, width, height) {
    context.fillStyle = colour(node, "text");
    context.fillRect(0, 0, width, height);
  }
  mount(el, { name: "inked", label: "Inked" }).append(node);
}
export default { render };
"""
THEMES = "html { --pst-color-text-base: #111111 } html[data-theme=dark] { --pst-color-text-base: #eeeeee }"
INK = "() => document.querySelector('canvas').getContext('2d').getImageData(5, 5, 1, 1).data[0]"
PRINT = Path(__file__).parents[3] / "book" / "_static" / "print.js"


class Inked(CourseWidget):
    """A canvas full of the ink of the theme."""


@pytest.fixture
def inked(tmp_path, monkeypatch, open_page, write_page):
    """A dark page with a canvas; it notes in `window.inks` with which ink each print would show it."""
    (tmp_path / "inked").mkdir()
    (tmp_path / "inked" / "view.js").write_text(INKED)
    shutil.copytree(bundle.WIDGETS / "kit", tmp_path / "kit")
    monkeypatch.setattr(Inked, "_folder", tmp_path / "inked")
    page = open_page("about:blank")
    page.add_init_script(path=PRINT)
    page.goto(write_page(Inked()).as_uri())
    page.add_style_tag(content=THEMES)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(f"({INK})() === 0xee")
    page.evaluate(f"() => {{ window.inks = []; addEventListener('beforeprint', () => window.inks.push(({INK})())); }}")
    return page


def test_canvases_of_a_dark_page_are_printed_in_dark_ink(inked):
    inked.pdf()
    inked.wait_for_function(f"({INK})() === 0xee")  # on the screen it is as before
    inked.evaluate("() => { dispatchEvent(new Event('beforeprint')); dispatchEvent(new Event('afterprint')); }")
    assert inked.evaluate("window.inks") == [0x11, 0x11]
    inked.wait_for_function(f"({INK})() === 0xee")


def test_nothing_goes_on_where_the_end_came_first(inked):
    """A widget may be gone before its weights have come: what it then asks for is cleaned at once."""
    left = inked.evaluate(
        """async () => {
            const { canvas, onTheme, spoken, stateOf } = courseModules["kit/kit.js"], signal = AbortSignal.abort(), left = [];
            stateOf({}, signal).end(() => left.push("cleaned"));
            const aloud = spoken(signal);
            const { node } = canvas("Late", () => left.push("painted"), { signal });
            document.body.append(node, aloud.node);
            aloud.say("late", true);
            onTheme(() => left.push("themed"), signal);
            document.documentElement.dataset.theme = "light";
            dispatchEvent(new Event("beforeprint"));
            await new Promise((done) => setTimeout(done, 100));
            return [...left, aloud.node.textContent];
        }"""
    )
    assert left == ["cleaned", ""]
