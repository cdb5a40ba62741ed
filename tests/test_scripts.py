"""The scripts that run and check notebooks, on notebooks made here; the commands; the one address."""

import functools
import os
import re
import subprocess
import sys
from pathlib import Path

import check_notebooks
import nbformat
import pytest
import run_notebooks
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from support.site import ROOT

SET_UP = check_notebooks.SET_UP


def chapter() -> nbformat.NotebookNode:
    """A made-up chapter with which the checks are content, as a full run stores it."""
    prose = "Here is an idea in plain words, and a reason to believe it, before the code that shows it. "
    box = f":::{{admonition}} This chapter\n- **Data** none\n{check_notebooks.time_line(40)}\n:::"
    cells = [
        new_markdown_cell("# A chapter"),
        new_markdown_cell(prose),
        new_markdown_cell(box, metadata={"tags": ["chapter-box"]}),
        new_code_cell(SET_UP + "import math", metadata={"tags": ["hide-cell", "set-up"]}),
    ]
    for i in range(6):
        cells += [new_markdown_cell(f"## Section {i}\n\n{prose}"), new_code_cell(f"x = {i}\nx")]
    cells += [
        new_markdown_cell("## Summary\n\n- it works"),
        new_markdown_cell("## Quiz"),
        new_markdown_cell("## Exercises"),
    ]
    for i in range(3):
        cells += [
            new_markdown_cell(f"```{{exercise}} Try\n:label: chapter-{i}\n{prose}\n```"),
            new_markdown_cell(f"```{{solution-start}} chapter-{i}\n:class: dropdown\n```"),
            new_code_cell("x + 1"),
            new_markdown_cell("```{solution-end}\n```"),
        ]
    cells.append(new_markdown_cell("## Further reading\n\nMuch."))
    for number, cell in enumerate((cell for cell in cells if cell.cell_type == "code"), 1):
        cell.execution_count = number
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return stored(notebook)


def stored(notebook, **changes):
    """The notebook with the note of a full run in its metadata."""
    run = {
        "source": check_notebooks.source_hash(notebook),
        "profile": "full",
        "seconds": 40,
        "data": {"mnist": "local"},
    }
    notebook.metadata["course"] = run | changes
    return notebook


@pytest.fixture
def house(tmp_path, monkeypatch):
    """An empty course in a folder of this test: `house(notebook, name)` writes a chapter into it and gives its path."""
    for script in (check_notebooks, run_notebooks):
        monkeypatch.setattr(script, "ROOT", tmp_path)
    folder = tmp_path / "book" / "part"
    folder.mkdir(parents=True)

    def write(notebook, name="chapter"):
        path = folder / f"{name}.ipynb"
        nbformat.write(notebook, path)
        return path

    return write


# ---- check_notebooks


def test_a_good_chapter_passes(house):
    assert check_notebooks.check(house(chapter())) == []


def code_cell(notebook, i):
    return check_notebooks.code(notebook)[i]


def no_heading(notebook):
    notebook.cells[0].source = "A chapter"


def two_headings(notebook):
    notebook.cells[1].source += "\n\n# Another"


def no_quiz(notebook):
    notebook.cells = [cell for cell in notebook.cells if cell.source != "## Quiz"]


def no_box(notebook):
    notebook.cells[2].metadata.tags = []


def other_set_up(notebook):
    code_cell(notebook, 0).source = "import utils"
    stored(notebook)


def set_up_not_hidden(notebook):
    code_cell(notebook, 0).metadata.tags = ["set-up"]


def exercise_without_solution(notebook):
    notebook.cells = [cell for cell in notebook.cells if "{solution-start} chapter-1" not in cell.source]


def open_solution(notebook):
    cell = next(cell for cell in notebook.cells if "{solution-start}" in cell.source)
    cell.source = cell.source.replace(":class: dropdown\n", "")


def two_exercises(notebook):
    notebook.cells = [cell for cell in notebook.cells if " chapter-2" not in cell.source]


def few_cells(notebook):
    notebook.cells = notebook.cells[:4] + notebook.cells[-16:-1]


def unfinished(notebook):
    notebook.cells[1].source += "\n\n@@numbers"


def counted_exercise(notebook):
    notebook.cells[1].source += "\n\nExercise 3 shows why."


def long_cell(notebook):
    code_cell(notebook, 1).source = "\n".join(["x = 1"] * 31)
    notebook.cells[1].source *= 20
    stored(notebook)


def no_prose(notebook):
    for cell in notebook.cells:
        cell.source = cell.source.replace(
            "Here is an idea in plain words, and a reason to believe it, before the code that shows it.", ""
        )


def not_in_order(notebook):
    code_cell(notebook, 2).execution_count = 9


def never_run(notebook):
    code_cell(notebook, 2).execution_count = None


def an_error(notebook):
    code_cell(notebook, 2).outputs = [new_output("error", ename="ValueError", evalue="no", traceback=[])]


def stderr(notebook):
    code_cell(notebook, 2).outputs = [new_output("stream", name="stderr", text="warning")]


def live_widget(notebook):
    code_cell(notebook, 2).outputs = [new_output("display_data", {run_notebooks.WIDGET_VIEW: {"model_id": "1"}})]


def picture_without_alt(notebook):
    code_cell(notebook, 2).outputs = [new_output("display_data", {"image/png": "iVBORw0KGgo=", "text/plain": "figure"})]


def machine_path(notebook):
    code_cell(notebook, 2).outputs = [new_output("stream", name="stdout", text="saved in /home/ada/model.keras")]


def machine_path_in_html(notebook):
    code_cell(notebook, 2).outputs = [new_output("display_data", {"text/html": "<p>C:\\Users\\ada</p>"})]


def escape_codes(notebook):
    code_cell(notebook, 2).outputs = [new_output("stream", name="stdout", text="\x1b[1m1/1\x1b[0m")]


def never_stored(notebook):
    del notebook.metadata["course"]


def changed_since(notebook):
    code_cell(notebook, 3).source += "  # and more"


def quick_run(notebook):
    stored(notebook, profile="quick")


def sample_run(notebook):
    stored(notebook, data={"mnist": "sample"})


def other_time(notebook):
    stored(notebook, seconds=400)


def widget_state(notebook):
    notebook.metadata["widgets"] = {}


@pytest.mark.parametrize(
    "spoil, finding",
    [
        (no_heading, "first cell should be Markdown"),
        (two_headings, "exactly one level-1 heading"),
        (no_quiz, "'## Quiz' is missing"),
        (no_box, "one cell tagged 'chapter-box'"),
        (other_set_up, "canonical head"),
        (set_up_not_hidden, "'hide-cell'"),
        (exercise_without_solution, "followed by its closed solution"),
        (open_solution, "followed by its closed solution"),
        (two_exercises, "3 or more exercises"),
        (few_cells, "20 cells or more"),
        (unfinished, "unfinished prose: @@numbers"),
        (counted_exercise, "write 'the third exercise'"),
        (long_cell, "code cells are too long"),
        (no_prose, "words of prose for a line of code"),
        (not_in_order, "from top to bottom in one go"),
        (never_run, "from top to bottom in one go"),
        (an_error, "stored error ValueError: no"),
        (stderr, "stderr in the output"),
        (live_widget, "live widget view"),
        (picture_without_alt, "without alt text"),
        (machine_path, "a path of one machine"),
        (machine_path_in_html, "a path of one machine"),
        (escape_codes, "escape codes"),
        (never_stored, "no stored run"),
        (changed_since, "other code than it holds"),
        (quick_run, "not from a full run on real data"),
        (sample_run, "not from a full run on real data"),
        (other_time, "time in its box"),
        (widget_state, "metadata that does not belong here: widgets"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_each_fault_is_found(spoil, finding, house):
    notebook = chapter()
    spoil(notebook)
    assert any(finding in found for found in check_notebooks.check(house(notebook)))


def test_prose_may_change_without_a_new_run(house):
    notebook = chapter()
    notebook.cells[1].source += " And another thought."
    assert check_notebooks.check(house(notebook)) == []


def test_what_is_no_notebook_is_named(house):
    path = house(chapter())
    path.write_text(path.read_text()[:500])
    (finding,) = check_notebooks.check(path)
    assert "not a readable notebook" in finding


def test_a_notebook_of_many_megabytes_is_refused(house):
    notebook = chapter()
    code_cell(notebook, 2).outputs = [new_output("stream", name="stdout", text="x" * check_notebooks.MAX_BYTES)]
    (finding,) = check_notebooks.check(house(notebook))
    assert "at most 1,500,000" in finding


def test_fix_writes_the_head_and_keeps_the_chapters_own_imports(house):
    notebook = chapter()
    head = code_cell(notebook, 0)
    head.source = "# an old head\nimport utils\n# ---\nimport math\n\nmath.pi"
    path = house(notebook)
    assert check_notebooks.fix(path)
    assert code_cell(nbformat.read(path, 4), 0).source == SET_UP + "import math\n\nmath.pi"
    before = path.read_bytes()
    assert not check_notebooks.fix(path) and path.read_bytes() == before, "a second time changes nothing"


def main(script, *arguments, monkeypatch) -> int:
    monkeypatch.setattr(sys, "argv", [script.__name__, *arguments])
    return script.main()


def test_the_check_names_the_notebook_and_fails(house, monkeypatch, capsys):
    house(chapter(), "good")
    assert main(check_notebooks, monkeypatch=monkeypatch) == 0
    bad = chapter()
    no_quiz(bad)
    house(bad, "bad")
    assert main(check_notebooks, monkeypatch=monkeypatch) == 1
    assert "part/bad.ipynb: the section '## Quiz' is missing" in capsys.readouterr().out
    assert main(check_notebooks, "good", monkeypatch=monkeypatch) == 0
    with pytest.raises(SystemExit, match="No notebook worse. There are: bad, good"):
        main(check_notebooks, "worse", monkeypatch=monkeypatch)


# ---- run_notebooks

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
    assert notebook.cells[0].source.splitlines()[1] == check_notebooks.time_line(run.seconds)
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


# ---- commands and the address


@pytest.mark.parametrize("command", [["make"], ["make", "help"]])
def test_make_lists_every_command(command):
    alone = {
        name: value for name, value in os.environ.items() if not name.startswith("MAKE")
    }  # `make test` calls this too
    done = subprocess.run(command, cwd=ROOT, env=alone, capture_output=True, text=True, check=True)
    listed = {line.split()[0]: line.split(maxsplit=1)[1] for line in done.stdout.splitlines()}
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.M).group(1).split()
    assert set(listed) == set(phony) >= {"book", "test", "lab", "run", "clean"}
    assert all(listed.values())


@functools.cache
def texts() -> dict[Path, str]:
    """Every text file that is the course's own, not what git ignores."""
    suffixes = {".py", ".md", ".ipynb", ".yml", ".toml", ".txt", ".bib", ".sh", ".js", ".css", ".json"}
    found = {}
    for folder, below, names in os.walk(ROOT):
        below[:] = [
            name for name in below if name not in {".venv", "_build", ".git", "node_modules", ".ipynb_checkpoints"}
        ]
        for path in (Path(folder, name) for name in names):
            if path.suffix in suffixes or path.name in ("Makefile", "LICENSE"):
                found[path] = path.read_text(encoding="utf-8")
    return found


def test_the_repositorys_address_is_the_same_everywhere():
    address = check_notebooks.ADDRESS
    owner, name = address.removeprefix("https://github.com/").split("/")
    assert yaml.safe_load((ROOT / "_config.yml").read_text())["repository"]["url"] == address
    # whoever speaks of this owner or of cloning speaks of this course
    patterns = (
        rf"https?://(?:www\.)?github\.com/(?:{owner}|deep-learning-you-can-touch)[\w./-]*",
        r"git clone [^\n]*?(https?://[\w./-]+)",
    )
    mentions = [
        (path, url) for path, text in texts().items() for pattern in patterns for url in re.findall(pattern, text)
    ]
    assert len(mentions) > 3
    wrong = [f"{path.relative_to(ROOT)}: {url}" for path, url in mentions if not re.match(rf"{address}(?![\w-])", url)]
    assert not wrong, wrong


def test_the_address_is_written_once_in_the_sources_that_are_programs():
    """All others derive it from pyproject.toml, or `make address` writes them."""
    programs = [
        path
        for path, text in texts().items()
        if path.suffix in (".py", ".toml", ".sh", ".js") and check_notebooks.ADDRESS in text
    ]
    assert programs == [ROOT / "pyproject.toml"]
