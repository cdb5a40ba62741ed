"""Checks of the exercises of "Transfer learning"."""

from typing import Any

import numpy as np

from utils.check import exercise, expect, function, page_number


@exercise
def vgg16(answer: Any) -> None:
    """The number of weights of VGG16's base."""
    biases = 2 * 64 + 2 * 128 + 3 * (256 + 512 + 512)
    mistakes: dict[float, str] = {
        14_714_688 - biases: "Each filter has a bias too.",
        14_714_688 - 2 * 9 * 64: "The pictures have three channels, and a filter has weights for each of them.",
        138_357_544: "That is VGG16 with its head. The exercise asks for the base alone.",
    }
    page_number(answer, "transfer-vgg16", mistakes)


@exercise
def few(answer: Any) -> None:
    """A function of features, labels and n: the classifier fitted to the first n rows."""
    function(answer, "z, y and n")
    z = np.random.default_rng(0).normal(size=(200, 5))
    y = (z[:, 0] > 0).astype(int)
    y[:40] = 1 - y[:40]  # the first rows teach the opposite of the others
    model = answer(z, y, 40)
    expect(hasattr(model, "score"), "The function should return the fitted classifier itself.")
    found = model.score(z[40:], y[40:])
    expect(found < 0.5, "Your classifier has learnt from more rows than the first n.")
    steps = getattr(model, "named_steps", {})
    expect("standardscaler" in steps, "Use the chapter's `classifier()`, which standardises the features first.")
    seen = steps["standardscaler"].n_samples_seen_
    expect(np.all(seen == 40), f"Only the first n rows should be used, for the scaling too. Yours saw {seen}.")


@exercise
def batchnorm(answer: Any) -> None:
    """A dictionary: whether the moving mean moves with a rate of zero, and when the layer is frozen."""
    expect(isinstance(answer, dict), "A dictionary is expected.")
    expect(set(answer) == {"rate 0", "frozen"}, 'The keys should be "rate 0" and "frozen".')
    expect(answer["rate 0"], "Does a moving mean need a gradient to follow the batches?")
    expect(not answer["frozen"], "In Keras `trainable = False` also stops what is not learnt by gradients.")


@exercise
def mirror(answer: Any) -> None:
    """A function of predict and pictures: the mean over the pictures and their mirror images."""
    function(answer, "predict and x")
    x = np.random.default_rng(0).random((4, 5, 6, 3))
    weight = np.random.default_rng(1).random((5, 6, 3))

    def predict(pictures: np.ndarray) -> np.ndarray:
        return (pictures * weight).mean(axis=(1, 2, 3))

    found = np.asarray(answer(predict, x))
    expect(found.shape == (4,), f"One number for each picture is expected; yours has shape {found.shape}.")
    alone, right, down = predict(x), predict(x[:, :, ::-1]), predict(x[:, ::-1])
    for wrong, hint in (
        (alone, "That is the prediction for the pictures as they are."),
        (right, "That is the prediction for the mirror images alone."),
        (alone + right, "That is the sum. Divide it by the number of views."),
        ((alone + down) / 2, "You have turned the pictures upside down. Exchange left and right."),
        ((alone + predict(x[..., ::-1])) / 2, "You have exchanged the colours. Which axis is the width?"),
    ):
        expect(not np.allclose(found, wrong), hint)
    expect(np.allclose(found, (alone + right) / 2), "The mean of the two predictions is expected.")
