"""Checks of the exercises of "Variational autoencoders": right answers, and hints that fit typical mistakes."""

import numpy as np
import pytest
from scipy.special import logsumexp
from support.check import said

from utils.check import variational_autoencoder as check


def kl(mean, log_var, prior_mean, prior_log_var, half=0.5, average=False):
    terms = ((mean - prior_mean) ** 2 + np.exp(log_var)) / np.exp(prior_log_var) - 1 + prior_log_var - log_var
    return half * (terms.mean(axis=-1) if average else terms.sum(axis=-1))


def standard(mean, log_var, prior_mean, prior_log_var):
    return kl(mean, log_var, 0, np.zeros_like(log_var))


def swapped(mean, log_var, prior_mean, prior_log_var):
    return kl(prior_mean, prior_log_var, mean, log_var)


def evidence(pictures, painted, log_weights):
    blank = np.log1p(-painted)
    given = pictures @ (np.log(painted) - blank).T + blank.sum(axis=1)
    return logsumexp(given + log_weights, axis=1)


def underflowing(pictures, painted, log_weights):
    given = np.where(pictures[:, None] > 0.5, painted, 1 - painted).prod(axis=-1)
    with np.errstate(divide="ignore"):
        return np.log(given @ np.exp(log_weights))


def ink_only(pictures, painted, log_weights):
    return logsumexp(pictures @ np.log(painted).T + log_weights, axis=1)


def share(usual, changed):
    return np.mean(changed > np.quantile(usual, 0.95))


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [(check.shape, 31), (check.kl, kl), (check.evidence, evidence), (check.caught, share)],
)
def test_right(exercise, answer):
    assert said(exercise, answer) == "Right."


@pytest.mark.parametrize(
    ("exercise", "answer", "hint"),
    [
        (check.shape, 28, "same"),
        (check.shape, 15, "the first of the two"),
        (check.shape, 1, "ordinary convolutions"),
        (check.shape, 37, "each further one adds s"),
        (check.shape, 30, "too small"),
        (check.kl, swapped, "second from the first"),
        (check.kl, standard, "standard normal"),
        (check.kl, lambda *arrays: kl(*arrays, half=1), "one half"),
        (check.kl, lambda *arrays: kl(*arrays, average=True), "instead of averaging"),
        (check.kl, 3.0, "A function"),
        (check.evidence, underflowing, "logsumexp"),
        (check.evidence, ink_only, "White pixels"),
        (check.evidence, lambda *arrays: -evidence(*arrays), "sign"),
        (check.evidence, lambda x, painted, weights: evidence(x, painted, 0), "its weight"),
        (check.caught, lambda usual, changed: 100 * share(usual, changed), "percent"),
        (check.caught, lambda usual, changed: 1 - share(usual, changed), "escape"),
        (check.caught, lambda usual, changed: np.mean(changed > usual.max()), "never goes off"),
        (check.caught, lambda usual, changed: np.mean(changed > np.quantile(usual, 0.05)), "95 %"),
        (check.caught, lambda usual, changed: share(changed, changed), "on the usual"),
    ],
)
def test_wrong(exercise, answer, hint):
    line = said(exercise, answer)
    assert line.startswith("Not yet. ") and hint in line
