"""FilterExplorer: CourseNet's whole forward pass in the page against a call of the kernel."""

import numpy as np

from benchmarks import page
from benchmarks.measure import Row, Side, timed


def sides() -> tuple[Side, Side]:
    from utils import pretrained

    model = pretrained.coursenet(input_shape=(64, 64, 3))
    picture = np.random.default_rng(0).integers(0, 256, (1, 64, 64, 3)).astype("float32")
    return page.side("coursenet", "coursenet"), timed(lambda: model.predict(picture, verbose=0))


ROW = Row(
    key="coursenet",
    unit="picture",
    quick="in the page",
    slow="a call of the kernel",
    least=2,
    advice="Look at the convolution in the page.",
    sides=sides,
)
