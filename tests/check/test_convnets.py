"""Checks of the exercises of "Convolutional networks": right answers, and hints that fit typical mistakes."""

import keras
import numpy as np
import pytest
from keras import layers
from support.check import said

from utils.check import convnets as check


def network(shape=(None, None, 1), gather=layers.GlobalMaxPooling2D, classes=10):
    return lambda: keras.Sequential(
        [
            keras.Input(shape),
            layers.Conv2D(4, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(4, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(4, 3, activation="relu"),
            gather(),
            layers.Dense(classes, activation="softmax"),
        ]
    )


def matrix(kernel):
    pixels = np.eye(784).reshape(784, 28, 28)
    rows = [
        sum(kernel[i, j] * picture[i : 26 + i, j : 26 + j] for i in range(3) for j in range(3)) for picture in pixels
    ]
    return np.reshape(rows, (784, 676))


def scattered(low=-4, high=5, size=2, own=True):
    def move(pictures, random):
        random = random if own else np.random.default_rng(0)
        moves = random.integers(low, high, size=(len(pictures), size))
        pairs = zip(pictures, moves, strict=True)
        return np.stack([np.roll(one, np.resize(by, 2), axis=(0, 1)) for one, by in pairs])

    return move


UPRIGHT = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (check.windows, 28_608),
        (check.placeless, network()),
        (check.matrix, matrix(UPRIGHT)),
        (check.scattered, scattered()),
    ],
)
def test_right(exercise, answer):
    assert said(exercise, answer) == "Right."


@pytest.mark.parametrize(
    ("exercise", "answer", "hint"),
    [
        (check.windows, 102_464, "the one layer"),
        (check.windows, 73_856, "the two layers"),
        (check.windows, -28_608, "positive"),
        (check.windows, 65_536, "two layers of 3 × 3"),
        (check.windows, 28_672, "a bias too"),
        (check.placeless, network()(), "A function"),
        (check.placeless, network((28, 28, 1), layers.Flatten), "`Flatten`"),
        (check.placeless, network((28, 28, 1)), "leave height and width open"),
        (check.placeless, network(gather=layers.GlobalAveragePooling2D), "the mean"),
        (check.placeless, network(classes=9), "ten numbers"),
        (check.matrix, matrix(UPRIGHT).T, "transposed"),
        (check.matrix, matrix(-UPRIGHT), "180°"),
        (check.matrix, matrix(UPRIGHT.T), "level edges"),
        (check.scattered, lambda pictures, random: np.roll(pictures, 4, axis=2), "moved alike"),
        (check.scattered, scattered(high=4), "leaves b out"),
        (check.scattered, scattered(low=0), "both ways"),
        (check.scattered, scattered(size=1), "two numbers"),
        (check.scattered, scattered(low=-6), "more than four"),
        (check.scattered, scattered(own=False), "the one that is passed"),
    ],
)
def test_wrong(exercise, answer, hint):
    line = said(exercise, answer)
    assert line.startswith("Not yet. ") and hint in line
