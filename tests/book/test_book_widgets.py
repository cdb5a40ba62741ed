"""The Sphinx side of the widgets, on a book of two pages: scripts where they are needed, weight files, the directive."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support.site import ROOT
from support.widgets import QUESTIONS

from utils import weights
from utils.widgets import Quiz, bundle

COUNTER = """import { one } from "./one.js";
function render({ model, el }) {
  const more = document.createElement("button");
  more.onclick = () => {
    model.set("count", model.get("count") + one);
    model.save_changes();
  };
  const show = () => (more.textContent = `count ${model.get("count")}`);
  model.on("change:count", show);
  show();
  el.append(more);
}
export default { render };
"""


CONF = """extensions = ["myst_nb", "utils.book"]
myst_enable_extensions = ["colon_fence"]
nb_execution_mode = "off"
html_theme = "sphinx_book_theme"
html_context = {"default_mode": "light"}
"""


def build(folder: Path, **pages: str) -> subprocess.CompletedProcess:
    """Build the given pages; warnings are errors."""
    source = folder / "source"
    (source / "book" / "_static").mkdir(parents=True)
    (source / "parts").mkdir()
    (source / "parts" / "counter.js").write_text(COUNTER)
    (source / "parts" / "counter.min.js").write_text(COUNTER)
    (source / "parts" / "one.js").write_text("export const one = 1;\n")
    (source / "parts" / "counter.css").write_text(".counter button { letter-spacing: 3px; }")
    (source / "book" / "_static" / "course.css").touch()
    for name, text in pages.items():
        (source / f"{name}.md").write_text(f"# {name}\n\n{text}", "utf-8")
    (source / "conf.py").write_text(CONF)
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", source, folder / "out"]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.fixture(scope="module")
def small_book(tmp_path_factory) -> Path:
    """A page with a counter from a directive and a quiz, and a page with neither."""
    folder = tmp_path_factory.mktemp("book")
    (folder / "pies.yml").write_text(QUESTIONS, "utf-8")
    directive = ':::{anywidget} parts/counter.js\n:class: counter\n:css: parts/counter.css\n{ "count": 3 }\n:::\n'
    quiz = f"```{{raw}} html\n{Quiz(folder / 'pies.yml').to_html()}\n```\n"
    toctree = "```{toctree}\nplain\n```\n"
    done = build(folder, index=f"{directive}\n{directive}\n{quiz}\n{toctree}", plain="Nothing moves here.")
    assert done.returncode == 0, done.stderr
    return folder / "out"


def scripts(page: Path) -> list[str]:
    return [name.split("?")[0] for name in re.findall(r'<script[^>]* src="_static/([^"]+)"', page.read_text("utf-8"))]


def test_scripts_only_where_they_are_needed(small_book):
    ours = [name for name in scripts(small_book / "index.html") if name.startswith(("widgets/", "mathjax/"))]
    quiz = [f"widgets/{bundle.key(path)}" for path in bundle.modules("quiz/view.js")]
    counter = ["widgets/parts/one.js", "widgets/parts/counter.js", "widgets/Counter.js"]
    assert [name for name in ours if name.startswith("widgets")] == [
        *counter,
        *quiz,
        "widgets/Quiz.js",
        "widgets/host.js",
    ]
    assert ours.count("mathjax/tex-chtml-full.js") == 1  # the quiz has a formula, the page has none
    assert not [name for name in scripts(small_book / "plain.html") if name.startswith(("widgets", "mathjax"))]


def test_weight_files_are_copied_whole(tmp_path, monkeypatch):
    import base64

    from utils.book import widgets

    monkeypatch.setattr(weights, "PRETRAINED", tmp_path)
    monkeypatch.setattr(widgets.widgets, "folders", lambda: {"Quiz": "quiz"})
    weights.export_weights({"x": np.arange(3)}, "three")
    app = type("App", (), {"builder": type("Builder", (), {"format": "html"}), "outdir": tmp_path / "out"})
    widgets.copy_widgets(app)
    text = (tmp_path / "out" / "_static" / "weights" / "three.js").read_text()
    assert (
        base64.b64decode(re.search(r'\["three"\] = "([^"]+)";', text)[1])
        == (tmp_path / "three.safetensors").read_bytes()
    )
    assert (tmp_path / "out" / "_static" / "widgets" / "quiz" / "view.js").exists()


def test_a_weight_file_that_a_widget_asks_for_must_ship(tmp_path, monkeypatch):
    """Second files too: DigitPad names three."""
    from utils.book import widgets

    monkeypatch.setattr(weights, "PRETRAINED", tmp_path)
    monkeypatch.setattr(widgets.widgets, "folders", lambda: {"DigitPad": "digit_pad"})
    app = type("App", (), {"builder": type("Builder", (), {"format": "html"}), "outdir": tmp_path / "out"})
    said = []
    monkeypatch.setattr(widgets.logger, "warning", lambda text, *values: said.append(text % values))
    widgets.copy_widgets(app)
    assert sorted(said) == [
        f"DigitPad asks for the weights {name}, which utils/pretrained does not have"
        for name in ("mnist-convnet", "mnist-dense", "mnist-neighbours")
    ]


def test_flags_and_numbers_of_a_foreign_module_come_from_an_address_and_texts_do_not():
    from utils.book.widgets import state_rules

    state = {"on": True, "count": 3, "rate": 0.5, "title": "<b>", "weights": "coursenet", "steps": [1], "none": None}
    assert {name: rule["kind"] for name, rule in state_rules(state).items()} == {
        "on": "boolean",
        "count": "number",
        "rate": "number",
    }


def test_a_declaration_quotes_the_widgets_name(tmp_path):
    said = bundle.declaration('a"] = alert(1); ["', tmp_path / "view.js", {}, [])
    assert said.startswith(r'(globalThis.courseWidgets ??= {})["a\"] = alert(1); [\""] = {"module": ')


@pytest.mark.browser
def test_the_directive_makes_a_widget(small_book, open_page):
    page = open_page((small_book / "index.html").as_uri())
    first, second = page.get_by_role("button", name="count").all()
    first.click()
    assert (first.inner_text(), second.inner_text()) == ("count 4", "count 3")
    assert first.evaluate("node => getComputedStyle(node).letterSpacing") == "3px"
    page.wait_for_url("**#Counter.count=4")
    page.get_by_role("textbox").fill("1")
    page.get_by_role("button", name="Check").nth(2).click()
    page.get_by_role("checkbox", name="two").check()
    page.get_by_role("button", name="Check").nth(1).click()
    page.locator(".cw-feedback mjx-container").wait_for()  # the formula in the explanation


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (":::{anywidget} parts/counter.js\n{ count: 3 }\n:::", "the body of anywidget is not JSON"),
        (":::{anywidget} parts/counter.js\n[3]\n:::", "not a JSON object"),
        (":::{anywidget} parts/nowhere.js\n{}\n:::", "no file parts/nowhere.js"),
        (":::{anywidget} parts/counter.min.js\n{}\n:::", "letters, digits, _ and - alone; rename counter.min.js"),
        (f":::{{anywidget}} {bundle.WIDGETS}/frames/nothing.js\n{{}}\n:::", "no file"),
        (':::{anywidget} parts/counter.js\n{ "weights": "nowhere" }\n:::', "wants the weights nowhere"),
    ],
)
def test_mistakes_fail_the_build(tmp_path, text, message):
    done = build(tmp_path, index=text)
    assert done.returncode != 0 and message in done.stderr
