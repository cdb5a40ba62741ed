"""`data.housing`: the same rows in the same order as Keras, the real file where it lies at hand, and a sample that resembles it."""

import numpy as np
import pytest

from utils import data
from utils.data import catalogue

pytestmark = pytest.mark.usefixtures("no_settings")


@pytest.fixture
def file(place, tmp_path):
    """A file with the form of the real one: 1,000 rows that can be told apart."""
    x = np.arange(8000, dtype="float32").reshape(1000, 8)
    np.savez(tmp_path / "california_housing.npz", x=x, y=x[:, 0] * 100)
    path = tmp_path / "california_housing.npz"
    place(path.name, path)
    return path


@pytest.mark.parametrize("small", [False, True])
def test_rows_and_their_order_are_those_of_keras(small, file, monkeypatch):
    from keras.src.datasets import california_housing

    monkeypatch.setattr(california_housing, "get_file", lambda *_, **__: str(file))
    expected = california_housing.load_data(version="small" if small else "large")
    for ours, theirs in zip(data.housing(small=small), expected):
        for a, b in zip(ours, theirs):
            np.testing.assert_array_equal(a, b)
            assert a.dtype == b.dtype == np.float32


def test_the_small_version_holds_the_first_600_rows_of_the_file(file):
    (x_train, y_train), (x_test, _) = data.housing(small=True)
    assert x_train.shape == (480, 8) and x_test.shape == (120, 8)
    assert set(np.concatenate([x_train, x_test])[:, 0]) == set(np.arange(0, 4800, 8))
    np.testing.assert_array_equal(y_train, 100 * x_train[:, 0])


def test_the_notice_counts_rows_and_names_the_source(file, capsys):
    data.housing()
    assert capsys.readouterr().out == "housing: 800 + 200 block groups with 8 columns (source: local)\n"
    assert data.served["housing"] == "local"


def test_the_address_and_the_sum_of_the_download_are_those_of_keras():
    import inspect

    from keras.src.datasets import california_housing

    source = inspect.getsource(california_housing.load_data)
    file = catalogue.file("california_housing.npz")
    address = file.address.removesuffix(file.name)
    assert address in source and f"{{origin_folder}}{file.name}" in source and file.sha256 in source


# ---- the sample


def rows(small: bool = False):
    train, test = data.housing(small=small)
    return (np.concatenate(both) for both in zip(train, test))


# The real file's smallest and largest value of each column, and its correlations that exceed 0.3 or lie near 0.
RANGES = {
    "longitude": (-124.35, -114.31), "latitude": (32.0, 41.95), "housing age": (1, 52), "total rooms": (2, 39320),
    "total bedrooms": (1, 6445), "population": (3, 35682), "households": (1, 6082), "median income": (0.4999, 15.0001),
}  # fmt: skip
CORRELATIONS = {
    ("longitude", "latitude"): -0.92, ("housing age", "total rooms"): -0.36, ("total rooms", "total bedrooms"): 0.93,
    ("total rooms", "population"): 0.86, ("total bedrooms", "households"): 0.98, ("population", "households"): 0.91,
    ("median income", "price"): 0.69, ("median income", "households"): 0.01, ("total rooms", "price"): 0.13,
}  # fmt: skip


def test_the_sample_stays_within_the_ranges_of_the_real_data(sample):
    x, y = rows()
    assert x.shape == (3000, 8) and x.dtype == y.dtype == np.float32
    for column, (low, high) in zip(x.T, (RANGES[name] for name in data.HOUSING_COLUMNS)):
        assert low <= column.min() < column.max() <= high
    assert y.min() >= 14_999 and y.max() == 500_001 and 0.01 < (y == 500_001).mean() < 0.1
    assert 150_000 < np.median(y) < 210_000


def test_the_sample_is_correlated_as_the_real_data_are(sample):
    x, y = rows()
    columns = dict(zip((*data.HOUSING_COLUMNS, "price"), (*x.T, y)))
    for (a, b), real in CORRELATIONS.items():
        assert abs(np.corrcoef(columns[a], columns[b])[0, 1] - real) < 0.15, (a, b)


def test_the_small_sample_lies_in_one_region_as_the_real_one_does(sample):
    x, _ = rows(small=True)
    every, _ = rows()
    assert len(x) == 600 and (x[:, :2].std(axis=0) < 0.1).all() and (every[:, :2].std(axis=0) > 1).all()


def test_the_sample_can_be_learned_and_is_the_same_each_time(sample):
    from sklearn.linear_model import LinearRegression

    (x_train, y_train), (x_test, y_test) = data.housing()
    assert LinearRegression().fit(x_train, y_train).score(x_test, y_test) > 0.5
    np.testing.assert_array_equal(data.housing()[0][0], x_train)
