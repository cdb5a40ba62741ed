"""Files of data that a test wrote itself, in the place of the real ones."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from utils.data import catalogue, sources

NOWHERE = "http://127.0.0.1:9"  # a port on which nobody listens

Place = Callable[..., None]


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Place:
    """`place(name, path)`: the local file of the catalogue's entry `name` is `path`, with any number of rows.

    The values need not lie in the entry's ranges unless `ranges=True`, nor the checksum hold if `checked=False`.
    """

    def put(name: str, path: Path, ranges: bool = False, checked: bool = True) -> None:
        entry = catalogue.read(catalogue.PATH)[name]
        arrays = {
            key: dataclasses.replace(array, shape=("n", *array.shape[1:]), range=array.range if ranges else None)
            for key, array in entry.arrays.items()
        }
        known = sources.checksum(path) if checked else "0" * 64
        changed = dataclasses.replace(
            entry, name=path.name, address=NOWHERE, sha256=known, copies=(), bytes=path.stat().st_size, arrays=arrays
        )
        monkeypatch.setitem(catalogue.files(), name, changed)
        monkeypatch.setenv("COURSE_DATA", str(path.parent))
        if not checked:
            monkeypatch.setattr(sources, "_verify", lambda *_: None)

    return put


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every data set is its sample."""
    monkeypatch.setenv("COURSE_SOURCE", "sample")
