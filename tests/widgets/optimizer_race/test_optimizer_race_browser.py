"""OptimizerRace in a browser: every control by mouse, keys and touch, over http and from disk."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from support.race import job
from support.widgets import drag, settle

from utils.widgets import OptimizerRace
from utils.widgets.optimizer_race.widget import OPTIMIZERS, SURFACES

pytestmark = pytest.mark.browser

TITLES = ("SGD", "momentum", "RMSprop", "Adam", "conjugate gradient", "L-BFGS")
PICTURE = ".or-picture"


@pytest.fixture
def open_race(open_page, write_page):
    """`open_race(viewport=…, color_scheme=…, touch=…, **state)` → a page from disk with the race ready."""

    def open_it(viewport=(900, 1100), color_scheme="light", touch=False, **state):
        page = open_page(write_page(OptimizerRace(**state)).as_uri(), viewport, color_scheme, touch)
        return ready(page)

    return open_it


def ready(page):
    page.locator(PICTURE).wait_for()
    settle(page)
    return page


def table(page) -> dict[str, list[str]]:
    """optimizer → [above minimum, evaluations, status], as written."""
    settle(page)
    rows = page.evaluate(
        "[...document.querySelectorAll('.or-table tbody tr')].map((row) => [...row.children].map((cell) => cell.innerText.trim()))"
    )
    return {title: cells for title, *cells in rows}


def start(page) -> list[float]:
    settle(page)
    text = page.locator(".or-where").inner_text().replace("−", "-")
    return [float(number) for number in re.search(r"Start \((-?[\d.]+), (-?[\d.]+)\)", text).groups()]


def picture(page) -> np.ndarray:
    settle(page)
    data = page.evaluate(
        f"""() => {{ const canvas = document.querySelector("{PICTURE}");
            return [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]; }}"""
    )
    return np.array(data).reshape(-1, 4)


def spot(page, across: float, down: float) -> tuple[float, float]:
    """Screen position in the picture; (0, 0) is its upper left corner, (1, 1) the lower right one."""
    page.locator(PICTURE).scroll_into_view_if_needed()
    box = page.locator(PICTURE).bounding_box()
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def button(page, name):
    return page.get_by_role("button", name=name)


def slider(page, name):
    return page.get_by_role("slider", name=name, exact=True)


def expected(lands, run_race, surface="bowl", start=None, evaluations=1000, **settings) -> dict:
    """What the engine makes of all six: title → (evaluations, status)."""
    land = lands[surface][1]
    values = {"rate": land["rate"], "momentum": 0.9, "adaptive": land["adaptiveRate"]} | settings
    answers = run_race([job(name, surface, start or land["start"], evaluations, **values) for name in OPTIMIZERS])
    return {title: (str(answer["evaluations"]), answer["status"]) for title, answer in zip(TITLES, answers)}


# ---- what is shown


@pytest.mark.parametrize("surface", SURFACES)
def test_the_table_is_the_engines_race(open_race, lands, run_race, surface):
    page = open_race(surface=surface, evaluations=120)
    assert {title: (used, status) for title, (_, used, status) in table(page).items()} == expected(
        lands, run_race, surface, evaluations=120
    )


def test_over_http_and_from_disk_and_shared_as_a_link(open_page, write_page, address):
    url = address(write_page(OptimizerRace()))
    page = ready(open_page(url))
    assert table(page)["Adam"][2] == "at the start"
    slider(page, "Evaluations").press("ArrowRight")
    slider(page, "Evaluations").press("ArrowRight")
    page.mouse.click(*spot(page, 0.8, 0.3))
    page.wait_for_function("location.hash.includes('start') && location.hash.includes('evaluations=2')")
    shared = ready(open_page(page.url))
    assert table(shared) == table(page) and start(shared) == start(page)
    assert (picture(shared) == picture(page)).all()


# ---- the start


def test_a_click_sets_the_start_and_a_drag_moves_it(open_race):
    page = open_race(evaluations=30)
    page.mouse.click(*spot(page, 0.75, 0.25))
    assert np.abs(np.array(start(page)) - [1.5, 1.2]).max() < 0.05
    before = table(page)
    page.mouse.move(*spot(page, 0.75, 0.25))
    page.mouse.down()
    page.mouse.move(*spot(page, 0.25, 0.75), steps=4)
    page.mouse.up()
    assert np.abs(np.array(start(page)) - [-1.5, -1.2]).max() < 0.05
    page.mouse.click(*spot(page, 0.9, 0.6))
    assert table(page) != before
    page.mouse.move(*spot(page, 0.5, 0.5))
    assert np.abs(np.array(start(page)) - [2.4, -0.48]).max() < 0.05  # no button, no drag


def test_a_finger_sets_the_start(open_race):
    page = open_race(viewport=(360, 760), touch=True)
    scrolled = page.evaluate("scrollY")
    page.touchscreen.tap(*spot(page, 0.25, 0.75))
    assert np.abs(np.array(start(page)) - [-1.5, -1.2]).max() < 0.06 and page.evaluate("scrollY") == scrolled
    button(page, "One evaluation").tap()
    button(page, "One evaluation").tap()
    assert table(page)["SGD"][1] == "2"
    slider(page, "Momentum").tap()
    assert 0.3 < float(slider(page, "Momentum").get_attribute("aria-valuetext")) < 0.7
    page.get_by_label("Adam", exact=True).tap()
    assert table(page)["Adam"] == ["", "", ""]
    button(page, "Reset").tap()
    assert table(page)["SGD"][2] == "at the start"


def test_a_swipe_scrolls_and_leaves_the_start(open_race):
    page = open_race(viewport=(360, 500), touch=True)
    page.locator(PICTURE).scroll_into_view_if_needed()
    before, scrolled = start(page), page.evaluate("scrollY")
    drag(page, spot(page, 0.3, 0.8), spot(page, 0.3, 0.1), steps=12)
    page.wait_for_function("(before) => scrollY > before + 30", arg=scrolled)
    assert start(page) == before
    drag(page, spot(page, 0.3, 0.5), spot(page, 0.8, 0.5), steps=12)
    assert np.abs(np.array(start(page)) - [1.8, 0]).max() < 0.06


def test_arrow_keys_move_the_start(open_race):
    page = open_race(start=[0.0, 0.0])
    page.locator(PICTURE).focus()
    moves = {"ArrowRight": [0.06, 0], "ArrowUp": [0, 0.06], "Shift+ArrowLeft": [-0.3, 0], "Shift+ArrowDown": [0, -0.3]}
    for key, move in moves.items():
        before = np.array(start(page))
        page.keyboard.press(key)
        np.testing.assert_allclose(np.array(start(page)) - before, move, atol=0.011)
    for _ in range(30):
        page.keyboard.press("Shift+ArrowRight")
    assert start(page)[0] == 3  # it stays in the picture
    page.keyboard.press("Home")
    assert start(page) == [-2.5, 1.5]


# ---- the race


def test_run_pause_and_to_the_end(open_race, lands, run_race):
    page = open_race()
    button(page, "Run").click()
    page.wait_for_function("document.querySelector('.or-table tbody td + td').textContent > 3")
    button(page, "Pause").click()
    used = slider(page, "Evaluations").input_value()
    assert 3 < int(used) < 1000
    settle(page)
    assert slider(page, "Evaluations").input_value() == used
    button(page, "Run").press("Enter")
    page.wait_for_function("document.querySelector('.or-play').textContent.includes('Run')", timeout=15_000)
    assert {title: (used, status) for title, (_, used, status) in table(page).items()} == expected(lands, run_race)
    button(page, "Run").click()  # once more from the start
    button(page, "Pause").click()
    assert int(slider(page, "Evaluations").input_value()) < 1000
    button(page, "Reset").click()
    for _ in range(2):
        button(page, "One evaluation").click()
    expect(page.locator("[role=status]")).to_have_text(re.compile("^2 evaluations: SGD running.*L-BFGS"))


def test_step_reset_and_the_slider(open_race):
    page = open_race()
    for used in ("1", "2", "3"):
        button(page, "One evaluation").press("Enter")
        assert table(page)["momentum"][1] == used
    plain = picture(page)
    slider(page, "Evaluations").press("End")
    assert table(page)["SGD"][2] == "arrived" and (picture(page) != plain).any()
    button(page, "Reset").press("Space")
    assert {cells[2] for cells in table(page).values()} == {"at the start"}


def test_reduced_motion_shows_the_end_at_once(open_race, lands, run_race):
    page = open_race()
    page.emulate_media(reduced_motion="reduce")
    button(page, "Run").click()
    assert {title: (used, status) for title, (_, used, status) in table(page).items()} == expected(lands, run_race)
    assert "Run" in page.locator(".or-play").inner_text()


def test_who_has_used_up_the_evaluations_runs_no_more(open_race):
    page = open_race(surface="rosenbrock", evaluations=1000)
    assert table(page)["SGD"][1:] == ["1000", "out of evaluations"]
    assert "running" not in str(table(page))
    expect(page.locator("[role=status]")).to_have_text(re.compile("SGD out of evaluations"))
    slider(page, "Evaluations").press("ArrowLeft")
    assert table(page)["SGD"][1:] == ["999", "running"]


def test_names_at_the_minimum_do_not_cover_one_another(open_race):
    page = open_race(surface="beale", evaluations=998)
    page.evaluate(
        """() => { const write = CanvasRenderingContext2D.prototype.fillText; globalThis.names = {};
          CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
            if (this.font.includes("bold")) {
              const width = this.measureText(text).width;
              const left = this.textAlign === "end" ? x - width : x;
              names[text] = { left, right: left + width, y };
            }
            write.call(this, text, x, y); }; }"""
    )
    slider(page, "Evaluations").press("ArrowRight")
    settle(page)
    names = page.evaluate("names")
    assert set(names) == {"SGD", "momentum", "RMSprop", "Adam", "CG", "L-BFGS"}
    apart = lambda a, b: a["left"] >= b["right"] or b["left"] >= a["right"] or abs(a["y"] - b["y"]) >= 12  # noqa: E731
    assert [(a, b) for a in names for b in names if a < b and not apart(names[a], names[b])] == []


# ---- the settings


@pytest.mark.parametrize("surface", ["rosenbrock", "himmelblau"])
def test_contours_are_those_of_the_surface_chosen_while_the_picture_is_drawn(open_race, open_page, surface):
    """A picture asked for just before the surface changes is drawn just after it: it must not keep the old lines."""
    page = open_race()
    page.evaluate(
        """async (surface) => {
          document.body.className = "touched"; // as a change of theme does: a drawing is due in the next frame
          await Promise.resolve();
          const select = document.querySelector(".cw select");
          select.selectedIndex = [...select.options].findIndex(({ text }) => text.toLowerCase().startsWith(surface));
          select.dispatchEvent(new Event("change", { bubbles: true })); }""",
        surface,
    )
    settle(page)
    chosen = picture(page)
    fresh = ready(open_page(f"{page.url.split('#')[0]}#OptimizerRace.surface={surface}", (900, 1100)))
    assert (chosen == picture(fresh)).all()


def test_surface_by_choice_brings_its_own_start_and_rates(open_race, lands):
    page = open_race(start=[1.0, 1.0], learning_rate=0.5, evaluations=7)
    for surface, title in zip(
        SURFACES[1:], ("Rosenbrock's valley", "Beale's plain", "Himmelblau's four minima", "saddle")
    ):
        page.get_by_label("Surface", exact=True).select_option(title)
        settle(page)
        land = lands[surface][1]
        np.testing.assert_allclose(start(page), land["start"], atol=0.006)
        assert float(slider(page, "Learning rate, SGD and momentum").get_attribute("aria-valuetext")) == land["rate"]
        assert (
            float(slider(page, "Learning rate, RMSprop and Adam").get_attribute("aria-valuetext"))
            == land["adaptiveRate"]
        )
        assert not page.get_by_label("Condition number").is_visible()
    page.get_by_label("Surface", exact=True).focus()
    page.keyboard.press("Home")
    settle(page)
    assert page.get_by_label("Condition number").is_visible() and table(page)["SGD"][2] == "at the start"


@pytest.mark.parametrize(
    "name, changed",
    [
        ("Learning rate, SGD and momentum", {"SGD", "momentum"}),
        ("Momentum", {"momentum"}),
        ("Learning rate, RMSprop and Adam", {"RMSprop", "Adam"}),
        ("Condition number", set(TITLES)),
        ("Tilt", set(TITLES)),
    ],
)
def test_each_slider_moves_those_it_belongs_to(open_race, name, changed):
    page = open_race(evaluations=5)
    before = table(page)
    said = slider(page, name).get_attribute("aria-valuetext")
    for _ in range(8):
        slider(page, name).press("ArrowLeft")
    after = table(page)
    assert slider(page, name).get_attribute("aria-valuetext") != said
    assert {title for title in TITLES if after[title] != before[title]} == changed
    page.locator("input[type=range]").first.scroll_into_view_if_needed()
    box = slider(page, name).bounding_box()
    page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2)
    assert table(page) != after


def test_too_large_a_rate_diverges_and_the_page_stays_well(open_race):
    page = open_race(learning_rate=0.102, momentum=0.0, condition=20.0, evaluations=1000)
    assert table(page)["SGD"][2] == "diverged" and table(page)["L-BFGS"][2] == "arrived"
    slider(page, "Learning rate, SGD and momentum").press("End")
    assert table(page)["SGD"][2] == "diverged" and picture(page)[:, 3].any()


def test_racers_come_and_go(open_race):
    page = open_race(evaluations=25)
    full = picture(page)
    for title in TITLES:
        page.get_by_label(title, exact=True).uncheck()
    assert set(map(tuple, table(page).values())) == {("", "", "")}
    assert (picture(page) != full).any()
    page.get_by_label("Adam", exact=True).press("Space")
    assert table(page)["Adam"][1] == "25" and table(page)["SGD"][1] == ""
    page.wait_for_function("""decodeURIComponent(location.hash).includes('shown=["adam"]')""")


# ---- the page around it


def test_lines_follow_the_theme(open_race):
    page = open_race()
    dark_ink = picture(page)
    page.evaluate(
        "() => { for (const name of ['text-base', 'text-muted']) document.documentElement.style.setProperty(`--pst-color-${name}`, '#eeeeee');"
        " document.documentElement.dataset.theme = 'dark'; }"
    )
    light_ink = picture(page)
    solid = dark_ink[:, 3] > 200
    assert dark_ink[solid, 0].mean() < 130 and light_ink[solid, 0].mean() > 180
