"""`OptimizerRace`: six optimizers run down the same surface, and each evaluation counts."""

from typing import Any

import traitlets

from utils.widgets.base import CourseWidget
from utils.widgets.state import Finite

SURFACES = ("bowl", "rosenbrock", "beale", "himmelblau", "saddle")
OPTIMIZERS = ("sgd", "momentum", "rmsprop", "adam", "conjugate gradient", "l-bfgs")


class OptimizerRace(CourseWidget):
    """Races optimizers on a surface over the plane, from a start that you choose.

        OptimizerRace()
        OptimizerRace(surface="rosenbrock", start=[-1.5, 2.0], evaluations=60)

    What is seen follows from the state alone, so a race can be set from Python and shared as a link.

    Args:
        surface: "bowl", "rosenbrock", "beale", "himmelblau" or "saddle".
        condition: ratio of the bowl's curvatures, from 1 to 200.
        tilt: turn of the bowl in degrees, from 0 to 45.
        start: [x, y], or [] for the surface's own.
        learning_rate: of SGD and momentum; 0 stands for what suits the surface.
        momentum: the share of the last step that the next one keeps, from 0 to 0.99.
        adaptive_rate: learning rate of RMSprop and Adam; 0 stands for what suits the surface.
        shown: names of those who take part: "sgd", "momentum", "rmsprop", "adam", "conjugate gradient", "l-bfgs".
        evaluations: how often each may ask for value and gradient at one point, up to 1,000; those who arrived stop earlier.

    Raises:
        TraitError: for values out of bounds, unknown names, and a start that is no pair.
    """

    _about = "Here six optimizers race down a surface."

    surface = traitlets.Enum(SURFACES, "bowl").tag(sync=True)
    condition = Finite(20.0, min=1, max=200).tag(sync=True)
    tilt = Finite(30.0, min=0, max=45).tag(sync=True)
    start = traitlets.List(Finite(), maxlen=2).tag(sync=True)
    learning_rate = Finite(0.0, min=0, max=1).tag(sync=True)
    momentum = Finite(0.9, min=0, max=0.99).tag(sync=True)
    adaptive_rate = Finite(0.0, min=0, max=1).tag(sync=True)
    shown = traitlets.List(traitlets.Enum(OPTIMIZERS), list(OPTIMIZERS)).tag(sync=True)
    evaluations = traitlets.Int(0, min=0, max=1000).tag(sync=True)

    @traitlets.validate("start")
    def _a_pair(self, proposal: dict[str, Any]) -> list[float]:
        point = proposal["value"]
        if len(point) == 1:
            raise traitlets.TraitError(f"start should be [x, y], or [] for the surface's own, but got {point}.")
        return point
