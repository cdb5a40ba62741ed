"""`BroadcastLab`: two shapes, the rule that lets them meet, and the axis at which they clash."""

from numbers import Integral
from typing import Any

import traitlets

from utils.widgets.base import CourseWidget

RANK = 3
LONGEST = 6
_SHAPE = {
    "kind": "list",
    "item": {"kind": "integer", "min": 0, "max": LONGEST},
    "least": 0,
    "most": RANK,
}


class BroadcastLab(CourseWidget):
    """Shows how NumPy broadcasts two tensors of the shapes you choose, number by number, or why it refuses.

        BroadcastLab()
        BroadcastLab(first=(4, 3), second=(4,))                        # an error, and a way out of it
        BroadcastLab(first=(6, 1), second=(6,), operation="pairs")     # which number meets which

    Args:
        first: a shape of at most three axes, each of length 0 to 6.
        second: another one.
        operation: "+", "*", or "pairs" for which number meets which.

    Raises:
        TraitError: for other values.
    """

    _about = "Here two shapes meet, and you see how broadcasting stretches them."

    first = traitlets.Tuple(default_value=(3, 1)).tag(sync=True, rule=_SHAPE)
    second = traitlets.Tuple(default_value=(4,)).tag(sync=True, rule=_SHAPE)
    operation = traitlets.Enum(("+", "*", "pairs"), "+").tag(sync=True)

    @traitlets.validate("first", "second")
    def _a_small_shape(self, proposal: dict[str, Any]) -> tuple[int, ...]:
        name, shape = proposal["trait"].name, proposal["value"]
        whole = all(isinstance(n, Integral) and not isinstance(n, bool) for n in shape)
        if not whole or len(shape) > RANK or any(not 0 <= n <= LONGEST for n in shape):
            raise traitlets.TraitError(
                f"{name} should be a shape such as (2, 1, 3), at most {RANK} axes of length 0 to {LONGEST}, but got {shape}."
            )
        return tuple(int(n) for n in shape)
