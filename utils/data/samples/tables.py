"""Stand-ins for tables that cannot be shipped: house prices and weather, drawn from small models with fixed seeds."""

import numpy as np

# Regions of the generated California: longitude, latitude, spread in degrees, share of the rows, dearness of the land.
_REGIONS = (
    (-122.2, 37.8, 0.05, 0.20, 1.2),  # Oakland, first and dense as in the real rows
    (-118.3, 34.0, 0.30, 0.38, 1.1),  # Los Angeles
    (-117.1, 32.8, 0.20, 0.10, 1.0),  # San Diego
    (-122.0, 37.4, 0.25, 0.12, 1.3),  # around the Bay
    (-121.4, 38.6, 0.40, 0.10, 0.65),  # Sacramento
    (-119.6, 36.5, 0.50, 0.10, 0.5),  # Central Valley
)


def housing(n: int = 3000) -> tuple[np.ndarray, np.ndarray]:
    """Rows with ranges and correlations like those of California in 1990, in regional order: x float32 (n, 8), y float32 (n,)."""
    rng = np.random.default_rng(1990)
    longitude, latitude, spread, _, land = np.array(_REGIONS)[
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


def weather() -> tuple[np.ndarray, np.ndarray]:
    """Five years of a process in which cold fronts bring dry wind from the north-west, and dust gathers between them.

    Times datetime64[h] (n,) and values float32 (n, 11), in the columns of `utils.data.weather`.
    """
    from scipy.signal import lfilter

    times = np.arange("2010-01-01T00", "2015-01-01T00", dtype="datetime64[h]")
    rng, n, hour = np.random.default_rng(2010), len(times), np.arange(len(times))

    def wander(
        hours: float, around: float | np.ndarray = 0.0, noise: float = 1.0
    ) -> np.ndarray:  # forgets its past within some hours
        keep = np.exp(-1 / hours)
        steps = (1 - keep) * np.broadcast_to(around, n) + noise * np.sqrt(1 - keep**2) * rng.normal(size=n)
        return lfilter([1], [1, -keep], steps)

    def so_far(amount: np.ndarray, new: np.ndarray) -> np.ndarray:  # cumulated since the last hour in which `new` holds
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
