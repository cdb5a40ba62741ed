"""The course as files: its pages in reading order, and the built book behind a server that compresses."""

import contextlib
import fcntl
import functools
import gzip
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "_build" / "html"
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
LISTED = [TOC["root"], *(chapter["file"] for part in TOC["parts"] for chapter in part["chapters"])]  # in reading order
CHAPTERS = [page for page in LISTED if (ROOT / f"{page}.ipynb").exists()]
BUILD = ("build", ".", "--builder", "html", "-W", "-n", "--keep-going", "--quiet")
PACKED = {".html", ".css", ".js", ".json", ".svg", ".txt", ".xml", ".ipynb"}  # what GitHub Pages compresses


@contextlib.contextmanager
def serve(handler: Callable[..., http.server.BaseHTTPRequestHandler]) -> Iterator[str]:
    """Base address of an HTTP server on this machine that answers with `handler`."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Site:
    """The built book: where it is served, and what the server has sent."""

    folder: Path
    http: str
    sent: list[tuple[str, int]] = field(
        default_factory=list
    )  # (path, bytes of the compressed body), one entry an answer

    def url(self, page: str = "index.html", scheme: str = "http") -> str:
        """Address of a page (a path below `_build/html`) over "http" or from disk ("file")."""
        return f"{self.http}/{page}" if scheme == "http" else (self.folder / page).as_uri()


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the built book. `make test` builds it anew before; it is built here only where there is none."""
    with only_one_process(tmp_path_factory):
        if not (BUILT / "index.html").exists():
            command = [str(Path(sys.executable).with_name("jupyter-book")), *BUILD]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
    return BUILT


@contextlib.contextmanager
def only_one_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let the processes of one test run (pytest -n 2) in one after the other."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with (shared / "book.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def site(book: Path) -> Iterator[Site]:
    """The built book on a server that compresses what GitHub Pages compresses, and counts what it sends."""
    sent: list[tuple[str, int]] = []
    packed = functools.cache(body)

    class Handler(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(book))

        def do_GET(self) -> None:
            path = Path(self.translate_path(self.path))
            path = path / "index.html" if path.is_dir() else path
            if not path.is_file():
                return self.send_error(404)
            content = packed(path)
            self.send_response(200)
            self.send_header("Content-Type", self.guess_type(str(path)))
            self.send_header("Content-Length", str(len(content)))
            if path.suffix in PACKED:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            sent.append((urlsplit(self.path).path, len(content)))
            with contextlib.suppress(ConnectionError):  # the browser may leave before the end
                self.wfile.write(content)
            return None

        def log_message(self, *_: Any) -> None:
            pass

    with serve(Handler) as address:
        yield Site(book, address, sent)


def body(path: Path) -> bytes:
    """What travels for a file: packed, where its kind is."""
    return gzip.compress(path.read_bytes(), 6) if path.suffix in PACKED else path.read_bytes()
