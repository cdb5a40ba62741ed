"""A real Jupyter server, a notebook for it, and a page to open it in."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from support.site import ROOT
from support.widgets import PROBE
from utils.widgets import bundle

LAB = [sys.executable, "-m", "jupyter", "lab", "--IdentityProvider.token="]


def write_probe(folder: Path) -> Path:
    """The folder of the view of `PROBE`, beside a copy of the kit that it imports."""
    probe = folder / "probe"
    probe.mkdir()
    (probe / "view.js").write_text(PROBE)
    shutil.copytree(bundle.WIDGETS / "kit", folder / "kit")
    return probe


def write_notebook(folder: Path, cells: list[str]) -> Path:
    """A notebook of code cells without outputs: live.ipynb."""
    code: list[dict] = [
        {
            "cell_type": "code",
            "id": f"cell-{i}",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": text,
        }
        for i, text in enumerate(cells)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    file = folder / "live.ipynb"
    file.write_text(json.dumps({"cells": code, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}), "utf-8")
    return file


@contextlib.contextmanager
def jupyter(command: list[str], folder: Path, root: Path = ROOT, **settings: str) -> Iterator[str]:
    """A Jupyter server with its own settings and without password; yields its address.

    Its kernels import `utils` from `root`, and find `settings` among the environment's variables.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "COURSE"))}
    environment |= {"PYTHONPATH": str(root), "HOME": str(folder), "IPYTHONDIR": str(folder / ".ipython"), **settings}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
    address = f"http://127.0.0.1:{port}"
    log = folder / "jupyter.log"
    with log.open("w") as output:
        process = subprocess.Popen([*command, *options], cwd=folder, env=environment, stdout=output, stderr=output)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/api", timeout=60).close()
                break
            time.sleep(0.1)
        yield address
    finally:
        print(log.read_text(), "\nexit status", process.poll())  # pytest shows this when the test fails
        process.terminate()
        process.wait(20)


def open_lab(page: Page, address: str) -> Callable[[int], None]:
    """Open the notebook in JupyterLab and wait for its kernel; returns what runs a cell by its number."""
    page.goto(f"{address}/lab/tree/live.ipynb")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    cells = page.locator(".jp-Notebook .jp-CodeCell")

    def run(number: int) -> None:
        prompt = cells.nth(number).locator(".jp-InputPrompt")
        before = prompt.inner_text()
        for _ in range(5):  # a loaded machine may lose keys that come before the editor has the focus
            cells.nth(number).locator(".cm-content").click()
            expect(cells.nth(number).locator(".cm-focused")).to_be_visible()
            page.keyboard.press("Shift+Enter")
            with contextlib.suppress(AssertionError):
                return expect(prompt).not_to_have_text(before, timeout=20_000)
        raise AssertionError(f"cell {number} does not start")

    return run


@pytest.fixture
def lab_page(browser: Browser) -> Iterator[Page]:
    """An empty page with the patience that a kernel's start needs."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    context.set_default_timeout(90_000)
    yield context.new_page()
    context.close()
