"""DigitPad: a digit read by three readers in the page against the same three in the kernel."""

import numpy as np

from benchmarks import page, weights
from benchmarks.measure import Row, Side, timed

FILES = ("mnist-dense", "mnist-convnet", "mnist-neighbours")


def sides() -> tuple[Side, Side]:
    import keras
    from keras import layers

    entry = keras.Input((28, 28, 1))
    head = layers.Dense(10, activation="softmax")
    dense = keras.Sequential([entry, layers.Flatten(), layers.Dense(128, activation="relu"), head])
    convolutions = [layers.Conv2D(filters, 3, activation="relu") for filters in (16, 32, 64)]
    first, second, third = convolutions
    middle = [first, layers.MaxPooling2D(), second, layers.MaxPooling2D(), third, layers.Flatten()]
    convnet = keras.Sequential(
        [entry, *middle, layers.Dense(64, activation="relu"), layers.Dense(10, activation="softmax")]
    )
    for model, name in ((dense, FILES[0]), (convnet, FILES[1])):
        weights.fill(model, name, "network/")
    random = np.random.default_rng(0)  # what the pictures show does not change the time
    stored, picture = random.random((2000, 14 * 14), "float32"), random.random((1, 28, 28, 1), "float32")

    def kernel() -> None:
        for model in (dense, convnet):
            model.predict(picture, verbose=0)
        small = picture.reshape(14, 2, 14, 2).mean((1, 3)).ravel()
        ((stored - small) ** 2).sum(1).argsort()[:5]

    return page.side("digits", *FILES), timed(kernel)


ROW = Row(
    key="digits",
    unit="digit",
    quick="three readers in the page",
    slow="a call of the kernel",
    least=3,
    advice="Which of the three readers has become slow? The convnet does most of the work.",
    sides=sides,
)
