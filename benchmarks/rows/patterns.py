"""What convnets see: the patterns of a layer's filters in one batch against one by one, as the chapter writes both."""

import numpy as np

from benchmarks import chapter
from benchmarks.measure import Row, Side, timed

FILTERS, STEPS, LAYER = 8, 10, "block3_conv1"


def sides() -> tuple[Side, Side]:
    from utils import pretrained
    from utils.gradients import value_and_gradient

    names = chapter.definitions(
        "vision/what-convnets-see",
        "until step notes_pattern each_its_own batch_patterns",
        network=pretrained.coursenet(),
        value_and_gradient=value_and_gradient,
    )
    start = 128 + 20 * np.random.default_rng(0).random((FILTERS, 32, 32, 3))
    return (
        timed(lambda: names["batch_patterns"](LAYER, start, STEPS), FILTERS),
        timed(lambda: [names["notes_pattern"](LAYER, i, one, STEPS) for i, one in enumerate(start)], FILTERS),
    )


ROW = Row(
    key="patterns",
    unit="pattern",
    quick="all filters in a batch",
    slow="one by one",
    least=2,
    advice="Does batch_patterns in book/vision/what-convnets-see.ipynb still build one function for all filters?",
    sides=sides,
)
