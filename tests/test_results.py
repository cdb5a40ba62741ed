"""`utils.results`: the ledger is written only by a full run on real data, whole or not at all."""

import json
import threading

import pytest

from utils import data, results

pytestmark = pytest.mark.usefixtures("no_settings")


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    """Path of a ledger of this test; no data set has been loaded yet."""
    monkeypatch.setattr(data, "served", {})
    return tmp_path / "results.json"


@pytest.fixture
def make_run(monkeypatch):
    """As `make run` has it: recording is asked for, and the data are real."""
    monkeypatch.setenv("COURSE_RECORD", "1")
    data.served["mnist"] = "local"


def test_a_readers_run_prints_and_writes_nothing(ledger, capsys):
    ledger.write_text('{"net": {"metrics": {"test_accuracy": 0.98}}}')
    before = ledger.read_bytes()
    results.record("net", path=ledger, test_accuracy=0.97123, loss=0.1)
    results.record("new", path=ledger, loss=2)
    assert ledger.read_bytes() == before and list(ledger.parent.iterdir()) == [ledger]
    assert capsys.readouterr().out.splitlines() == [
        "net · test_accuracy: 0.9712   (the book's run: 0.98)",
        "net · loss: 0.1",
        "new · loss: 2",
    ]


@pytest.mark.parametrize(
    "variable, value, source, allowed",
    [
        ("COURSE_RECORD", "1", "local", True),
        ("COURSE_RECORD", "1", "download", True),
        ("COURSE_RECORD", "1", "sample", False),
        ("COURSE_RECORD", "", "local", False),
        ("COURSE_PROFILE", "quick", "local", False),
    ],
)
def test_only_a_full_run_on_real_data_writes(variable, value, source, allowed, ledger, make_run, monkeypatch):
    monkeypatch.setenv(variable, value)
    data.served["mnist"] = source
    results.record("net", path=ledger, test_accuracy=0.97)
    assert ledger.exists() == results.recording() == allowed


def test_a_record_says_how_it_was_measured_and_keeps_its_neighbours(ledger, make_run, capsys):
    results.record("z", path=ledger, loss=1)
    results.record("net", path=ledger, seconds=12.34, test_accuracy=0.98123)
    results.record("net", path=ledger, seconds=12.34, test_accuracy=0.98126)
    stored = results.load(ledger)
    assert list(stored) == ["net", "z"]
    assert stored["net"]["metrics"] == {"test_accuracy": 0.9813}
    assert stored["net"]["seconds"] == 12.3 and stored["z"]["seconds"] is None
    assert stored["net"]["data"] == {"mnist": "local"} and stored["net"]["profile"] == "full"
    assert {"backend", "machine", "date"} <= set(stored["net"])
    assert "the book's run" not in capsys.readouterr().out


def test_notebooks_that_record_at_the_same_time_lose_nothing(ledger, make_run):
    def record(writer):
        for i in range(10):
            results.record(f"net-{writer}-{i}", path=ledger, loss=i)

    writers = [threading.Thread(target=record, args=(number,)) for number in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(results.load(ledger)) == 60 and list(ledger.parent.iterdir()) == [ledger]


def test_a_run_records_beside_the_ledger_until_it_is_merged(ledger, make_run, monkeypatch):
    of_the_run = ledger.with_name("of-the-run.json")
    monkeypatch.setattr(results, "LEDGER", ledger)
    monkeypatch.setenv("COURSE_LEDGER", str(of_the_run))
    ledger.write_text('{"net": {"metrics": {"loss": 3}}, "other": {"metrics": {"loss": 5}}}')
    before = ledger.read_bytes()
    results.record("net", loss=1)
    assert ledger.read_bytes() == before
    results.merge(results.load(of_the_run))
    after = results.load()
    assert after["net"]["metrics"] == {"loss": 1} and after["other"]["metrics"] == {"loss": 5}


def test_who_reads_while_it_is_written_finds_a_whole_ledger(ledger):
    many = {f"key-{i}": {"metrics": {"loss": i}} for i in range(3000)}
    results._write(ledger, many)
    writer = threading.Thread(target=lambda: [results._write(ledger, many) for _ in range(20)])
    writer.start()
    reads = 0
    while writer.is_alive():
        assert len(results.load(ledger)) == 3000
        reads += 1
    assert reads > 3 and list(ledger.parent.iterdir()) == [ledger]


@pytest.mark.parametrize(
    "text, reason",
    [
        ('{"net": ', "not valid JSON"),
        ("[1, 2]", "holds a list"),
        ('{"net": 0.98}', "no metrics for net"),
        ('{"net": {"metrics": {"loss": "low"}}}', "no metrics for net"),
    ],
)
def test_a_corrupt_ledger_is_an_error_and_stays_as_it_is(text, reason, ledger, make_run):
    ledger.write_text(text)
    with pytest.raises(ValueError, match=f"results.json.*{reason}"):
        results.record("net", path=ledger, loss=1)
    assert ledger.read_text() == text


def test_no_metric_is_an_error(ledger):
    with pytest.raises(ValueError, match="'net'.*at least one metric"):
        results.record("net", path=ledger)


def test_a_diverged_run_is_printed_but_not_stored(ledger, make_run, monkeypatch, capsys):
    with pytest.raises(ValueError, match="'net'.*loss"):
        results.record("net", path=ledger, loss=float("nan"))
    assert not ledger.exists()
    monkeypatch.delenv("COURSE_RECORD")
    results.record("net", path=ledger, loss=float("nan"))
    assert capsys.readouterr().out == "net · loss: nan\n"


def test_the_books_own_ledger_is_in_order():
    for key, entry in results.load().items():
        assert entry["metrics"] and "sample" not in entry["data"].values(), key
        assert json.dumps(entry["metrics"], allow_nan=False)
