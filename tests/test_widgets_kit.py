"""The widget kit without a browser: bundler, weight blobs, base class, and what Frames and Quiz accept and refuse."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest
import traitlets
import yaml
from support.node import node
from support.site import CHAPTERS, ROOT
from support.widgets import QUESTIONS

from utils import widgets
from utils.widgets import Frames, Quiz, base, blobs, bundle, quiz

# ---- bundler


def run_module(tmp_path, source: str) -> str:
    """What a module prints under Node."""
    file = tmp_path / "run.mjs"
    file.write_text(source, "utf-8")
    return subprocess.run([node(), file], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def three_modules(tmp_path):
    """Modules that use every form of import and export the bundler understands, and the same private name."""
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
    assert source.count("class Box") == 1 and "a comment" not in source and "Several" not in source
    (tmp_path / "widget.mjs").write_text(source)
    assert run_module(tmp_path, 'import widget from "./widget.mjs"; console.log(widget.render());') == "17"


def test_scripts_share_modules(three_modules, tmp_path):
    scripts = "".join(f"(0, eval)({json.dumps(bundle.script(path))});\n" for path in bundle.modules(three_modules))
    assert run_module(tmp_path, scripts + 'console.log(courseModules["top.js"].default.render());') == "17"


@pytest.mark.parametrize(
    "line", ['import thing from "./low.js";', "export { secret };", 'import "./low.js";', 'export * from "./low.js";']
)
def test_other_syntax_is_refused(three_modules, line):
    three_modules.write_text(three_modules.read_text() + line + "\n")
    with pytest.raises(ValueError, match="top.js: .* is not a form of import or export"):
        bundle.wrap(three_modules)


def test_import_mistakes_are_named(three_modules):
    (three_modules.parent / "low.js").write_text('import { sum } from "./middle.js";\n')
    with pytest.raises(
        ValueError, match="low.js imports itself by way of middle.js|middle.js imports itself by way of low.js"
    ):
        bundle.modules(three_modules)
    (three_modules.parent / "low.js").unlink()
    with pytest.raises(FileNotFoundError, match=r"low\.js, imported by middle\.js"):
        bundle.modules(three_modules)


SYNTAX = r"""
const { readFileSync } = require("node:fs");
const { parse } = require("internal/deps/acorn/acorn/dist/acorn");
const close = (css) => css.replace(/\s+/g, " ").replace(/ ?([{};,]) ?|(:) /g, "$1$2").replace(/;}/g, "}").trim();
const bare = (name, value) => {
  if (name === "start" || name === "end") return undefined;
  return typeof value === "string" && value.startsWith("\n") ? close(value) : value;
};
const tree = (text) => JSON.stringify(parse(text, { ecmaVersion: "latest", sourceType: "module" }), bare);
for (const [name, source, slim] of JSON.parse(readFileSync(process.argv[2]))) console.log(name, tree(source).length, tree(source) === tree(slim));
"""


def test_slim_modules_keep_their_syntax_tree(tmp_path):
    """Only style sheets, the templates that begin with a line break, may differ, and they in spaces alone."""
    files = sorted(bundle.JS.glob("*.js"))
    (tmp_path / "sources.json").write_text(
        json.dumps([[file.name, file.read_text("utf-8"), bundle.slim(file)] for file in files])
    )
    (tmp_path / "run.cjs").write_text(SYNTAX)
    command = [node(), "--expose-internals", tmp_path / "run.cjs", tmp_path / "sources.json"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")[:-1]
    assert len(lines) == len(files) and all(int(line.split()[1]) > 3000 for line in lines)
    assert [line for line in lines if not line.endswith(" true")] == []


def test_slim_text_keeps_what_looks_like_space(tmp_path):
    file = tmp_path / "tricky.js"
    file.write_text(
        "/** A comment with `one tick.\n */\n"
        "const a = [1, 2 + +3, 4 - -1].map((x) => x / 2 / 1); // isn't seen\n"
        'const b = /[/ ,]+ \\/ "/.test("a , /  b") ? \'it\\\'s { x }\' : `y ${a.map((x) => `<${x} , ${{ z: x }.z}>`).join(" ; ")} , z`;\n'
        "async function wait(x) {\n  return (x) => ({ x, y: await0 });\n}\n"
        "const await0 = 1, f = (x) => {}\n"
        ";[a, b].forEach((v) => console.log(JSON.stringify(v)));\n"
        "let n = 1\nn++\nconsole.log(n, typeof wait, (function () { return 5 })() in [0, 1]);\n"
    )
    slim = bundle.slim(file)
    assert "comment" not in slim and "seen" not in slim and len(slim) < 0.8 * len(file.read_text())
    assert run_module(tmp_path, slim) == run_module(tmp_path, file.read_text()) != ""


WIDGETS = sorted(file.name for file in bundle.JS.glob("*.js") if "export default" in file.read_text("utf-8"))


@pytest.mark.parametrize("module", WIDGETS)
def test_widgets_are_small(module):
    """Kit, widget, all they import, and the page's host."""
    scripts = [bundle.script(path) for path in bundle.modules(module)] + [bundle.slim(bundle.JS / "host.js")]
    size = sum(len(script.encode()) for script in scripts)
    print(f"{module}: {size:,} bytes")
    assert size <= (25_000 if module in ("frames.js", "quiz.js") else 40_000)


def test_kit_leaves_room_for_a_widget():
    parts = [bundle.script(bundle.JS / name) for name in ("kit.js", "nn.js")]
    assert sum(len(script.encode()) for script in parts) <= 13_000


# ---- blobs


@pytest.fixture(scope="module")
def model():
    import keras
    from keras import layers

    keras.utils.set_random_seed(1)
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="inner")], name="body")
    return keras.Sequential(
        [
            keras.Input((4,)),
            inner,
            layers.Dropout(0.5),
            layers.BatchNormalization(name="norm"),
            layers.Dense(2, name="out"),
        ]
    )


def test_blob_gives_the_weights_back(model, tmp_path):
    path = tmp_path / "deep" / "model.bin"
    assert blobs.export_weights(model, path, vocabulary=["ä", "b"]) == path.stat().st_size
    arrays, meta = blobs.load_weights(path)
    assert meta == {"vocabulary": ["ä", "b"]}
    names = ["body/inner/kernel", "body/inner/bias", "out/kernel", "out/bias"]
    names[2:2] = [f"norm/{name}" for name in ("gamma", "beta", "moving_mean", "moving_variance")]
    assert list(arrays) == names
    for array, weight in zip(arrays.values(), model.get_weights(), strict=True):
        assert array.shape == weight.shape and array.dtype == np.float32
        np.testing.assert_array_equal(array, weight.astype("float16"))
    assert list(tmp_path.glob("**/*")) == [path.parent, path]  # no temporary file stays


def test_float32_blob_is_exact_and_mappings_nest(model):
    points = np.random.default_rng(0).normal(size=(5, 2)).astype("float32")
    arrays, _ = blobs.unpack(blobs.pack({"points": points, "net": model, "one": {"scalar": 3.0}}, dtype="float32"))
    np.testing.assert_array_equal(arrays["points"], points)
    np.testing.assert_array_equal(arrays["net/out/kernel"], model.get_layer("out").get_weights()[0])
    assert arrays["one/scalar"] == 3 and arrays["one/scalar"].shape == ()


def test_blob_errors_in_python(model, tmp_path):
    blob = blobs.pack(model)
    for length in (5, 8, 100, len(blob) - 1):
        with pytest.raises(blobs.BlobError, match="truncated"):
            blobs.unpack(blob[:length])
    damaged = bytearray(blob)
    damaged[-3] ^= 1
    (tmp_path / "damaged.bin").write_bytes(damaged)
    with pytest.raises(blobs.BlobError, match=r"damaged\.bin is damaged: its checksum"):
        blobs.load_weights(tmp_path / "damaged.bin")
    with pytest.raises(blobs.BlobError, match="not a weight blob: it starts with b'PK"):
        blobs.unpack(b"PK\x03\x04 and more")
    with pytest.raises(FileNotFoundError, match=r"nowhere\.bin. Weights shipped with the course"):
        blobs.load_weights("nowhere")


def test_blob_errors_in_javascript(model, tmp_path):
    blob = blobs.pack(model)
    damaged = bytearray(blob)
    damaged[-3] ^= 1
    cases = {
        "good": blob,
        "truncated": blob[:-1],
        "cut in the header": blob[:50],
        "damaged": bytes(damaged),
        "other": b"PK\x03\x04 12345678",
    }
    source = f"""const courseModules = {{}};
{bundle.wrap(bundle.JS / "kit.js")}
for (const [name, bytes] of Object.entries({json.dumps({name: list(data) for name, data in cases.items()})})) {{
  const padded = Uint8Array.from([9, ...bytes]); // a view that does not start at the beginning of its buffer, as comms deliver
  try {{
    const view = new DataView(padded.buffer, 1);
    console.log(name, Object.keys(courseModules["kit.js"].readBlob(view)).length);
  }} catch (error) {{ console.log(name, error.message); }}
}}"""
    lines = dict(
        line.rsplit(" ", 1) if line.startswith("good") else line.split(" ", 1)
        for line in run_module(tmp_path, source).splitlines()
    )
    assert lines["good"] == "9"  # eight tensors and the meta data
    assert lines["truncated"].startswith("The weight file is truncated")
    assert lines["cut"].startswith("in the header The weight file is truncated")
    assert "checksum" in lines["damaged"] and "not a weight file" in lines["other"]


def test_export_mistakes(tmp_path):
    import keras

    with pytest.raises(ValueError, match="no weights yet"):
        blobs.pack(keras.Sequential([keras.layers.Dense(2)]))
    with pytest.raises(ValueError, match="x holds values that float16 cannot: the largest is 1e\\+06"):
        blobs.pack({"x": np.array([1e6])})
    with pytest.raises(ValueError, match="float64"):
        blobs.pack({"x": np.zeros(2)}, dtype="float64")
    path = tmp_path / "kept.bin"
    blobs.export_weights({"x": np.zeros(2)}, path)
    before = path.read_bytes()
    with pytest.raises(TypeError):
        blobs.export_weights({"x": np.ones(2)}, path, meta_that_is_no_json={1, 2})
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


# ---- base class


class Thermometer(base.CourseWidget):
    _module = "frames.js"
    temperature = traitlets.Float(1.0).tag(sync=True)
    note = traitlets.Unicode("").tag(sync=True, local=True)


class Placeholder(HTMLParser):
    """Attributes, state and fallback text of a placeholder."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inside, self.texts = "", {}
        self.feed(html)
        self.state = json.loads(self.texts["script"])

    def handle_starttag(self, tag, attributes):
        self.inside = tag
        if tag == "div":
            self.attributes = dict(attributes)

    def handle_data(self, data):
        self.texts[self.inside] = data


def test_mime_bundle_is_live_static_and_the_same_in_every_run():
    data, _ = Thermometer(temperature=0.5, note="</script><b>")._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    again, _ = Thermometer(temperature=0.5, note="</script><b>")._repr_mimebundle_()
    assert (data["text/html"], data["text/plain"]) == (again["text/html"], again["text/plain"])
    assert data["text/plain"] == "Thermometer(note='</script><b>', temperature=0.5)"
    place = Placeholder(data["text/html"])
    assert place.attributes == {
        "class": "course-widget",
        "data-widget": "Thermometer",
        "data-module": "frames.js",
        "data-local": "note",
    }
    assert place.state == {"note": "</script><b>", "temperature": 0.5, "weights": ""}
    assert "Run the cell" in place.texts["p"]


def test_weights_come_from_the_file_but_not_into_the_page(tmp_path, monkeypatch):
    monkeypatch.setattr(blobs, "PRETRAINED", tmp_path)
    blobs.export_weights({"x": np.ones(3)}, tmp_path / "three.bin")
    widget = Thermometer(weights="three")
    assert widget.blob == (tmp_path / "three.bin").read_bytes()
    place = Placeholder(widget.to_html())
    assert place.attributes["data-weights"] == "three" and "blob" not in place.state
    own = blobs.pack({"x": np.zeros(1)})
    assert Thermometer(weights="three", blob=own).blob == own
    with pytest.raises(FileNotFoundError, match=r"four\.bin.*: three"):
        Thermometer(weights="four")


def test_unknown_argument_is_an_error():
    with pytest.raises(TypeError, match="Thermometer has no 'temprature'. It takes note, temperature, weights"):
        Thermometer(temprature=1)


def test_imports_are_light():
    code = "import sys, utils.widgets; assert 'anywidget' not in sys.modules; utils.widgets.Quiz; sys.exit('keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# ---- Frames


def figures():
    import matplotlib.pyplot as plt

    for slope in (1, 2):
        figure, axes = plt.subplots(figsize=(3, 2))
        axes.plot([0, slope])
        yield figure


def test_frames_takes_figures_files_and_arrays():
    import matplotlib.pyplot as plt

    first = Frames(figures(), labels=["one", "two"], title="Slope")
    assert not plt.get_fignums()  # closed: the notebook shall not show them a second time
    assert first.frames == Frames(figures(), labels=["one", "two"]).frames
    assert first.alts == ["Slope: one", "Slope: two"] and repr(first) == "Frames(2 pictures, title='Slope', frame=0)"
    assert all(url.startswith("data:image/webp;base64,") for url in first.frames)
    png = b"\x89PNG\r\n\x1a\n..."
    mixed = Frames([png, np.zeros((4, 4)), np.zeros((4, 4, 1), "uint8"), np.full((300, 2, 3), 255, "uint8")], frame=9)
    assert mixed.frames[0].startswith("data:image/png") and mixed.frames[1] == mixed.frames[2]
    assert mixed.labels == ["1", "2", "3", "4"] and mixed.frame == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([],), "at least one picture"),
        (([np.zeros((2, 2))], ["a", "b"]), "1 pictures need as many labels, not 2"),
        (([np.zeros((2, 2))], None, []), "1 pictures need as many alts, not 0"),
        (([np.zeros((2, 2, 2))],), r"not \(2, 2, 2\)"),
        (([np.array([[0.0, 7.0]])],), "from 0 to 1; this one goes from 0 to 7"),
        (([np.array([[0.0, np.nan]])],), "from 0 to 1"),
        (([b"GIF89a"],), "no PNG, WebP or JPEG"),
    ],
)
def test_frames_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        Frames(*arguments)


# ---- Quiz


def test_quiz_is_read_and_keeps_its_answers_apart(tmp_path):
    file = tmp_path / "pies.yml"
    file.write_text(QUESTIONS, "utf-8")
    questions, answers = quiz.read_quiz(file)
    assert [question["kind"] for question in questions] == ["one", "several", "number"]
    assert [answer["right"] for answer in answers] == [[1], [0, 2], 0.75] and questions[2]["unit"] == "pies"
    widget = Quiz(file)
    html = widget.to_html()
    assert "secret of rank" not in html and "0.75" not in html and '"right"' not in html
    assert "How many axes" in html and repr(widget) == "Quiz('pies', 3 questions)"
    assert Placeholder(html).attributes["data-local"].split() == ["formulas", "key", "name", "questions", "score"]


def changed(**fields) -> str:
    """The first question alone, with fields changed; None takes one out."""
    question = yaml.safe_load(QUESTIONS)[0] | fields
    return yaml.safe_dump([{name: value for name, value in question.items() if value is not None}])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- question: [", "is not YAML"),
        ("question: alone", "expected a list of questions"),
        ("", "expected a list of questions"),
        ("- just a text", "question 1: expected `question`"),
        (changed(question=None), "expected a text in `question`"),
        (changed(explanation=" "), "expected a text in `explanation`"),
        (changed(choices=None), "either `choices` or `number`"),
        (changed(number=3), "either `choices` or `number`"),
        (changed(choices=None, number="3"), "expected a number in `number`, not '3'"),
        (changed(choices=None, number=True), "expected a number in `number`, not True"),
        (changed(choices=None, number=3, tolerance=-1), "`tolerance` of 0 or more"),
        (changed(choices=[{"right": "3"}]), "two or more `choices`"),
        (changed(choices=["3", "4"]), "- right: …` or `- wrong: …`, not '3'"),
        (changed(choices=[{"right": 3}, {"wrong": "4"}]), "the choice 3 is not a text: put it in quotation marks"),
        (changed(choices=[{"wrong": "3"}, {"wrong": "4"}]), "at least one choice that is `right`"),
        (changed(choices=[{"right": "3"}, {"wrong": "3 "}]), "two choices are the same"),
        (changed(several=False, choices=[{"right": "3"}, {"right": "4"}]), "cannot say `several: false`"),
        (changed(hint="no"), "`hint` is not a field"),
    ],
)
def test_quiz_mistakes_name_file_and_question(tmp_path, text, message):
    file = tmp_path / "bad.yml"
    file.write_text(text, "utf-8")
    with pytest.raises(quiz.QuizError, match=re.escape(message)) as caught:
        Quiz(file)
    assert str(caught.value).startswith("bad.yml")


def test_unknown_quiz_names_the_known(tmp_path):
    (tmp_path / "pies.yml").write_text(QUESTIONS, "utf-8")
    with pytest.raises(FileNotFoundError, match=r"cakes\.yml. Quizzes in that folder: pies"):
        Quiz(tmp_path / "cakes.yml")


@pytest.mark.parametrize("file", sorted(quiz.QUIZZES.glob("*.yml")), ids=lambda file: file.stem)
def test_quizzes_of_the_book(file):
    assert len(quiz.read_quiz(file)[0]) >= 3


# ---- what the notebooks have stored


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_stored_widgets_are_those_of_today(chapter):
    """A page shows the html that its notebook holds: it must be what the class makes of the same state now."""
    cells = json.loads((ROOT / f"{chapter}.ipynb").read_text("utf-8"))["cells"]
    stored = [
        "".join(output.get("data", {}).get("text/html", "")) for cell in cells for output in cell.get("outputs", [])
    ]
    for html in (html for html in stored if "course-widget" in html):
        place = Placeholder(html)
        kind, state = place.attributes["data-widget"], place.state
        first = {"Quiz": [state.get("name")], "Frames": [[b"\x89PNG"]]}.get(kind, [])
        widget = getattr(widgets, kind)(*first)
        for name, value in state.items() if kind != "Quiz" else ():
            widget.set_trait(name, value)
        assert widget.to_html() == html, f"{chapter}: {kind}. Run the notebook again."
