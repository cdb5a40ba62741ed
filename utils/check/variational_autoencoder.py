"""Checks of the exercises of "Variational autoencoders"."""

from typing import Any

import numpy as np
from scipy.special import logsumexp

from utils.check import array, exercise, expect, function, number, page_number


@exercise
def shape(answer: Any) -> None:
    """The side of a 7 × 7 picture after two transposed convolutions with kernel 3, stride 2, padding "valid"."""
    mistakes: dict[float, str] = {
        28: 'That is the side with padding "same".',
        15: "That is the side after the first of the two.",
        1: "That is what two ordinary convolutions leave. Transposed ones enlarge.",
        37: "Each side is not s · n + k: the first patch is k wide, and each further one adds s.",
    }
    page_number(answer, "vae-shape", mistakes)


@exercise
def kl(answer: Any) -> None:
    """A function `kl(mean, log_var, prior_mean, prior_log_var)`: the KL divergence, summed over the dimensions."""
    function(answer, "four arrays")
    mean, log_var, other, other_log_var = np.random.default_rng(0).normal(size=(4, 5, 3))
    found = answer(mean, log_var, other, other_log_var)
    shift = (mean - other) ** 2

    def formula(first: Any, second: Any, half: float = 0.5) -> np.ndarray:
        return half * np.sum((shift + np.exp(first)) / np.exp(second) - 1 + second - first, axis=-1)

    right = formula(log_var, other_log_var)
    standard = 0.5 * np.sum(mean**2 + np.exp(log_var) - 1 - log_var, axis=-1)
    no_log = 0.5 * np.sum((shift + np.exp(log_var)) / np.exp(other_log_var) - 1 - log_var, axis=-1)
    array(
        found,
        right,
        [
            (formula(other_log_var, log_var), "That is the divergence of the second from the first."),
            (formula(log_var, other_log_var, 1), "A factor of one half is missing."),
            (standard, "That is the divergence from the standard normal distribution. Use the prior that is given."),
            (no_log, "The prior's density contains the logarithm of its standard deviation, too."),
            (right / 3, "Sum over the dimensions instead of averaging."),
        ],
    )


@exercise
def evidence(answer: Any) -> None:
    """A function `log_evidence(pictures, painted, log_weights)`: ln p(x) of each black-and-white picture."""
    function(answer, "three arrays")
    rng = np.random.default_rng(0)
    for pixels in (6, 3000):
        pictures = rng.integers(2, size=(4, pixels)).astype("float64")
        painted, log_weights = rng.uniform(0.1, 0.9, size=(7, pixels)), np.log(rng.dirichlet(np.ones(7)))
        joint = pictures @ np.log(painted).T + (1 - pictures) @ np.log(1 - painted).T
        right = logsumexp(joint + log_weights, axis=1)
        found = np.asarray(answer(pictures, painted, log_weights))
        expect(found.shape == right.shape, f"One number for each of the 4 pictures is expected, not {found.shape}.")
        expect(
            np.isfinite(found).all(),
            f"With {pixels} pixels not every value is finite: the probabilities are too small for a float. "
            "Stay with logarithms and use `logsumexp`.",
        )
        ink = logsumexp(pictures @ np.log(painted).T + log_weights, axis=1)
        mistakes = [
            (-right, "The sign: ln p(x) is asked for, not −ln p(x)."),
            (
                logsumexp(joint, axis=1),
                "Each point of the grid counts with its weight. Where do the logarithms of the weights come in?",
            ),
            (
                (joint + log_weights).sum(axis=1),
                "The probabilities of the points are added, not multiplied: take the logarithm after the sum.",
            ),
            (ink, "White pixels count, too: each has the probability 1 − x̂."),
        ]
        array(found, right, mistakes, tolerance=1e-4)


@exercise
def caught(answer: Any) -> None:
    """A function `caught(usual, changed)`: the share of `changed` above the 95 % quantile of `usual`."""
    function(answer, "two arrays")
    rng = np.random.default_rng(0)
    usual, changed = rng.normal(size=2000), rng.normal(1, 1, size=500)
    level, low = np.quantile(usual, [0.95, 0.05])
    number(
        answer(usual, changed),
        float((changed > level).mean()),
        {
            float(100 * (changed > level).mean()): "That is in percent; a share between 0 and 1 is expected.",
            float((changed > low).mean()): "That alarm goes off for 95 % of the usual pictures.",
            float((changed > usual.max()).mean()): "That alarm never goes off for a usual picture. It may, for 5 %.",
            float((changed <= level).mean()): "Those are the ones that escape.",
            float((changed > np.quantile(changed, 0.95)).mean()): "The level is set on the usual pictures.",
        },
        tolerance=0.003,
    )
