"""The base class of the widgets: state, placeholder, weights, and how it refuses what a page cannot hold."""

import json
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest
import traitlets

from utils import weights
from utils.widgets import base
from utils.widgets.digit_pad import DigitPad
from utils.widgets.state import Finite


class Thermometer(base.CourseWidget):
    """Shows a temperature."""

    _folder = base.bundle.WIDGETS / "frames"
    temperature = Finite(1.0, max=2).tag(sync=True)
    note = traitlets.Unicode("").tag(sync=True, local=True)
    marks = traitlets.List().tag(sync=True, local=True)


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
    assert place.attributes == {"class": "course-widget", "data-widget": "Thermometer"}
    assert place.state == {"marks": [], "note": "</script><b>", "temperature": 0.5, "weights": ""}
    assert "Run the cell" in place.texts["p"]


def test_the_page_is_told_the_rules():
    said = Thermometer.declaration()
    start = '(globalThis.courseWidgets ??= {})["Thermometer"] = '
    assert said.startswith(start)
    declared = json.loads(said.removeprefix(start).removesuffix(";\n"))
    assert declared["rules"] == {
        "temperature": {"kind": "number", "max": 2.0},
        "note": {"kind": "text", "most": 200, "local": True},
        "marks": {"kind": "opaque", "local": True},
    }
    assert declared["module"] == "frames/view.js" and declared["weights"] == []


def test_weights_come_from_the_file_but_not_into_the_page(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "PRETRAINED", tmp_path)
    weights.export_weights({"x": np.ones(3)}, "three")
    widget = Thermometer(weights="three")
    assert widget.blob == (tmp_path / "three.safetensors").read_bytes()
    place = Placeholder(widget.to_html())
    assert place.state["weights"] == "three" and "blob" not in place.state
    own = weights.pack({"x": np.zeros(1)})
    assert Thermometer(weights="three", blob=own).blob == own
    with pytest.raises(FileNotFoundError, match=r"four\.safetensors.*: three"):
        Thermometer(weights="four")


def test_unknown_argument_is_an_error():
    with pytest.raises(TypeError, match="Thermometer has no 'temprature'. It takes marks, note, temperature, weights"):
        Thermometer(temprature=1)


def test_a_folder_without_a_view_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(Thermometer, "_folder", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"view\.js.*A widget's folder holds widget.py, view.js and style.css"):
        Thermometer()


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_reaches_no_page(wrong):
    with pytest.raises(traitlets.TraitError, match="finite|not be"):
        Thermometer(temperature=wrong)
    with pytest.raises(ValueError, match=r"Thermometer\.marks cannot be stored in a page"):
        Thermometer(marks=[wrong]).to_html()


def test_numpy_numbers_and_half_letters_reach_the_page():
    assert Placeholder(DigitPad(k=np.int64(5)).to_html()).state["k"] == 5
    half = Thermometer(note="a\ud800b").to_html()
    half.encode("utf-8")
    assert "\\ud800" in half


def test_imports_are_light():
    code = "import sys, utils.widgets; assert 'anywidget' not in sys.modules; utils.widgets.Quiz; sys.exit('keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
