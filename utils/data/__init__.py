"""The course's data sets, each in one call, with or without a network.

    (x_train, y_train), (x_test, y_test) = data.mnist()

Three sources are tried in this order, unless the environment variable `COURSE_SOURCE` names one of them:

1. `local`: a folder of files named in `COURSE_DATA`, such as a teacher's shared drive;
2. `download`: the data set's public address, checked by its SHA-256 and kept in `COURSE_CACHE`
   (default: the user's cache folder);
3. `sample`: a small stand-in that is always there, found in an installed package or generated.

Each call prints one line that says which source served and how much it holds. What the course knows of each file stands in
`catalogue.toml`.
"""

from utils.data.errors import DataError
from utils.data.folders import cache
from utils.data.pictures import CIFAR10_NAMES, cats_and_dogs, cifar10, mnist, photos, tiny_imagenet
from utils.data.sources import SOURCES, served
from utils.data.tables import HOUSING_COLUMNS, WEATHER_COLUMNS, housing, weather
from utils.data.text import (
    OFFSET,
    REUTERS_TOPICS,
    START,
    UNKNOWN,
    corpus,
    imdb,
    imdb_words,
    reuters,
    reuters_words,
    split_words,
)

__all__ = [
    "CIFAR10_NAMES",
    "HOUSING_COLUMNS",
    "OFFSET",
    "REUTERS_TOPICS",
    "SOURCES",
    "START",
    "UNKNOWN",
    "WEATHER_COLUMNS",
    "DataError",
    "cache",
    "cats_and_dogs",
    "cifar10",
    "corpus",
    "housing",
    "imdb",
    "imdb_words",
    "mnist",
    "photos",
    "reuters",
    "reuters_words",
    "served",
    "split_words",
    "tiny_imagenet",
    "weather",
]
