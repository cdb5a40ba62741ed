"""The one error that readers of a data set meet, whatever went wrong below it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path


class DataError(RuntimeError):
    """A data set could not be had from the source that was asked for, or a file is damaged."""


@contextlib.contextmanager
def reading(dataset: str, path: Path) -> Iterator[None]:
    """Turn whatever a parser makes of a damaged file into a `DataError` that names the file and the remedy.

    zip, tar, NumPy, csv and Pillow raise some thirty kinds of errors between them, so none is listed.
    """
    try:
        yield
    except DataError:
        raise
    except Exception as error:
        raise DataError(
            f"{dataset}: {path} cannot be read as the data ({type(error).__name__}: {error}).\n{REPLACE}"
        ) from error


REPLACE = "It may be truncated or changed: copy it again, or remove it."
