"""The cache folder: what is whole lies in it under its name, what is not yet lies in a folder of the course's own inside it."""

import contextlib
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from utils import COURSE
from utils.data.errors import DataError

QUIET = 600  # seconds; no download and no unpacking that still lives is silent for so long


def named(variable: str) -> Path | None:
    """The folder that an environment variable names, `~` written out; None where it is not set."""
    value = os.environ.get(variable)
    try:
        return Path(value).expanduser() if value else None
    except RuntimeError:
        raise DataError(f"{variable}={value!r} begins with a home folder that is not known. Write it out.") from None


def cache() -> Path:
    """Folder that keeps downloads.

    Returns:
        pathlib.Path: what `COURSE_CACHE` names, or a folder of the course in the user's cache. It need not exist.

    Raises:
        DataError: `COURSE_CACHE` begins with a home folder that is not known.
    """
    import pooch

    return named("COURSE_CACHE") or Path(pooch.os_cache(COURSE))


@contextlib.contextmanager
def unfinished() -> Iterator[Path]:
    """A new folder in the cache for work in progress, gone afterwards; what killed processes left is removed too.

    Nothing outside this folder is ever deleted: `COURSE_CACHE` may name a folder that others use.
    """
    home = cache() / f"{COURSE}.unfinished"
    part = _new_part(home)
    try:
        _sweep(home)
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)
        with contextlib.suppress(OSError):  # others still work in it
            home.rmdir()


def _new_part(home: Path) -> Path:
    for attempt in itertools.count(1):
        try:
            home.mkdir(parents=True, exist_ok=True)
            return Path(tempfile.mkdtemp(prefix="part-", dir=home))
        except (FileNotFoundError, FileExistsError):  # another process has just removed the empty home
            if attempt == 50:
                raise
    raise AssertionError("unreachable")


def _sweep(home: Path) -> None:
    for part in home.glob("part-????????"):
        with contextlib.suppress(OSError):  # another process was quicker
            if time.time() - max(path.stat().st_mtime for path in (part, *part.rglob("*"))) > QUIET:
                shutil.rmtree(part, ignore_errors=True)


def set_aside(path: Path) -> Path:
    """Give what lies at `path` another name, which is returned: a differing file may be somebody's."""
    free = (path.with_name(f"{path.name}.old{number}") for number in itertools.count(1))
    return path.rename(next(name for name in free if not name.exists()))


def made_once(dataset: str, name: str, fill: Callable[[Path], None], problem: Callable[[Path], str | None]) -> Path:
    """The folder `name` in the cache, made by `fill(folder)` where it is not there or `problem(folder)` finds it damaged.

    A half-filled folder never carries the name, and a damaged one is kept under another.
    """
    folder = cache() / name
    try:
        if folder.is_dir() and not problem(folder):
            return folder
        with unfinished() as part:
            new = part / name
            new.mkdir()
            fill(new)
            if why := problem(new):
                raise DataError(
                    f"{dataset}: the archive is not the one that the course knows: {why}. Copy it again, or remove it."
                )
            _settle(dataset, new, folder, problem)
    except OSError as error:
        raise DataError(
            f"{dataset}: the pictures cannot be laid out in {cache()} ({error.strerror or error}). "
            "Name a folder that you may write to and that has room in COURSE_CACHE."
        ) from None
    return folder


def _settle(dataset: str, new: Path, folder: Path, problem: Callable[[Path], str | None]) -> None:
    if folder.exists():
        if not (why := problem(folder)):  # another process was quicker
            return
        print(f"{dataset}: {folder} is damaged ({why}). It is made anew; the old one is now {set_aside(folder).name}")
    new.rename(folder)
