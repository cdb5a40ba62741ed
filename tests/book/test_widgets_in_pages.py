"""Widgets in the pages of the book: links to headings hold while widgets grow, and paper shows what was never scrolled to."""

import pytest
from support.browser import finish_transitions
from support.site import CHAPTERS

pytestmark = pytest.mark.browser

STANDS = (
    "() => [...document.querySelectorAll('.course-widget')].every((place) => place.querySelector('.cw, .admonition'))"
)


@pytest.mark.parametrize("page_name", [f"{name}.html" for name in CHAPTERS])
def test_a_link_to_a_heading_leads_there_although_widgets_grow(page_name, site, open_page):
    """Within ten pixels of where the browser would put it in a page that does not move, after everything has been drawn."""
    page = open_page(site.url(page_name))
    links = page.locator(".bd-toc-nav a, .page-toc a").evaluate_all(
        "(found) => found.map((link) => link.getAttribute('href'))"
    )
    last = next(link for link in reversed(links) if link.startswith("#"))
    page.evaluate(
        "(link) => document.querySelector(`.bd-toc-nav a[href='${link}'], .page-toc a[href='${link}']`).click()", last
    )
    page.wait_for_function("(link) => location.hash === link", arg=last)
    page.wait_for_load_state("networkidle")
    finish_transitions(page)
    where = page.evaluate(
        """async (link) => {
            for (let calm = 0, height = 0; calm < 20; calm = height === document.body.scrollHeight ? calm + 1 : 0) {
                height = document.body.scrollHeight;
                await new Promise(requestAnimationFrame);
            }
            const heading = document.getElementById(decodeURIComponent(link.slice(1)));
            const end = Math.abs(scrollY + innerHeight - document.documentElement.scrollHeight) < 2;
            const top = heading.getBoundingClientRect().top - parseFloat(getComputedStyle(heading).scrollMarginTop);
            return { top, end, padding: parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0 };
        }""",
        last,
    )
    assert where["end"] or abs(where["top"] - where["padding"]) <= 10, where


@pytest.mark.parametrize(
    "page_name", ["book/vision/convnets.html", "book/vision/what-convnets-see.html", "book/foundations/tensors.html"]
)
def test_paper_shows_widgets_and_quiz_that_were_never_in_view(page_name, site, open_page):
    page = open_page("about:blank")
    page.add_init_script(
        "window.print = () => { window.printed = document.querySelectorAll('.course-widget .cw').length; }"
    )
    page.goto(site.url(page_name))
    assert page.locator(".course-widget .cw").count() < page.locator(".course-widget").count()
    page.keyboard.press("Control+p")
    page.wait_for_function("window.printed")
    assert page.evaluate("window.printed") == page.locator(".course-widget").count()
    assert page.get_by_text("to bring it to life").count() == 0


def test_the_browsers_own_print_shows_the_quiz(site, open_page):
    """What needs no weights is drawn before the browser prints, from its menu too."""
    page = open_page(site.url("book/foundations/tensors.html"))
    page.pdf()
    page.wait_for_function(STANDS)
    assert page.locator(".cw.quiz form").count() > 2
