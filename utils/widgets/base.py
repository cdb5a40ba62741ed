"""The base class of the course's widgets: one Python class and one JavaScript module for JupyterLab, Colab and the page."""

import html
import json
from typing import Any, ClassVar

import anywidget
import traitlets

from utils.widgets import blobs, bundle

_HOW = "Run the cell, or open the book with JavaScript, to bring it to life."


class CourseWidget(anywidget.AnyWidget):
    """A widget whose front-end module also runs in a static page, without kernel.

    A subclass names its module and declares its state as traits with `.tag(sync=True)`::

        class Thermometer(CourseWidget):
            _module = "thermometer.js"
            _about = "Here a thermometer shows how warm it is."
            temperature = traitlets.Float(1.0).tag(sync=True)

    `_about` stands in the page in place of the widget until JavaScript or a kernel brings it to life. Values must be JSON, and JSON
    that is the same in every run: the notebook stores them. In the page, what the reader changes is kept in the address; traits
    with `.tag(sync=True, local=True)` are not.

    - `weights`: name of a file of utils/pretrained without ending, e.g. "char-lstm". With a kernel it is read into `blob`; the
      page loads it when the widget scrolls into view.
    - `blob`: the weights themselves, see `blobs.pack`. Set it alone to show a model that no file holds.

    Raises TypeError for an argument that is no trait, and FileNotFoundError where `weights` names no file.
    """

    _module: ClassVar[str]
    _about: ClassVar[str] = "A widget stands here."

    weights = traitlets.Unicode("").tag(sync=True)
    blob = traitlets.Bytes(b"").tag(sync=True)

    def __init__(self, **state: Any) -> None:
        unknown = [name for name in state if not self.has_trait(name)]
        if unknown:
            raise TypeError(f"{type(self).__name__} has no {unknown[0]!r}. It takes {', '.join(self._state_names())}.")
        super().__init__(**state)
        if self.weights and not self.blob:
            self.blob = blobs.read_blob(self.weights)

    @property
    def _esm(self) -> str:
        return bundle.esm(self._module)

    @classmethod
    def _state_names(cls) -> list[str]:
        """Names of the traits that make up the state: those declared by the course and synchronised, without `blob`."""
        base = set(anywidget.AnyWidget.class_trait_names())
        return [name for name in cls.class_trait_names(sync=True) if name not in base | {"blob"} and name[0] != "_"]

    def _repr_mimebundle_(self, **kwargs) -> tuple[dict, dict]:
        """The live view, the same widget as html for the page, and a text that is equal in every run."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return {**data, "text/html": self.to_html(), "text/plain": repr(self)}, metadata

    def to_html(self) -> str:
        """The placeholder from which `js/host.js` makes the widget in a page."""
        local = [name for name in self._state_names() if self.trait_metadata(name, "local")]
        return placeholder(
            self._module,
            {name: getattr(self, name) for name in self._state_names()},
            widget=type(self).__name__,
            weights=self.weights,
            local=" ".join(local),
            about=self._about,
        )

    def __repr__(self) -> str:
        changed = [
            f"{name}={value!r}"
            for name in self._state_names()
            if (value := getattr(self, name)) != self.trait_defaults(name)
        ]
        return f"{type(self).__name__}({', '.join(changed)})"


def placeholder(
    module: str, state: dict, *, widget: str, weights: str = "", local: str = "", about: str, css_class: str = ""
) -> str:
    """Html that stands for a widget: `js/host.js` replaces it, and without JavaScript the reader sees `about` and what to do."""
    attributes = {
        "class": f"course-widget {css_class}".strip(),
        "data-widget": widget,
        "data-module": module,
        "data-weights": weights,
        "data-local": local,
    }
    written = " ".join(f'{name}="{html.escape(value)}"' for name, value in attributes.items() if value)
    text = json.dumps(state, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")  # no tag inside a script
    return (
        f'<div {written}><script type="application/json">{text}</script><p>{html.escape(f"{about} {_HOW}")}</p></div>'
    )
