"""Widgets with a kernel: a real JupyterLab, with hot reload and with all widgets at once, and the older ipywidgets of Colab.

Colab's own front end cannot be had. Its place is taken by the classic Notebook 6 with ipywidgets 7.7.1, the version and widget
protocol of Colab, and by a stand-in for the module `google.colab.output`, which makes anywidget take the road it takes in Colab.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from make_widget import made
from support.jupyter import LAB, jupyter, open_lab, write_notebook, write_probe
from support.widgets import leaks, settle, styles_of

from utils import widgets

COLAB = [
    "ipywidgets==7.7.1",
    "notebook==6.5.7",
    "anywidget==0.11.*",
    "ipykernel",
    "numpy",
    "pillow",
    "pyyaml",
    "safetensors",
]

pytestmark = pytest.mark.browser

CELLS = [
    "import numpy as np\nfrom utils.widgets import Frames\n"
    "frames = Frames(np.arange(3)[:, None, None] / 2 * np.ones((3, 8, 8)), labels=['dark', 'grey', 'light'], title='Light')\nframes",
    "print('frame is', frames.frame)",
    "frames.frame = 2",
    "from pathlib import Path\nfrom utils import weights\nfrom utils.widgets import CourseWidget\n"
    "class Probe(CourseWidget):\n    _folder = Path('probe').resolve()\n"
    "Probe(blob=weights.pack({'x': np.arange(3) / 2}, unit='m'))",
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


ERRORS = ", ".join(f"[data-mime-type='application/vnd.jupyter.{kind}']" for kind in ("stderr", "error"))


def test_jupyterlab(lab_page, tmp_path):
    write_probe(tmp_path)
    write_notebook(tmp_path, CELLS)
    with jupyter(LAB, tmp_path) as address:
        check(lab_page, open_lab(lab_page, address))


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
    write_probe(tmp_path)
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


def test_a_widget_follows_its_source_while_it_is_open(lab_page, tmp_path, clone):
    """`ANYWIDGET_HMR=1 make lab`: view, style and engine change in the open notebook, and the widget keeps its state."""
    page = lab_page
    for path, text in made("thermometer", clone).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    folder = clone / "utils" / "widgets" / "thermometer"
    write_notebook(tmp_path, ["from utils.widgets import Thermometer\nThermometer()"])
    with jupyter(LAB, tmp_path, clone, ANYWIDGET_HMR="1") as address:
        run = open_lab(page, address)
        run(0)
        page.get_by_role("slider", name="Temperature").press("Home")
        page.get_by_text("100.0 %").wait_for()

        replace(folder / "view.js", 'label: "Temperature"', 'label: "Warmth"')
        page.get_by_role("slider", name="Warmth").wait_for()
        assert page.get_by_role("slider").get_attribute("aria-valuetext") == "0.05"
        assert page.locator(".cw.thermometer").count() == 1

        replace(folder / "style.css", "height: 12px", "height: 17px")
        page.wait_for_function("document.querySelector('.bars i')?.getBoundingClientRect().height === 17")

        replace(folder / "engine.js", "export const", "export var")  # not understood by the bundler
        page.get_by_text("Not reloaded. thermometer/engine.js: 'export var").wait_for()
        replace(folder / "engine.js", "export var", "export const")
        page.get_by_role("slider", name="Warmth").wait_for()
        replace(folder / "view.js", "function render(", "function render((")  # not understood by the browser
        page.locator(".cw.thermometer").wait_for(state="detached")
        replace(folder / "view.js", "function render((", "function render(")
        page.get_by_role("slider", name="Warmth").wait_for()
        replace(folder / "engine.js", "temperature).data", "temperature).data.slice(1)")
        page.wait_for_function("document.querySelectorAll('.bars li').length === 4")


def replace(path: Path, old: str, new: str) -> None:
    """Save a file with one change, as an editor does."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    path.write_text(text.replace(old, new), "utf-8")


ALL = """
from IPython.display import display
from utils import widgets
for name in NAMES:
    display(getattr(widgets, name).example())
"""


def test_all_widgets_on_one_page_of_jupyterlab(lab_page, tmp_path):
    """JupyterLab keeps the style sheets of all widgets in one document: every widget stands, and looks as it does alone."""
    page = lab_page
    boxes = [folder.replace("_", "-") for folder in widgets.folders().values()]
    write_notebook(tmp_path, [ALL.replace("NAMES", repr(list(widgets.folders())))])
    with jupyter(LAB, tmp_path) as address:
        open_lab(page, address)(0)
        errors = page.locator(ERRORS)
        for box in boxes:
            page.locator(f".cw.{box}").or_(errors).first.wait_for()
            assert errors.all_inner_texts() == []
        settle(page)
        assert styles_of(page) > {"kit"}
        assert leaks(page, boxes) == []
