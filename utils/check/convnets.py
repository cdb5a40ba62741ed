"""Checks of the exercises of "Convolutional networks"."""

from typing import Any

import numpy as np

from utils.check import array, exercise, expect, function, page_number

EDGES = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], "float32")


@exercise
def windows(answer: Any) -> None:
    """How many weights two layers of 3 × 3 save against one of 5 × 5, 64 channels throughout, with biases."""
    one, both = 25 * 64 * 64 + 64, 2 * (9 * 64 * 64 + 64)
    mistakes: dict[float, str] = {
        one: "That is the number of weights of the one layer. By how many are the two together smaller?",
        both: "That is the number of weights of the two layers. By how many are they smaller than the one?",
        both - one: "How many fewer, as a positive number.",
        one - both // 2: "There are two layers of 3 × 3, not one.",
        7 * 64 * 64: "Every filter has a bias too: 64 in the one layer, and how many in the two?",
        7 * 64 + 64 - 128: "A filter reaches through all 64 channels of its input.",
    }
    page_number(answer, "convnets-windows", mistakes)


@exercise
def placeless(answer: Any) -> None:
    """A function that makes a convnet with global max pooling, for pictures of any size."""
    is_function = callable(answer) and not hasattr(answer, "layers")
    expect(is_function, "A function is expected, which takes nothing and returns a network.")
    network = answer()
    names = [layer.__class__.__name__ for layer in network.layers]
    expect("Flatten" not in names, "There is still a layer `Flatten` in your network.")
    expect(
        "GlobalMaxPooling2D" in names or "GlobalAveragePooling2D" in names,
        f"No layer takes the largest number of each map. Yours are {', '.join(names)}.",
    )
    shape = tuple(network.input_shape)
    expect(
        shape == (None, None, None, 1),
        f"Your network takes inputs of shape {shape}. For pictures of any size, leave height and width open.",
    )
    expect("GlobalMaxPooling2D" in names, "Your network keeps the mean of each map. What keeps the largest number?")
    expect(tuple(network.output_shape) == (None, 10), "The network should end in ten numbers for each picture.")
    field = np.random.default_rng(0).uniform(size=(1, 8, 8, 1)).astype("float32")
    here, there = (np.pad(field, ((0, 0), (20, 20), (20 + n, 20 - n), (0, 0))) for n in (0, 4))
    at_first, moved = (np.asarray(network.predict(picture, verbose=0)) for picture in (here, there))
    expect(
        np.allclose(at_first, moved, atol=1e-5),
        "A patch moved by one step of the last map, far from the border, should change nothing.",
    )


@exercise
def matrix(answer: Any) -> None:
    """The matrix, 784 × 676, of the convolution with the kernel of upright edges."""
    shape = np.shape(answer)
    expect(shape != (676, 784), "That is the transposed matrix: pixels should be rows, places of the map columns.")
    right, turned = _matrix(EDGES), _matrix(EDGES[::-1, ::-1])
    array(
        answer,
        right,
        [
            (turned, "Every sign is the other way round: your kernel is turned by 180°, as in the textbook."),
            (_matrix(EDGES.T), "That is the kernel of level edges."),
        ],
        1e-4,
    )


def _matrix(kernel: np.ndarray) -> np.ndarray:
    """Rows are pixels of 28 × 28, columns the places of the 26 × 26 windows."""
    made = np.zeros((28, 28, 26, 26), "float32")
    for y in range(26):
        for x in range(26):
            made[y : y + 3, x : x + 3, y, x] = kernel
    return made.reshape(784, 676)


@exercise
def scattered(answer: Any) -> None:
    """A function of pictures and a generator: each picture moved by up to four pixels, by a movement of its own."""
    function(answer, "pictures and a generator")
    dots = np.zeros((2000, 28, 28, 1), "float32")
    dots[:, 14, 14] = 1
    found = np.asarray(answer(dots, np.random.default_rng(0)))
    expect(found.shape == dots.shape, f"Your function returns the shape {found.shape} for pictures {dots.shape}.")
    expect(dots[:, 14, 14].all() and dots.sum() == 2000, "Your function changes the pictures it is given.")
    where = np.argwhere(found[..., 0] == 1)
    expect(len(where) == 2000 and found.sum() == 2000, "Each picture should keep its pixels: here, a single dot.")
    moves = where[:, 1:] - 14
    expect(len(np.unique(moves, axis=0)) > 1, "All pictures are moved alike. Draw a movement for each of them.")
    expect(np.abs(moves).max() <= 4, f"Some pictures are moved by {np.abs(moves).max()} pixels, more than four.")
    for name, along in (("up and down", moves[:, 0]), ("left and right", moves[:, 1])):
        expect(along.min() < 0 < along.max(), f"Movements {name} should go both ways.")
        expect(along.min() == -4, f"Movements {name} never go by minus four pixels.")
        expect(along.max() == 4, f"Movements {name} never go by plus four: `integers(a, b)` leaves b out.")
    expect(np.any(moves[:, 0] != moves[:, 1]), "Each picture moves as far down as to the right. Draw two numbers.")
    again = np.asarray(answer(dots, np.random.default_rng(1)))
    expect(np.any(again != found), "Another generator should give other movements. Use the one that is passed.")
