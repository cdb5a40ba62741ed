"""The course's data sets, each in one call, with or without a network.

    (x_train, y_train), (x_test, y_test) = data.mnist()

Three sources are tried in this order, unless the environment variable `COURSE_SOURCE` names one of them:

1. `local`: a folder of files named in `COURSE_DATA`, such as a teacher's shared drive;
2. `download`: the data set's public address, checked by its SHA-256 and kept in `COURSE_CACHE`
   (default: the user's cache folder);
3. `sample`: a small stand-in that is always there, found in an installed package or generated.

Each call prints one line that says which source served and how much it holds.
"""

import collections
import contextlib
import csv
import functools
import hashlib
import io
import itertools
import json
import os
import pickle
import random
import tarfile
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from utils import grammar, setting

SOURCES = ("local", "download", "sample")

# What this process has loaded, data set → source: the ledger of results stores it beside every figure.
served: dict[str, str] = {}


class DataError(RuntimeError):
    """A data set could not be had from the source that was asked for, or a local file is damaged."""


class _Unavailable(Exception):
    """This source does not have the file; the next one may."""


@dataclass(frozen=True)
class File:
    """One file of a data set: its name, its public address and the SHA-256 sums it may have.

    `sha256` lists more than one sum where the same arrays travel in different containers; the first is the download's.
    `download` names the download in the cache where it is not `name`, as its form differs.
    """

    name: str
    url: str
    sha256: tuple[str, ...]
    download: str | None = None


def _find(dataset: str, file: File) -> tuple[str, Path | None]:
    """The source that serves `file`, and where it lies once verified (None: build the sample)."""
    wanted = setting("COURSE_SOURCE", SOURCES, None)
    if wanted == "sample":
        return "sample", None
    why = []
    for source, fetch in (("local", _local), ("download", _download)):
        if wanted in (None, source):
            try:
                return source, fetch(dataset, file)
            except _Unavailable as reason:
                why.append(str(reason))
    if wanted:
        raise DataError(
            f"{dataset}: {why[0]}.\n{_REMEDY[wanted]}, or unset COURSE_SOURCE to fall back to a small sample."
        )
    print(f"{dataset}: using the sample, because {'; '.join(why)}")
    return "sample", None


_REMEDY = {
    "local": "Set COURSE_DATA to the folder that holds the file",
    "download": "Try again with a connection, or put the file into a folder of your own and name that in COURSE_DATA",
}


def _local(dataset: str, file: File) -> Path:
    folder = os.environ.get("COURSE_DATA")
    if not folder:
        raise _Unavailable(f"COURSE_DATA names no folder with {file.name}")
    if not Path(folder).is_dir():
        raise DataError(
            f"{dataset}: COURSE_DATA={folder!r} is not a folder. Name the folder that holds {file.name}, or unset it."
        )
    path = Path(folder) / file.name
    if not path.is_file():
        raise _Unavailable(f"the folder in COURSE_DATA, {folder}, has no file {file.name}")
    _verify(dataset, path, file)
    return path


def _verify(dataset: str, path: Path, file: File) -> None:
    with open(path, "rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found not in file.sha256:
        raise DataError(
            f"{dataset}: {path} is not the file the course knows.\n"
            f"  expected SHA-256 {' or '.join(file.sha256)}\n"
            f"  found            {found} ({path.stat().st_size:,} bytes)\n"
            "It may be truncated or changed: copy it again, or remove it."
        )


def cache() -> Path:
    """Folder that keeps downloads: `COURSE_CACHE`, or a folder of the course in the user's cache."""
    import pooch

    return Path(os.environ.get("COURSE_CACHE") or pooch.os_cache("deep-learning-you-can-touch"))


def _download(_: str, file: File) -> Path:
    """The verified file in the cache, fetched first where it is not there yet.

    Pooch writes to a temporary file and moves it into place only when the checksum holds, so a broken or interrupted
    download leaves nothing behind that a later call could mistake for the data.
    """
    import logging

    import pooch
    from requests.exceptions import RequestException

    folder = cache()
    _sweep(folder)
    pooch.get_logger().setLevel(logging.WARNING)  # the course prints its own line
    connect_and_read = (10, 30)  # seconds
    try:
        path = pooch.retrieve(
            file.url,
            known_hash=f"sha256:{file.sha256[0]}",
            fname=file.download or file.name,
            path=folder,
            downloader=pooch.HTTPDownloader(progressbar=True, timeout=connect_and_read),
        )
    except RequestException as error:
        raise _Unavailable(f"{file.name} could not be downloaded from {file.url} ({_reason(error)})") from None
    except ValueError:  # pooch's word for a checksum that does not hold
        raise _Unavailable(f"what {file.url} sent is not the {file.name} the course knows (wrong SHA-256)") from None
    except OSError as error:
        raise _Unavailable(
            f"{file.name} cannot be kept in {folder} ({error.strerror or error}); "
            "COURSE_CACHE can name another folder, one that you may write to and that has room"
        ) from None
    return Path(path)


def _sweep(folder: Path) -> None:
    """Remove what killed processes left of their downloads; a live one has written within its 30 seconds of patience."""
    for leftover in folder.glob("tmp????????"):
        with contextlib.suppress(OSError):  # another process was quicker, or the folder is read-only
            if time.time() - leftover.stat().st_mtime > 600:
                leftover.unlink()


def _reason(error: Exception) -> str:
    response = getattr(error, "response", None)
    if response is not None:
        return f"the server answered {response.status_code} {response.reason}"
    kinds = {
        "Timeout": "no answer in time",
        "Connection": "no connection",
        "ChunkedEncoding": "the connection broke off",
    }
    return next((words for kind, words in kinds.items() if kind in type(error).__name__), type(error).__name__)


def _announce(dataset: str, source: str, contents: str) -> None:
    served[dataset] = source
    print(f"{dataset}: {contents} (source: {source})")


_MNIST = File(
    "mnist.npz",
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    (
        "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",  # Keras's file
        "8a5dc93e98f1c50c6e6a10514ed1d1ffe34b05dd5b5d52281a223fcf93f4e7bb",  # the same arrays in another container
    ),
)


def mnist():
    """Handwritten digits: `(x_train, y_train), (x_test, y_test)`.

    x: uint8, (n, 28, 28), grey values from 0 (paper) to 255 (ink). y: uint8, (n,), the digit 0 to 9.
    Full data: 60,000 + 10,000 digits of MNIST (LeCun, Cortes and Burges; CC BY-SA 3.0). Sample: the 1,797 digits of
    8 × 8 pixels that scikit-learn ships, enlarged and centred as MNIST's are, 1,500 + 297.
    Raises DataError where the source asked for has no good copy.
    """
    source, path = _find("mnist", _MNIST)
    if path is None:
        train, test = _mnist_sample()
    else:
        with np.load(path) as arrays:
            train, test = (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])
    _announce("mnist", source, f"{len(train[0]):,} + {len(test[0]):,} images of 28 × 28 pixels")
    return train, test


def _mnist_sample():
    from scipy.ndimage import zoom
    from sklearn.datasets import load_digits

    digits = load_digits()
    ink = zoom(digits.images, (1, 2.5, 2.5), order=1) * (255 / 16)
    x = np.pad(ink, ((0, 0), (4, 4), (4, 4))).round().clip(0, 255).astype("uint8")
    y = digits.target.astype("uint8")
    return (x[:1500], y[:1500]), (x[1500:], y[1500:])


_NIETZSCHE = File(
    "nietzsche.txt",
    "https://s3.amazonaws.com/text-datasets/nietzsche.txt",
    ("8f140bcac6986db4b7930f9573ec18a74e10ad6084e31a13303cc654025ec33b",),
)


def corpus() -> str:
    """English prose for language models, as one string.

    Full data: *Beyond Good and Evil* and *Human, All Too Human* by Friedrich Nietzsche in English translation (Project
    Gutenberg, public domain), 600,885 characters, 57 different ones after `lower()`. Sample: the articles on the language
    in Python's own reference manual, which every Python carries; more than 400,000 characters, growing with its version.
    Raises DataError where the source asked for has no good copy.
    """
    source, path = _find("corpus", _NIETZSCHE)
    text = _manual() if path is None else path.read_text(encoding="utf-8")
    _announce("corpus", source, f"{len(text):,} characters")
    return text


def _manual() -> str:
    """Python's reference manual, article by article in alphabetical order."""
    from pydoc_data.topics import topics

    return "\n\n".join(topics[name] for name in sorted(topics))


_HOUSING = File(
    "california_housing.npz",
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/california_housing.npz",
    (
        "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f",  # Keras's file
        "d28099f314616ddc58d7860c71ea4ed88ab645ecd4c58db74a835433259c4e0b",  # the same arrays in another container
    ),
)

HOUSING_COLUMNS = (
    "longitude", "latitude", "housing age", "total rooms", "total bedrooms", "population", "households", "median income",
)  # fmt: skip


def housing(small: bool = False):
    """California house prices of the 1990 census: `(x_train, y_train), (x_test, y_test)`, one row a block group.

    x: float32, (n, 8), the `HOUSING_COLUMNS`: degrees, degrees, median age in years, four counts, median household income
    in tens of thousands of dollars. y: float32, (n,), median house value in dollars; 500,001 stands for anything above 500,000.
    Full data: 16,512 + 4,128 rows (Pace and Barry 1997), or 480 + 120 with `small=True`: the first 600 rows, which all lie
    around Oakland. Shuffled and split as `keras.datasets.california_housing.load_data` does. Sample: 3,000 generated rows with
    similar ranges and correlations, in regional order too. Raises DataError where the source asked for has no good copy.
    """
    source, path = _find("housing", _HOUSING)
    if path is None:
        x, y = _housing_sample()
    else:
        with np.load(path, allow_pickle=False) as arrays:
            x, y = arrays["x"], arrays["y"]
    if small:
        x, y = x[:600], y[:600]
    order = np.random.RandomState(113).permutation(len(x))
    x, y = x[order], y[order]
    border = int(len(x) * 0.8)
    _announce("housing", source, f"{border:,} + {len(x) - border:,} block groups with {x.shape[1]} columns")
    return (x[:border], y[:border]), (x[border:], y[border:])


# Regions of the generated California: longitude, latitude, spread in degrees, share of the rows, dearness of the land.
_REGIONS = (
    (-122.2, 37.8, 0.05, 0.20, 1.2),  # Oakland, first and dense as in the real rows
    (-118.3, 34.0, 0.30, 0.38, 1.1),  # Los Angeles
    (-117.1, 32.8, 0.20, 0.10, 1.0),  # San Diego
    (-122.0, 37.4, 0.25, 0.12, 1.3),  # around the Bay
    (-121.4, 38.6, 0.40, 0.10, 0.65),  # Sacramento
    (-119.6, 36.5, 0.50, 0.10, 0.5),  # Central Valley
)


def _housing_sample(n: int = 3000):
    rng = np.random.default_rng(1990)
    longitude, latitude, spread, share, land = np.array(_REGIONS)[
        np.repeat(range(6), [int(n * row[3]) for row in _REGIONS])
    ].T
    longitude = longitude + spread * rng.normal(size=n)
    latitude = latitude + spread * rng.normal(size=n)
    age = (29 + 13 * rng.normal(size=n)).clip(1, 52).round()
    households = np.exp(6.25 - 0.016 * (age - 29) + 0.65 * rng.normal(size=n)).clip(2, 6082).round()
    income = np.exp(1.26 + 0.45 * rng.normal(size=n)).clip(0.5, 15)
    rooms = (households * (3.2 + 0.55 * income) * np.exp(0.15 * rng.normal(size=n))).round()
    bedrooms = (households * np.exp(0.06 + 0.07 * rng.normal(size=n))).round()
    population = (households * np.exp(1.04 + 0.25 * rng.normal(size=n))).round()
    price = 60_000 * land * income**0.85 * np.exp(0.006 * (age - 29) + 0.25 * rng.normal(size=n))
    price = np.where(price > 500_000, 500_001, price.clip(15_000).round(-2))
    x = np.stack([longitude, latitude, age, rooms, bedrooms, population, households, income], axis=1)
    return x.astype("float32"), price.astype("float32")


# Keras's numbering of words: 0 fills up short texts, 1 begins a text, 2 stands for a word outside the vocabulary, 3 is not
# used; the word of rank r is r + 3. All loaders of texts as numbers return it.
START, UNKNOWN, OFFSET = 1, 2, 3

_KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets"
_IMDB = File(
    "imdb.npz",
    f"{_KERAS}/imdb.npz",
    (
        "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",  # Keras's file
        "5293bbb642d7bb0a5ad0f5e534203364536bab4217403857b6f63f8c0e27509a",  # the same arrays in another container
    ),
)
_IMDB_WORDS = File(
    "imdb_word_index.json",
    f"{_KERAS}/imdb_word_index.json",
    ("027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6",),
)
_REUTERS = File(
    "reuters.npz",
    f"{_KERAS}/reuters.npz",
    (
        "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916",  # Keras's file
        "6f0d63e1dfaea27cc71eab4682238bbf908c0a0e97a0fed63cfc87204576a32d",  # the same arrays in another container
    ),
)
_REUTERS_WORDS = File(
    "reuters_word_index.json",
    f"{_KERAS}/reuters_word_index.json",
    ("9b56000edc4b34a32e89fd5a23b2605594682c74efcf7d8f4e2a5514b771e633",),
)

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


def imdb(num_words: int | None = None):
    """Film reviews as numbers of words: `(x_train, y_train), (x_test, y_test)`, as `keras.datasets.imdb.load_data` gives them.

    x: object, (n,), each a list of word numbers: START, then rank + OFFSET for each word (1 is the most frequent word).
    y: int64, (n,), 1 for a positive review. num_words: words numbered num_words or more become UNKNOWN; None keeps all.
    Full data: 25,000 + 25,000 reviews (Maas et al., "Learning Word Vectors for Sentiment Analysis", ACL 2011), shuffled as
    Keras does with RandomState(113). Sample: 2,000 + 1,000 reviews written by a grammar (`utils.grammar.reviews`).
    Raises DataError where the source asked for has no good copy, ValueError for num_words below 4.
    """
    source, path, _ = _with_words("imdb", _IMDB, _IMDB_WORDS)
    raw = _imdb_sample()[0] if path is None else _objects(path)
    rng = np.random.RandomState(113)
    train, test = (_numbered(raw[f"x_{part}"], raw[f"y_{part}"], rng, num_words) for part in ("train", "test"))
    _announce("imdb", source, f"{len(train[0]):,} + {len(test[0]):,} reviews")
    return train, test


def imdb_words() -> dict[str, int]:
    """The rank of each word in the reviews of `imdb` (1 is the most frequent); in a review its number is rank + OFFSET."""
    source, _, path = _with_words("imdb", _IMDB, _IMDB_WORDS)
    return _words("imdb words", source, path, _imdb_sample)


def reuters(num_words: int | None = None):
    """Newswires as numbers of words: `(x_train, y_train), (x_test, y_test)`, as `keras.datasets.reuters.load_data` gives them.

    x: object, (n,), lists of word numbers as in `imdb`. y: int64, (n,), 0 … 45, a place in `REUTERS_TOPICS`.
    Full data: 8,982 + 2,246 newswires of 1987 in 46 topics (Reuters-21578, D. D. Lewis; free for research), shuffled and
    split as Keras does. Sample: 1,600 + 400 newswires in 12 of the topics, written by a grammar (`utils.grammar.newswires`).
    Raises as `imdb`.
    """
    source, path, _ = _with_words("reuters", _REUTERS, _REUTERS_WORDS)
    raw = _reuters_sample()[0] if path is None else _objects(path)
    x, y = _numbered(raw["x"], raw["y"], np.random.RandomState(113), num_words)
    border = int(len(x) * (1 - 0.2))
    _announce("reuters", source, f"{border:,} + {len(x) - border:,} newswires")
    return (x[:border], y[:border]), (x[border:], y[border:])


def reuters_words() -> dict[str, int]:
    """The rank of each word in the newswires of `reuters` (1 is the most frequent); its number there is rank + OFFSET."""
    source, _, path = _with_words("reuters", _REUTERS, _REUTERS_WORDS)
    return _words("reuters words", source, path, _reuters_sample)


_NOT_IN_WORDS = str.maketrans(dict.fromkeys('!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n', " "))


def split_words(text: str) -> list[str]:
    """The words of a text as IMDB and Reuters count them: small letters, everything but letters, digits and apostrophes parts them."""
    return text.lower().translate(_NOT_IN_WORDS).split()


def _with_words(dataset: str, texts: File, words: File) -> tuple[str, Path | None, Path | None]:
    """Source and paths of a data set and its word index: both real or both the sample, since one says nothing without the other."""
    source, path = _find(dataset, texts)
    if path is None:
        return "sample", None, None
    words_source, words_path = _find(dataset, words)
    return (source, path, words_path) if words_path else (words_source, None, None)


def _objects(path: Path) -> dict[str, np.ndarray]:
    """Lists of different lengths travel as pickles, which can run code: only ever read a file whose checksum held."""
    with np.load(path, allow_pickle=True) as arrays:
        return dict(arrays)


def _numbered(x, y, rng: np.random.RandomState, num_words: int | None):
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


def _words(name: str, source: str, path: Path | None, sample) -> dict[str, int]:
    ranks = sample()[1] if path is None else json.loads(path.read_text(encoding="utf-8"))
    _announce(name, source, f"{len(ranks):,} words")
    return dict(ranks)


@functools.cache
def _imdb_sample():
    texts, labels = zip(*grammar.reviews(3000))
    border = 2000
    x, ranks = _ranked([split_words(text) for text in texts], counted=border)
    return {"x_train": x[:border], "y_train": labels[:border], "x_test": x[border:], "y_test": labels[border:]}, ranks


@functools.cache
def _reuters_sample():
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


_WEATHER = File(
    "beijing_prsa_2010_2014.csv",
    "https://raw.githubusercontent.com/Agil1102/dataset/5a355eac0e9fedef6f3e480e9b71a2b611f3da76/PRSA_data_2010.1.1-2014.12.31.csv",
    (
        "5e6ea1811dc9c6e52b477650597b7473dc1ce2f3a246057ccfaba25fb598e95f",
        "4127f868775e31b3956522adc0ec75af8937dde6a3896e8beed3a376c6d27f1c",  # the same rows, the sixth column called pm2.5
    ),
)

WEATHER_COLUMNS = (
    "PM2.5", "dew point", "temperature", "pressure", "wind run", "snow", "rain",
    "from north-west", "from north-east", "from south-east", "calm",
)  # fmt: skip
_WINDS = ("NW", "NE", "SE", "cv")  # as the file writes the last four columns; cv is calm and variable


def weather():
    """Weather and fine dust in Beijing, hour by hour: `(times, values)`.

    times: datetime64[h], (n,), local time, without gaps. values: float32, (n, 11), the `WEATHER_COLUMNS`: fine dust (PM2.5) in
    micrograms per cubic metre, NaN where it was not measured; dew point and temperature in °C; pressure in hPa; wind run, the sum
    of the hourly wind speeds in m/s since the wind last changed its direction; hours of snow and of rain so far; four columns
    with 1 for the wind's direction. Full data: 43,824 hours of 2010 to 2014, 2,067 of them without PM2.5 (Liang et al. 2015;
    UCI Machine Learning Repository, CC BY 4.0). Sample: the same hours of a generated process with seasons, days, and fronts
    that blow the dust away. Raises DataError where the source asked for has no good copy.
    """
    source, path = _find("weather", _WEATHER)
    times, values = _weather_sample() if path is None else _weather_file(path)
    _announce("weather", source, f"{len(times):,} hours with {values.shape[1]} columns")
    return times, values


def _weather_file(path: Path):
    with open(path, encoding="ascii", newline="") as stream:
        _, *rows = csv.reader(stream)
    times = [f"{year}-{int(month):02}-{int(day):02}T{int(hour):02}" for _, year, month, day, hour, *_ in rows]
    numbers = [[row[5].replace("NA", "nan"), *row[6:9], *row[10:]] for row in rows]
    winds = np.array([row[9] for row in rows])[:, None] == _WINDS
    return np.array(times, "datetime64[h]"), np.column_stack([np.array(numbers, "float32"), winds.astype("float32")])


def _weather_sample():
    """Five years of a process in which cold fronts bring dry wind from the north-west, and dust gathers between them."""
    from scipy.signal import lfilter

    times = np.arange("2010-01-01T00", "2015-01-01T00", dtype="datetime64[h]")
    rng, n, hour = np.random.default_rng(2010), len(times), np.arange(len(times))

    def wander(hours, around=0.0, noise=1.0):  # forgets its past within some hours
        keep = np.exp(-1 / hours)
        steps = (1 - keep) * np.broadcast_to(around, n) + noise * np.sqrt(1 - keep**2) * rng.normal(size=n)
        return lfilter([1], [1, -keep], steps)

    def so_far(amount, new):  # cumulated since the last hour in which `new` holds
        total = amount.cumsum()
        return total - np.maximum.accumulate(np.where(new, total - amount, 0))

    winter, night = np.cos(2 * np.pi * (hour / 24 - 15) / 365.25), np.cos(2 * np.pi * (hour - 4) / 24)
    front = wander(24)
    temperature = (12.5 - 15 * winter - 4 * night - 2 * front + wander(48, noise=2.5)).round() + 0.0  # no −0
    dew = np.minimum((2 - 15 * winter - 4 * front + wander(30, noise=3)).round(), temperature)
    pressure = 1016.5 + 9 * winter + 3 * front + wander(60, noise=2)
    gusts = front + wander(4, noise=0.4)
    wind = np.select([gusts > 0.4, gusts > 0.1, gusts < -0.3], [0, 1, 2], 3)
    run = so_far(np.exp(0.5 + 0.6 * np.maximum(gusts, 0) + 0.2 * rng.normal(size=n)), np.diff(wind, prepend=-1) != 0)
    wet = wander(8) - 0.4 * winter - 0.3 * front > 1.9
    snow, rain = (so_far(1.0 * falls, ~falls) for falls in (wet & (temperature < 0), wet & (temperature >= 0)))
    dust = np.exp(wander(12, around=4.25 - 0.9 * front + 0.1 * winter + 0.1 * night, noise=0.6)).round().clip(0, 994)
    dust[wander(12) > 1.9] = np.nan
    measured = np.stack([dust, dew, temperature, pressure.round(), run.round(2), snow, rain], axis=1)
    return times, np.column_stack([measured, wind[:, None] == np.arange(4)]).astype("float32")


# ---- pictures

_CATS_AND_DOGS = File(
    "cats_and_dogs_small.tar",
    "https://download.microsoft.com/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/kagglecatsanddogs_5340.zip",
    (
        "b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9",  # Microsoft's archive of 25,000 pictures
        "dc8943c46f224e638940bd6063c5f78b88182c54a9d511bdd22cd508b835bb2e",  # 4,000 of them, made smaller
    ),
    "kagglecatsanddogs_5340.zip",
)
_TINY_IMAGENET = File(
    "tiny_imagenet_100.tar",
    "http://cs231n.stanford.edu/tiny-imagenet-200.zip",
    (
        "6198c8ae015e2b3e007c7841da39ec069199b9aa3bfa943a462022fe5e43c821",  # Stanford's archive of 200 classes
        "84a6d8848c109fb56cc6b1513a49d3a6e07301a22249aa383ed6a47e6ccc148a",  # 100 of them, none a cat or a dog
    ),
    "tiny-imagenet-200.zip",
)
_CIFAR10 = File(
    "cifar10_jpeg.npz",
    "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
    (
        "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",  # Toronto's archive
        "e34e0cb0e76a7c17b7e1603d8fe7563a7f718a4829b3d133c6cbf511305d2084",  # the same pictures as JPEG files
    ),
    "cifar-10-python.tar.gz",
)


def cats_and_dogs() -> Path:
    """Photographs of cats and dogs: the path of a folder with train/cats, train/dogs, test/cats and test/dogs.

    JPEG files, RGB, shorter side 180 pixels. Full data: 1,000 pictures in each folder, from Microsoft's Asirra (Dogs vs. Cats,
    Kaggle 2013; research use). Sample: 300 + 100 drawn heads of each kind (`utils.drawings.animals`). The folder lies in `cache()`
    and is made once. Raises DataError where the source asked for has no good copy, or the cache cannot be written.
    """
    source, path = _find("cats and dogs", _CATS_AND_DOGS)
    fill = functools.partial(_draw_animals if path is None else _unpack_animals, path)
    folder = _made_once("cats and dogs", f"cats-and-dogs-{'sample' if path is None else path.stem}", fill)
    counts = [len(list(folder.glob(f"{part}/*/*.jpg"))) for part in ("train", "test")]
    _announce("cats and dogs", source, f"{counts[0]:,} + {counts[1]:,} pictures in folders")
    return folder


def tiny_imagenet():
    """Small pictures of 100 things, none of them a domestic cat or dog: `(x_train, y_train), (x_val, y_val), names`.

    x: uint8, (n, 64, 64, 3). y: uint8, (n,), a place in names, the 100 names of the classes. Full data: 30,000 + 5,000 pictures of
    Tiny ImageNet (Stanford CS231n; research use), ordered by class. Sample: 1,000 + 200 drawn pictures of the ten
    `utils.drawings.THINGS`. Raises DataError where the source asked for has no good copy.
    """
    source, path = _find("tiny imagenet", _TINY_IMAGENET)
    train, val, names = _things_sample(64, 1000, 200) if path is None else _tiny_imagenet(path)
    _announce("tiny imagenet", source, f"{len(train[0]):,} + {len(val[0]):,} pictures of {len(names)} classes")
    return train, val, names


CIFAR10_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def cifar10():
    """Small photographs of ten kinds: `(x_train, y_train), (x_test, y_test)`.

    x: uint8, (n, 32, 32, 3). y: uint8, (n,), a place in `CIFAR10_NAMES` (in the sample: in `utils.drawings.THINGS`). Full data: 50,000 + 10,000
    pictures (Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009); a local copy may hold them as JPEG files, whose
    pixels differ a little. Sample: 2,000 + 400 drawn things. Raises DataError where the source asked for has no good copy.
    """
    source, path = _find("cifar10", _CIFAR10)
    train, test = _things_sample(32, 2000, 400)[:2] if path is None else _cifar10(path)
    _announce("cifar10", source, f"{len(train[0]):,} + {len(test[0]):,} pictures of 32 × 32 pixels")
    return train, test


def photos() -> dict[str, np.ndarray]:
    """Two photographs that scikit-learn ships, name → uint8, (427, 640, 3): "china", a temple, and "flower" (CC BY)."""
    from sklearn.datasets import load_sample_images

    images = load_sample_images()
    _announce("photos", "scikit-learn", f"{len(images.images)} photographs")
    return {Path(name).stem: image for name, image in zip(images.filenames, images.images)}


def _made_once(dataset: str, name: str, fill) -> Path:
    """The folder `name` in the cache, made by `fill(folder)` if it is not there. A half-filled one never carries the name."""
    folder = cache() / name
    if folder.is_dir():
        return folder
    try:
        cache().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache(), prefix=f"{name}-") as scratch:
            new = Path(scratch, name)
            fill(new)
            if not folder.is_dir():  # another process may have been quicker
                new.rename(folder)
    except OSError as error:
        raise DataError(
            f"{dataset}: the pictures cannot be laid out in {cache()} ({error.strerror or error}). "
            "Name a folder that you may write to and that has room in COURSE_CACHE."
        ) from None
    return folder


def _draw_animals(_, folder: Path) -> None:
    from utils import drawings

    for seed, (part, count) in enumerate({"train": 300, "test": 100}.items()):
        for kind in ("cat", "dog"):
            (folder / part / f"{kind}s").mkdir(parents=True)
            for number, picture in enumerate(drawings.animals(kind, count, seed), 1):
                picture.save(folder / part / f"{kind}s" / f"{kind}.{number}.jpg", quality=85)


def _unpack_animals(path: Path, folder: Path) -> None:
    if tarfile.is_tarfile(path):
        with tarfile.open(path) as archive:
            try:
                archive.extractall(folder, filter="data")
            except tarfile.FilterError as error:  # a path would leave the folder
                raise DataError(f"cats and dogs: {path.name} is not a safe archive ({error}).") from None
        return
    with zipfile.ZipFile(path) as archive:
        for kind in ("cat", "dog"):
            (folder / "train" / f"{kind}s").mkdir(parents=True)
            (folder / "test" / f"{kind}s").mkdir(parents=True)
            for part, first in (("train", 1), ("test", 4001)):
                _first(archive, kind, first, folder / part / f"{kind}s")


_PER_FOLDER = 1000  # pictures


def _first(archive: zipfile.ZipFile, kind: str, first: int, folder: Path) -> None:
    """Pictures of Microsoft's archive from number `first` on, shorter side 180 pixels; the broken ones are passed over."""
    from PIL import Image

    kept = 0
    for number in range(first, 12_500):
        try:
            picture = Image.open(io.BytesIO(archive.read(f"PetImages/{kind.title()}/{number}.jpg"))).convert("RGB")
        except (OSError, KeyError):  # some are empty, some no picture
            continue
        scale = 180 / min(picture.size)
        picture.resize([round(side * scale) for side in picture.size], Image.LANCZOS).save(
            folder / f"{kind}.{number}.jpg", quality=85
        )
        if (kept := kept + 1) == _PER_FOLDER:
            return


# WordNet numbers of the 100 classes, n01443537 goldfish to n12267677 acorn.
_WNIDS = [
    f"n{int(number):08}"
    for number in [
        "1443537",
        "1629819",
        "1641577",
        "1644900",
        "1698640",
        "1742172",
        "1768244",
        "1770393",
        "1774384",
        "1774750",
        "1784675",
        "1855672",
        "1882714",
        "1910747",
        "1917289",
        "1944390",
        "1950731",
        "1983481",
        "2002724",
        "2056570",
        "2058221",
        "2074367",
        "2125311",
        "2129165",
        "2132136",
        "2165456",
        "2190166",
        "2206856",
        "2226429",
        "2231487",
        "2233338",
        "2236044",
        "2268443",
        "2279972",
        "2364673",
        "2395406",
        "2403003",
        "2410509",
        "2415577",
        "2423022",
        "2437312",
        "2480495",
        "2481823",
        "2486410",
        "2504458",
        "2509815",
        "2666196",
        "2793495",
        "2814533",
        "2814860",
        "2917067",
        "2948072",
        "3042490",
        "3100240",
        "3126707",
        "3160309",
        "3388043",
        "3393912",
        "3444034",
        "3447447",
        "3599486",
        "3637318",
        "3733131",
        "3837869",
        "3854065",
        "3930313",
        "4146614",
        "4275548",
        "4285008",
        "4311004",
        "4366367",
        "4398044",
        "4417672",
        "4465501",
        "4486054",
        "4487081",
        "4507155",
        "4532670",
        "4562935",
        "7579787",
        "7583066",
        "7614500",
        "7615774",
        "7695742",
        "7711569",
        "7715103",
        "7720875",
        "7734744",
        "7747607",
        "7749582",
        "7753592",
        "7768694",
        "7873807",
        "7920052",
        "9193705",
        "9246464",
        "9256479",
        "9332890",
        "9428293",
        "12267677",
    ]
]


_PER_CLASS = 300  # training pictures


def _tiny_imagenet(path: Path):
    """Both archives hold train/WNID/…JPEG; Stanford's has 200 classes, 500 pictures each, and labels its validation pictures in a table."""
    names, pictures = _course_archive(path) if tarfile.is_tarfile(path) else _stanford_archive(path)
    train, val = ([], []), ([], [])
    for part, wnid, content in pictures:
        x, y = train if part == "train" else val
        x.append(_pixels(content))
        y.append(_WNIDS.index(wnid))
    return *((np.stack(x), np.array(y, "uint8")) for x, y in (train, val)), [names[wnid] for wnid in _WNIDS]


def _course_archive(path: Path):
    with tarfile.open(path) as archive:
        files = {member.name: archive.extractfile(member).read() for member in archive if member.isfile()}
    names = dict(line.split("\t") for line in files.pop("labels.tsv").decode().splitlines())
    return names, [(*name.split("/")[:2], content) for name, content in files.items()]


def _stanford_archive(path: Path):
    root = "tiny-imagenet-200"
    with zipfile.ZipFile(path) as archive:
        lines = {
            name: archive.read(f"{root}/{name}").decode().splitlines()
            for name in ("words.txt", "val/val_annotations.txt")
        }
        names = {wnid: words.split(",")[0] for wnid, words in (line.split("\t") for line in lines["words.txt"])}
        train = [("train", w, f"train/{w}/images/{w}_{k}.JPEG") for w in _WNIDS for k in range(_PER_CLASS)]
        rows = (line.split("\t")[:2] for line in lines["val/val_annotations.txt"])
        val = [("val", wnid, f"val/images/{name}") for name, wnid in rows if wnid in _WNIDS]
        return names, [(part, wnid, archive.read(f"{root}/{name}")) for part, wnid, name in train + val]


def _pixels(jpeg: bytes) -> np.ndarray:
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))


def _cifar10(path: Path):
    return _jpeg_files(path) if zipfile.is_zipfile(path) else _toronto_archive(path)


def _jpeg_files(path: Path):
    """All JPEG files of a part in one array, one after the other, and where each begins."""
    with np.load(path, allow_pickle=False) as arrays:
        for part in ("train", "test"):
            files = arrays[f"{part}_jpeg"].tobytes()
            x = np.stack([_pixels(files[a:b]) for a, b in itertools.pairwise(arrays[f"{part}_offsets"])])
            yield x, arrays[f"y_{part}"][:, 0]


def _toronto_archive(path: Path):
    """Five batches and the test batch, each a pickle: only read because the archive's checksum held."""
    with tarfile.open(path) as archive:
        for names in ([f"data_batch_{i}" for i in range(1, 6)], ["test_batch"]):
            batches = [
                pickle.load(archive.extractfile(f"cifar-10-batches-py/{name}"), encoding="bytes") for name in names
            ]
            x = np.concatenate([batch[b"data"].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1) for batch in batches])
            yield x, np.concatenate([batch[b"labels"] for batch in batches]).astype("uint8")


def _things_sample(size: int, *counts: int):
    from utils import drawings

    rng = random.Random(size)
    parts = []
    for count in counts:
        y = np.array([i % len(drawings.THINGS) for i in range(count)], "uint8")
        parts.append((np.stack([np.asarray(drawings.thing(rng, drawings.THINGS[label], size)) for label in y]), y))
    return *parts, list(drawings.THINGS)
