"""`utils.gradients` against differences and against formulas: on the backend that runs, then on the others, each in its own process."""

import importlib.util
import os
import subprocess
import sys

import numpy as np
import pytest

from utils.gradients import hessian_product, value_and_gradient


@pytest.fixture(scope="module")
def problem():
    """A loss in keras.ops, with data; the same in NumPy; and its Hessian."""
    from keras import ops

    random = np.random.default_rng(0)
    A, b = random.normal(size=(7, 4)).astype("float32"), random.normal(size=7).astype("float32")

    def loss(w, A, b):
        return ops.sum(ops.tanh(ops.matmul(A, w) - b) ** 2)

    def numpy_loss(w):
        return (np.tanh(A.astype("float64") @ w - b) ** 2).sum()

    return loss, numpy_loss, (A, b), random.normal(size=4)


def differences(function, w, h=1e-5):
    return np.array(
        [(np.asarray(function(w + h * e)) - np.asarray(function(w - h * e))) / (2 * h) for e in np.eye(len(w))]
    )


def test_value_and_gradient_are_those_of_the_function(problem):
    loss, numpy_loss, data, w = problem
    value, gradient = value_and_gradient(loss)(w, *data)
    assert isinstance(value, float) and value == pytest.approx(numpy_loss(w), rel=1e-5)
    assert gradient.dtype == np.float64 and gradient.shape == w.shape
    np.testing.assert_allclose(gradient, differences(numpy_loss, w), rtol=1e-4, atol=1e-5)


def test_the_product_is_the_hessian_times_the_vector(problem):
    loss, numpy_loss, data, w = problem
    hessian = differences(lambda w: differences(numpy_loss, w, 1e-4), w, 1e-4)
    product = hessian_product(loss)
    for v in (np.eye(4)[1], np.array([1.0, -2, 0.5, 3])):
        np.testing.assert_allclose(product(w, v, *data), hessian @ v, rtol=1e-3, atol=1e-3)


def test_data_of_another_size_is_taken(problem):
    loss, _, (A, b), w = problem
    slope = value_and_gradient(loss)
    whole, part = slope(w, A, b), slope(w, A[:3], b[:3])
    rest = slope(w, A[3:], b[3:])
    assert whole[0] == pytest.approx(part[0] + rest[0], rel=1e-5)
    np.testing.assert_allclose(whole[1], part[1] + rest[1], rtol=1e-4, atol=1e-5)


def test_arrays_of_any_shape_keep_it():
    from keras import ops

    x = np.arange(6.0).reshape(2, 3)
    value, gradient = value_and_gradient(lambda x: ops.sum(x**3))(x)
    assert value == 225
    np.testing.assert_allclose(gradient, 3 * x**2)
    np.testing.assert_allclose(hessian_product(lambda x: ops.sum(x**3))(x, np.ones((2, 3))), 6 * x)


def test_a_batch_of_pictures_gets_one_gradient_each():
    """A sum over pictures of what each excites in "its" filter: the gradient of a convnet's input, against differences."""
    import keras
    from keras import layers, ops

    keras.utils.set_random_seed(0)
    inputs = keras.Input((None, None, 2))
    maps = layers.Conv2D(3, 3, padding="same", activation="tanh")(inputs)
    net = keras.Model(inputs, layers.Conv2D(3, 3)(layers.AveragePooling2D(2)(maps)))
    pictures = np.random.default_rng(0).normal(size=(3, 8, 8, 2))

    def excitement(x):
        return ops.sum(ops.diagonal(ops.mean(net(x), axis=(1, 2))))

    slope = value_and_gradient(excitement)
    _, gradient = slope(pictures)
    for i, one in enumerate(pictures):
        alone = value_and_gradient(lambda x, i=i: ops.mean(net(x)[..., i]))(one[None])[1]
        np.testing.assert_allclose(gradient[i], alone[0], rtol=1e-4, atol=1e-6)
    for place in ((0, 0, 0, 0), (1, 4, 3, 1), (2, 7, 2, 0)):
        step = np.zeros_like(pictures)
        step[place] = 0.02
        known = (slope(pictures + step)[0] - slope(pictures - step)[0]) / 0.04
        assert gradient[place] == pytest.approx(known, rel=0.02, abs=1e-4)


@pytest.mark.parametrize("kind", ["constant", "number", "linear"])
def test_where_nothing_changes_the_derivatives_are_zeros(kind):
    from keras import ops

    def function(x, a):
        return {"constant": ops.sum(a), "number": 3, "linear": ops.sum(a * x)}[kind]

    x, a = np.ones((2, 3)), np.full((2, 3), 0.5, "float32")
    value, gradient = value_and_gradient(function)(x, a)
    assert value == 3
    np.testing.assert_array_equal(gradient, a if kind == "linear" else np.zeros((2, 3)))
    np.testing.assert_array_equal(hessian_product(function)(x, np.ones((2, 3)), a), np.zeros((2, 3)))


def test_an_unknown_backend_is_named(monkeypatch):
    import keras

    monkeypatch.setattr(keras.backend, "backend", lambda: "abacus")
    with pytest.raises(NotImplementedError, match="tensorflow, jax, torch, but Keras runs on abacus"):
        value_and_gradient(lambda x: x)


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_all_of_this_holds_on(backend):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed here, so the gradients on it were not checked: pip install {backend}")
    if backend == os.environ.get("KERAS_BACKEND", "tensorflow"):
        pytest.skip(f"{backend} is the backend of this very run")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:xdist",
        "-p",
        "no:cacheprovider",
        "-k",
        "not all_of_this",
        __file__,
    ]
    settings = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        command, check=False, env=settings | {"KERAS_BACKEND": backend}, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0 and "9 passed" in done.stdout, done.stdout + done.stderr
