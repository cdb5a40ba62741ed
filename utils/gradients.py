"""Gradients and curvature of functions written with `keras.ops`, on TensorFlow, JAX or PyTorch, whichever Keras runs on::

    slope = value_and_gradient(loss)          # loss(x, *data) → scalar
    value, gradient = slope(x, X, y)          # float, array of x's shape
    curve = hessian_product(loss)
    Hv = curve(x, v, X, y)                    # the Hessian times v

The Hessian itself is never made.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Tensor = Any  # of whichever backend Keras runs on
Slope = Callable[..., tuple[Tensor, Tensor]]
Product = Callable[..., Tensor]


def value_and_gradient(function: Callable) -> Callable[..., tuple[float, np.ndarray]]:
    """The compiled function `(x, *data) → (value, gradient)`.

    Args:
        function: `(x, *data) → scalar tensor`, made of `keras.ops`. x: array of any shape, taken as float32; data: arrays or
            tensors that are held fixed.

    Returns:
        The function; its value is a float, its gradient a float64 array of x's shape, as SciPy wants it, with zeros where
        the value does not depend on x.

    Raises:
        NotImplementedError: Keras runs on a backend other than TensorFlow, JAX and PyTorch.
    """
    compute = _BACKENDS[_backend()](_as_float(function))[0]

    def value_and_gradient(x: Any, *data: Any) -> tuple[float, np.ndarray]:
        value, gradient = compute(_tensor(x), *map(_fixed, data))
        return float(value), _array(gradient)

    return value_and_gradient


def hessian_product(function: Callable) -> Callable[..., np.ndarray]:
    """The compiled function `(x, v, *data) → H v`, with H the Hessian of `function` at x. Costs about two gradients.

    Args:
        function: as in `value_and_gradient`, and so are x and data. v: array of x's shape.

    Returns:
        The function; its product is a float64 array of x's shape, with zeros where the function is linear in x.

    Raises:
        NotImplementedError: Keras runs on a backend other than TensorFlow, JAX and PyTorch.
    """
    compute = _BACKENDS[_backend()](_as_float(function))[1]
    return lambda x, v, *data: _array(compute(_tensor(x), _tensor(v), *map(_fixed, data)))


def _backend() -> str:
    import keras

    name = keras.backend.backend()
    if name not in _BACKENDS:
        raise NotImplementedError(
            f"Gradients need one of the backends {', '.join(_BACKENDS)}, but Keras runs on {name}."
        )
    return name


def _as_float(function: Callable) -> Callable[..., Tensor]:
    """The function with its value as a float32 tensor, even where it is a constant that no tensor went into."""
    import keras

    return lambda x, *data: keras.ops.cast(function(x, *data), "float32")


def _tensor(x: Any) -> Tensor:
    import keras

    return keras.ops.convert_to_tensor(x, dtype="float32")


def _fixed(x: Any) -> Tensor:
    import keras

    return keras.ops.convert_to_tensor(x)


def _array(tensor: Tensor) -> np.ndarray:
    import keras

    return keras.ops.convert_to_numpy(tensor).astype("float64")


# ---- each backend: function → (x, *data → value and gradient), (x, v, *data → Hessian product)


def _tensorflow(function: Callable) -> tuple[Slope, Product]:
    import tensorflow as tf

    zero = tf.UnconnectedGradients.ZERO

    def gradient(x: Tensor, *data: Tensor) -> tuple[Tensor, Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = function(x, *data)
        return value, tape.gradient(value, x, unconnected_gradients=zero)

    def product(
        x: Tensor, v: Tensor, *data: Tensor
    ) -> Tensor:  # forward over reverse: how the gradient changes along v
        with tf.autodiff.ForwardAccumulator(x, v) as forward:
            slope = gradient(x, *data)[1]
        return forward.jvp(slope, unconnected_gradients=zero)

    return tf.function(gradient, reduce_retracing=True), tf.function(product, reduce_retracing=True)


def _jax(function: Callable) -> tuple[Slope, Product]:
    import jax

    slope = jax.jit(jax.value_and_grad(function))
    product = jax.jit(lambda x, v, *data: jax.jvp(lambda x: jax.grad(function)(x, *data), (x,), (v,))[1])
    return slope, product


def _torch(function: Callable) -> tuple[Slope, Product]:
    import torch

    def derivative(value: Tensor, x: Tensor, along: Tensor | None = None, graph: bool = False) -> Tensor:
        if not value.requires_grad:  # x did not go into it
            return torch.zeros_like(x)
        return torch.autograd.grad(value, x, along, create_graph=graph, materialize_grads=True)[0]

    def slope(x: Tensor, *data: Tensor) -> tuple[Tensor, Tensor]:
        x = x.detach().requires_grad_()
        value = function(x, *data)
        return value.detach(), derivative(value, x)

    def product(x: Tensor, v: Tensor, *data: Tensor) -> Tensor:  # reverse over reverse: the gradient of gradient · v
        x = x.detach().requires_grad_()
        return derivative(derivative(function(x, *data), x, graph=True), x, along=v)

    return slope, product


_BACKENDS = {"tensorflow": _tensorflow, "jax": _jax, "torch": _torch}
