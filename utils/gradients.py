"""Gradients and curvature of functions written with `keras.ops`, on TensorFlow, JAX or PyTorch, whichever Keras runs on::

    slope = value_and_gradient(loss)          # loss(x, *data) → scalar
    value, gradient = slope(x, X, y)          # float, array of x's shape
    curve = hessian_product(loss)
    Hv = curve(x, v, X, y)                    # the Hessian times v

The Hessian itself is never made.
"""

from collections.abc import Callable

import numpy as np


def value_and_gradient(function: Callable) -> Callable:
    """The compiled function `(x, *data) → (value, gradient)`.

    function: `(x, *data) → scalar tensor`, made of `keras.ops`. x: array of any shape, taken as float32; data: arrays or tensors
    that are held fixed. value: float. gradient: float64 array of x's shape, as SciPy wants it.
    Raises NotImplementedError on any other backend.
    """
    compute = _BACKENDS[_backend()](function)[0]

    def value_and_gradient(x, *data):
        value, gradient = compute(_tensor(x), *map(_fixed, data))
        return float(value), _array(gradient)

    return value_and_gradient


def hessian_product(function: Callable) -> Callable:
    """The compiled function `(x, v, *data) → H v`, with H the Hessian of `function` at x. Costs about two gradients.

    function, x, data: as in `value_and_gradient`; v: array of x's shape. Returns a float64 array of x's shape.
    Raises NotImplementedError on any other backend.
    """
    compute = _BACKENDS[_backend()](function)[1]
    return lambda x, v, *data: _array(compute(_tensor(x), _tensor(v), *map(_fixed, data)))


def _backend() -> str:
    import keras

    name = keras.backend.backend()
    if name not in _BACKENDS:
        raise NotImplementedError(
            f"Gradients need one of the backends {', '.join(_BACKENDS)}, but Keras runs on {name}."
        )
    return name


def _tensor(x):
    import keras

    return keras.ops.convert_to_tensor(x, dtype="float32")


def _fixed(x):
    import keras

    return keras.ops.convert_to_tensor(x)


def _array(tensor) -> np.ndarray:
    import keras

    return keras.ops.convert_to_numpy(tensor).astype("float64")


# ---- each backend: function → (x, *data → value and gradient), (x, v, *data → Hessian product)


def _tensorflow(function):
    import tensorflow as tf

    @tf.function(reduce_retracing=True)
    def slope(x, *data):
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = function(x, *data)
        return value, tape.gradient(value, x)

    @tf.function(reduce_retracing=True)
    def product(x, v, *data):  # forward over reverse: how the gradient changes along v
        with tf.autodiff.ForwardAccumulator(x, v) as forward:
            gradient = slope.python_function(x, *data)[1]
        return forward.jvp(gradient)

    return slope, product


def _jax(function):
    import jax

    slope = jax.jit(jax.value_and_grad(function))
    product = jax.jit(lambda x, v, *data: jax.jvp(lambda x: jax.grad(function)(x, *data), (x,), (v,))[1])
    return slope, product


def _torch(function):
    import torch

    def gradient(x, data, graph):
        x = x.detach().requires_grad_()
        value = function(x, *data)
        return x, value, torch.autograd.grad(value, x, create_graph=graph)[0]

    def slope(x, *data):
        _, value, slope = gradient(x, data, graph=False)
        return value.detach(), slope

    def product(x, v, *data):  # reverse over reverse: the gradient of gradient · v
        x, _, slope = gradient(x, data, graph=True)
        return torch.autograd.grad(slope, x, v)[0]

    return slope, product


_BACKENDS = {"tensorflow": _tensorflow, "jax": _jax, "torch": _torch}
