"""Template: its engine against NumPy, and its slider in a browser. What all widgets promise is tested in tests/contract."""

import numpy as np
import pytest
from support.node import run_module
from support.widgets import settle

from utils.widgets import Template


def test_the_engine_agrees_with_numpy(tmp_path):
    logits = [3.0, 1.0, 0.0, 0.0, -1.0]
    found = run_module(tmp_path, "template/engine.js", f"distribution({logits}, 0.5)")
    wanted = np.exp(np.array(logits) / 0.5)
    assert found == pytest.approx(wanted / wanted.sum(), abs=1e-6)


@pytest.mark.browser
def test_the_slider_moves_the_bars(open_page, write_page):
    page = open_page(write_page(Template(temperature=1.0)).as_uri())
    slider = page.get_by_role("slider", name="Temperature")
    slider.wait_for()
    before = page.locator(".bars").inner_text()
    slider.press("Home")
    settle(page)
    assert slider.get_attribute("aria-valuetext") == "0.05"
    assert page.locator(".bars").inner_text() != before
    assert page.locator(".bars li").first.inner_text() == "100.0 %"
