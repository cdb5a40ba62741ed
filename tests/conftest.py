"""What many tests share: a clean environment, the built book behind a compressing server, a browser, and pages under watch."""

import contextlib
import gzip
import http.server
import os
import subprocess
import sys
import threading
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / "_build" / "html"
sys.path.insert(0, str(ROOT / "scripts"))

pytest_plugins = ["support.scripts"]
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
LISTED = [TOC["root"], *(chapter["file"] for part in TOC["parts"] for chapter in part["chapters"])]  # in reading order
CHAPTERS = [page for page in LISTED if (ROOT / f"{page}.ipynb").exists()]


@pytest.fixture
def no_settings(monkeypatch, tmp_path):
    """No `COURSE_…` variable is set, and downloads go to an empty folder of this test."""
    for name in [name for name in os.environ if name.startswith("COURSE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))


@contextlib.contextmanager
def serve(handler: type[http.server.BaseHTTPRequestHandler]):
    """Base address of an HTTP server on this machine that answers with `handler`."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


# ---- the built book


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
def book() -> Path:
    """Folder of the built book. `make test` builds it anew before; it is built here only where there is none."""
    if not (BUILT / "index.html").exists():
        command = [
            Path(sys.executable).with_name("jupyter-book"),
            "build",
            ".",
            "--builder",
            "html",
            "-W",
            "-n",
            "--keep-going",
            "--quiet",
        ]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    return BUILT


@pytest.fixture(scope="session")
def site(book):
    """The built book on a server that compresses what GitHub Pages compresses, and counts what it sends."""
    sent, packed = [], {}

    class Handler(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def __init__(self, *args):
            super().__init__(*args, directory=str(book))

        def do_GET(self):
            path = Path(self.translate_path(self.path))
            path = path / "index.html" if path.is_dir() else path
            if not path.is_file():
                return self.send_error(404)
            text = path.suffix in {".html", ".css", ".js", ".json", ".svg", ".txt", ".xml", ".ipynb"}
            if path not in packed:
                packed[path] = gzip.compress(path.read_bytes(), 6) if text else path.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", self.guess_type(str(path)))
            self.send_header("Content-Length", str(len(packed[path])))
            if text:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            sent.append((urlsplit(self.path).path, len(packed[path])))
            with contextlib.suppress(ConnectionError):  # the browser may leave before the end
                self.wfile.write(packed[path])

        def log_message(self, *_):
            pass

    with serve(Handler) as address:
        yield Site(book, address, sent)


# ---- a browser


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium. Without one the tests are skipped, loudly; in CI they fail."""
    from browser import find  # scripts/browser.py

    path = find()
    if not path:
        message = "NO BROWSER: nothing that readers see was checked. Install Chromium or set COURSE_CHROMIUM."
        if os.environ.get("CI"):
            pytest.fail(message)
        warnings.warn(message)  # a skip alone is a quiet letter in a row of dots
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
    ]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=quiet)
        yield chromium
        chromium.close()


def stays_here(url: str) -> bool:
    """Whether a request leaves this machine alone."""
    parts = urlsplit(url)
    return parts.scheme in ("file", "data", "blob", "about") or parts.hostname in ("127.0.0.1", "localhost")


@pytest.fixture
def open_page(browser):
    """`open_page(url, viewport=(1280, 900), color_scheme="light", touch=False)` → a loaded page with an empty browser cache.

    The test fails at its end if any page logged an error, threw, missed a file, or asked another machine for anything.
    """
    contexts, problems = [], []

    def open_it(url: str, viewport=(1280, 900), color_scheme="light", touch=False):
        size = {"width": viewport[0], "height": viewport[1]}
        context = browser.new_context(viewport=size, color_scheme=color_scheme, has_touch=touch, is_mobile=touch)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda entry: problems.append(f"console: {entry.text} {entry.location}") if entry.type == "error" else None,
        )
        page.on("pageerror", lambda error: problems.append(f"thrown: {error}"))
        page.on("requestfailed", lambda request: problems.append(f"failed: {request.url} {request.failure}"))
        page.on(
            "response",
            lambda answer: problems.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None,
        )
        page.on(
            "request", lambda request: None if stays_here(request.url) else problems.append(f"leaves: {request.url}")
        )
        page.goto(url, wait_until="load")
        return page

    yield open_it
    found = list(problems)  # closing a page breaks off what it still loads; that is no fault of the page
    for context in contexts:
        context.close()
    assert not found, "\n".join(found)
