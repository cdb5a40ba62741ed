"""Widgets with a kernel: a real JupyterLab, and the older ipywidgets of Colab.

Colab's own front end cannot be had. Its place is taken by the classic Notebook 6 with ipywidgets 7.7.1, the version and widget
protocol of Colab, and by a stand-in for the module `google.colab.output`, which makes anywidget take the road it takes in Colab.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.jupyter import jupyter, write_notebook

ROOT = Path(__file__).resolve().parent.parent
COLAB = ["ipywidgets==7.7.1", "notebook==6.5.7", "anywidget==0.11.*", "ipykernel", "numpy", "pillow", "pyyaml"]

pytestmark = pytest.mark.browser

CELLS = [
    "import numpy as np\nfrom utils.widgets import Frames\n"
    "frames = Frames(np.arange(3)[:, None, None] / 2 * np.ones((3, 8, 8)), labels=['dark', 'grey', 'light'], title='Light')\nframes",
    "print('frame is', frames.frame)",
    "frames.frame = 2",
    "from utils.widgets import blobs, base\nclass Probe(base.CourseWidget):\n    _module = 'FOLDER/probe.js'\n"
    "Probe(blob=blobs.pack({'x': np.arange(3) / 2}, unit='m'))",
]
IN_COLAB = """
import sys, types
google, colab, output = (types.ModuleType(name) for name in ("google", "google.colab", "google.colab.output"))
output.enabled = 0
def enable_custom_widget_manager():
    output.enabled += 1
output.enable_custom_widget_manager = enable_custom_widget_manager
output._widgets = types.SimpleNamespace(_installed_url="https://colab.example/manager.js")
sys.modules.update({"google": google, "google.colab": colab, "google.colab.output": output})
import ipywidgets
"""


def test_jupyterlab(lab_page, tmp_path):
    page = lab_page
    write_notebook(tmp_path, CELLS)
    with jupyter([sys.executable, "-m", "jupyter", "lab", "--IdentityProvider.token="], tmp_path) as address:
        page.goto(f"{address}/lab/tree/live.ipynb")
        cells = page.locator(".jp-Notebook .jp-CodeCell")
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()

        def run(number: int) -> None:
            cells.nth(number).locator(".cm-content").click()
            page.keyboard.press("Shift+Enter")

        check(page, run)


@pytest.fixture(scope="session")
def colab_python(tmp_path_factory) -> Path:
    """Python of an environment with Colab's ipywidgets. Without network it cannot be made, and the test is skipped."""
    folder = tmp_path_factory.mktemp("colab") / "environment"
    made = subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=False)
    python = folder / "bin" / "python"
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(python), *COLAB]
    done = subprocess.run(install, capture_output=True, text=True, check=False) if made.returncode == 0 else made
    if done.returncode:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no environment like Colab's: {done.stderr}")
    return python


def test_ipywidgets_of_colab(lab_page, tmp_path, colab_python):
    page = lab_page
    status = "print('ipywidgets', ipywidgets.__version__, 'managers', output.enabled)"
    write_notebook(tmp_path, [IN_COLAB + CELLS[0], *CELLS[1:], status])
    with jupyter([str(colab_python), "-m", "notebook", "--NotebookApp.token="], tmp_path) as address:
        page.goto(f"{address}/notebooks/live.ipynb")
        page.wait_for_function(
            "window.Jupyter?.notebook?._fully_loaded && Jupyter.notebook.kernel?.info_reply?.status == 'ok'"
        )

        def run(number: int) -> None:
            page.evaluate("number => Jupyter.notebook.execute_cells([number])", number)

        check(page, run)
        run(len(CELLS))
        page.get_by_text("ipywidgets 7.7.1 managers 1").wait_for()


def check(page, run) -> None:
    """Values travel from the page to Python and from Python to the page, and so do weights."""
    run(0)
    slider = page.get_by_role("slider", name="Light")
    slider.wait_for()
    assert slider.get_attribute("aria-valuetext") == "dark"
    slider.press("ArrowRight")
    page.get_by_role("img", name="Light: grey").wait_for()
    run(1)
    page.get_by_text("frame is 1", exact=True).wait_for()
    run(2)
    page.get_by_role("img", name="Light: light").wait_for()
    assert slider.get_attribute("aria-valuetext") == "light"
    run(3)
    page.get_by_text(": 0 0.5 1 m", exact=True).wait_for()
    assert (
        page.get_by_text("A widget stands here").count() == 0
    )  # the live view stands alone, without the html for the page
