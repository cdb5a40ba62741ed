"""What the notebooks have stored of widgets is what the classes make of the same state today."""

import json
import re

import pytest
from support.site import CHAPTERS, ROOT

from utils import widgets
from utils.widgets import base

PLACEHOLDER = re.compile(r'data-widget="(\w+)"><script type="application/json">(.*?)</script>', re.DOTALL)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_stored_widgets_are_those_of_today(chapter):
    """The html is what the class writes, once or several times in an output, and the state is what its traits take."""
    cells = json.loads((ROOT / f"{chapter}.ipynb").read_text("utf-8"))["cells"]
    outputs = [output.get("data", {}).get("text/html", "") for cell in cells for output in cell.get("outputs", [])]
    for html in (text for text in map("".join, outputs) if "course-widget" in text):
        found = PLACEHOLDER.findall(html)
        assert found, f"{chapter}: what a widget left is no placeholder of today. Run the notebook again."
        for name, text in found:
            kind, state = getattr(widgets, name), json.loads(text)
            assert base.placeholder(name, state, kind._about) in html, f"{chapter}: {name}. Run the notebook again."
            assert set(state) == set(kind.state_names())
            widget = kind.example()
            for trait, value in state.items():
                widget.set_trait(trait, value)
            assert {trait: getattr(widget, trait) for trait in state if trait != "frame"} == {
                trait: tuple(value) if isinstance(getattr(widget, trait), tuple) else value
                for trait, value in state.items()
                if trait != "frame"
            }
