"""`CapacityLab`: a small network learns a noisy curve while you watch, and you decide how much it may remember."""

import traitlets

from utils.widgets.base import CourseWidget

# The stops of the sliders; js/capacity_lab.js has the same.
UNITS = (1, 2, 4, 8, 16, 32, 64)
SAMPLES = (5, 10, 20, 50, 100, 200)
L2 = (0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
LEARNING_RATES = (0.001, 0.003, 0.01, 0.03)
LONGEST = 10_000


class CapacityLab(CourseWidget):
    """A network of one or two hidden tanh layers, trained in the page on points scattered about a curve.

        CapacityLab()
        CapacityLab(units=64, samples=20, steps=3000)     # shows it after 3,000 steps

    Its state can be read and set from Python: `depth`, 1 or 2 hidden layers; `units` in each; `samples`, how many points it learns
    from; `noise`, their standard deviation about the curve; `l2`, the coefficient of the sum of squared weights; `dropout`, the
    share of units dropped; `learning_rate` of Adam; `seed` of points, weights and dropout; `steps`, how far it is trained;
    `show_best`, whether the fit of the lowest validation loss is drawn too. A setting changed from Python keeps `steps`; one
    changed by hand starts again.
    """

    _about = "Here a small network learns a noisy curve while you watch."

    depth = traitlets.Enum((1, 2), 2).tag(sync=True)
    units = traitlets.Enum(UNITS, 16).tag(sync=True)
    samples = traitlets.Enum(SAMPLES, 20).tag(sync=True)
    noise = traitlets.Float(0.3, min=0, max=1).tag(sync=True)
    l2 = traitlets.Enum(L2, 0).tag(sync=True)
    dropout = traitlets.Float(0.0, min=0, max=0.8).tag(sync=True)
    learning_rate = traitlets.Enum(LEARNING_RATES, 0.01).tag(sync=True)
    seed = traitlets.Int(1, min=0, max=2**31 - 1).tag(sync=True)
    steps = traitlets.Int(0, min=0, max=LONGEST).tag(sync=True)
    show_best = traitlets.Bool(False).tag(sync=True)
