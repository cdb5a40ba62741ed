"""What every page of the book promises, in one visit over http and one from disk. A new chapter needs no line here.

On a screen over http: drawn whole, readable in light and dark, light to load. On a phone from disk: drawn whole, nothing cut off.
`open_page` sees to it that no page logs an error, misses a file or asks another machine for anything.
"""

from pathlib import PurePosixPath

import pytest
from axe_playwright_python.sync_playwright import Axe
from support.browser import finish_transitions, overflow, turn_dark
from support.site import CHAPTERS, LISTED

pytestmark = pytest.mark.browser

PAGES = [f"{name}.html" for name in LISTED] + ["search.html", "genindex.html"]
PHONE = (360, 740)
MEGABYTE = 1_000_000
LIMIT, LIMIT_WITH_PLOTLY = 1.5 * MEGABYTE, 3.2 * MEGABYTE
LIMIT_OF_COURSENET = 3.8 * MEGABYTE  # a million weights in two bytes each, and the patterns of all its filters


@pytest.mark.parametrize("name", PAGES)
def test_a_page_on_a_screen(name, site, open_page):
    site.sent.clear()
    page = open_page(site.url(name), color_scheme="light")
    read_through(page)
    found = {"drawn whole": flaws(page)}
    if name.removesuffix(".html") in CHAPTERS:
        found["weight"] = too_heavy(name, site.sent, bool(page.locator(".plotly-figure").count()))
    found["form"] = axe(page, rules={"color-contrast": {"enabled": False}})
    found["light"] = contrast(page)
    turn_dark(page)
    found["dark"] = contrast(page)
    assert not any(found.values()), report(found)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_on_a_phone(name, site, open_page):
    page = open_page(site.url(name, "file"), viewport=PHONE)
    read_through(page)
    finish_transitions(page)
    found = {"drawn whole": flaws(page), "wider than the phone": overflow(page), "cut off": cut_off(page)}
    assert not any(found.values()), report(found)


def report(found: dict[str, list[str]]) -> str:
    return "\n".join(f"{what}: {one}" for what, listed in found.items() for one in listed)


def read_through(page) -> None:
    """Scroll to the end as a reader does, and wait until everything that this draws has been drawn."""
    page.evaluate(
        """async () => {
            const frame = () => new Promise(requestAnimationFrame);
            for (let y = 0; y < document.body.scrollHeight; y += innerHeight / 2) {
                scrollTo({ top: y, behavior: "instant" });
                await frame(); // what comes near is told so with the next frame
                await frame();
            }
            await window.MathJax?.startup?.promise;
            await document.fonts.ready;
        }"""
    )
    drawn = "[...document.querySelectorAll('.plotly-figure')].every((box) => box.querySelector('.main-svg'))"
    page.wait_for_function(drawn, timeout=60_000)
    page.wait_for_load_state("networkidle")


def flaws(page) -> list[str]:
    """What is missing or broken: formulas, pictures, alt texts, errors of the build that stand in the page."""
    return page.evaluate(
        r"""() => {
            const all = (selector) => [...document.querySelectorAll(selector)];
            const told = (what, found, text) => found.map((one) => `${what}: ${text(one)}`);
            const pictures = [...document.images].filter((one) => one.hasAttribute("src"));
            const nameless = (alt) => !alt?.trim() || alt.endsWith(".png");
            return [
                ...told("a formula is left as source", all(".math:not(:has(mjx-container))"), (one) => one.textContent),
                ...told("a formula with an error", all("mjx-merror, [data-mjx-error]"), (one) => one.outerHTML.slice(0, 200)),
                ...told("an error of the build", all(".problematic, .system-message"), (one) => one.textContent),
                ...told("a picture did not load", pictures.filter((one) => !one.naturalWidth), (one) => one.src),
                ...told("a picture without alt text", pictures.filter((one) => nameless(one.getAttribute("alt"))), (one) => one.src),
            ];
        }"""
    )


def cut_off(page) -> list[str]:
    """Code in sentences and cells of tables that a reader would have to scroll sideways for."""
    return page.evaluate(
        """() => {
            const shown = (node) => node.checkVisibility({ visibilityProperty: true });
            const outside = (node) => [...node.getClientRects()].some((box) => box.right > innerWidth + 1);
            const table = ".pst-scrollable-table-container :is(td, th)";
            return [...document.querySelectorAll(`article :not(pre) > code, ${table}`)]
                .filter((node) => shown(node) && !node.closest("thead, table.dataframe") && outside(node))
                .map((node) => node.textContent.trim().slice(0, 80));
        }"""
    )


def too_heavy(name: str, sent: list[tuple[str, int]], plotly: bool) -> list[str]:
    """What a first visit costs, printed; and whether it is too much."""
    weight = sum(size for _, size in sent)
    heaviest = sorted(sent, key=lambda one: -one[1])[:4]
    listed = ", ".join(f"{PurePosixPath(path).name} {size // 1000} kB" for path, size in heaviest)
    print(f"\nfirst visit to {name}: {weight / MEGABYTE:.2f} MB compressed in {len(sent)} requests ({listed})")
    backbone = sum(size for path, size in sent if "/weights/coursenet" in path)  # comes when its widget is near
    limit = LIMIT_WITH_PLOTLY if plotly else LIMIT
    if backbone <= LIMIT_OF_COURSENET and weight - backbone <= limit:
        return []
    return [
        f"{weight - backbone} bytes (limit {limit:.0f}) and CourseNet's {backbone} (limit {LIMIT_OF_COURSENET:.0f})"
    ]


def axe(page, **options) -> list[str]:
    """Serious and critical findings of axe: rule, its short help, and the places."""
    # Colours leave out code, whose thousands of coloured words take long and have a test of their own, and formulas.
    # Without `preload`, which would ask for the style sheets' imports once more, at wrong addresses.
    context = {"exclude": [["pre"], ["mjx-container"]]} if "runOnly" in options else None
    settings = {"resultTypes": ["violations"], "preload": False, **options}
    return [
        f"{one['id']} ({one['impact']}: {one['help']})\n    "
        + "\n    ".join(
            f"{node['target']} {node['html'][:120]} {node['failureSummary'].splitlines()[-1].strip()}"
            for node in one["nodes"][:5]
        )
        for one in Axe().run(page, context, settings).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def contrast(page) -> list[str]:
    """Findings of axe about colours, in the theme that is on."""
    return axe(page, runOnly=["color-contrast"])
