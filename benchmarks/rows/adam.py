"""OptimizerRace: an evaluation of Adam in the page against a step of Keras' Adam, on Rosenbrock's valley."""

import numpy as np

from benchmarks import page
from benchmarks.measure import Row, Side, timed

STEPS = 100


def sides() -> tuple[Side, Side]:
    import keras

    def kernel() -> None:
        point = keras.Variable(np.array([-1.2, 1.0]), dtype="float64")
        adam = keras.optimizers.Adam(0.001)
        adam.build([point])
        for _ in range(STEPS):
            x, y = keras.ops.convert_to_numpy(point.value)
            slope = np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])
            adam.apply([keras.ops.convert_to_tensor(slope, dtype="float64")], [point])

    return page.side("adam"), timed(kernel, STEPS)


ROW = Row(
    key="adam",
    unit="step",
    quick="in the page",
    slow="Keras, step by step",
    least=20,
    advice="Does race() in the page still take one evaluation of value and gradient for a step?",
    sides=sides,
)
