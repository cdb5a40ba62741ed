"""What the checks of "Overfitting" say to wrong answers; the notebook itself tries the right ones."""

import numpy as np
import pytest
from support.check import said

from utils.check import overfitting as check


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (0.01, "dictionary"),
        ({0: "overfits", 0.1: "best"}, "three strengths"),
        ({0: "underfits", 0.01: "best", 0.1: "overfits"}, "Is that underfitting?"),
        ({0: "best", 0.01: "underfits", 0.1: "overfits"}, "Is that overfitting?"),
        ({0: "overfits", 0.01: "underfits", 0.1: "best"}, "lowest"),
    ],
)
def test_strength(answer, hint):
    assert hint in said(check.strength, answer)


def layer(training, use, keep=0.8):
    import keras

    class Answer(keras.layers.Layer):
        def __init__(self, rate):
            super().__init__()
            self.chance = keras.random.SeedGenerator(0)

        def call(self, x, training=False):
            if not training:
                return x * use
            kept = keras.random.uniform(keras.ops.shape(x), seed=self.chance) < keep
            return x * keras.ops.cast(kept, x.dtype) * scale

    scale = training
    return Answer


def test_layer():
    assert said(check.layer, layer(1, 0.8)) == "Right."
    assert "itself" in said(check.layer, layer(1, 0.8)(0.2))
    assert "which of the two numbers" in said(check.layer, layer(1, 0.2))
    assert "the mean they had" in said(check.layer, layer(1.25, 1))
    assert "inverted" in said(check.layer, layer(1.25, 0.8))
    assert "keeps what it should drop" in said(check.layer, layer(1, 0.8, keep=0.2))


def votes(network, x, times, training=True):
    from keras import ops

    return np.array([ops.convert_to_numpy(network(x, training=training)) for _ in range(times)])[:, :, 0]


def test_committee():
    assert said(check.committee, lambda *asked: votes(*asked).mean(0)) == "Right."
    assert "Average" in said(check.committee, votes)
    assert "dropout was off" in said(check.committee, lambda network, x, times: votes(network, x, 1, False)[0])
    assert "first column" in said(check.committee, lambda *asked: votes(*asked).mean(0)[:, None])


def test_bias():
    assert said(check.bias, lambda exempt: (0.95, 1.0 if exempt else 0.95)) == "Right."
    assert "still shrinks" in said(check.bias, lambda exempt: (0.95, 0.95))
    assert "instead of the bias" in said(check.bias, lambda exempt: (1.0 if exempt else 0.95, 0.95))
    assert "learning rate" in said(check.bias, lambda exempt: (0.5, 1.0 if exempt else 0.5))
