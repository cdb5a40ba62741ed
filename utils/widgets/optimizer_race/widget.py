"""`OptimizerRace`: six optimizers run down the same surface, and each evaluation counts."""

import traitlets

from utils.widgets.base import CourseWidget

SURFACES = ("bowl", "rosenbrock", "beale", "himmelblau", "saddle")
OPTIMIZERS = ("sgd", "momentum", "rmsprop", "adam", "conjugate gradient", "l-bfgs")


class OptimizerRace(CourseWidget):
    """Races optimizers on a surface over the plane, from a start that you choose.

        OptimizerRace()
        OptimizerRace(surface="rosenbrock", start=[-1.5, 2.0], evaluations=60)

    What is seen follows from the state alone, so a race can be set from Python and shared as a link. `surface` is one of
    "bowl", "rosenbrock", "beale", "himmelblau" and "saddle"; `condition`, the ratio of the bowl's curvatures, and `tilt`, its
    turn in degrees, shape the bowl alone. `start` is [x, y], or [] for the surface's own. `learning_rate` belongs to SGD and
    momentum, `adaptive_rate` to RMSprop and Adam; 0 stands for what suits the surface. `shown` names who takes part, and
    `evaluations` says how often each may ask for value and gradient at one point; those who arrived stop earlier.
    """

    _about = "Here six optimizers race down a surface."

    surface = traitlets.Enum(SURFACES, "bowl").tag(sync=True)
    condition = traitlets.Float(20.0, min=1, max=200).tag(sync=True)
    tilt = traitlets.Float(30.0, min=0, max=45).tag(sync=True)
    start = traitlets.List(traitlets.Float(), maxlen=2).tag(sync=True)
    learning_rate = traitlets.Float(0.0, min=0, max=1).tag(sync=True)
    momentum = traitlets.Float(0.9, min=0, max=0.99).tag(sync=True)
    adaptive_rate = traitlets.Float(0.0, min=0, max=1).tag(sync=True)
    shown = traitlets.List(traitlets.Enum(OPTIMIZERS), list(OPTIMIZERS)).tag(sync=True)
    evaluations = traitlets.Int(0, min=0, max=1000).tag(sync=True)

    @traitlets.validate("start")
    def _a_pair(self, proposal):
        if len(proposal["value"]) == 1:
            raise traitlets.TraitError(
                f"start should be [x, y], or [] for the surface's own, but got {proposal['value']}."
            )
        return proposal["value"]
