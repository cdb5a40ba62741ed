"""The matrix product in the page, in WebAssembly and in plain JavaScript, against NumPy; its memory, and browsers that lack it."""

import itertools
import subprocess
from pathlib import Path

import build_wasm  # scripts/build_wasm.py
import numpy as np
import pytest
from support.nn import Case, evaluate

random = np.random.default_rng(0)


def numbers(*shape: int) -> np.ndarray:
    return random.normal(size=shape).astype("float32")


# ---- what NumPy says


def padded(x: np.ndarray, window: tuple, strides: tuple, padding: str) -> np.ndarray:
    """The picture with the zeros that Keras puts around it."""
    if padding == "valid":
        return x
    need = [max((-(-n // s) - 1) * s + k - n, 0) for n, k, s in zip(x.shape, window, strides)]
    return np.pad(x, [*((n // 2, n - n // 2) for n in need), (0, 0)])


def conv2d(x, kernel, bias, strides, padding) -> np.ndarray:
    window = kernel.shape[:2]
    windows = np.lib.stride_tricks.sliding_window_view(padded(x, window, strides, padding), window, axis=(0, 1))
    return np.einsum("yxirc,rcif->yxf", windows[:: strides[0], :: strides[1]].astype("float64"), kernel) + bias


def conv2d_transpose(x, kernel, bias, strides, padding) -> np.ndarray:
    (height, width, _), (rows, columns, filters, _) = x.shape, kernel.shape
    over = [max(k - s, 0) for k, s in zip((rows, columns), strides)]
    full = np.zeros((height * strides[0] + over[0], width * strides[1] + over[1], filters))
    for y, x_ in itertools.product(range(height), range(width)):
        top, left = y * strides[0], x_ * strides[1]
        full[top : top + rows, left : left + columns] += kernel.astype("float64") @ x[y, x_]
    if padding == "same":
        top, left = (n // 2 for n in over)
        full = full[top : top + height * strides[0], left : left + width * strides[1]]
    return full + bias


# ---- products of every shape

DENSE = [
    *itertools.product((1, 2, 3, 4, 5, 9), (1, 3, 4, 7, 130), (1, 2, 8, 9, 24)),
    (64, 192, 1),
    (1, 784, 100),
    (0, 5, 3),
    (3, 0, 5),
    (2, 4, 0),
]
WINDOWS = [  # picture, window, strides, channels in, filters
    ((1, 1), (1, 1), (1, 1), 1, 1),
    ((5, 7), (1, 1), (1, 1), 5, 9),
    ((8, 8), (3, 3), (1, 1), 3, 24),
    ((7, 9), (3, 3), (2, 2), 8, 8),
    ((11, 6), (2, 5), (3, 1), 1, 10),
    ((6, 13), (5, 2), (1, 4), 17, 3),
    ((9, 9), (2, 2), (4, 4), 2, 16),
    ((4, 4), (4, 4), (1, 1), 3, 1),
    ((3, 2), (3, 2), (2, 3), 4, 5),
]
PADDINGS = ("valid", "same")


def products():
    """(what, expression, tensors, what NumPy says)"""
    for m, k, n in DENSE:
        x, kernel, bias = numbers(m, k), numbers(k, n), numbers(n)
        tensors = {"x": x, "layer/kernel": kernel, "layer/bias": bias}
        yield f"dense {m} x {k} x {n}", 'dense(x, w("layer"))', tensors, x.astype("float64") @ kernel + bias
    for (size, window, strides, channels, filters), padding in itertools.product(WINDOWS, PADDINGS):
        x, bias = numbers(*size, channels), numbers(filters)
        options = f"{{ strides: {list(strides)}, padding: '{padding}' }}"
        for name, shape, numpy in (
            ("conv2d", (channels, filters), conv2d),
            ("conv2dTranspose", (filters, channels), conv2d_transpose),
        ):
            kernel = numbers(*window, *shape)
            tensors = {"x": x, "layer/kernel": kernel, "layer/bias": bias}
            expected = numpy(x, kernel, bias, strides, padding)
            yield f"{name} {x.shape} {kernel.shape} {options}", f'{name}(x, w("layer"), {options})', tensors, expected


@pytest.mark.parametrize("wasm", [True, False], ids=["wasm", "plain"])
def test_products_of_every_shape(tmp_path, wasm):
    names, expressions, tensors, expected = zip(*products())
    found = evaluate(tmp_path, [Case(*case, wasm) for case in zip(expressions, tensors)])
    for name, got, wanted in zip(names, found, expected):
        assert got.shape == wanted.shape, name
        np.testing.assert_allclose(got, wanted, atol=1e-5, rtol=1e-5, err_msg=name)


def test_fills_what_it_is_given_and_reads_its_own_biases(tmp_path):
    """`out` is used again; a recurrent layer adds to what `out` holds by naming it as the bias."""
    x, kernel, held = numbers(3, 5), numbers(5, 4), numbers(3, 4)
    into = "(() => { const out = dense(x, { kernel }, held); return [out, out === held]; })()"
    onto = "(() => { const y = tensor([4], held.data.slice(0, 4)); return dense(tensor([5], x.data.slice(0, 5)), { kernel, bias: y }, y); })()"
    tensors = {"x": x, "kernel": kernel, "held": held}
    for wasm in (True, False):
        (filled, same), added = evaluate(tmp_path, [Case(into, tensors, wasm), Case(onto, tensors, wasm)])
        assert same
        np.testing.assert_allclose(filled, x @ kernel, atol=1e-5)
        np.testing.assert_allclose(added, held[0] + x[0] @ kernel, atol=1e-5)


def test_biases_that_do_not_fit_are_refused(tmp_path):
    tensors = {"x": numbers(1, 3), "layer/kernel": numbers(3, 4), "layer/bias": numbers(3)}
    expression = '(() => { try { return dense(x, w("layer")); } catch (error) { return error.message; } })()'
    for wasm in (True, False):
        assert evaluate(tmp_path, [Case(expression, tensors, wasm)]) == ["there are 3 biases for 4 columns"]


@pytest.mark.parametrize("strange", [np.nan, np.inf, -np.inf, 1e38])
def test_strange_numbers_stay_where_they_belong(tmp_path, strange):
    """They reach the outputs that see them, as in NumPy, and no other: not by way of what fills a panel or a row of zeros."""
    x, kernel = numbers(7, 10), numbers(10, 3)
    x[2, 4] = strange
    picture, filters = numbers(6, 7, 3), numbers(3, 3, 3, 5)
    picture[1, 6, 2] = strange
    cases = [
        Case(expression, {"x": inputs, "layer/kernel": weights}, wasm)
        for wasm in (True, False)
        for expression, inputs, weights in (
            ('dense(x, w("layer"))', x, kernel),
            ('conv2d(x, w("layer"), { padding: "same" })', picture, filters),
        )
    ]
    found = evaluate(tmp_path, cases)
    with np.errstate(invalid="ignore", over="ignore"):
        expected = [x @ kernel, conv2d(picture, filters, np.zeros(5), (1, 1), "same").astype("float32")]
    for got, wanted in zip(found, expected * 2):
        np.testing.assert_allclose(got, wanted, atol=1e-5, rtol=1e-5)


# ---- memory

# the memory of matmul.wasm is its own affair: the tests catch it as it is made
CATCH = """
const Instance = WebAssembly.Instance;
WebAssembly.Instance = function (module) { return (globalThis.caught = new Instance(module)); };
"""
BYTES = "caught.exports.memory.buffer.byteLength"


def test_networks_share_the_page(tmp_path):
    """Three networks in turn, round after round; a tensor may be the kernel of both kinds of convolution."""
    x, nets = numbers(5, 5, 3), [(numbers(2, 2, 3, 3), numbers(3)) for _ in range(3)]
    tensors = {f"net{i}/{name}": part for i, net in enumerate(nets) for name, part in zip(("kernel", "bias"), net)}
    turn = "[0, 1, 2].flatMap((i) => [conv2d(x, w(`net${i}`)), conv2dTranspose(x, w(`net${i}`))])"
    (rounds,) = evaluate(tmp_path, [Case(f"Array.from({{ length: 3 }}, () => {turn})", {"x": x} | tensors)])
    for found in rounds:
        for i, net in enumerate(nets):
            np.testing.assert_allclose(found[2 * i], conv2d(x, *net, (1, 1), "valid"), atol=1e-5)
            np.testing.assert_allclose(found[2 * i + 1], conv2d_transpose(x, *net, (1, 1), "valid"), atol=1e-5)


def test_memory_grows_and_views_stay_fresh(tmp_path):
    """A layer of 8 MB between two uses of a small one: the small one's numbers are found again after the memory has grown."""
    expression = f"""(() => {{
      const large = {{ kernel: tensor([1000, 2000], new Float32Array(2e6).fill(0.5)) }};
      const first = dense(x, {{ kernel }}), before = {BYTES};
      const between = dense(tensor([1, 1000], new Float32Array(1000).fill(1)), large), after = {BYTES};
      return [first, between, dense(x, {{ kernel }}), before, after];
    }})()"""
    x, kernel = numbers(1, 6), numbers(6, 4)
    ((first, between, again, before, after),) = evaluate(
        tmp_path, [Case(expression, {"x": x, "kernel": kernel})], CATCH
    )
    assert before < 1e6
    assert after >= 8e6
    np.testing.assert_allclose(first, x @ kernel, atol=1e-5)
    np.testing.assert_array_equal(again, first)
    np.testing.assert_array_equal(between, np.full((1, 2000), 500, "float32"))


def test_memory_is_bounded(tmp_path):
    """Kernels of 400 MB, one after the other, with a lasting one in between: the memory stays below 40 MB, the answers right."""
    expression = f"""(() => {{
      let worst = 0;
      for (let i = 0; i < 100; i++) {{
        const passing = tensor([1000, 1000], new Float32Array(1e6).fill(i));
        const sum = dense(tensor([1, 1000], new Float32Array(1000).fill(1)), {{ kernel: passing }}).data;
        const known = dense(x, {{ kernel }}).data;
        worst = Math.max(worst, Math.abs(sum[i] - 1000 * i), ...known.map((v, j) => Math.abs(v - y.data[j])));
      }}
      return [worst, {BYTES}];
    }})()"""
    x, kernel = numbers(2, 30), numbers(30, 5)
    ((worst, size),) = evaluate(tmp_path, [Case(expression, {"x": x, "kernel": kernel, "y": x @ kernel})], CATCH)
    assert worst < 1e-5
    assert 2**24 < size < 40 * 2**20


# ---- browsers without it

WITHOUT = {
    "no WebAssembly": "delete globalThis.WebAssembly;",
    "no SIMD": "WebAssembly.Module = function () { throw new WebAssembly.CompileError('SIMD unsupported'); };",
    "forbidden by the page": "WebAssembly.Module = function () { throw new EvalError('unsafe-eval'); };",
}


@pytest.mark.parametrize("before", WITHOUT.values(), ids=WITHOUT)
def test_falls_back_to_plain_javascript(tmp_path, before):
    x, kernel = numbers(3, 5), numbers(5, 4)
    tensors = {"x": x, "kernel": kernel}
    found, wanted = evaluate(
        tmp_path, [Case("dense(x, { kernel })", tensors, False), Case("useWasm(true)", {}, False)], before
    )
    np.testing.assert_allclose(found, x @ kernel, atol=1e-5)
    assert wanted is False


# ---- the bytes


def test_bytes_are_small_and_belong_to_the_text(tmp_path):
    held = build_wasm.BYTES.read_bytes()
    assert len(held) < 1000
    if build_wasm.compiler() is None:
        pytest.skip("the npm package wabt is not installed")
    assert build_wasm.build(tmp_path / "matmul.wasm").read_bytes() == held, "run scripts/build_wasm.py"


def test_the_builder_names_what_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(build_wasm, "compiler", lambda: None)
    with pytest.raises(FileNotFoundError, match="npm ci"):
        build_wasm.build(tmp_path / "matmul.wasm")


def test_the_builder_passes_errors_on(monkeypatch, tmp_path):
    if build_wasm.compiler() is None:
        pytest.skip("the npm package wabt is not installed")
    text = Path(tmp_path / "wrong.wat")
    text.write_text("(module (func (export 1)))", "utf-8")
    monkeypatch.setattr(build_wasm, "TEXT", text)
    with pytest.raises(subprocess.CalledProcessError):
        build_wasm.build(tmp_path / "matmul.wasm")
