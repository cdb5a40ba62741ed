"""A widget's state is declared once, as traits in Python. Here the declaration becomes JSON for the page and for the views:

    {"noise": {"kind": "number", "min": 0, "max": 1}, "depth": {"kind": "choice", "choices": [1, 2]}, …}

`host.js` checks an address against these rules, and controls take their bounds and choices from them (`kit/state.js`).
"""

import math
from typing import Any

import traitlets

LONGEST = 200  # letters of a text in an address


class Finite(traitlets.Float[float, float]):
    """A float that is neither infinite nor NaN, which JSON cannot hold."""

    def validate(self, obj: Any, value: Any) -> float:
        """Raises TraitError for what is no finite number."""
        number = float(super().validate(obj, value))
        if not math.isfinite(number):
            raise traitlets.TraitError(f"{self.name or 'a number'} should be finite, but is {number}.")
        return number


def strokes() -> traitlets.List:
    """A trait for what a reader draws on a pad: a list of strokes, each of at least one point.

    A point is a list [x, y] of parts of the pad, from 0 to 1, right and down; a widget may add a third number.
    """
    point = traitlets.List(Finite(), minlen=2, maxlen=3)
    return traitlets.List(traitlets.List(point, minlen=1)).tag(sync=True, local=True)


def rule(trait: traitlets.TraitType) -> dict[str, Any]:
    """What a value of this trait may be, as JSON.

    Kinds are boolean, integer and number (with `min` and `max`, where the trait has them; with `.tag(indexes="frames")` the
    largest is the last index of that list), choice (`choices`), text (`most` letters), list (`item`, from `least` to `most` of them),
    and opaque for everything else; `.tag(rule={…})` says what no trait can. A trait with `.tag(local=True)` and an opaque one have
    `local`: they are not taken from an address.
    """
    found = trait.metadata.get("rule") or _rule(trait)
    return found | ({"local": True} if trait.metadata.get("local") or found["kind"] == "opaque" else {})


def _rule(trait: traitlets.TraitType) -> dict[str, Any]:
    if isinstance(trait, traitlets.Bool):
        return {"kind": "boolean"}
    if isinstance(trait, traitlets.Enum):
        return {"kind": "choice", "choices": list(trait.values or ())}
    if isinstance(trait, traitlets.Int | traitlets.Float):
        bounds = {"min": trait.min, "max": trait.max, "indexes": trait.metadata.get("indexes")}
        kind = "integer" if isinstance(trait, traitlets.Int) else "number"
        return {"kind": kind} | {
            name: bound for name, bound in bounds.items() if bound not in (None, math.inf, -math.inf)
        }
    if isinstance(trait, traitlets.Unicode):
        return {"kind": "text", "most": LONGEST}
    if isinstance(trait, traitlets.List) and trait._trait and _rule(trait._trait)["kind"] != "opaque":
        lengths = {"least": trait._minlen, "most": min(trait._maxlen, LONGEST)}
        return {"kind": "list", "item": _rule(trait._trait), **lengths}
    return {"kind": "opaque"}
