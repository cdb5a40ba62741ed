"""Tables: house prices, and the weather hour by hour."""

import csv
from pathlib import Path

import numpy as np

from utils.data import catalogue, npz
from utils.data.errors import reading
from utils.data.samples import tables as samples
from utils.data.sources import Split, announce, find

HOUSING_COLUMNS = (
    "longitude", "latitude", "housing age", "total rooms", "total bedrooms", "population", "households", "median income",
)  # fmt: skip


def housing(small: bool = False) -> Split:
    """California house prices of the 1990 census, one row a block group.

    Args:
        small: keep the first 600 rows only, which all lie around Oakland.

    Returns:
        tuple: `(x_train, y_train), (x_test, y_test)`, shuffled and split as `keras.datasets.california_housing.load_data`
        does. x is float32, (n, 8), the `HOUSING_COLUMNS` (degrees, degrees, median age in years, four counts, median
        household income in tens of thousands of dollars). y is float32, (n,), median house value in dollars; 500,001
        stands for anything above 500,000.

    Raises:
        DataError: the source asked for has no good copy.

    Source:
        16,512 + 4,128 rows, or 480 + 120 small ones (Pace and Barry 1997). The sample holds 3,000 generated rows with similar ranges
        and correlations, in regional order too.
    """
    file = catalogue.file("california_housing.npz")
    source, path = find("housing", file)
    x, y = samples.housing() if path is None else _housing_file(path, file)
    if small:
        x, y = x[:600], y[:600]
    order = np.random.RandomState(113).permutation(len(x))
    x, y = x[order], y[order]
    border = int(len(x) * 0.8)
    announce("housing", source, f"{border:,} + {len(x) - border:,} block groups with {x.shape[1]} columns")
    return (x[:border], y[:border]), (x[border:], y[border:])


def _housing_file(path: Path, file: catalogue.File) -> tuple[np.ndarray, np.ndarray]:
    with reading("housing", path):
        arrays = npz.numbers(path)
        file.check("housing", path, **arrays)
    return arrays["x"], arrays["y"]


WEATHER_COLUMNS = (
    "PM2.5", "dew point", "temperature", "pressure", "wind run", "snow", "rain",
    "from north-west", "from north-east", "from south-east", "calm",
)  # fmt: skip
_WINDS = ("NW", "NE", "SE", "cv")  # as the file writes the last four columns; cv is calm and variable


def weather() -> tuple[np.ndarray, np.ndarray]:
    """Weather and fine dust in Beijing, hour by hour.

    Returns:
        tuple: `(times, values)`. times is datetime64[h], (n,), local time, without gaps. values is float32, (n, 11), the
        `WEATHER_COLUMNS` (fine dust, PM2.5, in micrograms per cubic metre, NaN where it was not measured; dew point and
        temperature in °C; pressure in hPa; wind run, the sum of the hourly wind speeds in m/s since the wind last changed
        its direction; hours of snow and of rain so far; four columns with 1 for the wind's direction).

    Raises:
        DataError: the source asked for has no good copy.

    Source:
        43,824 hours of 2010 to 2014, 2,067 of them without PM2.5 (Liang et al. 2015; UCI Machine Learning Repository, CC BY
        4.0). The sample holds the same hours of a generated process with seasons, days, and fronts that blow the dust away.
    """
    file = catalogue.file("beijing_prsa_2010_2014.csv")
    source, path = find("weather", file)
    times, values = samples.weather() if path is None else _weather_file(path, file)
    announce("weather", source, f"{len(times):,} hours with {values.shape[1]} columns")
    return times, values


def _weather_file(path: Path, file: catalogue.File) -> tuple[np.ndarray, np.ndarray]:
    with reading("weather", path):
        with path.open(encoding="ascii", newline="") as stream:
            _, *rows = csv.reader(stream, strict=True)
        times = [f"{year}-{int(month):02}-{int(day):02}T{int(hour):02}" for _, year, month, day, hour, *_ in rows]
        numbers = [[row[5].replace("NA", "nan"), *row[6:9], *row[10:]] for row in rows]
        winds = np.array([row[9] for row in rows])[:, None] == _WINDS
        hours = np.array(times, "datetime64[h]")
        values = np.column_stack([np.array(numbers, "float32"), winds.astype("float32")])
        if not (np.diff(hours).astype(int) == 1).all() or not winds.any(axis=1).all():
            raise ValueError("a row is missing, doubled, or has a wind of no known direction")
        file.check("weather", path, hours=hours.astype("int64"), values=values)
    return hours, values
