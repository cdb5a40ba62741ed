"""What the course knows of each file of data: `catalogue.toml`, read once and checked."""

import dataclasses
import functools
import itertools
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from utils.data.errors import REPLACE, DataError

PATH = Path(__file__).with_name("catalogue.toml")

Bound = float | list[float]  # one for the whole array, or one for each column


@dataclass(frozen=True)
class Array:
    """What a loader reads from a file: `shape` (a name stands for any length), `dtype`, `units`, and the values allowed.

    `range` is the smallest and the largest value; `missing` allows NaN, everywhere or column by column.
    """

    shape: tuple[int | str, ...]
    dtype: str
    units: str
    range: tuple[Bound, Bound] | None = None
    missing: bool | list[bool] = False

    def problem(self, values: np.ndarray) -> str | None:
        """What distinguishes `values` from what the catalogue promises; None where nothing does."""
        if len(self.shape) != values.ndim or any(
            length != found for length, found in zip(self.shape, values.shape) if isinstance(length, int)
        ):
            return f"expected the shape {self.shape}, found {values.shape}"
        if values.dtype != np.dtype(self.dtype):
            return f"expected {self.dtype}, found {values.dtype}"
        if values.dtype == object:
            if not all(type(value) is int for value in itertools.chain.from_iterable(values)):
                return "expected lists of whole numbers, found something else among them"
            values = np.fromiter(itertools.chain.from_iterable(values), "int64")
        if self.range is None:
            return None
        low, high = map(np.array, self.range)
        wrong = ~((low <= values) & (values <= high))  # NaN compares false
        if self.missing:
            wrong &= ~(np.isnan(values) & np.array(self.missing))
        return f"found {values[wrong][0]}, outside {self.range[0]} to {self.range[1]}" if wrong.any() else None


@dataclass(frozen=True)
class File:
    """One file of a data set.

    `name` is its name in a local folder; `address`, `sha256` and `bytes` belong to the download, which the cache keeps as
    `download` where its form differs. `copies` are the checksums of the same data in other containers. `arrays` is what a
    loader makes of it. `classes` are the names of its labels, in their order, where the file does not say it.
    """

    name: str
    address: str
    sha256: str
    bytes: int
    licence: str
    source: str
    arrays: dict[str, Array]
    copies: tuple[str, ...] = ()
    download: str = ""
    classes: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """Every checksum that the file may have; the download's comes first."""
        return (self.sha256, *self.copies)

    def check(self, dataset: str, path: Path, **arrays: np.ndarray) -> None:
        """Raise `DataError` where shape, dtype or range of one of the `arrays` read from `path` is not the catalogue's."""
        for name, array in self.arrays.items():
            if problem := array.problem(arrays[name]):
                raise DataError(
                    f"{dataset}: {path} does not hold the data that the course knows. {name}: {problem}.\n{REPLACE}"
                )


def file(name: str) -> File:
    """The entry of the file `name`."""
    return files()[name]


@functools.cache
def files() -> dict[str, File]:
    """All entries of the course's catalogue, by name."""
    return read(PATH)


def read(path: Path) -> dict[str, File]:
    """The entries of the catalogue at `path`.

    Raises:
        DataError: an entry lacks a field, has one that is not known, or one whose value makes no sense. The message names
            the catalogue, the entry and the remedy.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path} is no catalogue of data ({error}). Restore it, e.g. with `git checkout`.") from error
    return {name: _file(path, name, entry) for name, entry in entries.items()}


def _file(path: Path, name: str, entry: Any) -> File:
    where = f'{path}, entry "{name}"'
    _demand_fields(where, File, entry, given=frozenset({"name"}))
    if not isinstance(entry["arrays"], Mapping):
        raise DataError(f"{where}: arrays = {entry['arrays']!r}, but it must be a table of arrays. Correct it there.")
    arrays = {key: _array(f"{where}, array {key}", array) for key, array in entry["arrays"].items()}
    made = File(**{**entry, "name": name, "arrays": arrays})
    _demand_values(where, made, _FILE_RULES)
    return dataclasses.replace(made, copies=tuple(made.copies), classes=tuple(made.classes))


def _array(where: str, entry: Any) -> Array:
    _demand_fields(where, Array, entry)
    made = Array(**entry)
    _demand_values(where, made, _ARRAY_RULES)
    return dataclasses.replace(
        made, shape=tuple(made.shape), range=(made.range[0], made.range[1]) if made.range else None
    )


def _demand_fields(where: str, kind: type, entry: Any, given: frozenset[str] = frozenset()) -> None:
    """Every field without a default stands in `entry`, and no other than the fields of `kind`."""
    if not isinstance(entry, Mapping):
        raise DataError(
            f"{where}: expected a table, found {entry!r}. Write it as [{where.rsplit(maxsplit=1)[-1]}] with its fields."
        )
    fields = {field.name: field.default is dataclasses.MISSING for field in dataclasses.fields(kind)}
    fields = {name: needed for name, needed in fields.items() if name not in given}
    if missing := [name for name, needed in fields.items() if needed and name not in entry]:
        raise DataError(f"{where}: {', '.join(missing)} is missing. Add it; without it the data cannot be checked.")
    if unknown := [name for name in entry if name not in fields]:
        raise DataError(f"{where}: {', '.join(unknown)} is not known. Remove it, or write one of {', '.join(fields)}.")


Rule = tuple[str, Callable[[Any], bool], str]  # field, whether a value may stand there, what may


def _demand_values(where: str, made: File | Array, rules: tuple[Rule, ...]) -> None:
    for field, holds, wanted in rules:
        value = getattr(made, field)
        if not holds(value):
            raise DataError(f"{where}: {field} = {value!r}, but it must be {wanted}. Correct it there.")


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _file_name(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"(\w[\w.-]*)?", value) is not None


def _sum(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def _count(value: Any) -> bool:
    return type(value) is int and value > 0


def _listed(holds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list | tuple) and all(map(holds, value))


def _bound(value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, list) and all(map(_bound, value)))


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _dtype(value: Any) -> bool:
    try:
        return isinstance(value, str) and np.dtype(value) is not None
    except TypeError:
        return False


_FILE_RULES: tuple[Rule, ...] = (
    ("address", lambda value: _text(value) and value.startswith(("https://", "http://")), "an address on the web"),
    ("sha256", _sum, "a SHA-256 of 64 small hexadecimal digits"),
    ("copies", _listed(_sum), "a list of SHA-256 sums"),
    ("bytes", _count, "the download's number of bytes"),
    ("licence", _text, "a text"),
    ("source", _text, "a text"),
    ("download", _file_name, "the name of a file, without a folder"),
    ("classes", _listed(_text), "a list of names"),
)
_ARRAY_RULES: tuple[Rule, ...] = (
    ("shape", _listed(lambda length: _count(length) or _text(length)), "a list of lengths, or names for free ones"),
    ("dtype", _dtype, "a dtype of NumPy"),
    ("units", _text, "a text"),
    ("range", lambda value: value is None or (_listed(_bound)(value) and len(value) == 2), "[smallest, largest]"),
    ("missing", lambda value: isinstance(value, bool) or _listed(_flag)(value), "true or false, or a list of them"),
)
