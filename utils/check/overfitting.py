"""Checks of the exercises of "Overfitting"."""

from typing import Any

import numpy as np

from utils.check import array, exercise, expect

RATE, KEEP = 0.2, 0.8


@exercise
def strength(answer: Any) -> None:
    """A dictionary from the three strengths to "overfits", "best" and "underfits"."""
    expect(isinstance(answer, dict), "A dictionary from strength to word is expected.")
    expect(set(answer) == {0, 0.01, 0.1}, "The keys should be the three strengths: 0, 0.01 and 0.1.")
    words = {"overfits", "underfits", "best"}
    expect(
        set(answer.values()) == words, "Each of the words 'overfits', 'underfits' and 'best' belongs to one strength."
    )
    expect(answer[0] != "underfits", "With strength 0 the training loss goes nearly to zero. Is that underfitting?")
    expect(
        answer[0.1] != "overfits", "With strength 0.1 both losses stay high and close together. Is that overfitting?"
    )
    expect(answer[0.01] == "best", "Compare the three validation losses: the best one is the lowest.")


@exercise
def layer(answer: Any) -> None:
    """The class `ScaledDropout`."""
    expect(isinstance(answer, type), "The class itself is expected, not a layer made of it.")
    made = answer(RATE)
    row = np.full((1, 20_000), 2.0, "float32")
    learning, using = (_numpy(made(row, training=training)) for training in (True, False))
    expect(learning.shape == row.shape == using.shape, "The outputs should have the shape of the inputs.")
    expect((using != 0).all(), "In use nothing is dropped.")
    expect(
        not np.allclose(using, row * RATE),
        "In use, which of the two numbers is the factor: drop rate or keep probability?",
    )
    expect(not np.allclose(using, row), "In use the outputs should have the mean they had in training.")
    dropped = (learning == 0).mean()
    expect(abs(dropped - KEEP) > 0.02, "Your mask keeps what it should drop.")
    expect(
        abs(dropped - RATE) < 0.02, f"With a rate of {RATE} your layer drops {dropped:.0%} of the outputs in training."
    )
    expect(
        np.allclose(learning[learning != 0], 2),
        "In training the outputs that stay are not scaled: that would be inverted dropout.",
    )
    expect(np.allclose(using, row * KEEP), "In use the outputs should have the mean they had in training.")
    again = _numpy(made(row, training=True))
    expect(not np.array_equal(learning, again), "The mask is the same in every call: draw a new one each time.")


@exercise
def committee(answer: Any) -> None:
    """A function `committee(network, x, times)`: the mean probability of each row."""
    import keras

    expect(callable(answer), "A function is expected.")
    network = keras.Sequential(
        [keras.Input((1,)), keras.layers.Dropout(0.5, seed=0), keras.layers.Dense(1, activation="sigmoid")]
    )
    network.layers[-1].set_weights([np.array([[4.0]]), np.array([0.0])])
    x = np.array([[-1.0], [0.0], [1.0]], "float32")
    found = np.asarray(_numpy(answer(network, x, 400)))
    expect(found.shape != (400, 3), "Those are the single votes. Average over the calls.")
    expect(found.shape != (3, 1), "One number a row: take the first column of what the network returns.")
    alone, right = (1 / (1 + np.exp(-factor * x[:, 0])) for factor in (4, 8))
    expect(
        not np.allclose(found, alone, atol=1e-3),
        "That is what `predict` says: dropout was off. Call the network with training=True.",
    )
    array(found, (0.5 + right) / 2, tolerance=0.1)


@exercise
def bias(answer: Any) -> None:
    """A function `one_step(exempt)`: kernel and bias after one step."""
    expect(callable(answer), "A function is expected.")
    plain, exempt = (np.array([float(np.ravel(part)[0]) for part in answer(on)]) for on in (False, True))
    expect(plain.shape == exempt.shape == (2,), "A pair is expected: kernel and bias.")
    expect(not np.allclose(exempt, [0.95, 0.95], atol=1e-4), "With exempt=True the bias still shrinks.")
    expect(not np.allclose(exempt, [1, 0.95], atol=1e-4), "With exempt=True the kernel is exempt instead of the bias.")
    expect(not np.allclose(plain, [0.5, 0.5], atol=1e-4), "Keras multiplies weight_decay by the learning rate.")
    array(plain, np.array([0.95, 0.95]), [(np.ones(2), "Nothing shrinks: is the step made, with weight_decay?")], 1e-4)
    array(exempt, np.array([0.95, 1.0]), tolerance=1e-4)


def _numpy(tensor: Any) -> np.ndarray:
    from keras import ops

    return ops.convert_to_numpy(tensor)
