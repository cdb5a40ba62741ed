"""Every page of the book in a real browser: over http and from disk, light and dark, on a phone, and what a first visit costs."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from support.site import CHAPTERS, LISTED

pytestmark = pytest.mark.browser

CHAPTER_PAGES = [f"{name}.html" for name in CHAPTERS]
PAGES = [f"{name}.html" for name in LISTED] + ["search.html", "genindex.html"]
MEGABYTE = 1_000_000
LIMIT, LIMIT_WITH_PLOTLY = 1.5 * MEGABYTE, 3.2 * MEGABYTE
LIMIT_OF_COURSENET = 3.8 * MEGABYTE  # a million weights in two bytes each, and the patterns of all its filters


def read_through(page) -> None:
    """Scroll to the end as a reader does, and wait until everything that this draws has been drawn."""
    page.evaluate(
        """async () => {
            for (let y = 0; y < document.body.scrollHeight; y += innerHeight / 2) {
                scrollTo({ top: y, behavior: "instant" });
                await new Promise((done) => setTimeout(done, 20));
            }
            await window.MathJax?.startup?.promise;
            await document.fonts.ready;
        }"""
    )
    drawn = "[...document.querySelectorAll('.plotly-figure')].every((box) => box.querySelector('.main-svg'))"
    page.wait_for_function(drawn, timeout=60_000)
    page.wait_for_load_state("networkidle")


def overflow(page) -> list[str]:
    """What makes the page wider than its window, if anything does."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth + 1 ? [] :
            [...document.querySelectorAll("body *")].filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
                .slice(0, 8).map((node) => `${node.tagName}.${node.className} ${Math.round(node.getBoundingClientRect().right)} px`)
                .concat(`${document.documentElement.scrollWidth} px`)"""
    )


def axe(page, **options) -> list[str]:
    """Serious and critical findings of axe: rule, its short help, and the places."""
    # Colours leave out code, whose thousands of coloured words take long and have a test of their own, and formulas.
    # Without `preload`, which would ask for the style sheets' imports once more, at wrong addresses.
    context = {"exclude": [["pre"], ["mjx-container"]]} if "runOnly" in options else None
    found = (
        Axe().run(page, context, {"resultTypes": ["violations"], "preload": False, **options}).response["violations"]
    )
    return [
        f"{one['id']} ({one['impact']}: {one['help']})\n    "
        + "\n    ".join(
            f"{node['target']} {node['html'][:120]} {node['failureSummary'].splitlines()[-1].strip()}"
            for node in one["nodes"][:5]
        )
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def contrast(page) -> list[str]:
    """Findings of axe about colours, in the theme that is on."""
    return axe(page, runOnly=["color-contrast"])


def turn_dark(page) -> None:
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    page.wait_for_timeout(300)  # colours fade from one to the other


# ---- every page


@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_drawn_whole(name, scheme, site, open_page):
    """Formulas, figures and pictures are there; `open_page` sees to it that there is no error and no request to the outside."""
    site.sent.clear()
    page = open_page(site.url(name, scheme))
    read_through(page)  # waits for the figures
    assert page.locator(".math:not(:has(mjx-container))").count() == 0, "a formula is left as source"
    assert page.locator("mjx-merror, [data-mjx-error]").count() == 0, "a formula with an error"
    assert page.locator(".problematic, .system-message").count() == 0, "an error of the build stands in the page"
    pictures = page.evaluate(
        "[...document.images].filter((one) => one.hasAttribute('src')).map((one) => [one.currentSrc, one.naturalWidth, one.getAttribute('alt')])"
    )
    assert not [src for src, width, _ in pictures if not width], "a picture did not load"
    assert not [src for src, _, alt in pictures if alt is None or not alt.strip() or alt.endswith(".png")], (
        "a picture without alt text"
    )
    if scheme == "http" and name in CHAPTER_PAGES:
        weight = sum(size for _, size in site.sent)
        heaviest = ", ".join(
            f"{path.rpartition('/')[2]} {size // 1000} kB"
            for path, size in sorted(site.sent, key=lambda one: -one[1])[:4]
        )
        print(
            f"\nfirst visit to {name}: {weight / MEGABYTE:.2f} MB compressed in {len(site.sent)} requests ({heaviest})"
        )
        backbone = sum(
            size for path, size in site.sent if "/weights/coursenet" in path
        )  # comes when its widget is near
        assert backbone <= LIMIT_OF_COURSENET
        assert weight - backbone <= (LIMIT_WITH_PLOTLY if page.locator(".plotly-figure").count() else LIMIT)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_in_light_and_dark_and_fits_a_phone(name, site, open_page):
    page = open_page(site.url(name), color_scheme="light")
    read_through(page)
    findings = {"form": axe(page, rules={"color-contrast": {"enabled": False}}), "light": contrast(page)}
    turn_dark(page)
    findings["dark"] = contrast(page)
    page.set_viewport_size({"width": 360, "height": 740})
    page.wait_for_timeout(300)
    findings["360 px wide"] = overflow(page)
    assert not any(findings.values()), "\n".join(
        f"{where}: {one}" for where, found in findings.items() for one in found
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


def luminance(colour: str) -> float:
    """Relative luminance of a colour in CSS, `rgb(1, 2, 3)`."""
    shares = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    return sum(
        weight * (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)
        for weight, share in zip((0.2126, 0.7152, 0.0722), shares)
    )


# ---- what a reader does


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_the_root_leads_to_the_first_page(scheme, site, open_page):
    page = open_page(site.url("index.html", scheme))
    page.wait_for_url(re.compile(r"/book/index\.html$"))
    assert page.title().startswith("Deep Learning You Can Touch")


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_search_finds_a_chapter(scheme, site, open_page):
    page = open_page(site.url("search.html", scheme) + "?q=tensor")
    page.locator("#search-results li a", has_text="Tensors").first.wait_for()


def test_the_theme_switch_turns_the_page_dark_and_back_and_is_remembered(site, open_page):
    page = open_page(site.url(CHAPTER_PAGES[0]))
    switch = page.locator(".theme-switch-button:visible")
    colours = {}
    for _ in range(3):  # automatic, light, dark
        switch.click()
        theme = page.evaluate("document.documentElement.dataset.theme")
        page.wait_for_timeout(300)
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
    page.wait_for_timeout(200)
    assert eye() != before
