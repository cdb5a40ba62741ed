"""TemperatureSampler in Python, and its engine under Node against Keras and NumPy."""

import json

import numpy as np
import pytest
import traitlets
from support.node import TOLERANCE
from support.writer import SHIPPED, job

from utils import results, weights
from utils.widgets import TemperatureSampler

LETTERS = "\n abcdefghij"


# ---- models for the engine


def network(*middle, letters=LETTERS, units=None, activation=None, sequence=True):
    """Indices → one-hot or embedding → `middle` → logits, with weights of the size that training gives."""
    import keras
    from keras import layers, ops

    keras.utils.set_random_seed(0)
    inputs = keras.Input((None,), dtype="int32")
    x = inputs if isinstance(middle[0], layers.Embedding) else ops.one_hot(inputs, len(letters))
    for layer in middle:
        x = layer(x)
    model = keras.Model(inputs, layers.Dense(units or len(letters), activation=activation, name="logits")(x))
    random = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(random.normal(0, 0.3, weight.shape))
    return model


def models():
    from keras import layers

    kept = {"return_sequences": True}
    yield "one-hot LSTM", network(layers.LSTM(32, **kept), layers.Dropout(0.3))
    yield "embedding and LSTM", network(layers.Embedding(len(LETTERS), 6), layers.LSTM(16, **kept))
    yield "GRU", network(layers.GRU(24, **kept))
    yield (
        "two layers, no bias",
        network(layers.LSTM(16, use_bias=False, **kept), layers.Dropout(0.1), layers.GRU(8, **kept)),
    )
    yield "softmax at its end", network(layers.LSTM(16, **kept), activation="softmax")


READ = "(() => {{ const network = reader(trained); return {codes}.map((code) => network.read(code).slice()); }})()"


def logits_of(model, codes):
    import keras

    inner = model
    if model.layers[-1].activation.__name__ == "softmax":  # the engine gives logits in any case
        inner = keras.models.clone_model(model)
        inner.set_weights(model.get_weights())
        inner.layers[-1].activation = keras.activations.linear
    return keras.ops.convert_to_numpy(inner(np.array([codes])))[0]


def test_the_engine_agrees_with_keras(run_writer, tmp_path):
    codes = np.random.default_rng(1).integers(0, len(LETTERS), 200).tolist()
    for name, model in models():
        expected = logits_of(model, codes)
        for dtype, tolerance in TOLERANCE.items():
            path = tmp_path / f"model.{dtype}.safetensors"
            weights.export_weights(model, path, dtype=dtype, **TemperatureSampler.describe(model, LETTERS))
            (found,) = run_writer([(READ.format(codes=codes), path)])
            assert np.abs(found - expected).max() <= tolerance, (name, dtype, np.abs(found - expected).max())


def test_forgetting(run_writer, tmp_path):
    _, model = next(models())
    path = tmp_path / "model.safetensors"
    weights.export_weights(model, path, **TemperatureSampler.describe(model, LETTERS))
    read = "(() => { const n = reader(trained), z = [3, 4, 3].map((code) => n.read(code).slice()); n.forget(); return [...z, n.read(3).slice()]; })()"
    ((first, _, later, afresh),) = run_writer([(read, path)])
    assert first == afresh != later


# ---- choosing


def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def greedy(z):
    return np.eye(len(z))[np.argmax(z)]


Z = np.random.default_rng(2).normal(0, 3, 20).round(3)


def chosen(method, temperature=1.0, k=5, z=Z):
    settings = json.dumps({"method": method, "temperature": temperature, "k": k})
    return f"distribution(Float32Array.from({list(map(float, z))}), {settings})", None


def test_the_temperature_divides_the_logits(run_writer):
    temperatures = (0.05, 0.2, 0.5, 1.0, 1.2, 2.0)
    for temperature, q in zip(temperatures, run_writer([chosen("temperature", t) for t in temperatures])):
        np.testing.assert_allclose(q, softmax(Z / temperature), atol=1e-6)


def test_towards_zero_the_temperature_becomes_greedy(run_writer):
    cold = [
        chosen("greedy"),
        chosen("temperature", 0),
        chosen("temperature", 1e-3),
        chosen("top-k", 0),
        chosen("top-k", 1, k=1),
        chosen("top-k", 2, k=1),
    ]
    for q in run_writer(cold):
        np.testing.assert_array_equal(q, greedy(Z))


def test_equal_logits_give_greedy_one_letter(run_writer):
    (q,) = run_writer([chosen("greedy", z=np.zeros(6))])
    assert q == [1, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("k", [2, 5, 20, 50])
def test_top_k_keeps_the_k_likeliest(run_writer, k):
    (q,) = run_writer([chosen("top-k", 0.7, k)])
    best = np.argsort(-Z)[:k]
    expected = np.zeros(len(Z))
    expected[best] = softmax(Z[best] / 0.7)
    np.testing.assert_allclose(q, expected, atol=1e-6)


def uniform(seed: int, i: int) -> float:
    """The same generator, written for Python's integers: mulberry32 at place i of the sequence of `seed`."""
    mask = 2**32 - 1
    t = (seed * 0x9E3779B9 + (i + 1) * 0x6D2B79F5) & mask
    t = (t ^ t >> 15) * (t | 1) & mask
    t ^= (t + (t ^ t >> 7) * (t | 61)) & mask
    return (t ^ t >> 14) / 2**32


def test_random_numbers_are_even_and_the_same_everywhere(run_writer):
    ((numbers, others),) = run_writer(
        [("[1, 2].map((seed) => Array.from({ length: 20000 }, (_, i) => uniform(seed, i)))", None)]
    )
    assert numbers == [uniform(1, i) for i in range(20_000)]
    for row in (numbers, others):
        assert min(row) >= 0 and max(row) < 1
        bins = np.bincount((np.array(row) * 50).astype(int), minlength=50)
        assert (
            (bins - 400) ** 2 / 400
        ).sum() < 90  # chi-square with 49 degrees of freedom: 90 is beyond its 99.9 % point
    assert abs(np.corrcoef(numbers, others)[0, 1]) < 0.03
    assert abs(np.corrcoef(numbers[1:], numbers[:-1])[0, 1]) < 0.03


def test_letters_are_drawn_with_their_probabilities(run_writer):
    p = [0.0, 0.1, 0.2, 0.0, 0.7, 0.0]
    picks, edges = run_writer(
        [
            (f"Array.from({{ length: 20000 }}, (_, i) => choose({p}, uniform(3, i)))", None),
            (f"[0, 0.0999, 0.1001, 0.9999, 1].map((u) => choose({p}, u))", None),
        ]
    )
    np.testing.assert_allclose(np.bincount(picks, minlength=6) / 20_000, p, atol=0.012)
    assert edges == [1, 1, 2, 4, 4]  # never a letter without probability, not even at the edges


def test_entropy_and_ranking(run_writer):
    certain, even, order = run_writer(
        [("entropy([0, 1, 0])", None), ("entropy([0.25, 0.25, 0.25, 0.25])", None), ("ranking([1, 3, 2, 3])", None)]
    )
    assert certain == 0 and even == pytest.approx(np.log(4)) and order == [1, 3, 2, 0]


@pytest.mark.parametrize(
    "text, read, refused",
    [
        ("Abc\nD", "abc\nd", []),
        ("“É” – …", '"e" - ...', []),
        ("naïve\tÄ", "naive ä", []),
        ("5 € or 日本 €", "5  or  ", ["€", "日", "本"]),
        ("", "", []),
    ],
)
def test_seed_texts_become_readable(run_writer, text, read, refused):
    known = "\n abcdefghijklmnopqrstuvwxyzä\"'-.5"
    (found,) = run_writer([(f"readable({json.dumps(text)}, {json.dumps(list(known))})", None)])
    assert found == {"text": read, "refused": refused}


# ---- whole texts, with the weights of the book


def test_the_same_seed_gives_the_same_text(run_writer):
    one, again, other, cold, greedy_text = run_writer(
        [job(), job(), job(seed=2), job(temperature=1e-4), job("greedy", seed=9)]
    )
    assert one == again != other
    assert cold == greedy_text


def test_the_text_is_the_one_that_numpy_writes(run_writer):
    """An LSTM of a few lines and the Python generator write, from the same weights, what the page writes."""
    arrays, meta = weights.load_weights(SHIPPED)
    kernel, recurrent, bias = (arrays[f"lstm/lstm_cell/{name}"] for name in ("kernel", "recurrent_kernel", "bias"))
    h = c = np.zeros(len(recurrent))
    prompt, written = "there is no ", ""
    for i in range(len(prompt) + 300):
        if i < len(prompt):
            letter = meta["vocabulary"].index(prompt[i])
        else:
            q = softmax((h @ arrays["logits/kernel"] + arrays["logits/bias"]) / 0.8)
            letter = int((np.cumsum(q) <= uniform(1, i - len(prompt))).sum())
            written += meta["vocabulary"][letter]
        gate_i, gate_f, candidate, gate_o = np.split(kernel[letter] + h @ recurrent + bias, 4)
        c = c / (1 + np.exp(-gate_f)) + np.tanh(candidate) / (1 + np.exp(-gate_i))
        h = np.tanh(c) / (1 + np.exp(-gate_o))
    assert run_writer([job()]) == [written]


def test_the_shipped_network_agrees_with_keras(run_writer):
    from keras import layers

    arrays, meta = weights.load_weights(SHIPPED)
    model = network(layers.LSTM(128, return_sequences=True), letters=meta["vocabulary"])
    names = (
        "lstm/lstm_cell/kernel",
        "lstm/lstm_cell/recurrent_kernel",
        "lstm/lstm_cell/bias",
        "logits/kernel",
        "logits/bias",
    )
    model.set_weights([arrays[name] for name in names])
    prose = (
        "the desire for truth, which is to tempt us to many a hazardous venture--what questions has it not laid before us?\n"
        * 5
    )
    codes = [meta["vocabulary"].index(letter) for letter in prose]
    (found,) = run_writer([(READ.format(codes=codes), SHIPPED)])
    worst = np.abs(found - logits_of(model, codes)).max()
    print(f"largest difference of {57 * len(codes):,} logits: {worst:.1e}")
    assert worst <= 1e-4  # the weights are 16 bits wide in both; logits reach ± 20


def test_shipped_weights_are_small_and_say_where_they_come_from():
    _, meta = weights.load_weights(SHIPPED)
    assert SHIPPED.stat().st_size <= 300_000
    assert {"corpus", "made_by", "date", "test_cross_entropy", "test_accuracy"} <= set(meta)
    assert len(meta["vocabulary"]) == 57 and meta["test_cross_entropy"] <= 1.5
    recorded = results.load()["char-lstm"]["metrics"]
    assert (
        meta["test_cross_entropy"] == recorded["test_cross_entropy"]
        and meta["test_accuracy"] == recorded["test_accuracy"]
    )


def test_the_network_has_learned_to_spell(run_writer):
    """Most words of a cool text are words: the weights are those of a trained network, read in the right order."""
    (text,) = run_writer([job(temperature=0.5, length=2000)])
    common = "the of and to in is that it as which for not be are with by this man have all his from more or one will"
    share = np.mean([word in common.split() for word in text.split()])
    assert share > 0.25, text[:300]


# ---- the Python side


def test_state_is_checked():
    widget = TemperatureSampler(temperature=0.8, method="top-k", k=3)
    assert repr(widget) == "TemperatureSampler(k=3, method='top-k', temperature=0.8)"
    for wrong in (
        {"temperature": 3.0},
        {"temperature": -0.1},
        {"temperature": float("nan")},
        {"method": "beam"},
        {"k": 0},
        {"length": 0},
        {"pace": "fast"},
    ):
        with pytest.raises(traitlets.TraitError):
            TemperatureSampler(**wrong)


def test_a_model_of_ones_own_arrives_in_float32():
    for name, model in models():
        widget = TemperatureSampler.from_model(model, list(LETTERS), temperature=0.3)
        arrays, meta = weights.unpack(widget.blob)
        assert widget.weights == "" and widget.temperature == 0.3 and meta["vocabulary"] == LETTERS, name
        stored = {variable.path: value for variable, value in zip(model.weights, model.get_weights())}
        assert set(arrays) == set(stored), name
        for path, array in arrays.items():
            np.testing.assert_array_equal(array, stored[path])
        assert '"weights": ""' in widget.to_html(), "the page must not ask for another network's weights"


def test_the_notes_model_works_too():
    import keras
    from keras import layers

    model = keras.Sequential(
        [keras.Input((60, len(LETTERS))), layers.LSTM(8), layers.Dense(len(LETTERS), activation="softmax")]
    )
    assert TemperatureSampler.describe(model, LETTERS)["recurrent"] == [[model.layers[0].name, "LSTM"]]


def unsupported():
    import keras
    from keras import layers

    kept = {"return_sequences": True}
    lstm = lambda **more: layers.LSTM(8, **kept, **more)  # noqa: E731
    n = len(LETTERS)
    yield (
        "vocabulary too long",
        network(lstm()),
        LETTERS + "k",
        ValueError,
        f"{n + 1} characters, but model .* reads {n}",
    )
    yield (
        "vocabulary too short",
        network(lstm()),
        LETTERS[1:],
        ValueError,
        f"{n - 1} characters, but model .* reads {n}",
    )
    yield "output of another size", network(lstm(), units=5), LETTERS, ValueError, "predicts 5"
    yield "embedding of another size", network(layers.Embedding(40, 4), lstm()), LETTERS, ValueError, "reads 40"
    yield "letter twice", network(lstm()), LETTERS[:-1] + "a", ValueError, "'a' twice"
    yield "words", network(lstm()), ["ab", *LETTERS[1:]], ValueError, "single characters, but holds 'ab'"
    yield "another activation", network(lstm(activation="relu")), LETTERS, ValueError, "activation='relu'.*'tanh'"
    yield "older GRU", network(layers.GRU(8, reset_after=False, **kept)), LETTERS, ValueError, "reset_after"
    yield (
        "convolution",
        network(layers.Conv1D(8, 3, padding="causal"), lstm()),
        LETTERS,
        ValueError,
        "Conv1D.*cannot run",
    )
    yield "both directions", network(layers.Bidirectional(lstm())), LETTERS, ValueError, "Bidirectional.*cannot run"
    yield "two dense layers", network(lstm(), layers.Dense(5)), LETTERS, ValueError, "place this widget does not know"
    yield (
        "wrapped",
        network(lstm(), layers.TimeDistributed(layers.Dense(5))),
        LETTERS,
        ValueError,
        "without TimeDistributed",
    )
    yield "sigmoid", network(lstm(), activation="sigmoid"), LETTERS, ValueError, "sigmoid.*linear or softmax"
    yield "no recurrent layer", network(layers.Embedding(n, 4)), LETTERS, ValueError, "lacks a recurrent"
    yield "not a model", "char-lstm", LETTERS, TypeError, "one input and one output"
    yield "not built", keras.Sequential([lstm(), layers.Dense(n)]), LETTERS, TypeError, "built or called"
    one = keras.Input((None, n))
    two = layers.Add()([lstm()(one), lstm()(one)])
    yield "a fork", keras.Model(one, layers.Dense(n)(two)), LETTERS, ValueError, "several inputs|cannot run"


def test_what_does_not_fit_is_named():
    cases = list(unsupported())
    for name, model, vocabulary, error, message in cases:
        with pytest.raises(error, match=message):
            TemperatureSampler.from_model(model, vocabulary)
            pytest.fail(f"{name} was accepted")
    assert len(cases) >= 15
