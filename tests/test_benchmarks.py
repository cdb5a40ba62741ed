"""How `make bench` measures, complains and stores, on rows made here; the page's tasks under Node; the table in the book."""

import io
import itertools
import json

import pytest

from benchmarks import measure, page, run
from benchmarks.rows import ROWS
from utils.book import tables


def row(quick, slow, least=2.0, key="made-up"):
    """A row whose sides give the times listed, one after the other, and write down whose turn it was."""
    turns = []

    def side(name, times):
        source = itertools.cycle(times)
        return lambda: turns.append(name) or next(source)

    made = measure.Row(
        key, "letter", "this", "that", least, "Look there.", lambda: (side("quick", quick), side("slow", slow))
    )
    return made, turns


def main(monkeypatch, tmp_path, rows, *names):
    """Exit status of `make bench` with these rows, and what it stored, if anything."""
    store = tmp_path / "benchmarks.json"
    monkeypatch.setattr(run, "ROWS", rows)
    monkeypatch.setattr(run.store, "__defaults__", (store,))
    monkeypatch.setattr("sys.argv", ["run.py", *names])
    return run.main(), json.loads(store.read_text("utf-8")) if store.exists() else None


# ---- measuring


def test_sides_take_turns_and_the_first_round_does_not_count():
    made, turns = row(quick=[100, 1, 1, 1, 2, 1], slow=[1, 4, 6, 5, 4, 50])
    result = measure.compare(made)
    assert turns == ["quick", "slow"] * 6
    assert result == measure.Result(quick_seconds=1, slow_seconds=5, ratio=5, low=2, high=50)


@pytest.mark.parametrize("time", [0, -1, float("nan"), float("inf")])
def test_a_time_that_is_none(time):
    made, _ = row([1], [time])
    with pytest.raises(
        measure.BenchmarkError, match="made-up: measured .* seconds for one letter; expected a positive"
    ):
        measure.compare(made)


def test_timed_is_for_one_unit(monkeypatch):
    clock = iter([10.0, 14.0])
    monkeypatch.setattr(measure.time, "perf_counter", lambda: next(clock))
    done = []
    assert measure.timed(lambda: done.append(1), units=8)() == 0.5 and done == [1]


# ---- the command


def test_all_rows_together_are_stored(monkeypatch, tmp_path, capsys):
    rows = [row([1], [2], key="one")[0], row([0.001], [3], key="two")[0]]
    status, stored = main(monkeypatch, tmp_path, rows)
    assert status == 0 and list(stored["rows"]) == ["one", "two"]
    assert stored["rows"]["two"] == {
        "unit": "letter", "quick": "this", "slow": "that",
        "quick_seconds": 0.001, "slow_seconds": 3, "ratio": 3000, "low": 3000, "high": 3000,
    }  # fmt: skip
    assert {"machine", "date", "versions"} < set(stored)
    assert "3e+03 × (3e+03 to 3e+03)" in capsys.readouterr().out


def test_rows_named_are_printed_only(monkeypatch, tmp_path, capsys):
    rows = [row([1], [2], key="one")[0], row([1], [3], key="two")[0]]
    assert main(monkeypatch, tmp_path, rows, "two") == (0, None)
    printed = capsys.readouterr().out
    assert printed.startswith("two") and printed.count("\n") == 1


def test_a_bad_figure_is_printed_and_an_error(monkeypatch, tmp_path, capsys):
    rows = [row([1], [1.5], key="slow")[0], row([1], [float("nan")], key="broken")[0], row([1], [3], key="good")[0]]
    assert main(monkeypatch, tmp_path, rows) == (1, None)
    told = capsys.readouterr()
    assert [line.split()[0] for line in told.out.splitlines()] == ["slow", "good"]
    assert "slow: this is 1.5 times as fast as that; expected 2 or more. Look there." in told.err
    assert "make bench ROWS=slow" in told.err and "broken: measured nan seconds" in told.err


def test_an_unknown_row(monkeypatch, tmp_path):
    with pytest.raises(SystemExit, match="No row two. There are: one"):
        main(monkeypatch, tmp_path, [row([1], [2], key="one")[0]], "two")


# ---- the sides


def test_every_task_of_the_page_gives_a_time():
    files = {
        "letters": ["char-lstm"],
        "decoder": ["vae-mnist"],
        "digits": ["mnist-dense", "mnist-convnet", "mnist-neighbours"],
        "coursenet": ["coursenet"],
        "adam": [],
    }
    times = {task: page.side(task, *names)() for task, names in files.items()}
    assert all(0 < seconds < 60 for seconds in times.values()), times
    with pytest.raises(
        measure.BenchmarkError, match="there is no task flying, but letters, decoder, digits, coursenet, adam"
    ):
        page.side("flying")()


def test_a_chapter_that_no_longer_defines_what_is_measured():
    from benchmarks import chapter

    found = chapter.definitions("vision/what-convnets-see", "step each_its_own")
    assert callable(found["step"]) and callable(found["each_its_own"]) and "visible" not in found
    with pytest.raises(measure.BenchmarkError, match=r"vision/what-convnets-see.ipynb does not define flying any more"):
        chapter.definitions("vision/what-convnets-see", "step flying")


# ---- in the book


def test_the_stored_table_holds_every_row():
    stored = json.loads(run.STORE.read_text("utf-8"))
    assert list(stored["rows"]) == [row.key for row in ROWS]
    for row in ROWS:
        assert stored["rows"][row.key]["ratio"] >= row.least
    lines = tables.benchmarks(stored)
    assert len(lines) == len(ROWS) + 4
    assert all(line.count("|") == 7 for line in lines[: len(ROWS) + 2])


@pytest.mark.parametrize(
    "seconds, text", [(2.34, "2.3 s"), (0.1634, "160 ms"), (0.00074, "740 µs"), (7.4e-7, "740 ns"), (1.2e-5, "12 µs")]
)
def test_durations(seconds, text):
    assert tables.duration(seconds) == text


@pytest.mark.parametrize("value, text", [(4372.0, "4,400"), (0.742, "0.74"), (25.8, "26"), (2, "2")])
def test_figures(value, text):
    assert tables.figure(value) == text


@pytest.fixture
def build(tmp_path, monkeypatch):
    """build(text of benchmarks.json) → the page of a book that shows it, as HTML, and Sphinx' warnings."""
    from sphinx.application import Sphinx

    def build_it(stored):
        source, warnings = tmp_path / "source", io.StringIO()
        source.mkdir()
        (source / "index.md").write_text("# Benchmarks\n\n```{benchmarks-table} benchmarks.json\n```\n")
        (source / "benchmarks.json").write_text(stored, "utf-8")
        settings = {"extensions": ["myst_parser", "utils.book.tables"]}
        folders = (source, None, tmp_path / "html", tmp_path / "trees")
        Sphinx(*folders, "html", settings, status=None, warning=warnings).build()
        return (tmp_path / "html" / "index.html").read_text("utf-8"), warnings.getvalue()

    return build_it


def test_the_page_shows_the_stored_table(build):
    html, warnings = build(run.STORE.read_text("utf-8"))
    assert not warnings and html.count("<tr") == len(ROWS) + 1
    assert "Measured on" in html


@pytest.mark.parametrize("stored", ["{", "[]", '{"rows": {}}', '{"rows": {"decoder": {"unit": "picture"}}}'])
def test_a_damaged_file_is_an_error_with_advice(build, stored):
    _, warnings = build(stored)
    assert "benchmarks.json is not what make bench stores" in warnings and "Run make bench" in warnings
