"""`utils.data`: three sources in their order, and a plain word for everything that can go wrong with a file or a network.

The mechanism is tested with a tiny file of its own (`Tiny`), so that it holds for every data set that stands on it.
"""

import contextlib
import hashlib
import http.server
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from support.site import ROOT, serve

from utils import COURSE, data
from utils.data import catalogue, folders, sources

pytestmark = pytest.mark.usefixtures("no_settings")


def archive() -> bytes:
    stream = io.BytesIO()
    np.savez(stream, x=np.arange(30_000))
    return stream.getvalue()


GOOD = archive()
SUM = hashlib.sha256(GOOD).hexdigest()
OTHER = b"another container of the same arrays"


@pytest.fixture
def server():
    """A server of the tiny file. `address/good`, `/cut`, `/wrong`, `/missing`, `/stalls`; `asked` lists the requests."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            if self.path == "/missing":
                self.send_error(404)
                return
            body = GOOD if self.path != "/wrong" else b"<html>Please log in</html>"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if self.path in ("/cut", "/stalls") else body)
            if self.path == "/stalls":
                self.wfile.flush()
                time.sleep(20)

        def log_message(self, *_):
            pass

    with serve(Handler) as address:
        yield type("Server", (), {"address": address, "asked": asked})


def tiny(address: str = "http://127.0.0.1:9/good") -> catalogue.File:
    """The tiny file; without a server, at a port on which nobody listens."""
    other = hashlib.sha256(OTHER).hexdigest()
    return catalogue.File("tiny.npz", address, SUM, len(GOOD), "any", "these tests", {}, copies=(other,))


def fails(file: catalogue.File) -> str:
    with pytest.raises(data.DataError) as caught:
        sources.find("tiny", file)
    return str(caught.value)


# ---- the order of the sources


def test_local_comes_first_then_download_then_sample(server, monkeypatch, tmp_path, capsys):
    file = tiny(f"{server.address}/good")
    (tmp_path / "tiny.npz").write_bytes(GOOD)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert sources.find("tiny", file) == ("local", tmp_path / "tiny.npz")
    assert server.asked == []

    (tmp_path / "tiny.npz").unlink()
    source, path = sources.find("tiny", file)
    assert (source, path.read_bytes()) == ("download", GOOD)

    path.unlink()
    assert sources.find("tiny", tiny()) == ("sample", None)
    said = capsys.readouterr().out
    assert "tiny.npz" in said and str(tmp_path) in said and "127.0.0.1:9" in said, (
        "the reader should learn why it is a sample"
    )


@pytest.mark.parametrize("source", data.SOURCES)
def test_course_source_names_the_only_source(source, server, monkeypatch, tmp_path):
    (tmp_path / "tiny.npz").write_bytes(GOOD)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("COURSE_SOURCE", source)
    assert sources.find("tiny", tiny(f"{server.address}/good"))[0] == source
    assert len(server.asked) == (source == "download")


def test_the_notice_says_what_was_loaded_and_from_where(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_SOURCE", "sample")
    data.mnist()
    assert capsys.readouterr().out == "mnist: 1,500 + 297 images of 28 × 28 pixels (source: sample)\n"
    assert data.served["mnist"] == "sample"


def test_an_unknown_source_is_named_with_the_choices(monkeypatch):
    monkeypatch.setenv("COURSE_SOURCE", "internet")
    with pytest.raises(ValueError, match="COURSE_SOURCE='internet'.*local, download, sample"):
        data.mnist()


# ---- the local folder


@pytest.mark.parametrize("body", [GOOD, OTHER], ids=["the file", "the same arrays in another container"])
def test_every_known_sum_is_accepted(body, monkeypatch, tmp_path):
    (tmp_path / "tiny.npz").write_bytes(body)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert sources.find("tiny", tiny())[0] == "local"


def test_a_folder_that_is_none_is_an_error_even_if_the_sample_would_do(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "nowhere"))
    message = fails(tiny())
    assert str(tmp_path / "nowhere") in message and "not a folder" in message and "tiny.npz" in message


@pytest.mark.parametrize("folder", [True, False], ids=["folder without the file", "COURSE_DATA not set"])
def test_a_missing_file_is_an_error_where_local_is_asked_for(folder, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_SOURCE", "local")
    if folder:
        monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    message = fails(tiny())
    assert "tiny.npz" in message and "COURSE_DATA" in message and "unset COURSE_SOURCE" in message
    assert not folder or str(tmp_path) in message


@pytest.mark.parametrize("source", [None, "local"])
def test_a_corrupt_local_file_is_an_error_and_never_hidden_by_a_sample(source, monkeypatch, tmp_path):
    damaged = GOOD[:1000]
    (tmp_path / "tiny.npz").write_bytes(damaged)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    if source:
        monkeypatch.setenv("COURSE_SOURCE", source)
    message = fails(tiny())
    assert all(
        part in message
        for part in (str(tmp_path / "tiny.npz"), SUM, hashlib.sha256(damaged).hexdigest(), "1,000 bytes")
    )


# ---- downloads


@pytest.fixture
def only_download(monkeypatch):
    monkeypatch.setenv("COURSE_SOURCE", "download")


def cached() -> list[str]:
    return sorted(path.name for path in data.cache().iterdir()) if data.cache().exists() else []


def test_a_download_is_kept_and_not_fetched_again(server, only_download, capsys):
    file = tiny(f"{server.address}/good")
    for _ in range(2):
        _, path = sources.find("tiny", file)
        assert path.read_bytes() == GOOD
    assert server.asked == ["/good"] and cached() == ["tiny.npz"]
    assert "100%" in capsys.readouterr().err, "a download shows its progress"


def test_a_corrupt_file_in_the_cache_is_replaced(server, only_download):
    data.cache().mkdir()
    (data.cache() / "tiny.npz").write_bytes(GOOD[:1000])
    assert sources.find("tiny", tiny(f"{server.address}/good"))[1].read_bytes() == GOOD


@pytest.mark.parametrize(
    "path, reason",
    [("/cut", "broke off"), ("/wrong", "SHA-256"), ("/missing", "404"), (None, "no connection")],
)
def test_a_failed_download_says_why_and_leaves_nothing_behind(path, reason, server, only_download):
    file = tiny(f"{server.address}{path}") if path else tiny()
    message = fails(file)
    assert all(part in message for part in ("tiny.npz", file.address, reason, "COURSE_DATA"))
    assert cached() == []


@pytest.mark.parametrize("path", ["/cut", "/wrong", "/missing"])
def test_without_a_wish_for_one_source_a_failed_download_gives_the_sample(path, server, capsys):
    assert sources.find("tiny", tiny(f"{server.address}{path}")) == ("sample", None)
    assert "using the sample, because" in capsys.readouterr().out


FETCH = """
import sys
from utils.data import catalogue, sources
url, known, size = sys.argv[1:4]
file = catalogue.File("tiny.npz", url, known, int(size), "any", "these tests", {})
sources.find("tiny", file)"""


def test_a_process_killed_half_way_leaves_no_half_file_and_the_next_starts_cleanly(server, only_download):
    process = subprocess.Popen(
        [sys.executable, "-c", FETCH, f"{server.address}/stalls", SUM, str(len(GOOD))], cwd=ROOT, stderr=-1
    )
    deadline = time.monotonic() + 30
    while not any(
        path.stat().st_size for path in data.cache().rglob("*") if path.is_file()
    ):  # until the first bytes lie there
        assert time.monotonic() < deadline and process.poll() is None, process.communicate()
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    (leftover,) = data.cache().iterdir()
    assert leftover.name != "tiny.npz"

    for path in (leftover, *leftover.rglob("*")):
        os.utime(path, (0, 0))  # no download that still lives is silent for so long
    assert sources.find("tiny", tiny(f"{server.address}/good"))[1].read_bytes() == GOOD
    assert cached() == ["tiny.npz"]


def test_a_download_under_way_in_another_process_is_left_alone(server, only_download):
    data.cache().mkdir()
    (data.cache() / "tmpabcdefgh").write_bytes(b"so far")
    sources.find("tiny", tiny(f"{server.address}/good"))
    assert cached() == ["tiny.npz", "tmpabcdefgh"]


WITHOUT_RIGHTS = f"""
import os
{FETCH}  # imports all that a download needs
folder = sys.argv[4]
os.environ["COURSE_CACHE"] = folder
if os.geteuid() == 0:             # the superuser may write anywhere
    os.setuid(65534)
sources.find("tiny", file)
"""


@pytest.mark.parametrize("new", [False, True], ids=["the folder", "its parent"])
def test_a_cache_folder_that_cannot_be_written_is_named(new, server, only_download):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        path = str(Path(folder, "new")) if new else folder
        command = [sys.executable, "-c", WITHOUT_RIGHTS, f"{server.address}/good", SUM, str(len(GOOD)), path]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "DataError: tiny: tiny.npz cannot be kept in" in done.stderr, done.stderr
    assert path in done.stderr and "ermission" in done.stderr and "COURSE_CACHE" in done.stderr


# ---- the cache belongs to others too


STRANGERS = ("tmpabcdefgh", "part-abcdefgh", "thesis.txt")


@pytest.mark.parametrize("path", ["/good", "/wrong"])
def test_no_file_of_a_stranger_is_deleted_however_old(path, server, only_download):
    data.cache().mkdir()
    for name in STRANGERS:
        (data.cache() / name).write_text("mine")
        os.utime(data.cache() / name, (0, 0))
    with contextlib.suppress(data.DataError):
        sources.find("tiny", tiny(f"{server.address}{path}"))
    assert all((data.cache() / name).read_text() == "mine" for name in STRANGERS)


def test_what_a_killed_process_left_long_ago_is_swept_and_what_lives_is_not(server, only_download):
    home = data.cache() / f"{COURSE}.unfinished"
    for name, old in {"part-killed00": True, "part-alive000": False, "thesis": True}.items():
        (home / name / "deep").mkdir(parents=True)
        (home / name / "deep" / "file").write_text("so far")
        if old:
            for path in (home / name, *(home / name).rglob("*")):
                os.utime(path, (0, 0))
    sources.find("tiny", tiny(f"{server.address}/good"))
    assert sorted(path.name for path in home.iterdir()) == ["part-alive000", "thesis"]


def test_a_differing_file_in_the_cache_is_kept_and_told(server, only_download, capsys):
    data.cache().mkdir()
    for number in (1, 2):
        (data.cache() / "tiny.npz").write_text(f"my own {number}")
        assert sources.find("tiny", tiny(f"{server.address}/good"))[1].read_bytes() == GOOD
        assert (data.cache() / f"tiny.npz.old{number}").read_text() == f"my own {number}"
        said = capsys.readouterr().out
        assert str(data.cache() / "tiny.npz") in said and f"the old one is now tiny.npz.old{number}" in said


def test_a_differing_file_stays_where_it_is_if_nothing_better_comes(server, only_download):
    data.cache().mkdir()
    (data.cache() / "tiny.npz").write_text("my own")
    fails(tiny(f"{server.address}/missing"))
    assert cached() == ["tiny.npz"] and (data.cache() / "tiny.npz").read_text() == "my own"


def test_many_may_work_in_one_cache_at_once(no_settings):
    def work(_) -> None:
        for _ in range(30):
            with folders.unfinished() as part:
                (part / "file").write_text("so far")

    with ThreadPoolExecutor(5) as threads:
        list(threads.map(work, range(5)))
    assert cached() == []


# ---- servers without an end, and servers that send elsewhere


@pytest.fixture
def odd_server():
    """`/endless` never stops, `/drips` sends a byte now and then; `/to/…` redirects there, `/circle` to itself."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path.startswith(("/to/", "/circle")):
                self.send_response(302)
                if target := unquote(self.path).removeprefix("/to/"):
                    self.send_header("Location", target)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(ConnectionError):
                while True:
                    self.wfile.write(b"x" * (1 if self.path == "/drips" else 100_000))
                    time.sleep(0.05 if self.path == "/drips" else 0)

        def log_message(self, *_):
            pass

    with serve(Handler) as address:
        yield address


def test_an_endless_body_ends_at_the_size_in_the_catalogue(odd_server, only_download):
    message = fails(tiny(f"{odd_server}/endless"))
    assert f"sent more than the {len(GOOD):,} bytes" in message and "COURSE_DATA" in message and cached() == []


def test_a_drip_ends_after_a_time(odd_server, only_download, monkeypatch):
    monkeypatch.setattr(sources, "_PATIENCE", 0.5)
    message = fails(tiny(f"{odd_server}/drips"))
    assert "tiny.npz came too slowly" in message and "COURSE_DATA" in message and cached() == []


@pytest.mark.parametrize("target", ["file:///etc/passwd", "http://[bad", "http://", "http://a..b/", "gopher://x"])
def test_a_redirect_to_nowhere_is_named_as_such(target, odd_server, only_download):
    message = fails(tiny(f"{odd_server}/to/{target}"))
    assert "redirects to an address that leads nowhere" in message and "SHA-256" not in message and cached() == []


def test_redirects_in_circles_are_named(odd_server, only_download):
    message = fails(tiny(f"{odd_server}/circle"))
    assert "redirects to an address that leads nowhere" in message and "SHA-256" not in message


def test_a_redirect_without_an_address_is_named(odd_server, only_download):
    message = fails(tiny(f"{odd_server}/to/"))
    assert "the server answered 302 Found" in message and "SHA-256" not in message


# ---- folders by odd names


@pytest.mark.parametrize("variable", ["COURSE_DATA", "COURSE_CACHE"])
def test_a_tilde_is_the_home_folder(variable, server, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "tiny.npz").write_bytes(GOOD)
    monkeypatch.setenv(variable, "~/data")
    assert sources.find("tiny", tiny(f"{server.address}/good"))[1] == tmp_path / "data" / "tiny.npz"
    assert server.asked == []


@pytest.mark.parametrize("variable", ["COURSE_DATA", "COURSE_CACHE"])
def test_the_home_folder_of_nobody_is_named(variable, monkeypatch):
    monkeypatch.setenv(variable, "~nobody-of-this-name/data")
    assert f"{variable}='~nobody-of-this-name/data'" in fails(tiny())


@pytest.mark.parametrize("name", ["x" * 300, "y/" * 3000], ids=["a long name", "a long path"])
@pytest.mark.parametrize("variable", ["COURSE_DATA", "COURSE_CACHE"])
def test_names_too_long_are_told(variable, name, server, monkeypatch, tmp_path):
    monkeypatch.setenv(variable, str(tmp_path / name))
    monkeypatch.setenv("COURSE_SOURCE", "local" if variable == "COURSE_DATA" else "download")
    message = fails(tiny(f"{server.address}/good"))
    assert variable in message and "tiny" in message


UNREADABLE = f"""
import os
from utils import data
from utils.data import catalogue, sources
file = catalogue.File("tiny.npz", "http://127.0.0.1:9", "{SUM}", 1, "any", "these tests", {{}})
data.cache()  # imports what it needs
if os.geteuid() == 0:
    os.setuid(65534)
for variable in ("COURSE_DATA", "COURSE_CACHE"):
    for folder in ("closed", "open"):
        os.environ[variable] = os.path.join(os.environ["ROOM"], folder)
        os.environ["COURSE_SOURCE"] = "local" if variable == "COURSE_DATA" else "download"
        try:
            sources.find("tiny", file)
        except data.DataError as error:
            print(variable, folder, str(error).replace(chr(10), " "))
"""


def test_unreadable_folders_and_files_are_told():
    with tempfile.TemporaryDirectory() as room:
        Path(room).chmod(0o755)
        for name in ("closed", "open"):
            (Path(room) / name).mkdir()
            (Path(room) / name / "tiny.npz").write_bytes(GOOD)
            (Path(room) / name / "tiny.npz").chmod(0)
        (Path(room) / "closed").chmod(0)
        command = [sys.executable, "-c", UNREADABLE]
        environment = {**os.environ, "ROOM": room}
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
        (Path(room) / "closed").chmod(0o755)
    said = done.stdout.splitlines()
    assert len(said) == 4, done.stderr
    assert all("ermission denied" in line and line.split()[0] in line[15:] for line in said)


# ---- imports


@pytest.mark.parametrize("module", ["data", "plotting", "results", "training"])
def test_importing_a_helper_loads_no_network_library(module):
    heavy = "{'keras', 'tensorflow', 'jax', 'torch', 'sklearn', 'plotly', 'pooch'}"
    program = f"import sys, utils.{module}; print(*({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
