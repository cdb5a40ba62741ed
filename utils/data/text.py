"""Text: a corpus as one string, and film reviews and newswires as numbers of words."""

import collections
import functools
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from utils.data import catalogue, npz
from utils.data.errors import REPLACE, DataError, reading
from utils.data.samples import grammar
from utils.data.sources import Split, announce, find

# Keras's numbering of words: 0 fills up short texts, 1 begins a text, 2 stands for a word outside the vocabulary, 3 is not
# used; the word of rank r is r + 3. All loaders of texts as numbers return it.
START, UNKNOWN, OFFSET = 1, 2, 3

REUTERS_TOPICS = [
    "cocoa",
    "grain",
    "veg-oil",
    "earn",
    "acq",
    "wheat",
    "copper",
    "housing",
    "money-supply",
    "coffee",
    "sugar",
    "trade",
    "reserves",
    "ship",
    "cotton",
    "carcass",
    "crude",
    "nat-gas",
    "cpi",
    "money-fx",
    "interest",
    "gnp",
    "meal-feed",
    "alum",
    "oilseed",
    "gold",
    "tin",
    "strategic-metal",
    "livestock",
    "retail",
    "ipi",
    "iron-steel",
    "rubber",
    "heat",
    "jobs",
    "lei",
    "bop",
    "zinc",
    "orange",
    "pet-chem",
    "dlr",
    "gas",
    "silver",
    "wpi",
    "hog",
    "lead",
]


def corpus() -> str:
    """English prose for language models.

    Returns:
        str: the full text has 600,885 characters, 57 different ones after `lower()`; the sample has more than 400,000,
        growing with Python's version.

    Raises:
        DataError: the source asked for has no good copy.

    Source:
        *Beyond Good and Evil* and *Human, All Too Human* by Friedrich Nietzsche in English translation (Project Gutenberg,
        public domain). The sample holds the articles on the language in Python's own reference manual, which every Python carries.
    """
    file = catalogue.file("nietzsche.txt")
    source, path = find("corpus", file)
    text = _manual() if path is None else _prose(path, file)
    announce("corpus", source, f"{len(text):,} characters")
    return text


def _prose(path: Path, file: catalogue.File) -> str:
    with reading("corpus", path):
        text = path.read_text(encoding="utf-8")
        file.check("corpus", path, letters=np.array(list(text), "U1"))
    return text


def _manual() -> str:
    """Python's reference manual, article by article in alphabetical order."""
    from pydoc_data.topics import topics

    return "\n\n".join(topics[name] for name in sorted(topics))


def imdb(num_words: int | None = None) -> Split:
    """Film reviews as numbers of words, as `keras.datasets.imdb.load_data` gives them.

    Args:
        num_words: words numbered `num_words` or more become `UNKNOWN`; None keeps all.

    Returns:
        tuple: `(x_train, y_train), (x_test, y_test)`. x is object, (n,), each a list of word numbers, which are `START`, then
        rank + `OFFSET` for each word (1 is the most frequent word). y is int64, (n,), 1 for a positive review.

    Raises:
        DataError: the source asked for has no good copy.
        ValueError: `num_words` is below 4.

    Source:
        25,000 + 25,000 reviews (Maas et al., "Learning Word Vectors for Sentiment Analysis", ACL 2011), shuffled as Keras
        does with RandomState(113). The sample holds 2,000 + 1,000 reviews written by a grammar.
    """
    source, path, _ = _with_words("imdb", "imdb.npz", "imdb_word_index.json")
    raw = _imdb_sample()[0] if path is None else _ranks("imdb", path, "imdb.npz")
    rng = np.random.RandomState(113)
    train, test = (_numbered(raw[f"x_{part}"], raw[f"y_{part}"], rng, num_words) for part in ("train", "test"))
    announce("imdb", source, f"{len(train[0]):,} + {len(test[0]):,} reviews")
    return train, test


def imdb_words() -> dict[str, int]:
    """The words in the reviews of `imdb`.

    Returns:
        dict: word to rank, 1 for the most frequent; its number in a review is rank + `OFFSET`.

    Raises:
        DataError: the source asked for has no good copy.

    Source:
        88,584 words of the training reviews, as `keras.datasets.imdb.get_word_index` gives them.
    """
    source, _, path = _with_words("imdb", "imdb.npz", "imdb_word_index.json")
    return _words("imdb words", source, path, "imdb_word_index.json", _imdb_sample)


def reuters(num_words: int | None = None) -> Split:
    """Newswires as numbers of words, as `keras.datasets.reuters.load_data` gives them.

    Args:
        num_words: words numbered `num_words` or more become `UNKNOWN`; None keeps all.

    Returns:
        tuple: `(x_train, y_train), (x_test, y_test)`. x is object, (n,), lists of word numbers as in `imdb`. y is int64, (n,),
        0 to 45, a place in `REUTERS_TOPICS`.

    Raises:
        DataError: the source asked for has no good copy.
        ValueError: `num_words` is below 4.

    Source:
        8,982 + 2,246 newswires of 1987 in 46 topics (Reuters-21578, D. D. Lewis; free for research), shuffled and split as
        Keras does. The sample holds 1,600 + 400 newswires in 12 of the topics, written by a grammar.
    """
    source, path, _ = _with_words("reuters", "reuters.npz", "reuters_word_index.json")
    raw = _reuters_sample()[0] if path is None else _ranks("reuters", path, "reuters.npz")
    x, y = _numbered(raw["x"], raw["y"], np.random.RandomState(113), num_words)
    border = int(len(x) * (1 - 0.2))
    announce("reuters", source, f"{border:,} + {len(x) - border:,} newswires")
    return (x[:border], y[:border]), (x[border:], y[border:])


def reuters_words() -> dict[str, int]:
    """The words in the newswires of `reuters`.

    Returns:
        dict: word to rank, 1 for the most frequent; its number in a newswire is rank + `OFFSET`.

    Raises:
        DataError: the source asked for has no good copy.

    Source:
        30,979 words, as `keras.datasets.reuters.get_word_index` gives them.
    """
    source, _, path = _with_words("reuters", "reuters.npz", "reuters_word_index.json")
    return _words("reuters words", source, path, "reuters_word_index.json", _reuters_sample)


_NOT_IN_WORDS = str.maketrans(dict.fromkeys('!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n', " "))


def split_words(text: str) -> list[str]:
    """The words of a text as IMDB and Reuters count them.

    Args:
        text: any text.

    Returns:
        list: its words in small letters; everything but letters, digits and apostrophes parts them.
    """
    return text.lower().translate(_NOT_IN_WORDS).split()


def _with_words(dataset: str, texts: str, words: str) -> tuple[str, Path | None, Path | None]:
    """Source and paths of a data set and its word index: both real or both the sample, since one says nothing without the other."""
    source, path = find(dataset, catalogue.file(texts))
    if path is None:
        return "sample", None, None
    words_source, words_path = find(dataset, catalogue.file(words))
    return (source, path, words_path) if words_path else (words_source, None, None)


def _ranks(dataset: str, path: Path, name: str) -> dict[str, np.ndarray]:
    with reading(dataset, path):
        arrays = npz.lists(path)
        catalogue.file(name).check(dataset, path, **arrays)
    return arrays


def _numbered(
    x: np.ndarray, y: np.ndarray, rng: np.random.RandomState, num_words: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Shuffle ranks and labels together and number the words."""
    if num_words is not None and num_words <= OFFSET:
        raise ValueError(
            f"num_words={num_words} leaves no word: the numbers 0 to {OFFSET} are taken. Ask for more, such as 10_000."
        )
    order = np.arange(len(x))
    rng.shuffle(order)
    numbered = np.empty(len(x), object)
    for i, ranks in enumerate(x[order]):
        words = [START, *(rank + OFFSET for rank in ranks)]
        numbered[i] = words if num_words is None else [word if word < num_words else UNKNOWN for word in words]
    return numbered, np.asarray(y)[order]


def _words(
    dataset: str, source: str, path: Path | None, name: str, sample: Callable[[], tuple[dict, dict[str, int]]]
) -> dict[str, int]:
    ranks = sample()[1] if path is None else _word_index(dataset, path, catalogue.file(name))
    announce(dataset, source, f"{len(ranks):,} words")
    return dict(ranks)


def _word_index(dataset: str, path: Path, file: catalogue.File) -> dict[str, int]:
    with reading(dataset, path):
        ranks = json.loads(path.read_text(encoding="utf-8"))
        file.check(dataset, path, ranks=np.array([*ranks.values()]).astype("int64", casting="safe"))
        if len(set(ranks.values())) < len(ranks):
            raise DataError(f"{dataset}: {path} gives two words the same rank.\n{REPLACE}")
    return ranks


@functools.cache
def _imdb_sample() -> tuple[dict, dict[str, int]]:
    texts, labels = zip(*grammar.reviews(3000))
    border = 2000
    x, ranks = _ranked([split_words(text) for text in texts], counted=border)
    return {"x_train": x[:border], "y_train": labels[:border], "x_test": x[border:], "y_test": labels[border:]}, ranks


@functools.cache
def _reuters_sample() -> tuple[dict, dict[str, int]]:
    texts, labels = zip(*grammar.newswires(2000, REUTERS_TOPICS))
    x, ranks = _ranked([split_words(text) for text in texts], counted=len(texts))
    return {"x": x, "y": labels}, ranks


def _ranked(texts: list[list[str]], counted: int) -> tuple[np.ndarray, dict[str, int]]:
    """Texts as lists of ranks, and the ranks; words that the first `counted` texts do not hold are dropped, as in IMDB."""
    counts = collections.Counter(word for text in texts[:counted] for word in text)
    ranks = {word: rank for rank, (word, _) in enumerate(counts.most_common(), 1)}
    x = np.empty(len(texts), object)
    for i, text in enumerate(texts):
        x[i] = [ranks[word] for word in text if word in ranks]
    return x, ranks
