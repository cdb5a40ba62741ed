"""What a reader does with the pages: reads code, tables and figures, searches, prints, jumps, changes the theme."""

import re

import pytest
from support.browser import finish_transitions, overflow, turn_dark
from support.site import CHAPTERS

pytestmark = pytest.mark.browser

CHAPTER_PAGES = [f"{name}.html" for name in CHAPTERS]
ERRATA, RESULTS, KERAS = (f"book/reference/{name}.html" for name in ("errata", "results", "keras-2-to-3"))
PHONE = (390, 844)


def luminance(colour: str) -> float:
    """Relative luminance of a colour in CSS, `rgb(1, 2, 3)`."""
    shares = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    return sum(
        weight * (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)
        for weight, share in zip((0.2126, 0.7152, 0.0722), shares, strict=True)
    )


def test_code_can_be_read_in_light_and_dark(site, open_page):
    """Every colour of the code against its background: 4.5 : 1, as WCAG asks."""
    page = open_page(site.url(CHAPTER_PAGES[-1]))
    for theme in ("light", "dark"):
        if theme == "dark":
            turn_dark(page)
        colours = page.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll(".highlight pre span[class]")].map((word) =>
                [word.className, [getComputedStyle(word).color, getComputedStyle(word.closest("pre")).backgroundColor,
                                  getComputedStyle(word.closest(".highlight")).backgroundColor]]))"""
        )
        assert len(colours) > 8
        for word, (ink, *papers) in colours.items():
            paper = next(paper for paper in papers if not paper.endswith(", 0)"))
            lighter, darker = sorted((luminance(ink) + 0.05, luminance(paper) + 0.05), reverse=True)
            assert lighter / darker >= 4.5, f"{theme}: .{word} has {ink} on {paper}"


# ---- tables


@pytest.mark.parametrize("width", [390, 640], ids=["phone", "200 %"])
@pytest.mark.parametrize("name", [ERRATA, RESULTS, KERAS])
def test_a_long_table_is_read_from_top_to_bottom_on_a_narrow_screen(name, width, site, open_page):
    """Each cell lies in the window, below its column's name; to screen readers it is a table as before."""
    page = open_page(site.url(name), viewport=(width, 844))
    table = page.locator("table.folded")
    table.wait_for()
    boxes = table.locator("tbody td:visible").evaluate_all(
        "(cells) => cells.map((cell) => [cell.getBoundingClientRect().left, cell.getBoundingClientRect().right, cell.innerText])"
    )
    assert len(boxes) > 20 and all(left >= 0 and right <= width and text.strip() for left, right, text in boxes)
    heads = [text.strip() for text in table.locator("th").all_text_contents()]
    row = table.locator("tbody tr").first
    labels = row.locator("td:visible").evaluate_all(
        "(cells) => cells.map((cell) => getComputedStyle(cell, '::before').content)"
    )
    assert len(labels) > 1 and [label.strip('"') for label in labels] == [
        head for head in heads if f'"{head}"' in labels
    ]
    assert page.get_by_role("columnheader").count() == len(heads) and page.get_by_role("cell").count() == len(boxes)


@pytest.mark.parametrize("name", [ERRATA, RESULTS, KERAS])
def test_a_table_fits_a_laptop_as_a_table(name, site, open_page):
    page = open_page(site.url(name))
    box = page.locator(".pst-scrollable-table-container")
    assert box.evaluate("(box) => [box.scrollWidth - box.clientWidth, box.querySelectorAll('.folded').length]") == [
        0,
        0,
    ]


# ---- figures


def a_figure(site, open_page, viewport, **settings):
    page = open_page(site.url("book/foundations/evaluation.html"), viewport=viewport, **settings)
    figure = page.locator("img.enlargeable").first
    figure.scroll_into_view_if_needed()
    return page, figure


def test_a_tap_enlarges_a_figure_on_a_phone(site, open_page):
    page, figure = a_figure(site, open_page, PHONE, touch=True)
    small, natural = figure.evaluate("(one) => [one.clientWidth, one.naturalWidth]")
    assert small < PHONE[0] < natural
    figure.tap()
    dialog = page.get_by_role("dialog", name="Enlarged figure")
    large = dialog.get_by_role("img", name=figure.get_attribute("alt"))
    assert large.evaluate("(one) => one.clientWidth") >= natural and overflow(page) == []
    assert (
        dialog.locator("div").evaluate("(box) => { box.scrollLeft = 1e6; return box.scrollLeft; }")
        > natural - PHONE[0] - 10
    )
    dialog.get_by_role("button", name="Close").tap()
    assert not dialog.is_visible()


def test_figures_are_enlarged_by_keyboard(site, open_page):
    page, figure = a_figure(site, open_page, PHONE)
    dialog = page.get_by_role("dialog", name="Enlarged figure")
    for key in ("Enter", "Space"):
        figure.press(key)
        dialog.wait_for()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.querySelector('dialog.enlarged div').scrollLeft > 0")
        page.keyboard.press("Escape")
        dialog.wait_for(state="hidden")
        assert figure.evaluate("(one) => one === document.activeElement")


def test_a_figure_that_is_shown_in_full_is_no_button(site, open_page):
    page = open_page(site.url("book/foundations/evaluation.html"), viewport=(1280, 900))
    page.locator("img.enlargeable").first.wait_for()
    sizes = page.locator("article .cell_output img").evaluate_all(
        "(all) => all.filter((one) => one.complete).map((one) => [one.clientWidth < 0.95 * one.naturalWidth, one.tabIndex === 0])"
    )
    assert sizes and all(small == pressed for small, pressed in sizes) and [False, False] in sizes


# ---- search


@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize(
    ("words", "anchor"),
    [
        ("均方误差", "mean-squared-error"),
        ("均方", "mean-squared-error"),
        ("GradCAM", "Grad-CAM"),
        ("reparameterization", "reparametrisation-trick"),
        ("regularization", "regularisation"),
    ],
)
def test_search_leads_to_the_glossary_entry(words, anchor, scheme, site, open_page):
    page = open_page(f"{site.url('search.html', scheme)}?q={words}")
    page.locator(f"#search-results a[href*='glossary.html#term-{anchor}']").first.click()
    page.wait_for_url(re.compile(f"glossary.html.*#term-{anchor}$"))
    assert page.locator(f"#term-{anchor}").is_visible()


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_search_finds_a_chapter(scheme, site, open_page):
    page = open_page(site.url("search.html", scheme) + "?q=tensor")
    page.locator("#search-results li a", has_text="Tensors").first.wait_for()


def test_the_magnifier_leaves_the_first_letter_free(site, open_page):
    page = open_page(site.url("search.html"))
    end, start = page.locator(".bd-search:visible").first.evaluate(
        """(form) => { const field = form.querySelector("input"), style = getComputedStyle(field);
            return [form.querySelector("i").getBoundingClientRect().right,
                    field.getBoundingClientRect().left + parseFloat(style.paddingLeft) + parseFloat(style.borderLeftWidth)]; }"""
    )
    assert end <= start


# ---- print


def test_a_dark_page_is_printed_black_on_white(site, open_page):
    page = open_page(site.url(ERRATA), color_scheme="dark")
    page.evaluate(
        """() => { window.printed = []; matchMedia("print").addEventListener("change", (now) => now.matches && printed.push(
            getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector("article p")).color)); }"""
    )
    page.pdf()
    paper, ink = page.evaluate("printed.slice(0, 2)")
    assert paper == "rgb(255, 255, 255)" and luminance(ink) < 0.05
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_print_keeps_solutions_closed_and_long_code_whole(site, open_page):
    page = open_page(site.url("book/foundations/evaluation.html"), viewport=(700, 900))
    solutions = page.locator(".solution.dropdown")
    solutions.last.locator(".toggle-button").wait_for()
    code = ".bd-article .cell_input pre:visible"
    page.locator(code).first.wait_for()
    wide = "(all) => all.filter((one) => one.scrollWidth > one.clientWidth).length"
    assert page.locator(code).evaluate_all(wide) > 0
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert solutions.count() >= 3 and not any(one.is_visible() for one in solutions.all())
    assert page.locator(code).evaluate_all(wide) == 0


# ---- ways through a page


def test_the_chapter_box_leads_to_the_widgets(site, open_page):
    expected = {}
    for name in CHAPTER_PAGES:
        html = (site.folder / name).read_text(encoding="utf-8")
        widgets = dict.fromkeys(re.findall(r'<div class="course-widget[^>]*data-widget="(\w+)"', html))
        expected[name] = [widget for widget in widgets if widget not in ("Quiz", "Frames")]
        links = re.findall(r'href="#(widget-\w+)">(\w+)</a>', html)
        assert [widget for _, widget in links] == expected[name], name
        assert all(html.count(f'id="{anchor}"') == 1 for anchor, _ in links), name
    name = next(name for name in CHAPTER_PAGES if expected[name])
    page = open_page(site.url(name, "file"))
    page.locator(".admonition a", has_text=expected[name][0]).press("Enter")
    page.wait_for_function("scrollY > 1000")
    page.locator(f'[data-widget="{expected[name][0]}"]').wait_for()
    for _ in range(2):  # the first stop may be the box that holds the widget and scrolls
        page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('.course-widget'))")


def test_the_front_page_says_what_is_missing_without_javascript(site, browser, open_page):
    context = browser.new_context(
        java_script_enabled=False
    )  # not under watch: the theme's preloaded scripts fail to load
    page = context.new_page()
    page.goto(site.url("book/index.html", "file"))
    assert page.get_by_text("JavaScript is switched off in your browser").is_visible()
    context.close()
    with_script = open_page(site.url("book/index.html", "file"))
    assert with_script.get_by_text("JavaScript is switched off in your browser").is_hidden()


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_the_root_leads_to_the_first_page(scheme, site, open_page):
    page = open_page(site.url("index.html", scheme))
    page.wait_for_url(re.compile(r"/book/index\.html$"))
    assert page.title().startswith("Deep Learning You Can Touch")


def test_the_theme_switch_turns_the_page_dark_and_back_and_is_remembered(site, open_page):
    page = open_page(site.url(CHAPTER_PAGES[0]))
    switch = page.locator(".theme-switch-button:visible")
    colours = {}
    for _ in range(3):  # automatic, light, dark
        switch.click()
        theme = page.evaluate("document.documentElement.dataset.theme")
        finish_transitions(page)
        colours[theme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert set(colours) == {"light", "dark"} and colours["light"] != colours["dark"]
    while page.evaluate("document.documentElement.dataset.theme") != "dark":
        switch.click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_phone_opens_the_table_of_contents(site, open_page):
    page = open_page(site.url(CHAPTER_PAGES[0]), viewport=(360, 740), touch=True)
    link = page.locator("#pst-primary-sidebar-modal a", has_text="A first network")
    assert not link.is_visible()
    page.locator(".primary-toggle:visible").first.tap()
    link.first.wait_for(state="visible")
    assert overflow(page) == []


def test_a_figure_in_space_can_be_turned(site, open_page):
    in_space = '"type":"scatter3d"'
    name = next(name for name in CHAPTER_PAGES if in_space in (site.folder / name).read_text(encoding="utf-8"))
    page = open_page(site.url(name, "file"))
    assert page.evaluate("window.Plotly === undefined"), "plotly.js waits until a figure is near"
    texts = page.locator(".plotly-figure script").all_text_contents()
    figure = page.locator(".plotly-figure").nth(next(i for i, text in enumerate(texts) if in_space in text))
    figure.scroll_into_view_if_needed()
    figure.locator("canvas").first.wait_for(timeout=60_000)

    def eye() -> dict:
        return figure.locator(".js-plotly-plot").evaluate("(plot) => plot._fullLayout.scene._scene.getCamera().eye")

    before, box = eye(), figure.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.6, steps=6)
    page.mouse.up()
    figure.locator(".js-plotly-plot").evaluate(
        """(plot, before) => new Promise((done) => { const look = () => JSON.stringify(plot._fullLayout.scene._scene.getCamera().eye)
            === JSON.stringify(before) ? requestAnimationFrame(look) : done(); look(); })""",
        before,
    )
    assert eye() != before
