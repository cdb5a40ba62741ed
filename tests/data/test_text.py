"""`data.corpus`; `data.imdb` and `data.reuters`: the same numbers as Keras' loaders, words that fit them, and samples that can be learned."""

import json
import zipfile

import numpy as np
import pytest

from utils import data
from utils.data.samples import grammar

pytestmark = pytest.mark.usefixtures("no_settings")

LOADERS = [(data.imdb, data.imdb_words), (data.reuters, data.reuters_words)]
both = pytest.mark.parametrize("load, words", LOADERS, ids=["imdb", "reuters"])


def ragged(rng, n: int) -> np.ndarray:
    """Texts of 1 to 30 words, as ranks 1 … 200, the way Keras' files hold them."""
    texts = np.empty(n, object)
    for i in range(n):
        texts[i] = rng.integers(1, 201, rng.integers(1, 31)).tolist()
    return texts


@pytest.fixture
def folder(place, tmp_path):
    """A local folder with small files of both data sets, and the checksums that belong to them."""
    rng = np.random.default_rng(0)
    np.savez(
        tmp_path / "imdb.npz",
        x_train=ragged(rng, 40),
        y_train=rng.integers(0, 2, 40),
        x_test=ragged(rng, 30),
        y_test=rng.integers(0, 2, 30),
    )
    np.savez(tmp_path / "reuters.npz", x=ragged(rng, 57), y=rng.integers(0, 46, 57))
    for name in ("imdb", "reuters"):
        (tmp_path / f"{name}_word_index.json").write_text(json.dumps({f"word{rank}": rank for rank in range(1, 201)}))
    for name in ("imdb.npz", "imdb_word_index.json", "reuters.npz", "reuters_word_index.json"):
        place(name, tmp_path / name)
    return tmp_path


def multi_hot(texts, size: int) -> np.ndarray:
    vectors = np.zeros((len(texts), size), "float32")
    for i, text in enumerate(texts):
        vectors[i, text] = 1
    return vectors


# ---- the corpus


def test_the_sample_is_readable_english(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_SOURCE", "sample")
    text = data.corpus()
    assert len(text) > 400_000 and 50 < len(set(text.lower())) < 130
    assert text.count(" the ") > 3000 and "\r" not in text
    assert capsys.readouterr().out == f"corpus: {len(text):,} characters (source: sample)\n"
    assert text == data.corpus(), "the same text at every call"


def test_a_local_corpus_arrives_unchanged_and_a_damaged_one_is_refused(place, tmp_path, capsys):
    text = "Æsthetics --\nnaïve?\n" * 10
    (tmp_path / "nietzsche.txt").write_bytes(text.encode())
    place("nietzsche.txt", tmp_path / "nietzsche.txt")
    assert data.corpus() == text
    assert "corpus: 200 characters (source: local)" in capsys.readouterr().out
    (tmp_path / "nietzsche.txt").write_bytes(text.encode()[:-1])
    with pytest.raises(data.DataError, match="nietzsche.txt is not the file the course knows"):
        data.corpus()


# ---- the real files


@pytest.mark.parametrize("name", ["imdb", "reuters"])
@pytest.mark.parametrize("num_words", [50, 150, 10_000])
def test_the_numbers_are_those_of_keras(name, num_words, folder, monkeypatch):
    import importlib

    theirs = importlib.import_module(f"keras.src.datasets.{name}")
    monkeypatch.setattr(theirs, "get_file", lambda *args, **kwargs: str(folder / f"{name}.npz"))
    expected = theirs.load_data(num_words=num_words)
    for (x, y), (x_keras, y_keras) in zip(getattr(data, name)(num_words=num_words), expected):
        assert list(x) == list(x_keras) and x.dtype == object
        np.testing.assert_array_equal(y, y_keras)


@both
def test_without_a_limit_every_word_is_kept(load, words, folder):
    (x_train, _), (x_test, _) = load()
    ranks = words()
    numbers = {number for text in [*x_train, *x_test] for number in text}
    assert numbers - {data.START} <= {rank + data.OFFSET for rank in ranks.values()}
    assert max(ranks.values()) + data.OFFSET in numbers, "the rarest word is kept too"


@both
@pytest.mark.parametrize("missing", ["texts", "words"])
def test_texts_and_words_come_from_the_same_source(load, words, missing, folder, monkeypatch, capsys):
    name = load.__name__
    (folder / (f"{name}.npz" if missing == "texts" else f"{name}_word_index.json")).unlink()
    assert len(load(num_words=100)[0][0]) > 1000 and words()["the"] < 20, "both are the sample"
    assert data.served[name] == "sample" and "source: local" not in capsys.readouterr().out
    monkeypatch.setenv("COURSE_SOURCE", "local")
    with pytest.raises(data.DataError, match="no file"):
        load()


@both
def test_a_file_of_objects_is_not_opened_before_its_checksum_holds(load, words, folder, monkeypatch):
    path = folder / f"{load.__name__}.npz"
    path.write_bytes(path.read_bytes() + b"!")
    monkeypatch.setattr(zipfile, "ZipFile", lambda *args, **kwargs: pytest.fail("opened"))
    monkeypatch.setattr(np, "load", lambda *args, **kwargs: pytest.fail("opened"))
    with pytest.raises(data.DataError, match="SHA-256"):
        load()


@both
def test_a_vocabulary_without_words_is_refused(load, words, folder):
    with pytest.raises(ValueError, match="num_words=3 leaves no word"):
        load(num_words=3)


def test_the_topics_are_those_of_keras():
    from keras.datasets import reuters

    assert list(reuters.get_label_names()) == data.REUTERS_TOPICS


# ---- the samples


@both
def test_a_sample_has_the_form_of_the_real_data(load, words, sample, capsys):
    ranks = words()
    assert sorted(ranks.values()) == list(range(1, len(ranks) + 1))
    for x, y in load(num_words=500):
        assert x.dtype == object and y.dtype == np.int64 and x.shape == y.shape
        assert all(text[0] == data.START and data.START not in text[1:] for text in x)
        numbers = {number for text in x for number in text[1:]}
        assert numbers <= {data.UNKNOWN, *range(data.OFFSET + 1, 500)} and data.UNKNOWN in numbers
        assert set(y) == (
            {0, 1} if load is data.imdb else {data.REUTERS_TOPICS.index(topic) for topic in grammar.topics()}
        )
        lengths = np.array([len(text) for text in x])
        assert lengths.min() < np.median(lengths) / 3 and lengths.max() > 4 * np.median(lengths), (
            "a long tail, as in the real data"
        )
    assert f"{load.__name__}: {len(load()[0][0]):,} + " in capsys.readouterr().out


@both
def test_a_sample_is_the_same_each_time_and_safe_to_change(load, words, sample):
    first, second = load(num_words=500)[0], load(num_words=500)[0]
    assert list(first[0]) == list(second[0])
    first[0][0].append(99)
    first[1][0] += 1
    words().clear()
    assert list(load(num_words=500)[0][0]) == list(second[0]) and load()[0][1][0] == second[1][0] and words()


def test_a_review_of_the_sample_can_be_read_back(sample):
    (x_train, y_train), _ = data.imdb()
    word_of = {rank + data.OFFSET: word for word, rank in data.imdb_words().items()}
    written = {" ".join(data.split_words(text)): label for text, label in grammar.reviews(3000)[:2000]}
    for review, label in zip(x_train[:50], y_train):
        assert written[" ".join(word_of[number] for number in review[1:])] == label


@both
def test_a_sample_can_be_learned_but_not_perfectly(load, words, sample):
    from sklearn.linear_model import LogisticRegression

    (x_train, y_train), (x_test, y_test) = load(num_words=2000)
    model = LogisticRegression(max_iter=500).fit(multi_hot(x_train, 2000), y_train)
    guess = max(np.bincount(y_test)) / len(y_test)
    assert guess + 0.25 < model.score(multi_hot(x_test, 2000), y_test) < 0.97


def test_the_sample_of_reuters_is_as_unequal_as_the_real_one(sample):
    (_, y), _ = data.reuters()
    shares = np.sort(np.bincount(y) / len(y))[::-1]
    assert 0.3 < shares[0] < 0.5 and 0.15 < shares[1] < 0.3 and shares[11] < 0.03


def test_newswires_need_a_place_for_each_topic():
    with pytest.raises(ValueError, match="acq"):
        grammar.newswires(3, ["earn"])


def test_words_are_split_as_in_the_data():
    assert data.split_words("It's GREAT -- 9/10!<br />See_it.") == ["it's", "great", "9", "10", "br", "see", "it"]
