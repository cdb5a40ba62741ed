"""The bundler of the front-end modules: one ES module for anywidget, classic scripts for a page from disk."""

import contextlib
import itertools
import json
import subprocess
from queue import Empty, Queue

import pytest
from support.node import node

from utils.widgets import bundle


def run_source(tmp_path, source: str) -> str:
    """What a module prints under Node."""
    file = tmp_path / "run.mjs"
    file.write_text(source, "utf-8")
    return subprocess.run([node(), file], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def three_modules(tmp_path):
    """Modules that use every form of import and export the bundler understands, and the same private name."""
    tmp_path = tmp_path / "parts"
    tmp_path.mkdir()
    (tmp_path / "low.js").write_text(
        "// a comment\nconst secret = 1;\nexport const one = secret;\nexport async function later() {\n  return one;\n}\n"
        "export class Box {}\nexport function* count() {}\n"
    )
    (tmp_path / "middle.js").write_text(
        "import * as low from \"./low.js\";\nimport { one as uno,\n  Box } from './low.js';\nconst secret = 2;\n"
        "/** Several\n * lines. */\nexport function sum() {\n  return low.one + uno + secret + (new Box() ? 10 : 0);\n}\n"
    )
    top = tmp_path / "top.js"
    top.write_text(
        'import { sum } from "./middle.js";\nimport { one } from "./low.js";\nconst secret = 3;\n'
        "const template = `http://x ${one}`; // stays\nexport default { render: () => sum() + secret };\n"
    )
    return top


def test_esm_holds_each_module_once(three_modules, tmp_path):
    assert [path.name for path in bundle.modules(three_modules)] == ["low.js", "middle.js", "top.js"]
    source = bundle.esm(three_modules)
    assert source.count("class Box") == 1
    (tmp_path / "widget.mjs").write_text(source)
    assert run_source(tmp_path, 'import widget from "./widget.mjs"; console.log(widget.render());') == "17"


def test_comments_on_their_own_lines_stay_behind(tmp_path):
    (tmp_path / "a.js").write_text("/* a */ const a = 1;\n  // b\n/** c\n * d */\nconst e = `http:\n/*/`; // f\n")
    _, *lines, _, _, _ = bundle.wrap(tmp_path / "a.js").splitlines()
    assert lines == ["/* a */ const a = 1;", "const e = `http:", "/*/`; // f"]


def test_scripts_share_modules(three_modules, tmp_path):
    scripts = "".join(f"(0, eval)({json.dumps(bundle.script(path))});\n" for path in bundle.modules(three_modules))
    assert run_source(tmp_path, scripts + 'console.log(courseModules["parts/top.js"].default.render());') == "17"


@pytest.mark.parametrize(
    "line",
    ['import thing from "./low.js";', "export { secret };", 'import "./low.js";', 'export { one } from "./low.js";'],
)
def test_other_syntax_is_refused(three_modules, line):
    three_modules.write_text(three_modules.read_text() + line + "\n")
    with pytest.raises(ValueError, match="parts/top.js: .* is not a form of import or export"):
        bundle.wrap(three_modules)


def test_import_mistakes_are_named(three_modules):
    (three_modules.parent / "low.js").write_text('import { sum } from "./middle.js";\n')
    with pytest.raises(ValueError, match="parts/(low|middle).js imports itself by way of parts/(low|middle).js"):
        bundle.modules(three_modules)
    (three_modules.parent / "low.js").unlink()
    with pytest.raises(FileNotFoundError, match=r"low\.js, imported by parts/middle\.js"):
        bundle.modules(three_modules)


def test_modules_are_passed_on_and_files_are_held(tmp_path):
    folder = tmp_path / "thing"
    folder.mkdir()
    (folder / "style.css").write_text('.a { content: "`${x}"; }\n')
    (folder / "bytes.wasm").write_bytes(b"\0asm")
    (folder / "low.js").write_text("export const one = 1;\nexport default 5;\n")
    (folder / "top.js").write_text(
        'import STYLE from "./style.css";\nimport BYTES from "./bytes.wasm";\nexport * from "./low.js";\nexport default { STYLE, BYTES };\n'
    )
    source = bundle.esm(folder / "top.js")
    (tmp_path / "held.mjs").write_text(
        source + 'export const all = Object.keys(courseModules["thing/top.js"]).join();\n'
    )
    run = 'import held, { all } from "./held.mjs"; console.log(JSON.stringify([held.STYLE, atob(held.BYTES), all]));'
    style, held, names = json.loads(run_source(tmp_path, run))
    assert style == (folder / "style.css").read_text() and held == "\0asm"
    assert names == "default,one"
    (folder / "style.css").unlink()
    with pytest.raises(FileNotFoundError, match=r"style\.css, imported by thing/top\.js. A widget's folder holds"):
        bundle.modules(folder / "top.js")


def test_open_views_follow_the_source_while_a_widget_is_developed(tmp_path, monkeypatch):
    """With ANYWIDGET_HMR=1 a changed file reaches the widgets that are open, and half a file becomes a message in their place."""
    monkeypatch.setenv("ANYWIDGET_HMR", "1")
    monkeypatch.setattr(bundle, "WIDGETS", tmp_path)
    (tmp_path / "thing").mkdir()
    view = tmp_path / "thing" / "view.js"
    view.write_text("export default 1;\n")
    contents = bundle.live(view)
    seen = Queue()
    contents.changed.connect(seen.put)
    for number in itertools.count(2):  # the watcher takes a moment to begin
        view.write_text(f"export default {number};\n")
        with contextlib.suppress(Empty):
            assert "defaultExport = " in seen.get(timeout=1)
            break
    view.write_text("export default 1;\nexport { nonsense };\n")
    wanted = "thing/view.js: 'export { nonsense };' is not a form of import or export that bundle.py understands."
    said = next(text for text in iter(lambda: seen.get(timeout=30), None) if "nonsense" in text)
    assert f'el.textContent = "Not reloaded. {wanted}"' in said
    view.write_text("export default 0;\n")
    assert "defaultExport = 0" in seen.get(timeout=30)
