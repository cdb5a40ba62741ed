"""CapacityLab in a browser: every control by mouse, keys and touch, over http and from disk; training, pausing, sharing."""

import re

import pytest
from playwright.sync_api import expect
from support.widgets import darken, settle

from utils.widgets import CapacityLab

pytestmark = pytest.mark.browser

INK = """([i]) => { const canvas = document.querySelectorAll(".cl-pictures canvas")[i];
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, v, at) => (sum * 31 + v * (at % 97)) % 1e9, 7); }"""
FIT, CURVES = 0, 1


def number(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def reading(page) -> dict:
    """The numbers under the pictures: step, training, validation, gap, parameters, points, best, best_step."""
    settle(page)
    text = page.locator(".cl-readout").inner_text() + " " + page.locator(".cl-readout + p").inner_text()
    found = re.findall(r"(?:< )?[-−]?\d[\d,]*(?:\.\d+)?", text)
    names = ("step", "training", "validation", "gap", "parameters", "points", "best", "best_step")
    assert len(found) == len(names), text
    return dict(zip(names, (number(value.removeprefix("< ")) for value in found)))


def picture(page, which: int) -> int:
    """A sum over the pixels of a canvas, which tells two pictures apart."""
    settle(page)
    return page.evaluate(INK, [which])


def beyond(page, step: int) -> None:
    """Wait until the training is past a step."""
    page.wait_for_function(
        "(step) => Number(document.querySelector('.cl-readout').textContent.match(/[\\d,]+/)[0].replace(',', '')) >= step",
        arg=step,
        timeout=60_000,
    )


def trained_to(page, step: int) -> dict:
    page.wait_for_function(
        f"document.querySelector('.cl-readout').textContent.startsWith('Step {step:,}:')", timeout=60_000
    )
    return reading(page)


@pytest.fixture
def lab(open_page, write_page):
    """`lab(viewport=…, touch=…, motion=…, **state)` → a page from disk with the laboratory ready."""

    def open_lab(viewport=(900, 1100), color_scheme="light", touch=False, motion="no-preference", **state):
        page = open_page("about:blank", viewport, color_scheme, touch)
        page.emulate_media(reduced_motion=motion)
        page.goto(write_page(CapacityLab(**state)).as_uri())
        page.locator(".cl-readout").wait_for()
        settle(page)
        return page

    return open_lab


def press(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


# ---- training


def test_train_pause_step_and_start_again(lab):
    page = lab()
    start = reading(page)
    assert start["step"] == 0 and start["parameters"] == 321 and start["points"] == 20
    fit, curves = picture(page, FIT), picture(page, CURVES)
    press(page, "Train")
    expect(page.locator(".cl-main")).to_have_text("Pause")
    beyond(page, 5)
    press(page, "Pause")
    paused = reading(page)
    assert paused["step"] >= 5 and paused["training"] < start["training"]
    assert paused["gap"] == pytest.approx(paused["validation"] - paused["training"], abs=0.0011)
    assert picture(page, FIT) != fit and picture(page, CURVES) != curves
    settle(page)
    assert reading(page) == paused and page.locator(".cl-main").inner_text() == "Train"
    press(page, "One step")
    assert reading(page)["step"] == paused["step"] + 1
    heard = page.locator(".cw-hidden[role=status]")
    expect(heard).to_have_text(re.compile(f"^Step {paused['step'] + 1:,.0f}:"))
    press(page, "Start again")
    assert reading(page) == start
    assert picture(page, FIT) == fit
    assert page.get_by_text("validation loss of the training before").is_visible()


def test_everything_by_keyboard(lab):
    """Waits for what each key does, not for a time: machines may be busy."""
    page = lab()
    page.locator(".cl-main").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("!document.querySelector('.cl-readout').textContent.startsWith('Step 0:')")
    page.keyboard.press("Space")
    page.wait_for_function("document.querySelector('.cl-main').textContent === 'Train'")
    assert reading(page)["step"] > 0
    for name, key, value in (
        ("Units in a layer", "ArrowRight", "32"),
        ("Training points", "End", "200"),
        ("Noise", "ArrowLeft", "0.25"),
        ("L2 penalty", "ArrowRight", "0.0001"),
        ("Dropout", "ArrowRight", "5 %"),
        ("Learning rate", "Home", "0.001"),
    ):
        slider = page.get_by_role("slider", name=name)
        slider.press(key)
        expect(slider).to_have_attribute("aria-valuetext", value)
        trained_to(page, 0)
        press(page, "One step")
        trained_to(page, 1)
    page.get_by_label("Hidden layers").press("ArrowUp")
    after = trained_to(page, 0)
    assert after["parameters"] == 32 * 3 + 1 and after["points"] == 200
    page.get_by_label("Seed").fill("7")
    page.get_by_label("Seed").press("Enter")
    page.get_by_label("Seed").blur()
    other = picture(page, FIT)
    page.get_by_label("show the fit of the lowest").press("Space")
    expect(page.get_by_label("show the fit of the lowest")).to_be_checked()
    assert picture(page, FIT) != other
    kept = [
        "depth=1",
        "seed=7",
        "show_best=true",
        "units=32",
        "samples=200",
        "noise=0.25",
        "l2=0.0001",
        "dropout=0.05",
        "learning_rate=0.001",
    ]
    page.wait_for_function("(parts) => parts.every((part) => location.hash.includes(`CapacityLab.${part}`))", arg=kept)


def test_each_setting_changes_the_training(lab):
    """Sliders by mouse; each moves the losses after the same ten steps."""
    page = lab()
    seen = set()
    for name in (None, "Units in a layer", "Training points", "Noise", "L2 penalty", "Dropout", "Learning rate"):
        if name:
            box = page.get_by_role("slider", name=name).bounding_box()
            page.mouse.click(box["x"] + box["width"] * 0.93, box["y"] + box["height"] / 2)
            settle(page)
        for _ in range(10):
            press(page, "One step")
        now = reading(page)
        assert now["step"] == 10
        seen.add((now["training"], now["validation"]))
    assert len(seen) == 7


def test_a_setting_changed_while_it_trains(lab):
    page = lab()
    press(page, "Train")
    beyond(page, 60)
    page.get_by_role("slider", name="Units in a layer").press("ArrowLeft")
    settle(page)
    assert page.locator(".cl-main").inner_text() == "Pause"
    press(page, "Pause")
    now = reading(page)
    assert now["parameters"] == 8 * 2 + 8 * 9 + 9 and now["step"] > 0


def test_touch(lab):
    page = lab(viewport=(360, 740), touch=True)
    page.get_by_role("button", name="Train", exact=True).tap()
    beyond(page, 1)
    page.get_by_role("button", name="Pause", exact=True).tap()
    assert reading(page)["step"] > 0
    slider = page.get_by_role("slider", name="Noise")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.95, box["y"] + box["height"] / 2)
    settle(page)
    assert float(slider.get_attribute("aria-valuetext")) >= 0.9 and reading(page)["step"] == 0
    page.get_by_label("show the fit of the lowest").tap()
    assert page.get_by_label("show the fit of the lowest").is_checked()


def test_the_longest_training_ends(lab):
    page = lab(units=1, depth=1, samples=5, steps=9_990)
    trained_to(page, 9_990)
    press(page, "Train")
    now = trained_to(page, 10_000)
    assert (
        page.locator(".cl-main").inner_text() == "Train" and "longest training" in page.locator(".cw-live").inner_text()
    )
    press(page, "Train")
    press(page, "One step")
    assert reading(page) == now


def test_reduced_motion_trains_without_pictures_on_the_way(lab):
    page = lab(motion="reduce", units=4)
    page.evaluate(
        "() => { globalThis.seen = new Set(); new MutationObserver(() => seen.add(document.querySelector('.cl-readout').textContent))"
        ".observe(document.querySelector('.cl-readout'), { childList: true, characterData: true, subtree: true }); }"
    )
    press(page, "Train")
    trained_to(page, 1_000)
    assert page.evaluate("seen.size") == 1
    press(page, "Train")
    trained_to(page, 2_000)


# ---- the state


def test_a_shared_address_shows_the_same_training(open_page, write_page, address):
    url = address(write_page(CapacityLab()))
    page = open_page(url)
    page.locator(".cl-readout").wait_for()
    page.get_by_role("slider", name="Units in a layer").press("End")
    page.get_by_role("slider", name="Dropout").press("ArrowRight")
    press(page, "Train")
    beyond(page, 5)
    press(page, "Pause")
    mine = reading(page)
    assert mine["step"] > 0
    page.wait_for_url(f"**CapacityLab.steps={mine['step']:.0f}**")
    shared = open_page(page.url)
    shared.locator(".cl-readout").wait_for()
    assert trained_to(shared, int(mine["step"])) == mine
    shared.evaluate("location.hash = '#CapacityLab.units=2&CapacityLab.steps=50'")
    assert trained_to(shared, 50)["parameters"] == 2 * 2 + 2 * 3 + 3


def test_state_set_by_a_program(lab):
    """What the kernel sends arrives as changes of the model: here through the address, which does the same."""
    page = lab(units=4, steps=100)
    first = trained_to(page, 100)
    page.evaluate("location.hash = '#CapacityLab.steps=300'")
    later = trained_to(page, 300)
    assert later["training"] < first["training"]
    page.evaluate("location.hash = '#CapacityLab.steps=100'")
    assert trained_to(page, 100)["training"] == first["training"]


# ---- looks


def test_ink_follows_the_theme(lab):
    page = lab()
    before = picture(page, FIT)
    darken(page)
    assert picture(page, FIT) != before
