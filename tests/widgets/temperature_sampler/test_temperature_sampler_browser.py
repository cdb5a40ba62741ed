"""TemperatureSampler in a browser: every control by mouse, keys and touch, over http and from disk, and beside other widgets."""

import itertools
import re

import numpy as np
import pytest
from playwright.sync_api import expect
from support.widgets import box_of, settle
from support.writer import job

from utils.widgets import Frames, TemperatureSampler

pytestmark = pytest.mark.browser


@pytest.fixture
def sampler(open_page, write_page):
    """`sampler(viewport=…, touch=…, **state)` → a page from disk with the widget ready."""

    def open_it(viewport=(1000, 1200), color_scheme="light", touch=False, **state):
        page = open_page(
            write_page(TemperatureSampler(**{"pace": "at once", **state})).as_uri(), viewport, color_scheme, touch
        )
        return ready(page)

    return open_it


def ready(page):
    page.locator(".ts-bars li").first.wait_for()
    settle(page)
    return page


def press(page, name: str, touch=False) -> None:
    button = page.get_by_role("button", name=name, exact=True)
    button.tap() if touch else button.click()


def done(page) -> None:
    """Wait until the widget has finished writing."""
    page.get_by_role("button", name="Write", exact=True).wait_for()
    settle(page)


def written(page) -> str:
    return page.evaluate(
        "[...document.querySelectorAll('.ts-text > :not(.ts-prompt)')].map((node) => node.textContent).join('')"
    )


def writes(page, touch=False) -> str:
    """The text after a press of Write."""
    press(page, "Write", touch)
    done(page)
    return written(page)


def bars(page) -> list[tuple[str, float]]:
    """(letter, width of its bar in per cent), as drawn."""
    settle(page)
    drawn = "[...document.querySelectorAll('.ts-bars li')].map((row) => [row.firstChild.textContent, parseFloat(row.querySelector('i').style.width)])"
    return [tuple(row) for row in page.evaluate(drawn)]


def nats(page) -> float:
    settle(page)
    return float(re.search(r"Entropy ([\d.]+) nats", page.locator(".temperature-sampler").inner_text())[1])


def slider(page, name="Temperature"):
    return page.get_by_role("slider", name=name, exact=True)


# ---- one text for one seed


def test_the_text_is_the_engines_text_from_disk_and_over_http(open_page, write_page, address, run_writer):
    widget = TemperatureSampler(seed_text="there is no ", temperature=0.8, length=300, pace="at once")
    url = address(write_page(widget))
    (expected,) = run_writer([job()])
    page = ready(open_page(url))
    assert writes(page) == expected
    press(page, "Start again")
    assert written(page) == ""
    assert writes(page) == expected
    other = ready(open_page(f"{url}#TemperatureSampler.random_seed=2"))
    assert (
        page.get_by_label("Random seed").input_value() == "1" and other.get_by_label("Random seed").input_value() == "2"
    )
    assert writes(other) != expected


def test_a_new_random_seed_starts_again(sampler):
    page = sampler(length=100)
    one = writes(page)
    page.get_by_label("Random seed").fill("7")
    page.keyboard.press("Enter")
    settle(page)
    assert written(page) == ""
    assert writes(page) != one
    page.get_by_label("Random seed").fill("1")
    page.keyboard.press("Tab")
    settle(page)
    assert writes(page) == one
    page.get_by_label("Random seed").fill("-5")  # outside its range: the nearest it may have
    page.keyboard.press("Tab")
    assert page.get_by_label("Random seed").input_value() == "0"


def test_write_goes_on_where_it_stopped(sampler):
    page = sampler(length=150)
    first = writes(page)
    assert len(first) == 150
    page.get_by_label("Letters", exact=True).fill("50")
    page.keyboard.press("Tab")
    both = writes(page)
    assert len(both) == 200 and both.startswith(first)
    assert "50 letters in" in page.locator(".cw-live").inner_text()


# ---- temperature and choice


def test_the_temperature_by_keys(sampler):
    page = sampler(temperature=1.0)
    at_one = bars(page), nats(page)
    slider(page).focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    hot = bars(page), nats(page)
    page.keyboard.press("Home")
    cold = bars(page), nats(page)
    assert slider(page).get_attribute("aria-valuetext") == "0, greedy"
    assert hot[1] > at_one[1] > cold[1] == 0
    assert hot[0][0][1] < at_one[0][0][1] < cold[0][0][1] == 100
    assert [letter for letter, _ in hot[0]] == [letter for letter, _ in cold[0]], "the order never changes"
    page.wait_for_url("**#TemperatureSampler.temperature=0")


def test_the_temperature_by_mouse(sampler):
    page = sampler(temperature=1.0)
    before = bars(page)
    box = slider(page).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    assert float(slider(page).input_value()) < 0.4
    assert bars(page)[0][1] > before[0][1]


def test_towards_zero_the_text_is_the_greedy_one(sampler):
    page = sampler(length=300, temperature=0.05)
    page.get_by_label("Choose").select_option("the likeliest (greedy)")
    greedy = writes(page)
    assert slider(page).is_disabled() and "Greedy" in page.locator(".temperature-sampler").inner_text()
    page.get_by_label("Choose").select_option("at random")
    expect(slider(page)).to_be_enabled()
    slider(page).press("Home")
    expect(slider(page)).to_have_value("0")
    press(page, "Start again")
    assert writes(page) == greedy
    slider(page).fill("1")
    press(page, "Start again")
    assert writes(page) != greedy


def test_top_k_by_keys(sampler):
    page = sampler(temperature=1.0)
    assert not slider(page, "k").is_visible()
    page.get_by_label("Choose").select_option("at random, top k")
    assert slider(page, "k").input_value() == "5"
    assert [width > 0 for _, width in bars(page)] == [True] * 5 + [False] * 7
    slider(page, "k").press("ArrowLeft")
    assert sum(width > 0 for _, width in bars(page)) == 4
    slider(page, "k").press("Home")
    assert bars(page)[0][1] == 100 and nats(page) == 0


def test_bars_are_the_models_probabilities(sampler):
    page = sampler(temperature=1.0)
    widths = [width for _, width in bars(page)]
    ticks = page.evaluate("[...document.querySelectorAll('.ts-bars b')].map((tick) => parseFloat(tick.style.left))")
    assert widths == pytest.approx(ticks) and widths == sorted(widths, reverse=True) and 0 < sum(widths) <= 100.01
    slider(page).press("ArrowRight")
    hotter = page.evaluate("[...document.querySelectorAll('.ts-bars b')].map((tick) => parseFloat(tick.style.left))")
    assert hotter == ticks and [width for _, width in bars(page)] != widths


# ---- the seed text


def test_the_seed_text_is_read_and_what_is_unknown_is_named(sampler):
    page = sampler(seed_text="the q")
    assert bars(page)[0][0] == "u"
    page.get_by_label("Seed text").fill("“THE” th")
    settle(page)
    assert page.locator(".ts-prompt").inner_text() == '"the" th' and bars(page)[0][0] in "eai"
    assert not page.get_by_text("Left out").is_visible()
    page.get_by_label("Seed text").fill("5 € a日 th")
    settle(page)
    assert page.get_by_text("the network has never seen them: € 日").is_visible()
    assert page.locator(".ts-prompt").inner_text() == "5  a th"
    page.get_by_label("Seed text").fill("")
    settle(page)
    assert page.get_by_text("starts after a line break").is_visible()
    assert len(writes(page)) == 400


# ---- write, pause, step, look back


def test_letter_by_letter_with_pause(sampler):
    page = sampler(pace="letter by letter", length=60, temperature=0.8)
    press(page, "Write")
    page.wait_for_function("document.querySelectorAll('.ts-text span').length > 8")
    press(page, "Pause")
    some = written(page)
    assert 5 <= len(some) < 60 and "Paused after" in page.locator(".cw-live").inner_text()
    for _ in range(8):
        settle(page)
    assert written(page) == some
    press(page, "Write")
    done(page)
    whole = written(page)
    assert len(whole) == 60 and whole.startswith(some)
    page.get_by_label("Pace").select_option("at once")
    press(page, "Start again")
    assert writes(page) == whole, "the pace does not change the text"


def test_one_letter_at_a_time_by_keys(sampler):
    page = sampler(temperature=0.8)
    one = page.get_by_role("button", name="One letter")
    one.focus()
    seen = [bars(page)]
    for number in range(1, 6):
        page.keyboard.press("Enter")
        settle(page)
        assert len(written(page)) == number
        seen.append(bars(page))
    assert all(a != b for a, b in itertools.pairwise(seen))
    by_step = written(page)
    press(page, "Start again")
    assert writes(page).startswith(by_step)


def test_letters_can_be_looked_back_at(sampler):
    page = sampler(temperature=1.0, length=80)
    text = writes(page)
    to_come = bars(page)
    spoken = {" ": "space", "\n": "new line"}

    def expect(number):
        name = spoken.get(text[number], text[number])
        assert page.get_by_text(f"Letter {number + 1} of 80: {name}", exact=True).is_visible()
        chosen = page.locator(".ts-chosen")
        assert chosen.count() == 0 or chosen.locator("span").first.inner_text() == name
        marked = page.evaluate(
            "[...document.querySelector('.ts-text').children].findIndex((node) => node.className.includes('looked'))"
        )
        assert marked == number + 1

    page.locator(".ts-text span").nth(31).click()
    expect(30)
    assert bars(page) != to_come
    page.keyboard.press("ArrowLeft")
    expect(29)
    page.keyboard.press("Home")
    expect(0)
    page.keyboard.press("End")
    expect(79)
    page.keyboard.press("Escape")
    assert page.get_by_text("The next letter", exact=True).is_visible() and bars(page) == to_come
    page.locator(".ts-text span").nth(11).click()
    press(page, "Back to the next letter")
    assert bars(page) == to_come and page.locator(".ts-looked-at").count() == 0
    assert len(writes(page)) == 160


def test_colours_say_how_likely_the_letters_were_and_not_by_colour_alone(sampler):
    page = sampler(temperature=1.3, length=600)
    writes(page)
    letters = page.evaluate(
        """[...document.querySelectorAll('.ts-text > :not(.ts-prompt)')].map((node) => [node.className, node.title,
           getComputedStyle(node).textDecorationLine + getComputedStyle(node).textDecorationStyle])"""
    )
    lowest = {"ts-p0": 49.5, "ts-p1": 9.9, "ts-p2": 1.9, "ts-p3": 0}
    shown = {}
    for level, title, line in letters:
        percent = float(re.search(r": (?:< )?([\d.]+) %, [\d.]+ bits", title)[1])
        assert percent >= lowest[level]
        assert level == "ts-p0" or percent <= {"ts-p1": 50.5, "ts-p2": 10.1, "ts-p3": 2.1}[level]
        shown[level] = line
    assert set(shown) == set(lowest) and len(set(shown.values())) == 4, "four levels, four kinds of line"


# ---- readers and devices


def test_reduced_motion_writes_at_once(sampler):
    page = sampler(pace="letter by letter", length=400)
    page.emulate_media(reduced_motion="reduce")
    press(page, "Write")
    done(page)
    assert len(written(page)) == 400 and re.search("400 letters in .* a second", page.locator(".cw-live").inner_text())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_small_touch_screen(sampler, scheme):
    page = sampler(viewport=(360, 740), color_scheme=scheme, touch=True, length=200)
    before = bars(page)
    box = slider(page).bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2)
    assert float(slider(page).input_value()) > 1.5 and bars(page) != before
    assert len(writes(page, touch=True)) == 200
    page.locator(".ts-text span").nth(150).tap()
    assert page.locator("strong", has_text="Letter 150 of 200").is_visible()
    press(page, "Back to the next letter", touch=True)
    press(page, "One letter", touch=True)
    settle(page)
    assert len(written(page)) == 201
    press(page, "Start again", touch=True)
    assert written(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_for_everybody(sampler):
    from axe_playwright_python.sync_playwright import Axe

    page = sampler(temperature=1.5, length=300, method="top-k")
    writes(page)
    page.locator(".ts-text span").nth(200).click()
    serious = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert not serious, serious


def test_its_bars_leave_those_of_other_widgets_alone(open_page, write_page):
    """The sampler's thin bars once shrank every row of controls on the page."""
    frames = Frames([np.zeros((8, 8)), np.ones((8, 8))])
    height = "document.querySelector('.frames .cw-bar').getBoundingClientRect().height"
    page = open_page(write_page(frames, TemperatureSampler(pace="at once")).as_uri())
    page.locator(".frames .cw-bar").wait_for()
    alone = page.evaluate(height)
    page.locator(".course-widget").last.scroll_into_view_if_needed()
    ready(page)
    assert page.evaluate(height) == alone >= 36
    assert 10 <= box_of(page, ".ts-bar")["height"] <= 18


# ---- the address


def test_a_shared_address_brings_settings_and_text(open_page, write_page):
    url = write_page(TemperatureSampler(length=120, pace="at once")).as_uri()
    page = ready(open_page(url))
    page.get_by_label("Seed text").fill("the greeks & romans ")
    page.get_by_label("Choose").select_option("at random, top k")
    slider(page).fill("1.1")
    slider(page, "k").fill("7")
    page.get_by_label("Random seed").fill("42")
    page.keyboard.press("Tab")
    text = writes(page)
    page.wait_for_url("**random_seed=42*")
    assert "text=" not in page.url.replace("seed_text=", "")
    shared = ready(open_page(page.url))
    assert shared.get_by_label("Seed text").input_value() == "the greeks & romans "
    assert slider(shared).input_value() == "1.1" and slider(shared, "k").input_value() == "7"
    assert writes(shared) == text


def test_what_the_address_may_not_say_takes_the_nearest(open_page, write_page):
    url = write_page(TemperatureSampler(pace="at once")).as_uri()
    values = {"temperature": "-3", "k": "1e9", "length": "-1", "method": "beam", "random_seed": "1.5", "pace": "never"}
    page = ready(
        open_page(f"{url}#" + "&".join(f"TemperatureSampler.{name}={value}" for name, value in values.items()))
    )
    page.get_by_label("Pace").select_option("at once")
    assert len(writes(page)) == 1
