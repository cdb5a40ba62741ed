"""`CapacityLab`: a small network learns a noisy curve while you watch, and you decide how much it may remember."""

import traitlets

from utils.widgets.base import CourseWidget
from utils.widgets.state import Finite


class CapacityLab(CourseWidget):
    """A network of one or two hidden tanh layers, trained in the page on points scattered about a curve.

        CapacityLab()
        CapacityLab(units=64, samples=20, steps=3000)     # shows it after 3,000 steps

    A setting changed from Python keeps `steps`; one changed by hand starts again.

    Args:
        depth: hidden layers, 1 or 2.
        units: units in each hidden layer.
        samples: how many points it learns from.
        noise: standard deviation of the points about the curve, from 0 to 1.
        l2: coefficient of the sum of squared weights.
        dropout: share of hidden units dropped, from 0 to 0.8.
        learning_rate: of Adam.
        seed: of points, weights and dropout.
        steps: how far it is trained, from 0 to 10,000.
        show_best: whether the fit of the lowest validation loss is drawn too.

    Raises:
        TraitError: for values out of bounds, and for sizes and rates that are no stop of their slider.
    """

    _about = "Here a small network learns a noisy curve while you watch."

    depth = traitlets.Enum((1, 2), 2).tag(sync=True)
    units = traitlets.Enum((1, 2, 4, 8, 16, 32, 64), 16).tag(sync=True)
    samples = traitlets.Enum((5, 10, 20, 50, 100, 200), 20).tag(sync=True)
    noise = Finite(0.3, min=0, max=1).tag(sync=True)
    l2 = traitlets.Enum((0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1), 0).tag(sync=True)
    dropout = Finite(0.0, min=0, max=0.8).tag(sync=True)
    learning_rate = traitlets.Enum((0.001, 0.003, 0.01, 0.03), 0.01).tag(sync=True)
    seed = traitlets.Int(1, min=0, max=2**31 - 1).tag(sync=True)
    steps = traitlets.Int(0, min=0, max=10_000).tag(sync=True)
    show_best = traitlets.Bool(False).tag(sync=True)
