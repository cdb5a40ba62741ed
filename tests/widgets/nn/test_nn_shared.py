"""What several engines of the page share: the random numbers, Adam, and the dense layer of a network that learns there."""

from collections.abc import Iterator

import numpy as np
import pytest
from support.nn import Case, evaluate

SEEDS = (0, 1, 7, 2**31 - 1, 2**32 - 1)
BITS = 2**32 - 1


def mulberry32(state: int) -> float:
    """The generator's hash of a state, with whole numbers of Python."""
    mixed = ((state ^ state >> 15) * (state | 1)) & BITS
    mixed ^= (mixed + (mixed ^ mixed >> 7) * (mixed | 61)) & BITS
    return (mixed ^ mixed >> 14) / 2**32


@pytest.mark.parametrize("seed", SEEDS)
def test_random_numbers_are_mulberry32(tmp_path, seed):
    stream, places = evaluate(
        tmp_path,
        [
            Case(f"(() => {{ const next = stream({seed}); return Array.from({{ length: 2000 }}, next); }})()"),
            Case(f"Array.from({{ length: 2000 }}, (_, i) => uniform({seed}, i))"),
        ],
    )
    assert stream == [mulberry32((seed + (i + 1) * 0x6D2B79F5) & BITS) for i in range(2000)]
    assert places == [mulberry32((seed * 0x9E3779B9 + (i + 1) * 0x6D2B79F5) & BITS) for i in range(2000)]


def test_random_numbers_are_even(tmp_path):
    (found,) = evaluate(
        tmp_path, [Case("(() => { const next = stream(5); return Array.from({ length: 60000 }, next); })()")]
    )
    assert min(found) >= 0 and max(found) < 1
    share = np.histogram(found, bins=10, range=(0, 1))[0] / len(found)
    np.testing.assert_allclose(share, 0.1, atol=0.006)  # five standard deviations


def adam(gradients: np.ndarray, rate: float) -> Iterator[np.ndarray]:
    """The steps of Kingma and Ba's algorithm 1 with Keras' place for epsilon."""
    mean = square = np.zeros(gradients.shape[1])
    for time, gradient in enumerate(gradients, 1):
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        yield -rate * np.sqrt(1 - 0.999**time) / (1 - 0.9**time) * mean / (np.sqrt(square) + 1e-7)


def test_adam_is_kingma_and_bas(tmp_path):
    gradients = np.random.default_rng(0).normal(size=(50, 3)).astype("float32")
    expression = """(() => {
      const step = adam(3), other = adam(3); // two optimizers at once have nothing in common
      return Array.from({ length: 50 }, (_, i) => {
        other([1, 1, 1], 1);
        return Array.from(step(gradients.data.subarray(3 * i, 3 * i + 3), 0.01));
      });
    })()"""
    (found,) = evaluate(tmp_path, [Case(expression, {"gradients": gradients})])
    np.testing.assert_allclose(found, list(adam(gradients.astype("float64"), 0.01)), rtol=1e-9)


def test_a_kernel_that_learns_is_read_anew(tmp_path):
    """In double precision, and after each change of its numbers: no copy of them is kept."""
    expression = """(() => {
      const double = ({ shape, data }) => tensor(shape, Float64Array.from(data));
      const [input, weights, out] = [double(x), { kernel: double(kernel), bias: double(bias) }, tensor([3, 4], new Float64Array(12))];
      const before = Array.from(dense(input, weights, out).data);
      weights.kernel.data.forEach((value, i, all) => { all[i] = 2 * value; });
      return [before, Array.from(dense(input, weights, out).data)];
    })()"""
    random = np.random.default_rng(1)
    x, kernel, bias = (random.normal(size=shape).astype("float32") for shape in ((3, 5), (5, 4), (4,)))
    (found,) = evaluate(tmp_path, [Case(expression, {"x": x, "kernel": kernel, "bias": bias})])
    x, kernel, bias = (array.astype("float64") for array in (x, kernel, bias))
    for values, factor in zip(found, (1, 2)):
        np.testing.assert_allclose(np.reshape(values, (3, 4)), factor * x @ kernel + bias, rtol=1e-12)
