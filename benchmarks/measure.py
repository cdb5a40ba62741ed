"""Two sides measured in turn: A, B, A, B, …; what counts is their ratio, which a busy machine changes less than either time."""

import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Side = Callable[[], float]  # one measurement → seconds for one unit
ROUNDS = 5


class BenchmarkError(RuntimeError):
    """A row could not be measured, or its figure is a bad one; the message says what to do."""


@dataclass(frozen=True)
class Row:
    """One comparison: `quick` and `slow` name the two sides, `sides` prepares them.

    unit: what one time is for, such as "letter".
    least: the ratio below which something is wrong.
    advice: where to look then.
    """

    key: str
    unit: str
    quick: str
    slow: str
    least: float
    advice: str
    sides: Callable[[], tuple[Side, Side]]


@dataclass(frozen=True)
class Result:
    """Median seconds for one unit of either side; median, lowest and highest of the rounds' ratios slow : quick."""

    quick_seconds: float
    slow_seconds: float
    ratio: float
    low: float
    high: float


def timed(work: Callable[[], object], units: int = 1) -> Side:
    """The side that does `work`, which makes so many units."""

    def side() -> float:
        began = time.perf_counter()
        work()
        return (time.perf_counter() - began) / units

    return side


def compare(row: Row, rounds: int = ROUNDS) -> Result:
    """Measure both sides of a row in turn, after one round that does not count: the first calls compile.

    Raises:
        BenchmarkError: if a time is no positive number.
    """
    sides = row.sides()
    for side in sides:
        side()
    times = [[checked(row, side()) for side in sides] for _ in range(rounds)]
    ratios = [slow / quick for quick, slow in times]
    quick, slow = (statistics.median(column) for column in zip(*times, strict=True))
    return Result(quick, slow, statistics.median(ratios), min(ratios), max(ratios))


def checked(row: Row, seconds: float) -> float:
    if not (math.isfinite(seconds) and seconds > 0):
        raise BenchmarkError(f"{row.key}: measured {seconds} seconds for one {row.unit}; expected a positive number.")
    return seconds


def complaint(row: Row, result: Result) -> str | None:
    """What is wrong with a result, and what to do; None if it is as expected."""
    if result.ratio >= row.least:
        return None
    return (
        f"{row.key}: {row.quick} is {result.ratio:.2g} times as fast as {row.slow}; expected {row.least:g} or more. "
        f"{row.advice} Measure this row alone, on a quiet machine: make bench ROWS={row.key}"
    )
