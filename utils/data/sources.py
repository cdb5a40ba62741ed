"""Where a file of data comes from: a local folder, its public address, or nowhere, which means the sample."""

import functools
import hashlib
import os
import time
from pathlib import Path

import numpy as np

from utils import setting
from utils.data.catalogue import File
from utils.data.errors import REPLACE, DataError
from utils.data.folders import cache, named, set_aside, unfinished

Split = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]  # (x_train, y_train), (x_test, y_test)

SOURCES = ("local", "download", "sample")

# What this process has loaded, data set → source: the ledger of results stores it beside every figure.
served: dict[str, str] = {}


class _Unavailable(Exception):
    """This source does not have the file; the next one may."""


def find(dataset: str, file: File) -> tuple[str, Path | None]:
    """The source that serves `file`, and where it lies once verified (None: build the sample).

    Raises:
        DataError: the source asked for has no good copy, or the local file is damaged.
        ValueError: `COURSE_SOURCE` names no source.
    """
    wanted = setting("COURSE_SOURCE", SOURCES, None)
    if wanted == "sample":
        return "sample", None
    why = []
    for source, fetch in (("local", _local), ("download", _download)):
        if wanted in (None, source):
            try:
                return source, fetch(dataset, file)
            except _Unavailable as reason:
                why.append(str(reason))
    if wanted:
        raise DataError(
            f"{dataset}: {why[0]}.\n{_REMEDY[wanted]}, or unset COURSE_SOURCE to fall back to a small sample."
        )
    print(f"{dataset}: using the sample, because {'; '.join(why)}")
    return "sample", None


_REMEDY = {
    "local": "Set COURSE_DATA to the folder that holds the file",
    "download": "Try again with a connection, or put the file into a folder of your own and name that in COURSE_DATA",
}


def announce(dataset: str, source: str, contents: str) -> None:
    """Print what a data set holds and which source served it, and remember the source."""
    served[dataset] = source
    print(f"{dataset}: {contents} (source: {source})")


# ---- the local folder


def _local(dataset: str, file: File) -> Path:
    folder = named("COURSE_DATA")
    if folder is None:
        raise _Unavailable(f"COURSE_DATA names no folder with {file.name}")
    path = folder / file.name
    try:
        if not folder.is_dir():
            raise DataError(
                f"{dataset}: COURSE_DATA={str(folder)!r} is not a folder. Name the folder that holds {file.name}, or unset it."
            )
        if not path.is_file():
            raise _Unavailable(f"the folder in COURSE_DATA, {folder}, has no file {file.name}")
        _verify(dataset, path, file)
    except OSError as error:
        raise DataError(
            f"{dataset}: {path} cannot be read ({error.strerror or error}). "
            "Name a folder in COURSE_DATA whose files you may read, or unset it."
        ) from None
    return path


def _verify(dataset: str, path: Path, file: File) -> None:
    found = checksum(path)
    if found not in file.known:
        raise DataError(
            f"{dataset}: {path} is not the file the course knows.\n"
            f"  expected SHA-256 {' or '.join(file.known)}\n"
            f"  found            {found} ({path.stat().st_size:,} bytes)\n{REPLACE}"
        )


def checksum(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# ---- the download

_CONNECT_AND_READ = (10, 30)  # seconds
_BYTES_A_SECOND = 50_000  # over the whole download, after the first minute; slower ones are broken off
_PATIENCE = 60  # seconds


def _download(dataset: str, file: File) -> Path:
    """The verified file in the cache, fetched first where it is not there yet.

    It is written elsewhere and moved into place only when its checksum holds, so a broken or interrupted download leaves
    nothing behind that a later call could mistake for the data.
    """
    target = cache() / (file.download or file.name)
    try:
        if target.is_file() and checksum(target) == file.sha256:
            return target
        with unfinished() as part:
            new = _fetch(file, part / target.name)
            if target.exists() and checksum(target) != file.sha256:
                print(
                    f"{dataset}: {target} is not the file the course knows, so it was fetched anew; "
                    f"the old one is now {set_aside(target).name}"
                )
            new.replace(target)
    except OSError as error:
        raise _Unavailable(
            f"{file.name} cannot be kept in {cache()} ({error.strerror or error}); "
            "COURSE_CACHE can name another folder, one that you may write to and that has room"
        ) from None
    return target


def _fetch(file: File, path: Path) -> Path:
    """Pooch writes the download to `path` when its checksum holds."""
    import logging

    import pooch

    pooch.get_logger().setLevel(logging.WARNING)  # the course prints its own line
    try:
        pooch.retrieve(
            file.address, f"sha256:{file.sha256}", path.name, path.parent, downloader=functools.partial(_transfer, file)
        )
    except ValueError:  # pooch's word for a checksum that does not hold
        raise _Unavailable(
            f"what {file.address} sent is not the {file.name} the course knows (wrong SHA-256)"
        ) from None
    return path


def _transfer(file: File, url: str, output: str | os.PathLike, _: object) -> None:
    """Pooch's downloader, with an end: no more bytes than the catalogue says, and no more time than a slow line needs."""
    from requests.exceptions import RequestException
    from urllib3.exceptions import HTTPError

    try:
        _stream(file, url, Path(output))
    except (RequestException, HTTPError, ValueError) as error:
        raise _Unavailable(f"{file.name} could not be downloaded from {url} ({_reason(error)})") from None


def _stream(file: File, url: str, output: Path) -> None:
    import requests
    from tqdm import tqdm

    deadline = time.monotonic() + _PATIENCE + file.bytes / _BYTES_A_SECOND
    plain = {"Accept-Encoding": "identity"}  # bytes are counted as they travel
    with (
        requests.get(url, stream=True, timeout=_CONNECT_AND_READ, headers=plain) as answer,
        output.open("wb") as stream,
        tqdm(total=file.bytes, ncols=79, unit="B", unit_scale=True) as progress,
    ):
        if answer.status_code != requests.codes.ok:
            raise requests.HTTPError(response=answer)
        while piece := answer.raw.read1(1 << 16):  # what has arrived, so that the clock is looked at
            stream.write(piece)
            progress.update(len(piece))
            if progress.n > file.bytes:
                raise _Unavailable(f"{url} sent more than the {file.bytes:,} bytes of the {file.name} the course knows")
            if time.monotonic() > deadline:
                raise _Unavailable(f"{file.name} came too slowly from {url} ({progress.n:,} of {file.bytes:,} bytes)")
        if progress.n < int(answer.headers.get("Content-Length", 0)):
            raise requests.exceptions.ChunkedEncodingError


def _reason(error: Exception) -> str:
    response, kind = getattr(error, "response", None), type(error).__name__
    if kind == "HTTPError" and response is not None:
        return f"the server answered {response.status_code} {response.reason}"
    if any(part in kind for part in ("Redirect", "Invalid", "Missing", "Value", "Unicode", "Location")):
        return f"the server redirects to an address that leads nowhere: {error}"  # the first address is the catalogue's
    return next((words for part, words in _REASONS.items() if part in kind), kind)


_REASONS = {  # part of an error's name → what it means
    "Timeout": "no answer in time",
    "SSL": "no secure connection",
    "Connection": "no connection",
    "ChunkedEncoding": "the connection broke off",
    "Protocol": "the connection broke off",
    "Incomplete": "the connection broke off",
}
