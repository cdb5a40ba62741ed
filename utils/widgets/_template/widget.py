"""Template: what the temperature does to a softmax."""

import traitlets

from utils.widgets.base import CourseWidget
from utils.widgets.state import Finite


class Template(CourseWidget):
    """Turn the temperature and see how a softmax shares one among five classes.

        Template()
        Template(temperature=0.2, logits=[3, 1, 0, 0, -1])

    temperature       divides the logits before the softmax, from 0.05 to 5.
    logits            five numbers, the scores of the classes.
    """

    _about = "Here you turn the temperature of a softmax."

    temperature = Finite(1.0, min=0.05, max=5).tag(sync=True)
    logits = traitlets.List(Finite(min=-10, max=10), [2.0, 1.0, 0.0, -1.0, -2.0], minlen=5, maxlen=5).tag(sync=True)
