"""`TemperatureSampler`: a trained character model writes, and shows the distribution that each letter is drawn from."""

from collections.abc import Sequence
from typing import Any

import traitlets

from utils.weights import pack
from utils.widgets.base import CourseWidget
from utils.widgets.state import Finite

METHODS = ("greedy", "temperature", "top-k")
PACES = ("letter by letter", "at once")

# What the page's step functions compute: Keras' defaults. Other settings would need other formulas.
_CELLS: dict[str, dict[str, Any]] = {
    "LSTM": {"activation": "tanh", "recurrent_activation": "sigmoid", "go_backwards": False},
    "GRU": {"activation": "tanh", "recurrent_activation": "sigmoid", "go_backwards": False, "reset_after": True},
}
_IDLE = ("InputLayer", "Dropout", "SpatialDropout1D", "GaussianNoise", "ActivityRegularization", "Identity")
_FORM = "[one-hot or Embedding] → one or more LSTM or GRU → Dense(len(vocabulary)), with Dropout anywhere"


class TemperatureSampler(CourseWidget):
    """Lets the course's character model, or your own, continue a text that you type::

        TemperatureSampler()                                  # the network of the chapter on text generation
        TemperatureSampler.from_model(model, vocabulary)      # yours

    - `seed_text`: what the network reads first, up to 1,000 letters of it.
    - `method`: "greedy", "temperature" or "top-k", which draws among the `k` likeliest.
    - `temperature`: 0 … 2, where 0 is greedy.
    - `random_seed`: with the same settings it gives the same text.
    - `length`: the number of letters that one press of Write adds; `pace`: "letter by letter" or "at once".
    - `text`: what has been written since the last start.
    """

    _about = "Here a trained network writes text, letter by letter."

    weights = traitlets.Unicode("char-lstm").tag(sync=True, local=True)
    seed_text = traitlets.Unicode("there is no such thing as ").tag(sync=True)
    method = traitlets.Enum(METHODS, "temperature").tag(sync=True)
    temperature = Finite(0.5, min=0, max=2).tag(sync=True)
    k = traitlets.Int(5, min=1).tag(sync=True)
    random_seed = traitlets.Int(1, min=0, max=2**31 - 1).tag(sync=True)
    length = traitlets.Int(400, min=1, max=20_000).tag(sync=True)
    pace = traitlets.Enum(PACES, "letter by letter").tag(sync=True)
    text = traitlets.Unicode("").tag(sync=True, local=True)

    @classmethod
    def from_model(cls, model: Any, vocabulary: Sequence[str], **state: Any) -> "TemperatureSampler":
        """The widget with a model of your own, in float32; it needs the kernel that holds the model.

        Args:
            model: a trained Sequential or functional Keras model, (batch, time) → logits or probabilities
                (batch, time, len(vocabulary)).
            vocabulary: the characters in the order of their indices, as a string or a list.
            state: any of the traits above.

        Raises:
            ValueError, TypeError: saying which layer or size does not fit.
        """
        return cls(weights="", blob=pack(model, dtype="float32", **cls.describe(model, vocabulary)), **state)

    @staticmethod
    def describe(model: Any, vocabulary: Sequence[str]) -> dict[str, Any]:
        """What the page must know of a model beside its weights: meta data for `export_weights`.

        Args:
            model, vocabulary: as in `from_model`.

        Returns:
            {"vocabulary": str, "recurrent": [[layer, kind], …], "output": layer, "embedding": layer, if there is one}.

        Raises:
            ValueError, TypeError: as `from_model`.
        """
        letters = _letters(vocabulary)
        embedding, recurrent, output = _roles(model)
        first = embedding.embeddings if embedding else recurrent[0].cell.kernel
        for what, size in (("reads", first.shape[0]), ("predicts", output.units)):
            if size != len(letters):
                raise ValueError(
                    f"The vocabulary has {len(letters)} characters, but model {model.name!r} {what} {size}. They must agree."
                )
        described = {
            "vocabulary": letters,
            "recurrent": [[layer.name, type(layer).__name__] for layer in recurrent],
            "output": output.name,
        }
        return described | ({"embedding": embedding.name} if embedding else {})


def _roles(model: Any) -> tuple[Any, list[Any], Any]:
    """The embedding or None, the recurrent layers, and the dense layer at the end. Raises for any other form of model."""
    embeddings: list[Any] = []
    recurrent: list[Any] = []
    outputs: list[Any] = []
    for layer in _chain(model):
        kind = type(layer).__name__
        _runs_here(layer, kind)
        misplaced = {"Embedding": embeddings or recurrent or outputs, "Dense": outputs}.get(
            kind, kind in _CELLS and outputs
        )
        if misplaced:
            raise ValueError(
                f"Layer {layer.name!r} ({kind}) stands in a place this widget does not know. It takes {_FORM}."
            )
        if kind not in (*_IDLE, "OneHot"):
            {"Embedding": embeddings, "Dense": outputs}.get(kind, recurrent).append(layer)
    if not (recurrent and outputs):
        raise ValueError(f"Model {model.name!r} lacks a recurrent or a last dense layer. This widget takes {_FORM}.")
    activation = outputs[0].activation.__name__
    if activation not in ("linear", "softmax"):
        raise ValueError(f"Layer {outputs[0].name!r}: activation {activation!r} should be linear or softmax.")
    return (embeddings[0] if embeddings else None), recurrent, outputs[0]


def _runs_here(layer: Any, kind: str) -> None:
    """Raises ValueError for a layer that the page cannot compute."""
    if kind == "TimeDistributed" and type(layer.layer).__name__ == "Dense":
        raise ValueError(
            f"Layer {layer.name!r}: write Dense without TimeDistributed; it works on each position by itself."
        )
    if kind not in (*_CELLS, *_IDLE, "OneHot", "Embedding", "Dense"):
        raise ValueError(f"Layer {layer.name!r} ({kind}) cannot run in this widget. It takes {_FORM}.")
    for name, wanted in _CELLS.get(kind, {}).items():
        found = getattr(layer, name)
        found = getattr(found, "__name__", found)
        if found != wanted:
            raise ValueError(
                f"Layer {layer.name!r} has {name}={found!r}; this widget computes {name}={wanted!r} alone."
            )


def _letters(vocabulary: Sequence[str]) -> str:
    wrong = [entry for entry in vocabulary if not isinstance(entry, str) or len(entry) != 1]
    if wrong:
        raise ValueError(f"vocabulary should hold single characters, but holds {wrong[0]!r}.")
    letters = "".join(vocabulary)
    if len(set(letters)) != len(letters):
        twice = next(letter for letter in letters if letters.count(letter) > 1)
        raise ValueError(f"vocabulary should hold each character once, but holds {twice!r} twice.")
    return letters


def _chain(model: Any) -> list[Any]:
    """The layers of a model that leads in one line from one input to one output. Raises TypeError for any other."""
    if len(getattr(model, "inputs", None) or ()) != 1 or len(model.outputs) != 1:
        raise TypeError(
            f"{getattr(model, 'name', model)!r} should be a Sequential or functional Keras model with one input and one output, "
            "built or called once."
        )
    for layer in model.layers:
        if len(layer._inbound_nodes) > 1 or any(len(node.input_tensors) > 1 for node in layer._inbound_nodes):
            raise ValueError(
                f"Layer {layer.name!r} of {model.name!r} is used twice or has several inputs. This widget takes {_FORM}."
            )
    return model.layers
