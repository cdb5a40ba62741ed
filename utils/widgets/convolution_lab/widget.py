"""ConvolutionLab: a 3 × 3 kernel slides over a small picture, and every number of the output can be asked where it comes from."""

import traitlets

from utils.widgets.base import CourseWidget
from utils.widgets.state import Finite

UPRIGHT_EDGES = [-1.0, 0.0, 1.0, -2.0, 0.0, 2.0, -1.0, 0.0, 1.0]


class ConvolutionLab(CourseWidget):
    """Edit a kernel, choose stride, padding, ReLU and pooling, and point at a number of the output::

        ConvolutionLab()
        ConvolutionLab(image="photo", kernel=[0, 0, 0, 0, 1, 0, 0, 0, 0], strides=2, pooling="max")

    - `image`: "digit" (an MNIST seven), "shape", "photo" (a cat's eye) or "drawing"; 24 × 24 numbers from 0 to 1.
    - `kernel`: nine weights, row by row, from -99 to 99. `strides`: 1, 2 or 3. `padding`: "valid" or "same".
    - `relu`: whether numbers below zero become zero. `pooling`: "none", "max" or "average", in squares of 2 × 2.
    - `cell`: row and column, from 0, of the number whose origin is shown; beyond the output the last one is.
    - `drawing`: the reader's own picture of ink and paper: 144 hexadecimal digits, four pixels each, row by row; "" is blank.
    """

    _about = "Here you slide a kernel of your own over a picture."

    image = traitlets.Enum(("digit", "shape", "photo", "drawing"), "digit").tag(sync=True)
    kernel = traitlets.List(Finite(min=-99, max=99), UPRIGHT_EDGES, minlen=9, maxlen=9).tag(sync=True)
    strides = traitlets.Enum((1, 2, 3), 1).tag(sync=True)
    padding = traitlets.Enum(("valid", "same"), "valid").tag(sync=True)
    relu = traitlets.Bool(False).tag(sync=True)
    pooling = traitlets.Enum(("none", "max", "average"), "none").tag(sync=True)
    cell = traitlets.List(traitlets.Int(min=0), [9, 13], minlen=2, maxlen=2).tag(sync=True)
    drawing = traitlets.Unicode("").tag(sync=True)
