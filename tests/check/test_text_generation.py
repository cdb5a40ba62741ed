"""Checks of the exercises of "Text generation": right answers, and hints that fit typical mistakes."""

import numpy as np
import pytest
from support.check import said

from utils.check import text_generation as check


def nats(z, right, temperature):
    z = z / temperature
    z = z - z.max(axis=1, keepdims=True)
    log_q = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -log_q[np.arange(len(right)), right].mean()


def overflowing(z, right, temperature):
    with np.errstate(all="ignore"):
        e = np.exp(z / temperature)
        return -np.log(e / e.sum(axis=1, keepdims=True))[np.arange(len(right)), right].mean()


def kept(q, p, sort=True, extra=0):
    q = -np.sort(-q, axis=1) if sort else q
    return (q.cumsum(axis=1) - q < p).sum(axis=1) + extra


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (check.units, 336_185),
        (check.temperature, nats),
        (check.compress, lambda p: -np.log2(p).sum() / 8),
        (check.nucleus, kept),
    ],
)
def test_right(exercise, answer):
    assert said(exercise, answer) == "Right."


@pytest.mark.parametrize(
    ("exercise", "answer", "hint"),
    [
        (check.units, 205_170, "grow with their square"),
        (check.units, 314 * 256 + 257 * 57, "four small dense layers"),
        (check.units, 3 * 314 * 256 + 257 * 57, "the candidate has weights too"),
        (check.units, 4 * 313 * 256 + 257 * 57, "has a bias for each unit"),
        (check.units, 4 * 314 * 256, "the LSTM alone"),
        (check.units, 4 * 314 * 256 + 256 * 57, "The last layer has biases"),
        (check.units, 4 * 58 * 256 + 257 * 57, "hidden state of all units"),
        (check.temperature, 1.0, "A function of"),
        (check.temperature, lambda z, right, t: nats(z, right, 1 / t), "divides the logits"),
        (check.temperature, lambda z, right, t: nats(z, right, 1), "whatever the temperature"),
        (check.temperature, lambda z, right, t: nats(z, right, t) / np.log(2), "in bits"),
        (check.temperature, lambda z, right, t: nats(z, right, t) * len(z), "That is the sum"),
        (check.temperature, lambda z, right, t: -nats(z, right, t), "The sign"),
        (check.temperature, overflowing, "Subtract the largest"),
        (check.compress, 3, "A function of"),
        (check.compress, lambda p: -np.log2(p).sum(), "A byte has eight"),
        (check.compress, lambda p: -np.log(p).sum() / 8, "Those are nats"),
        (check.compress, lambda p: -np.log2(p).mean(), "mean number of bits"),
        (check.compress, lambda p: -np.log2(p).mean() / 8, "The text needs the sum"),
        (check.compress, lambda p: np.log2(p).sum() / 8, "The sign"),
        (check.nucleus, 3, "A function of"),
        (check.nucleus, lambda q, p: kept(q, p, extra=-1), "One letter too few"),
        (check.nucleus, lambda q, p: kept(q, p, sort=False), "sorted first"),
        (check.nucleus, lambda q, p: (q > 1 - p).sum(axis=1), "their sum"),
    ],
)
def test_hints(exercise, answer, hint):
    assert hint in said(exercise, answer)
