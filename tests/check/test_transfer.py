"""Checks of the exercises of "Transfer learning": right answers, and hints that fit typical mistakes."""

import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from support.check import said

from utils.check import transfer as check


def classifier():
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=500))


def scaled_with_all(z, y, n):
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(z[:n], y[:n])
    model.named_steps["standardscaler"].fit(z)
    return model


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (check.vgg16, 14_714_688),
        (check.few, lambda z, y, n: classifier().fit(z[:n], y[:n])),
        (check.batchnorm, {"rate 0": True, "frozen": False}),
        (check.mirror, lambda predict, x: (predict(x) + predict(x[:, :, ::-1])) / 2),
    ],
)
def test_right(exercise, answer):
    assert said(exercise, answer) == "Right."


@pytest.mark.parametrize(
    ("exercise", "answer", "hint"),
    [
        (check.vgg16, 14_710_464, "bias"),
        (check.vgg16, 14_713_536, "three channels"),
        (check.vgg16, 138_357_544, "with its head"),
        (check.vgg16, 14_700_000, "too small"),
        (check.few, 0.8, "A function"),
        (check.few, lambda z, y, n: classifier().fit(z, y), "more rows"),
        (check.few, lambda z, y, n: classifier().fit(z[:n], y[:n]).score(z[n:], y[n:]), "classifier itself"),
        (check.few, lambda z, y, n: LogisticRegression().fit(z[:n], y[:n]), "standardises"),
        (check.few, scaled_with_all, "for the scaling too"),
        (check.batchnorm, {"rate 0": False, "frozen": False}, "need a gradient"),
        (check.batchnorm, {"rate 0": True, "frozen": True}, "also stops"),
        (check.batchnorm, {"zero": True}, "keys"),
        (check.mirror, lambda predict, x: predict(x), "as they are"),
        (check.mirror, lambda predict, x: predict(x) + predict(x[:, :, ::-1]), "sum"),
        (check.mirror, lambda predict, x: (predict(x) + predict(x[:, ::-1])) / 2, "upside down"),
        (check.mirror, lambda predict, x: (predict(x) + predict(x[..., ::-1])) / 2, "colours"),
        (check.mirror, lambda predict, x: predict(x[:, :, ::-1]), "mirror images alone"),
        (check.mirror, lambda predict, x: predict(x).mean(), "One number for each"),
    ],
)
def test_wrong(exercise, answer, hint):
    line = said(exercise, answer)
    assert line.startswith("Not yet. ") and hint in line
