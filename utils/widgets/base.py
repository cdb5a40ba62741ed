"""The base class of the course's widgets: one Python class and one JavaScript module for JupyterLab, Colab and the page."""

import html
import inspect
import json
import re
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets

from utils.weights import read_weights
from utils.widgets import bundle, state

_HOW = "Run the cell, or open the book with JavaScript, to bring it to life."


class CourseWidget(anywidget.AnyWidget):
    """A widget whose front-end module also runs in a static page, without kernel.

    A subclass lies in `utils/widgets/<folder>/widget.py`, beside its `view.js`, and declares its state as traits with
    `.tag(sync=True)`, each with its bounds or choices; nothing else says them again::

        class Thermometer(CourseWidget):
            _about = "Here a thermometer shows how warm it is."
            temperature = Finite(1.0, min=0, max=2).tag(sync=True)

    `_about` stands in the page in place of the widget until JavaScript or a kernel brings it to life. Values must be JSON, and JSON
    that is the same in every run: the notebook stores them. In the page, what the reader changes is kept in the address; traits
    with `.tag(sync=True, local=True)` are not.

    - `weights`: name of a file of utils/pretrained without ending, e.g. "char-lstm". With a kernel it is read into `blob`; the
      page loads it when the widget scrolls into view.
    - `blob`: the weights themselves, see `weights.pack`. Set it alone to show a model that no file holds.
    - `_more_weights`: names of further files, which the view asks for by name.

    Raises:
        TypeError: for an argument that is no trait.
        FileNotFoundError: where `weights` names no file, or `view.js` is missing.
    """

    _about: ClassVar[str] = "A widget stands here."
    _more_weights: ClassVar[tuple[str, ...]] = ()
    _folder: ClassVar[Path | None] = None  # where view.js lies, if not beside the class

    weights = traitlets.Unicode("").tag(sync=True, local=True)
    blob = traitlets.Bytes(b"").tag(sync=True)
    _more_blobs = traitlets.Dict().tag(sync=True)
    _rules = traitlets.Dict().tag(sync=True)

    def __init__(self, **values: Any) -> None:
        unknown = [name for name in values if not self.has_trait(name)]
        if unknown:
            raise TypeError(f"{type(self).__name__} has no {unknown[0]!r}. It takes {', '.join(self.state_names())}.")
        super().__init__(**values)
        self._rules = self.rules()
        self._more_blobs = {name: read_weights(name) for name in self._more_weights}
        if self.weights and not self.blob:
            self.blob = read_weights(self.weights)

    @classmethod
    def example(cls) -> "CourseWidget":
        """A widget as the contract tests open it; a class whose arguments have no defaults gives one of its own."""
        return cls()

    @classmethod
    def view_file(cls) -> Path:
        """The front-end module of this class."""
        return (cls._folder or Path(inspect.getfile(cls)).parent) / "view.js"

    @property
    def _esm(self) -> Any:
        return bundle.live(self.view_file())

    @classmethod
    def state_names(cls) -> list[str]:
        """Names of the traits that make up the state: those declared by the course and synchronised, without `blob`."""
        base = set(anywidget.AnyWidget.class_trait_names())
        return [name for name in cls.class_trait_names(sync=True) if name not in base | {"blob"} and name[0] != "_"]

    @classmethod
    def rules(cls) -> dict[str, dict]:
        """What each value of the state may be, see `state.rule`."""
        traits = cls.class_traits()
        return {name: state.rule(traits[name]) for name in cls.state_names() if name != "weights"}

    @classmethod
    def declaration(cls) -> str:
        """The script that tells `host.js` of this class: its module, its rules, and the weight files it may load."""
        return bundle.declaration(cls.__name__, cls.view_file(), cls.rules(), cls.weight_files())

    @classmethod
    def weight_files(cls) -> list[str]:
        """Names of the files of utils/pretrained that this class asks for."""
        return [name for name in (cls.class_traits()["weights"].default_value, *cls._more_weights) if name]

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        """The live view, the same widget as html for the page, and a text that is equal in every run."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, "text/html": self.to_html(), "text/plain": repr(self)}, metadata

    def to_html(self, css_class: str = "") -> str:
        """The placeholder from which `host.js` makes the widget in a page: its class and its state, nothing else."""
        values = {name: getattr(self, name) for name in self.state_names()}
        return placeholder(type(self).__name__, values, self._about, css_class)

    def __repr__(self) -> str:
        changed = [
            f"{name}={value!r}"
            for name in self.state_names()
            if (value := getattr(self, name)) != self.trait_defaults(name)
        ]
        return f"{type(self).__name__}({', '.join(changed)})"


def placeholder(widget: str, values: dict[str, Any], about: str, css_class: str = "") -> str:
    """Html that stands for a widget: `host.js` replaces it, and without JavaScript the reader sees `about` and what to do.

    Raises:
        ValueError: for a value that JSON cannot hold, such as NaN.
    """
    for name, value in values.items():
        try:
            json.dumps(value, allow_nan=False, default=_plain)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{widget}.{name} cannot be stored in a page: {error}.") from None
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=_plain)
    text = re.sub(
        "[<\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text
    )  # no tag in a script, no half letter
    name = html.escape(f"course-widget {css_class}".strip())
    return (
        f'<div class="{name}" data-widget="{html.escape(widget)}">'
        f'<script type="application/json">{text}</script><p>{html.escape(f"{about} {_HOW}")}</p></div>'
    )


def _plain(value: Any) -> Any:
    """A NumPy number or array as Python's own."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is not JSON")
