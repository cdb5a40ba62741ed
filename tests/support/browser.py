"""A headless Chromium, pages under watch, and what many tests wait for or ask of a page."""

import os
import warnings
from collections.abc import Callable, Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from browser import find  # scripts/browser.py
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium, one for each process of tests. Without one the tests are skipped, loudly; in CI they fail."""
    path = find()
    if not path:
        message = "NO BROWSER: nothing that readers see was checked. Install Chromium or set COURSE_CHROMIUM."
        if os.environ.get("CI"):
            pytest.fail(message)
        warnings.warn(message, stacklevel=1)  # a skip alone is a quiet letter in a row of dots
        pytest.skip(message)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield chromium
        chromium.close()


def stays_here(url: str) -> bool:
    """Whether a request leaves this machine alone."""
    parts = urlsplit(url)
    return parts.scheme in ("file", "data", "blob", "about") or parts.hostname in ("127.0.0.1", "localhost")


def watch(page: Page, problems: list[str]) -> None:
    """Note whatever a page must not do: log an error, throw, miss a file, ask another machine for anything."""

    def note(is_problem: bool, problem: str) -> None:
        if is_problem:
            problems.append(problem)

    page.on("console", lambda entry: note(entry.type == "error", f"console: {entry.text} {entry.location}"))
    page.on("pageerror", lambda error: note(True, f"thrown: {error}"))
    page.on("requestfailed", lambda request: note(True, f"failed: {request.url} {request.failure}"))
    page.on("response", lambda answer: note(answer.status >= 400, f"{answer.status}: {answer.url}"))
    page.on("request", lambda request: note(not stays_here(request.url), f"leaves: {request.url}"))


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`open_page(url, viewport=(1280, 900), color_scheme="light", touch=False)` → a loaded page with an empty browser cache.

    Other settings of a browser context (`java_script_enabled`, `reduced_motion`, …) are passed on. The test fails at its end if
    any page logged an error, threw, missed a file, or asked another machine for anything.
    """
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_it(
        url: str,
        viewport: tuple[int, int] = (1280, 900),
        color_scheme: Literal["light", "dark"] = "light",
        touch: bool = False,
        **settings: Any,
    ) -> Page:
        size = ViewportSize(width=viewport[0], height=viewport[1])
        context = browser.new_context(
            viewport=size, color_scheme=color_scheme, has_touch=touch, is_mobile=touch, **settings
        )
        contexts.append(context)
        page = context.new_page()
        watch(page, problems)
        page.goto(url, wait_until="load")
        return page

    yield open_it
    found = list(problems)  # closing a page breaks off what it still loads; that is no fault of the page
    for context in contexts:
        context.close()
    assert not found, "\n".join(found)


def finish_transitions(page: Page) -> None:
    """Wait until every style is drawn and every transition of colour or place has come to its end."""
    page.evaluate(
        """async () => {
            const frame = () => new Promise(requestAnimationFrame);
            await frame();
            await frame();
            const ends = (one) => Number.isFinite(one.effect?.getComputedTiming().endTime);
            await Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished));
        }"""
    )


def turn_dark(page: Page) -> None:
    """Let the reader's system change to dark, and wait until the page has followed."""
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    finish_transitions(page)


def overflow(page: Page) -> list[str]:
    """What makes the page wider than its window, if anything does."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth + 1 ? [] :
            [...document.querySelectorAll("body *")].filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
                .slice(0, 8).map((node) => `${node.tagName}.${node.className} ${Math.round(node.getBoundingClientRect().right)} px`)
                .concat(`${document.documentElement.scrollWidth} px`)"""
    )
