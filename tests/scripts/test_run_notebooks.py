"""Notebooks executed in place: clean outputs, results in the ledger, and nothing lost when a run fails or the notebook is edited."""

import time

import check_notebooks
import nbformat
import pytest
import run_notebooks
from chapters import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell
from support.scripts import chapter, main

from utils import results

WIDGET = """
from IPython.display import display
display({"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/html": "<div>a widget</div>"}, raw=True)
display({"application/vnd.jupyter.widget-view+json": {"model_id": "2"}}, raw=True)
"""


def small(*sources: str) -> nbformat.NotebookNode:
    box = new_markdown_cell(
        "- **Data** none\n- **Time** unknown\n- **You need** nothing", metadata={"tags": ["chapter-box"]}
    )
    notebook = nbformat.v4.new_notebook(cells=[box, *map(new_code_cell, sources)])
    notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "widgets": {"state": {}}}
    return notebook


@pytest.fixture
def kernel(monkeypatch):
    """Kernels find this course's `utils`, and no setting of this run reaches the stored ones."""
    for name in ("COURSE_PROFILE", "COURSE_RECORD", "COURSE_SOURCE", "COURSE_DATA"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def test_waiting_is_not_counted_as_work(kernel, tmp_path):
    """The time in a chapter's box: what else a machine does must not lengthen it."""
    began = time.perf_counter()
    seconds, _ = run_notebooks.run(
        small("import time\ntime.sleep(60)"), tmp_path, run_notebooks.environment(tmp_path / "r")
    )
    assert 0 < seconds < time.perf_counter() - began - 30


def test_run_stores_clean_outputs_and_how_they_were_made(house, kernel, monkeypatch, capsys):
    settings = (
        "import os, time\nprint(os.environ['COURSE_PROFILE'])\ntime.sleep(0.5)\nprint(os.environ['COURSE_RECORD'])"
    )
    path = house(small(settings, WIDGET, "1 + 1"))
    assert main(run_notebooks, monkeypatch=monkeypatch) == 0
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    profile, widget, total = check_notebooks.code(notebook)
    assert [output.text for output in profile.outputs] == ["full\n1\n"], (
        "printed lines in one piece, whenever they came"
    )
    (only,) = widget.outputs
    assert only.data == {"text/html": "<div>a widget</div>"}, "the live view goes, what shows everywhere stays"
    assert total.outputs[0].data == {"text/plain": "2"} and total.execution_count == 3
    assert (
        set(notebook.metadata) <= {"kernelspec", "language_info", "course"}
        and "version" not in notebook.metadata.language_info
    )
    assert not any("execution" in cell.metadata for cell in notebook.cells)
    run = notebook.metadata.course
    assert run.source == check_notebooks.source_hash(notebook) and run.profile == "full" and run.data == {}
    assert 0 < run.seconds < 100
    assert notebook.cells[0].source.splitlines()[1] == check_notebooks.time_line(notebook, run.seconds)
    assert list(path.parent.iterdir()) == [path]


def test_a_notebook_that_fails_stays_as_it_was_and_the_others_go_on(house, kernel, monkeypatch, capsys):
    failing = house(small("1 / 0"), "a-failing")
    sampled = house(small("from utils import data\ndata.served['mnist'] = 'sample'"), "b-sampled")
    dying = house(small("import os\nos._exit(1)"), "c-dying")
    good = house(small("1 + 1"), "d-good")
    before = failing.read_bytes(), sampled.read_bytes(), dying.read_bytes()
    assert main(run_notebooks, monkeypatch=monkeypatch) == 1
    assert (failing.read_bytes(), sampled.read_bytes(), dying.read_bytes()) == before
    assert nbformat.read(good, 4).metadata.course.profile == "full"
    errors = capsys.readouterr().err
    assert all(reason in errors for reason in ("ZeroDivisionError", "ran on a sample", "Kernel died"))
    assert errors.splitlines()[-1] == "failed: a-failing.ipynb, b-sampled.ipynb, c-dying.ipynb"


def test_run_names_an_unknown_notebook(house, monkeypatch):
    house(chapter())
    with pytest.raises(SystemExit, match="No notebook chaptre. There are: chapter"):
        main(run_notebooks, "chaptre", monkeypatch=monkeypatch)


# ---- what may happen while it runs

EDIT = """
import json, pathlib
path = pathlib.Path("chapter.ipynb")
notebook = json.loads(path.read_text())
notebook["cells"][{cell}]["source"] = {text!r}
path.write_text(json.dumps(notebook))
"""


def test_prose_that_is_edited_meanwhile_stays(house, kernel, monkeypatch, capsys):
    path = house(small(EDIT.format(cell=0, text="- **Time** unknown\n- **Data** other words")))
    assert main(run_notebooks, monkeypatch=monkeypatch) == 0
    notebook = nbformat.read(path, 4)
    times = check_notebooks.time_line(notebook, notebook.metadata.course.seconds)
    assert notebook.cells[0].source == f"{times}\n- **Data** other words"
    assert notebook.metadata.course.profile == "full" and notebook.cells[1].execution_count == 1


def test_code_that_is_edited_meanwhile_stays_and_the_run_is_kept_beside_it(house, kernel, monkeypatch, capsys):
    path = house(small(EDIT.format(cell=2, text="'edited'"), "'ran'"))
    assert main(run_notebooks, monkeypatch=monkeypatch) == 1
    assert nbformat.read(path, 4).cells[2].source == "'edited'"
    kept = nbformat.read(path.with_name("chapter.ran.ipynb"), 4)
    assert kept.cells[2].outputs[0].data == {"text/plain": "'ran'"}
    assert "was edited while it ran. The run is kept in chapter.ran.ipynb" in capsys.readouterr().err
    assert check_notebooks.notebooks() == [path], "which is no chapter of the book"


RECORD = "from utils import data, results\ndata.served['mnist'] = {source!r}\nresults.record('net', loss=1)\n{then}"


@pytest.mark.parametrize(
    "source, then, recorded",
    [("local", "", True), ("local", "1 / 0", False), ("local", "data.served['imdb'] = 'sample'", False)],
    ids=["a good run", "an error later", "a sample later"],
)
def test_results_enter_the_ledger_only_with_their_notebook(source, then, recorded, house, kernel, monkeypatch, capsys):
    path = house(small(RECORD.format(source=source, then=then)))
    ledger = path.parents[1] / "results.json"
    ledger.write_text('{"other": {"metrics": {"loss": 5}}}')
    before = ledger.read_bytes()
    assert main(run_notebooks, monkeypatch=monkeypatch) == (not recorded)
    if recorded:
        assert {key: entry["metrics"] for key, entry in results.load(ledger).items()} == {
            "net": {"loss": 1},
            "other": {"loss": 5},
        }
    else:
        assert ledger.read_bytes() == before
    assert sorted(ledger.parent.iterdir()) == [path.parent, ledger]


def test_results_that_cannot_enter_the_ledger_are_named_and_the_notebook_is_stored(house, kernel, monkeypatch, capsys):
    path = house(small(RECORD.format(source="local", then="")))

    def full_disk(entries, path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(results, "merge", full_disk)
    assert main(run_notebooks, monkeypatch=monkeypatch) == 1
    assert nbformat.read(path, 4).metadata.course.profile == "full"
    errors = capsys.readouterr().err
    assert (
        "chapter.ipynb FAILED, its stored outputs are new:\nchapter.ipynb is stored, but net could not enter" in errors
    )
    assert "No space left on device" in errors and "unchanged" not in errors


def test_what_cannot_be_read_or_written_is_named_and_the_others_go_on(house, kernel, monkeypatch, capsys):
    torn, full, good = (house(small("1 + 1"), name) for name in ("a-torn", "b-full", "c-good"))
    torn.write_text(torn.read_text()[:100])
    write = nbformat.write

    def full_disk(notebook, path):
        write(notebook, path)
        if path.stem == "b-full":
            raise OSError(28, "No space left on device")

    before = full.read_bytes()
    monkeypatch.setattr(nbformat, "write", full_disk)
    assert main(run_notebooks, monkeypatch=monkeypatch) == 1
    errors = capsys.readouterr().err
    assert "not a readable notebook" in errors and "No space left on device" in errors
    assert errors.splitlines()[-1] == "failed: a-torn.ipynb, b-full.ipynb"
    assert full.read_bytes() == before and nbformat.read(good, 4).metadata.course.profile == "full"
    assert sorted(good.parent.iterdir()) == [torn, full, good], "no half-written file is left behind"
