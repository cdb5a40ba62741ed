"""DigitPad in a browser: every control by mouse, keys and touch, over http and from disk; what it says against NumPy."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from support.digits import DRAWINGS, centred
from support.widgets import darken, drag, draw, middle, settle

from utils.weights import load_weights
from utils.widgets import DigitPad
from utils.widgets.digit_pad.widget import NEIGHBOURS, neighbours, small, unpack_levels

pytestmark = pytest.mark.browser

INK = """(selector) => { const canvas = document.querySelector(selector);
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height); return [...data].filter((_, i) => i % 4 === 3); }"""
SEEN = "canvas[aria-label='The picture that all three read']"


@pytest.fixture
def write_pad(write_page):
    """`write_pad(**state)` → a page with a digit pad and all three of its files."""
    return lambda **state: write_page(DigitPad(**state))


@pytest.fixture
def digits(open_page, write_pad):
    """`digits(viewport=…, touch=…, **state)` → a page from disk with the pad ready."""

    def open_pad(viewport=(900, 1200), color_scheme="light", touch=False, **state):
        page = open_page(write_pad(**state).as_uri(), viewport, color_scheme, touch)
        page.locator(".dp-panels").wait_for()
        settle(page)
        return page

    return open_pad


def seen(page) -> np.ndarray:
    """The 28 × 28 picture that the three read, ink from 0 to 255."""
    settle(page)
    return np.array(page.evaluate(INK, SEEN)).reshape(28, 28)


def verdict(page) -> str:
    settle(page)
    return page.locator(".cw > .cw-live").inner_text()


def answers(page) -> list[str]:
    settle(page)
    return page.locator(".dp-answer").all_inner_texts()


def slider(page, name: str):
    return page.get_by_role("slider", name=name)


def test_a_test_digit_is_read_by_all_three(open_page, write_pad, address):
    page = open_page(address(write_pad()))
    page.locator(".dp-panels").wait_for()
    tensors, meta = load_weights("mnist-dense")
    for i, digit in ((0, 0), (4, 4)):
        page.get_by_role("button", name=f"Test digit {digit}", exact=True).click()
        np.testing.assert_allclose(seen(page), tensors["samples"][i], atol=1)
        assert f"Its label is {digit}." in verdict(page) and meta["sample_labels"][i] == digit
        packed, _ = load_weights(NEIGHBOURS)
        picture = tensors["samples"][i] / 255
        votes = neighbours(unpack_levels(packed["levels"]), packed["labels"], small(picture), k=5)[0]
        assert answers(page)[2] == str(votes.argmax())
        shown = page.locator(".dp-panel").nth(2).locator(".dp-share").all_inner_texts()
        assert [int(text.split()[0]) for text in shown] == (100 * votes).round().astype(int).tolist()
        assert page.locator(".dp-near figure").count() == 5
    sums = [
        sum(float(text.split()[0]) for text in page.locator(".dp-panel").nth(n).locator(".dp-share").all_inner_texts())
        for n in range(3)
    ]
    np.testing.assert_allclose(sums, 100, atol=0.6)
    page.wait_for_url("**DigitPad.sample=4**")


def test_shelf_by_keyboard(digits):
    page = digits(sample=-1)
    assert (
        verdict(page) == "Nothing to read yet." and page.get_by_role("button", name="Make them disagree").is_disabled()
    )
    page.get_by_role("button", name="Test digit 3", exact=True).press("Enter")
    assert "Its label is 3." in verdict(page)
    assert page.get_by_role("button", name="Test digit 3", exact=True).get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="Clear").press("Space")
    assert verdict(page) == "Nothing to read yet." and seen(page).max() == 0


def test_a_drawing_is_centred_or_not(digits):
    page = digits(sample=2)
    strokes = DRAWINGS["seven in a corner"]
    draw(page, strokes)
    assert np.abs(seen(page) - 255 * centred(strokes)).max() < 25  # the mouse moves in whole pixels
    assert "label" not in verdict(page)
    page.get_by_label("centre it").uncheck()
    corner = seen(page)
    assert corner[:10, :7].sum() > 0.95 * corner.sum()
    page.get_by_label("centre it").press("Space")
    assert np.abs(seen(page) - 255 * centred(strokes)).max() < 25


def test_the_keyboard_draws(digits):
    page = digits(sample=-1, centre=False)
    page.locator(".cw-pad").focus()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Space")
    for _ in range(8):
        page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Space")
    one = seen(page)
    rows, columns = np.nonzero(one > 128)
    assert np.ptp(rows) >= 20 and np.ptp(columns) <= 3 and answers(page)[1] != ""
    page.keyboard.press("ArrowRight")  # the pen is up
    assert (seen(page) == one).all()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    assert (seen(page) != one).any()
    page.keyboard.press("Backspace")
    assert (seen(page) == one).all()
    assert "arrow keys" in page.locator(".cw-pad").get_attribute("aria-label")


def test_a_finger_draws_and_taps(digits):
    page = digits(viewport=(360, 740), touch=True, sample=-1)
    start = middle(page, ".cw-pad", 0, -0.35)
    scrolled = page.evaluate("scrollY")
    drag(page, start, (start[0], start[1] + 90))
    assert seen(page).max() > 200 and page.evaluate("scrollY") == scrolled
    page.wait_for_timeout(400)  # so soon after a drag Chromium makes no click of a tap
    page.get_by_role("button", name="Test digit 5", exact=True).tap()
    expect(page.locator(".cw > .cw-live")).to_contain_text("Its label is 5.")
    box = slider(page, "Turn").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2)
    settle(page)
    assert 40 <= int(slider(page, "Turn").input_value()) <= 70
    page.get_by_label("centre it").tap()
    assert not page.get_by_label("centre it").is_checked()
    page.get_by_role("button", name="Put it back").tap()
    settle(page)
    assert slider(page, "Turn").input_value() == "0"


def test_moving_and_turning(digits):
    page = digits(sample=7, centre=False)
    start = seen(page)
    for _ in range(3):
        slider(page, "Right").press("ArrowRight")
    moved = seen(page)
    np.testing.assert_allclose(moved[:, 3:], start[:, :-3], atol=1)
    slider(page, "Down").press("ArrowLeft")
    np.testing.assert_allclose(seen(page)[:-1, 3:], start[1:, :-3], atol=1)
    assert slider(page, "Down").get_attribute("aria-valuetext") == "−1 px"
    box = slider(page, "Turn").bounding_box()
    page.mouse.click(box["x"] + 2, box["y"] + box["height"] / 2)
    assert int(slider(page, "Turn").input_value()) < -80 and np.abs(seen(page) - moved).max() > 100
    page.get_by_role("button", name="Put it back").click()
    np.testing.assert_allclose(seen(page), start, atol=1)
    assert page.get_by_role("button", name="Put it back").is_disabled()


def test_centring_undoes_a_shift_of_a_test_digit(digits):
    page = digits(sample=7, right=5, down=-3)
    tensors, _ = load_weights("mnist-dense")
    np.testing.assert_allclose(seen(page), tensors["samples"][7], atol=1)


def test_they_can_be_made_to_disagree(digits):
    page = digits(sample=1, centre=False)
    assert verdict(page).startswith("All three")
    button = page.get_by_role("button", name="Make them disagree")
    button.click()
    page.wait_for_function(
        "document.querySelector('.cw > .cw-live').textContent.startsWith('They disagree')", timeout=20_000
    )
    first = (
        slider(page, "Right").input_value(),
        slider(page, "Down").input_value(),
        slider(page, "Turn").input_value(),
    )
    assert len(set(answers(page))) > 1 and first != ("0", "0", "0")
    button.press("Enter")
    page.wait_for_function(
        "(first) => [...document.querySelectorAll('.dp-controls input[type=range]')].map((one) => one.value).join() !== first || "
        "/movement|turn/.test(document.querySelector('.dp-controls .cw-live').textContent)",
        arg=",".join(first),
        timeout=20_000,
    )


def test_the_number_of_neighbours(digits):
    page = digits(sample=9)
    for k in ("1", "15", "3"):
        page.get_by_label("Neighbours that vote").select_option(label=k)
        settle(page)
        assert page.locator(".dp-near figure").count() == int(k)
    near = page.locator(".dp-near canvas").first
    assert re.fullmatch(r"a stored \d", near.get_attribute("aria-label"))


def test_a_shared_address_is_clamped(open_page, write_pad):
    url = write_pad().as_uri()
    page = open_page(f"{url}#DigitPad.sample=8&DigitPad.turn=25&DigitPad.k=9&DigitPad.centre=false")
    page.locator(".dp-panels").wait_for()
    settle(page)
    assert slider(page, "Turn").input_value() == "25" and page.locator(".dp-near figure").count() == 9
    assert "Its label is 8." in verdict(page)
    page = open_page(f"{url}#DigitPad.turn=9999&DigitPad.right=-400&DigitPad.sample=999")
    page.locator(".dp-panels").wait_for()
    assert slider(page, "Turn").get_attribute("aria-valuetext") == "90°"
    assert slider(page, "Right").get_attribute("aria-valuetext") == "−10 px"
    last = page.locator(".dp-shelf button").last
    assert last.get_attribute("aria-pressed") == "true" and "Its label is 3." in verdict(page)


def test_a_drawing_is_not_shared_without_its_strokes(digits):
    page = digits(sample=2, centre=False)
    draw(page, DRAWINGS["one"])
    slider(page, "Turn").press("ArrowRight")
    page.wait_for_url("**DigitPad.turn=1**")
    assert "sample" not in page.url and "strokes" not in page.url


def test_the_checkbox_stands_apart_from_its_label(digits):
    page = digits()
    gap = page.get_by_label("centre it").evaluate(
        """(box) => { const text = document.createRange(); text.selectNodeContents(box.parentElement);
        text.setStartAfter(box); return text.getBoundingClientRect().left - box.getBoundingClientRect().right; }"""
    )
    assert gap >= 6


def test_ink_follows_the_theme(digits):
    page = digits()
    colour = """() => { const { data } = document.querySelector(".dp-shelf canvas").getContext("2d").getImageData(14, 8, 1, 12);
        return [...data].filter((_, i) => i % 4 < 3); }"""
    light = page.evaluate(colour)
    darken(page)
    settle(page)
    assert page.evaluate(colour) != light


def test_a_missing_file_is_explained(open_page, write_page):
    page = open_page("about:blank")
    page.route(
        re.compile("mnist-(convnet|neighbours).js"),
        lambda route: route.fulfill(body="", content_type="text/javascript"),
    )
    page.goto(write_page(DigitPad()).as_uri())
    assert re.search(r"mnist-(convnet|neighbours).js is truncated", page.locator(".admonition").inner_text())
