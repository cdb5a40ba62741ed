"""ConvolutionLab in a browser: every control by mouse, keys and touch, over http and from disk; what it shows against NumPy."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from support.widgets import darken, drag, middle, settle

from utils.widgets import ConvolutionLab

pytestmark = pytest.mark.browser

INPUT, MIDDLE, OUTPUT = range(3)
PIXELS = """(i) => { const canvas = document.querySelectorAll(".cv-pictures canvas")[i];
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, v, at) => (sum * 31 + v * (at % 97)) % 1e9, 7); }"""


def picture(page, which: int) -> int:
    """A sum over the pixels of a canvas, which tells two pictures apart."""
    settle(page)
    return page.evaluate(PIXELS, which)


def told(page) -> str:
    settle(page)
    return page.locator(".cv-told").inner_text().replace("−", "-")


def place(page) -> tuple[int, int]:
    """Row and column that the text names, from 1."""
    return tuple(int(found) for found in re.match(r"Row (\d+), column (\d+):", told(page)).groups())


def shapes(page) -> str:
    settle(page)
    return page.locator(".cv-shapes").inner_text()


def caption(page) -> str:
    settle(page)
    return page.locator(".cv-pictures figcaption").last.inner_text()


@pytest.fixture
def lab(open_page, write_page):
    """`lab(viewport=…, touch=…, **state)` → a page from disk with the laboratory ready."""

    def open_lab(viewport=(900, 1100), color_scheme="light", touch=False, **state):
        page = open_page(write_page(ConvolutionLab(**state)).as_uri(), viewport, color_scheme, touch)
        page.locator(".cv-told").wait_for()
        settle(page)
        return page

    return open_lab


def output(page):
    return page.locator(".cv-pictures canvas").last


def test_every_choice_changes_the_output(lab):
    page = lab()
    seen = {picture(page, OUTPUT)}
    for name, value in (
        ("Picture", "photo"),
        ("Kernel", "blur"),
        ("Kernel", "emboss"),
        ("Stride", "2"),
        ("Padding", "same"),
        ("Pooling", "max"),
        ("Pooling", "average"),
    ):
        page.get_by_label(name, exact=True).select_option(label=value)
        seen.add(picture(page, OUTPUT))
    page.get_by_label("ReLU").check()
    seen.add(picture(page, OUTPUT))
    assert len(seen) == 9
    assert (
        "⌈24 / 2⌉ = 12" in shapes(page) and "⌊12 / 2⌋ = 6" in shapes(page) and "output, 6 × 6, from 0 " in caption(page)
    )
    page.wait_for_url("**ConvolutionLab.strides=2**")


def test_weights_are_edited_and_named(lab):
    page = lab()
    fields = page.get_by_role("spinbutton")
    assert fields.count() == 9
    page.get_by_label("Kernel", exact=True).select_option(label="identity")
    settle(page)
    assert [fields.nth(i).input_value() for i in range(9)] == ["0"] * 4 + ["1"] + ["0"] * 4
    same = picture(page, OUTPUT)
    page.get_by_label("Weight in row 1, column 1").fill("-2.5")
    assert picture(page, OUTPUT) != same
    assert page.get_by_label("Kernel", exact=True).input_value() == "your own"
    page.get_by_label("Weight in row 1, column 1").fill("")  # half typed
    page.get_by_label("Weight in row 1, column 2").focus()
    expect(page.get_by_label("Weight in row 1, column 1")).to_have_value("-2.5")
    page.get_by_label("Weight in row 1, column 1").fill("0")
    settle(page)
    assert page.get_by_label("Kernel", exact=True).input_value() == "identity" and picture(page, OUTPUT) == same
    page.get_by_label("Weight in row 2, column 2").press("ArrowUp")  # as number fields do
    settle(page)
    assert page.get_by_label("Weight in row 2, column 2").input_value() == "2"


def test_the_sum_is_that_of_numpy(lab):
    """A single inked pixel, so that the window and every product are known."""
    ink = np.zeros((24, 24), int)
    ink[5, 7] = 1
    code = "".join(f"{int(''.join(map(str, four)), 2):x}" for four in ink.reshape(-1, 4))
    kernel = [float(v) for v in range(1, 10)]
    page = lab(image="drawing", drawing=code, kernel=kernel, cell=[3, 6])
    # the window of output (3, 6) begins at pixel (3, 6): the inked one stands in its row 2, column 1, weight 8
    assert told(page) == "Row 4, column 7: 1 · 8 = 8."
    assert page.locator(".cv-sum span").all_inner_texts()[7] == "1 · 8"
    output(page).focus()
    page.keyboard.press("ArrowDown")
    assert told(page) == "Row 5, column 7: 1 · 5 = 5."
    page.get_by_label("Padding", exact=True).select_option(label="same")
    assert told(page) == "Row 5, column 7: 1 · 9 = 9."  # the same cell of another grid: its window begins at (3, 5)
    page.get_by_label("Pooling", exact=True).select_option(label="max")
    assert "nothing but zeros = 0. The largest of 0, 0, 0, 0 stays" in told(page)


def test_keys_walk_over_the_output(lab):
    page = lab(cell=[9, 12])
    output(page).focus()
    for key, where in (
        ("ArrowRight", (10, 14)),
        ("ArrowUp", (9, 14)),
        ("Home", (9, 1)),
        ("ArrowLeft", (9, 1)),
        ("End", (9, 22)),
        ("ArrowDown", (10, 22)),
    ):
        before = picture(page, INPUT)
        page.keyboard.press(key)
        assert place(page) == where, key
        assert (picture(page, INPUT) != before) == (key != "ArrowLeft")
    page.wait_for_url("**ConvolutionLab.cell=*")
    expect(page.locator(".cw-hidden[role=status]")).to_have_text(page.locator(".cv-told").inner_text())


def test_the_mouse_asks_and_a_click_stays(lab):
    page = lab(cell=[0, 0])
    there = middle(page, ".cv-pictures figure:last-child canvas", 0.02, 0.02)  # not on the border of two cells
    page.mouse.move(*there)
    assert place(page) == (12, 12)
    page.mouse.move(5, 5)
    assert place(page) == (1, 1)
    page.mouse.click(*there)
    page.mouse.move(5, 5)
    assert place(page) == (12, 12)


def test_a_finger_asks(lab):
    page = lab(viewport=(360, 740), touch=True, cell=[0, 0])
    page.touchscreen.tap(*middle(page, ".cv-pictures figure:last-child canvas", 0.3, -0.3))
    row, column = place(page)
    assert row in (4, 5, 6) and column in (17, 18, 19)


def test_drawing_with_mouse_and_keys(lab):
    page = lab(image="drawing")
    blank = picture(page, OUTPUT)
    canvas = ".cv-pictures canvas"
    page.mouse.move(*middle(page, canvas, -0.2, 0))
    page.mouse.down()
    page.mouse.move(*middle(page, canvas, 0.2, 0), steps=20)
    page.mouse.up()
    drawn = picture(page, OUTPUT)
    assert drawn != blank
    page.wait_for_function(  # the address holds the whole line: columns 6 to 17
        """() => [...new URLSearchParams(location.hash.slice(1)).get("ConvolutionLab.drawing") ?? ""]
            .map((digit) => parseInt(digit, 16).toString(2).replaceAll("0", "").length).reduce((a, b) => a + b, 0) === 12"""
    )
    shared = page.url
    page.get_by_role("button", name="Clear the drawing").click()
    assert picture(page, OUTPUT) == blank
    page.locator(canvas).first.focus()
    for key in ("ArrowUp", "Space", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    assert "from -2 to 2:" in caption(page).replace("−", "-")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    assert picture(page, OUTPUT) == blank
    page.goto("about:blank")
    page.goto(shared)
    page.locator(".cv-told").wait_for()
    assert picture(page, OUTPUT) == drawn


def test_a_finger_draws(lab):
    page = lab(viewport=(360, 740), touch=True, image="drawing")
    empty = picture(page, OUTPUT)
    start = middle(page, ".cv-pictures canvas")
    scrolled = page.evaluate("scrollY")
    drag(page, start, (start[0], start[1] + 80))
    assert picture(page, OUTPUT) != empty and page.evaluate("scrollY") == scrolled


def test_other_pictures_cannot_be_drawn_on(lab):
    page = lab()
    before = picture(page, OUTPUT)
    page.mouse.click(*middle(page, ".cv-pictures canvas"))
    page.locator(".cv-pictures canvas").first.press("Space")
    page.mouse.move(5, 5)
    assert picture(page, OUTPUT) == before and not page.get_by_role("button", name="Clear the drawing").is_visible()


def test_a_shared_address_and_one_beyond_the_bounds(open_page, write_page, address):
    url = address(write_page(ConvolutionLab()))
    page = open_page(
        f"{url}#ConvolutionLab.image=photo&ConvolutionLab.strides=3&ConvolutionLab.pooling=average&ConvolutionLab.cell=[1,2]"
    )
    page.locator(".cv-told").wait_for()
    assert place(page) == (2, 3) and "⌊(24 − 3) / 3⌋ + 1 = 8" in shapes(page)
    page = open_page(
        f"{url}#ConvolutionLab.cell=[999,-4]&ConvolutionLab.kernel=[500,0,0,0,0,0,0,0,0]&ConvolutionLab.image=drawing&ConvolutionLab.drawing=%00zz"
    )
    page.locator(".cv-told").wait_for()
    assert place(page) == (22, 1) and page.get_by_label("Weight in row 1, column 1").input_value() == "99"
    assert "NaN" not in page.locator(".cw").inner_text()


def test_a_drawing_fits_the_address(lab):
    page = lab(image="drawing", drawing="f" * 143)
    page.locator(".cv-pictures canvas").first.focus()
    page.keyboard.press("Space")  # clears one pixel of nearly all
    page.wait_for_function("new URLSearchParams(location.hash.slice(1)).get('ConvolutionLab.drawing')?.length === 144")


def test_ink_follows_the_theme(lab):
    page = lab()
    before = picture(page, INPUT)
    darken(page)
    assert picture(page, INPUT) != before
