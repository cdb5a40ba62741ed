"""Checks of the exercises of "Text generation"."""

from typing import Any

import numpy as np

from utils.check import array, exercise, expect, function, number, page_number


@exercise
def units(answer: Any) -> None:
    """The number of weights of the chapter's network with 256 units."""
    n, h = 57, 256
    dense = (h + 1) * n
    mistakes: dict[float, str] = {
        2 * 102_585: "Twice the units are more than twice the weights: which connections grow with their square?",
        (n + h + 1) * h + dense: "An LSTM has four small dense layers: three gates and the candidate.",
        3 * (n + h + 1) * h + dense: "Beside the three gates, the candidate has weights too.",
        4 * (n + h) * h + dense: "Each of the four small dense layers has a bias for each unit.",
        4 * (n + h + 1) * h: "That is the LSTM alone. The dense layer with the logits comes on top.",
        4 * (n + h + 1) * h + h * n: "The last layer has biases, too.",
        4 * (n + 1) * h + dense: "Each unit also sees the hidden state of all units.",
    }
    page_number(answer, "text-generation-units", mistakes)


@exercise
def temperature(answer: Any) -> None:
    """A function of logits, codes and a temperature: the cross-entropy in nats."""
    function(answer, "z, right and temperature")
    random = np.random.default_rng(0)
    for scale, heat in ((2.0, 1.0), (2.0, 0.7), (2.0, 1.3), (300.0, 1.2)):
        z, right = random.normal(0, scale, (40, 7)), random.integers(0, 7, 40)

        def nats(logits: np.ndarray, right: np.ndarray = right) -> np.ndarray:
            most = logits.max(axis=1, keepdims=True)
            log_q = logits - most - np.log(np.exp(logits - most).sum(axis=1, keepdims=True))
            return -log_q[np.arange(len(right)), right]

        expected = nats(z / heat)
        mistakes: dict[float, str] = {
            float(nats(z * heat).mean()): "The temperature divides the logits.",
            float(nats(z).mean()): "That is the value at temperature 1, whatever the temperature.",
            float(expected.mean() / np.log(2)): "That is in bits. For nats, take the natural logarithm.",
            float(expected.sum()): "That is the sum. The cross-entropy is the mean over the letters.",
            float(-expected.mean()): "The sign: a probability below 1 has a negative logarithm.",
        }
        mistakes = {wrong: hint for wrong, hint in mistakes.items() if abs(wrong - expected.mean()) > 1e-3}
        found = float(answer(z, right, heat))
        expect(np.isfinite(found), "Large logits give no finite number. Subtract the largest one before `exp`.")
        number(found, float(expected.mean()), mistakes, 1e-4 * max(1.0, float(expected.mean())))


@exercise
def compress(answer: Any) -> None:
    """A function of the probabilities of a text's letters: the bytes of an ideal coder."""
    function(answer, "an array of probabilities")
    for p in (np.full(16, 0.5), np.array([0.1, 0.5, 0.9, 0.02, 0.3])):
        bits = -np.log2(p)
        found = float(answer(p))
        mistakes: dict[float, str] = {
            float(bits.sum()): "Those are bits. A byte has eight.",
            float(-np.log(p).sum() / 8): "Those are nats divided by eight. Bits need the logarithm to base 2.",
            float(bits.mean()): "That is the mean number of bits a letter. The text needs the sum, in bytes.",
            float(bits.mean() / 8): "That is the mean over the letters. The text needs the sum.",
            float(-bits.sum() / 8): "The sign: a probability below 1 has a negative logarithm.",
        }
        number(found, float(bits.sum() / 8), mistakes, 1e-6)


@exercise
def nucleus(answer: Any) -> None:
    """A function of distributions and p: how many of the likeliest letters add up to at least p, row by row."""
    function(answer, "q and p")
    rows = np.array([[0.02, 0.95, 0.02, 0.01], [0.4, 0.1, 0.3, 0.2], [0.25, 0.25, 0.25, 0.25]])
    for p, right, fewer, unsorted in ((0.85, [1, 3, 4], [0, 2, 3], [2, 4, 4]), (0.65, [1, 2, 3], [0, 1, 2], [2, 3, 3])):
        hints = [
            (np.array(fewer), "One letter too few: the letter at which the sum reaches p is kept as well."),
            (np.array(unsorted), "The letters have to be sorted first, the likeliest in front."),
            ((rows > 1 - p).sum(axis=1), "Not each letter has to pass a threshold: their sum has to reach p."),
        ]
        array(answer(rows, p), np.array(right), [hint for hint in hints if not np.array_equal(hint[0], right)])
