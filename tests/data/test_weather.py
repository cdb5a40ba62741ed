"""`data.weather`: the file's rows as numbers without a shift or a swap, and a sample that resembles them and can be learned."""

import numpy as np
import pytest

from utils import data
from utils.data import catalogue

pytestmark = pytest.mark.usefixtures("no_settings")

HEADER = "No,year,month,day,hour,pm,DEWP,TEMP,PRES,cbwd,Iws,Is,Ir\r\n"
ROWS = """1,2010,1,1,23,NA,-21,-11,1021,NW,1.79,0,0\r
2,2010,1,2,0,129,-16,-4,1020,SE,3.57,2,0\r
3,2010,1,2,1,148,-15,-5,1019,cv,0.89,0,7\r
4,2010,1,2,2,0,-14,-6,1018,NE,2.68,0,0\r
"""


@pytest.fixture
def file(place, tmp_path):
    """Puts a text where the course looks for the weather, with a checksum that holds."""

    def put(text):
        path = tmp_path / "beijing_prsa_2010_2014.csv"
        path.write_bytes(text.encode("ascii"))
        place(path.name, path)

    return put


@pytest.mark.parametrize(
    "header", [HEADER, HEADER.replace(",pm,", ",pm2.5,")], ids=["our copy's header", "UCI's header"]
)
def test_every_number_of_the_file_arrives_in_its_column(header, file):
    file(header + ROWS)
    times, values = data.weather()
    assert times.dtype == "datetime64[h]" and values.dtype == np.float32
    assert times.astype(str).tolist() == ["2010-01-01T23", "2010-01-02T00", "2010-01-02T01", "2010-01-02T02"]
    expected = [
        [np.nan, -21, -11, 1021, 1.79, 0, 0, 1, 0, 0, 0],
        [129, -16, -4, 1020, 3.57, 2, 0, 0, 0, 1, 0],
        [148, -15, -5, 1019, 0.89, 0, 7, 0, 0, 0, 1],
        [0, -14, -6, 1018, 2.68, 0, 0, 0, 1, 0, 0],
    ]
    np.testing.assert_array_equal(values, np.array(expected, "float32"))
    assert values.shape[1] == len(data.WEATHER_COLUMNS)


def test_the_notice_counts_hours_and_names_the_source(file, capsys):
    file(HEADER + ROWS)
    data.weather()
    assert capsys.readouterr().out == "weather: 4 hours with 11 columns (source: local)\n"
    assert data.served["weather"] == "local"


def test_the_address_is_pinned_to_one_commit():
    file = catalogue.file("beijing_prsa_2010_2014.csv")
    host, _, _, commit, *_ = file.address.removeprefix("https://").split("/")
    assert host == "raw.githubusercontent.com" and len(commit) == 40 and int(commit, 16)
    assert all(len(found) == 64 for found in file.known)


# ---- the sample

# Smallest and largest value of each measured column in the real file, its mean and its spread.
REAL = {
    "PM2.5": (0, 994, 99, 92), "dew point": (-40, 28, 2, 14), "temperature": (-19, 42, 12, 12), "pressure": (991, 1046, 1016, 10),
    "wind run": (0.45, 585.6, 24, 50), "snow": (0, 27, 0.05, 0.8), "rain": (0, 36, 0.2, 1.4),
}  # fmt: skip


@pytest.fixture(scope="module")
def sample():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_SOURCE", "sample")
        return data.weather()


def test_the_sample_has_the_hours_and_the_holes_of_the_real_data(sample):
    times, values = sample
    assert len(times) == 43_824 and (times[0], times[-1]) == (
        np.datetime64("2010-01-01T00"),
        np.datetime64("2014-12-31T23"),
    )
    assert set(np.diff(times).astype(int)) == {1}
    assert values.dtype == np.float32 and values.shape == (43_824, 11)
    assert 0.02 < np.isnan(values[:, 0]).mean() < 0.08 and not np.isnan(values[:, 1:]).any()
    assert set(np.unique(values[:, 7:])) == {0, 1} and (values[:, 7:].sum(axis=1) == 1).all()


def test_the_sample_lies_in_the_ranges_of_the_real_data(sample):
    for (low, high, mean, spread), column in zip(REAL.values(), sample[1].T):
        assert low - spread <= np.nanmin(column) < np.nanmax(column) <= high + 2 * spread
        assert abs(np.nanmean(column) - mean) < 0.3 * spread


def test_the_sample_has_seasons_days_and_winds_as_beijing_has(sample):
    times, values = sample
    columns = dict(zip(data.WEATHER_COLUMNS, values.T))
    month, hour = times.astype("datetime64[M]").astype(int) % 12 + 1, times.astype(int) % 24
    warm = [columns["temperature"][month == m].mean() for m in (1, 4, 7, 10)]
    assert warm[0] < 0 and warm[2] > 25 and warm[0] < warm[1] < warm[2] > warm[3]
    assert columns["temperature"][hour == 15].mean() > columns["temperature"][hour == 4].mean() + 5
    assert (columns["dew point"] <= columns["temperature"]).all()
    assert (columns["temperature"][columns["snow"] > 0] < 0).all() and (
        columns["temperature"][columns["rain"] > 0] >= 0
    ).all()
    north, south = (np.nanmean(columns["PM2.5"][columns[f"from {wind}"] == 1]) for wind in ("north-west", "south-east"))
    assert south > 1.5 * north


def test_wind_rain_and_snow_of_the_sample_add_up_until_they_change(sample):
    values = sample[1]
    run, turned = values[:, 4], (np.diff(values[:, 7:], axis=0) != 0).any(axis=1)
    assert (np.diff(run)[~turned] > 0).all() and run[1:][turned].max() < 20
    for column in (5, 6):
        steps = set(np.diff(values[:, column])[values[1:, column] > 0])
        assert steps == {1}


def test_tomorrow_can_be_learned_from_the_sample_better_than_by_repeating_today(sample):
    from sklearn.linear_model import LinearRegression

    dust, x = np.log1p(sample[1][:, 0]), sample[1].copy()
    x[:, 0] = dust
    ahead = 12
    known = ~np.isnan(dust[:-ahead] + dust[ahead:])
    x, y = x[:-ahead][known], dust[ahead:][known]
    half = len(y) // 2
    off = y[half:] - LinearRegression().fit(x[:half], y[:half]).predict(x[half:])
    assert (off**2).mean() < 0.8 * ((y[half:] - x[half:, 0]) ** 2).mean()


def test_the_sample_is_the_same_each_time(sample, monkeypatch):
    monkeypatch.setenv("COURSE_SOURCE", "sample")
    np.testing.assert_array_equal(data.weather()[1], sample[1])
