"""`TemperatureSampler`: a trained character model writes, and shows the distribution that each letter is drawn from."""

from collections.abc import Sequence

import traitlets

from utils.weights import pack
from utils.widgets.base import CourseWidget

METHODS = ("greedy", "temperature", "top-k")
PACES = ("letter by letter", "at once")

# What the page's step functions compute: Keras' defaults. Other settings would need other formulas.
_CELLS = {
    "LSTM": {"activation": "tanh", "recurrent_activation": "sigmoid", "go_backwards": False},
    "GRU": {"activation": "tanh", "recurrent_activation": "sigmoid", "go_backwards": False, "reset_after": True},
}
_IDLE = ("InputLayer", "Dropout", "SpatialDropout1D", "GaussianNoise", "ActivityRegularization", "Identity")
_FORM = "[one-hot or Embedding] → one or more LSTM or GRU → Dense(len(vocabulary)), with Dropout anywhere"


class TemperatureSampler(CourseWidget):
    """Lets the course's character model, or your own, continue a text that you type.

        TemperatureSampler()                                  # the network of the chapter on text generation
        TemperatureSampler.from_model(model, vocabulary)      # yours

    Its state can be read and set from Python: `seed_text`; `method` ("greedy", "temperature" or "top-k"); `temperature`,
    0 … 2, where 0 is greedy; `k`; `random_seed`, which with the same settings gives the same text; `length`, the number of
    letters that one press of Write adds; `pace`. `text` holds what has been written since the last start.
    """

    _about = "Here a trained network writes text, letter by letter."

    weights = traitlets.Unicode("char-lstm").tag(sync=True, local=True)
    seed_text = traitlets.Unicode("there is no such thing as ").tag(sync=True)
    method = traitlets.Enum(METHODS, "temperature").tag(sync=True)
    temperature = traitlets.Float(0.5, min=0, max=2).tag(sync=True)
    k = traitlets.Int(5, min=1).tag(sync=True)
    random_seed = traitlets.Int(1, min=0, max=2**31 - 1).tag(sync=True)
    length = traitlets.Int(400, min=1, max=20_000).tag(sync=True)
    pace = traitlets.Enum(PACES, "letter by letter").tag(sync=True)
    text = traitlets.Unicode("").tag(sync=True, local=True)

    @classmethod
    def from_model(cls, model, vocabulary: Sequence[str], **state) -> "TemperatureSampler":
        """The widget with a model of your own, in float32; it needs the kernel that holds the model.

        model: a trained Sequential or functional Keras model, (batch, time) → logits or probabilities
        (batch, time, len(vocabulary)). vocabulary: the characters in the order of their indices, as a string or a list.
        state: any of the traits above. Raises ValueError or TypeError that says which layer or size does not fit.
        """
        return cls(weights="", blob=pack(model, dtype="float32", **cls.describe(model, vocabulary)), **state)

    @staticmethod
    def describe(model, vocabulary: Sequence[str]) -> dict:
        """What the page must know of a model beside its weights: meta data for `export_weights`.

        {"vocabulary": str, "recurrent": [[layer, kind], …], "output": layer, "embedding": layer, if there is one}.
        Raises as `from_model`.
        """
        letters = _letters(vocabulary)
        parts: dict[str, list] = {"embedding": [], "recurrent": [], "output": []}
        for layer in _chain(model):
            kind = type(layer).__name__
            if kind in _CELLS:
                _require(layer, _CELLS[kind])
                parts["recurrent"].append(layer)
            elif kind in ("Embedding", "Dense"):
                parts["embedding" if kind == "Embedding" else "output"].append(layer)
            elif kind == "TimeDistributed" and type(layer.layer).__name__ == "Dense":
                raise ValueError(
                    f"Layer {layer.name!r}: write Dense without TimeDistributed; it works on each position by itself."
                )
            elif kind not in (*_IDLE, "OneHot"):
                raise ValueError(f"Layer {layer.name!r} ({kind}) cannot run in this widget. It takes {_FORM}.")
            order = [len(parts[part]) for part in parts]
            if order[0] > 1 or order[2] > 1 or (kind == "Embedding" and order[1]) or (kind in _CELLS and order[2]):
                raise ValueError(
                    f"Layer {layer.name!r} ({kind}) stands in a place this widget does not know. It takes {_FORM}."
                )
        if not (parts["recurrent"] and parts["output"]):
            raise ValueError(
                f"Model {model.name!r} lacks a recurrent or a last dense layer. This widget takes {_FORM}."
            )
        (output,) = parts["output"]
        if output.activation.__name__ not in ("linear", "softmax"):
            raise ValueError(
                f"Layer {output.name!r}: activation {output.activation.__name__!r} should be linear or softmax."
            )
        first = (parts["embedding"] or parts["recurrent"])[0]
        inputs = first.embeddings.shape[0] if parts["embedding"] else first.cell.kernel.shape[0]
        for what, size in ((f"reads {inputs}", inputs), (f"predicts {output.units}", output.units)):
            if size != len(letters):
                raise ValueError(
                    f"The vocabulary has {len(letters)} characters, but model {model.name!r} {what}. They must agree."
                )
        described = {
            "vocabulary": letters,
            "recurrent": [[layer.name, type(layer).__name__] for layer in parts["recurrent"]],
            "output": output.name,
        }
        return described | {"embedding": layer.name for layer in parts["embedding"]}


def _letters(vocabulary: Sequence[str]) -> str:
    wrong = [entry for entry in vocabulary if not isinstance(entry, str) or len(entry) != 1]
    if wrong:
        raise ValueError(f"vocabulary should hold single characters, but holds {wrong[0]!r}.")
    letters = "".join(vocabulary)
    if len(set(letters)) != len(letters):
        twice = next(letter for letter in letters if letters.count(letter) > 1)
        raise ValueError(f"vocabulary should hold each character once, but holds {twice!r} twice.")
    return letters


def _chain(model) -> list:
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


def _require(layer, wanted: dict) -> None:
    for name, value in wanted.items():
        found = getattr(layer, name)
        found = getattr(found, "__name__", found)
        if found != value:
            raise ValueError(f"Layer {layer.name!r} has {name}={found!r}; this widget computes {name}={value!r} alone.")
