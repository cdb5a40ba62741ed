"""The rules for notebooks, each with a chapter that breaks it; malformed notebooks; the list of exemptions."""

import contextlib
import json
import logging
import re
import tomllib

import chapters
import check_notebooks
import nbformat
import pytest
import run_notebooks
from nbformat.v4 import new_markdown_cell, new_output
from support.scripts import SET_UP, chapter, code_cell, main, stored


def test_a_good_chapter_passes(house):
    assert check_notebooks.check(house(chapter())) == []


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


def no_cell_for_the_answer(notebook):
    notebook.cells = [cell for cell in notebook.cells if "answer" not in cell.metadata.get("tags", [])]
    stored(notebook)


def answer_in_the_page(notebook):
    next(cell for cell in notebook.cells if "answer" in cell.metadata.get("tags", [])).metadata.tags = ["answer"]


def solution_not_checked(notebook):
    notebook.cells[-3].outputs[0].text = "Not yet. 7 is too large.\n"


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


def wide_line(notebook):
    code_cell(notebook, 2).source = f"x = {'1' * 85}"
    stored(notebook)


def wide_own_import(notebook):
    code_cell(notebook, 0).source = SET_UP + f"import {'m' * 90}"
    stored(notebook)


def long_main_path(notebook):
    notebook.cells[4:4] = [new_markdown_cell("A thought.") for _ in range(50)]


def slow_main_path(notebook):
    notebook.cells[1].source += " word" * 8000


def deeper_before_the_summary(notebook):
    notebook.cells[4].source = "## Deeper: a proof"


def deeper_behind_the_quiz(notebook):
    notebook.cells.append(new_markdown_cell("## Deeper: a proof"))


def deeper_without_a_colon(notebook):
    place = next(i for i, cell in enumerate(notebook.cells) if cell.source == "## Quiz")
    notebook.cells.insert(place, new_markdown_cell("## Deeper into it"))


def other_section_behind_the_summary(notebook):
    place = next(i for i, cell in enumerate(notebook.cells) if cell.source == "## Quiz")
    notebook.cells.insert(place, new_markdown_cell("## Another idea"))


def quiz_before_the_summary(notebook):
    summary, quiz = (
        next(cell for cell in notebook.cells if cell.source.startswith(f"## {name}")) for name in ("Summary", "Quiz")
    )
    summary.source, quiz.source = quiz.source, summary.source


def no_drawing(notebook):
    notebook.cells[1].source = notebook.cells[1].source.replace("![An idea as a drawing](idea.svg)", "")


def more_to_read(notebook):
    notebook.cells[1].source += " word" * 800


def deeper_that_is_not_in_the_box(notebook):
    place = next(i for i, cell in enumerate(notebook.cells) if cell.source == "## Quiz")
    notebook.cells.insert(place, new_markdown_cell("## Deeper: a proof" + " word" * 400))


def no_reading_time(notebook):
    notebook.cells[2].source = "- **Time** 40 s on two CPU cores"


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
        (no_cell_for_the_answer, "exercise chapter-0: a cell tagged 'answer'"),
        (answer_in_the_page, "exercise chapter-0: a cell tagged 'answer' and 'remove-cell'"),
        (solution_not_checked, "exercise chapter-2: the solution should end with its check"),
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
        (wide_line, "a line of 89 columns (≤ 88)"),
        (wide_own_import, "a line of 97 columns (≤ 88)"),
        (long_main_path, "the main path has 67 cells"),
        (slow_main_path, "minutes of reading (≤ 50 and ≤ 40)"),
        (deeper_before_the_summary, "behind '## Summary' and before '## Quiz'"),
        (deeper_behind_the_quiz, "behind '## Summary' and before '## Quiz'"),
        (deeper_without_a_colon, "'## Deeper into it' should be '## Deeper: …'"),
        (other_section_behind_the_summary, "'## Another idea' stands between Summary and Quiz"),
        (quiz_before_the_summary, "each once and in this order"),
        (no_drawing, "there is no drawing"),
        (more_to_read, "the box should say '- **Time** Read 6 min"),
        (deeper_that_is_not_in_the_box, "deeper 2 min"),
        (no_reading_time, "the box should say"),
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


# ---- what is allowed


@pytest.mark.parametrize(
    "picture", ["```{figure} idea.svg\n```", ":::{image} idea.svg\n:::", "<svg></svg>", "![](idea.svg)"]
)
def test_a_drawing_may_be_written_in_several_ways(picture, house):
    notebook = chapter()
    no_drawing(notebook)
    notebook.cells[1].source += f"\n\n{picture}"
    assert check_notebooks.check(house(notebook)) == []


def test_a_cell_may_draw_the_drawing(house):
    notebook = chapter()
    no_drawing(notebook)
    code_cell(notebook, 3).metadata.tags = ["drawing"]
    assert check_notebooks.check(house(notebook)) == []


def test_deeper_sections_between_summary_and_quiz_have_a_time_of_their_own(house):
    notebook = chapter()
    deeper_that_is_not_in_the_box(notebook)
    code_cell(notebook, 1).source = "\n".join(["x = 0"] * 14)  # so that there is not too much prose for the code
    stored(notebook)
    path = house(notebook)
    assert check_notebooks.fix(path, times=True)
    assert "Read 2 min · deeper 2 min · runs 40 s on two cores" in nbformat.read(path, 4).cells[2].source
    assert check_notebooks.check(path) == []


@pytest.mark.parametrize("minutes, fine", [(16, False), (18, True), (22, True), (24, False)])
def test_a_reading_time_may_be_fifteen_per_cent_off(minutes, fine, house):
    notebook = chapter()
    notebook.cells[2].source = f"- **Time** Read {minutes} min · runs 40 s on two cores"
    words = round(200 * (20 - chapters.reading_minutes(chapters.main_path(notebook))))
    notebook.cells[1].source += " word" * words
    found = list(check_notebooks.RULES["reading_time"](check_notebooks.Chapter(house(notebook), notebook)))
    assert (found == []) == fine


# ---- the rules and the exemptions


def test_every_rule_has_a_reason_and_the_command_lists_it(house, monkeypatch, capsys):
    assert main(check_notebooks, "--list", monkeypatch=monkeypatch) == 0
    listed = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())
    assert set(listed) == set(check_notebooks.RULES) and all(len(reason.split()) > 8 for reason in listed.values())


@pytest.fixture
def exempt(monkeypatch, tmp_path):
    """`exempt(text)`: the list of exemptions says this and no more."""

    def write(text: str) -> None:
        path = tmp_path / "exempt.toml"
        path.write_text(text, encoding="utf-8")
        monkeypatch.setattr(check_notebooks, "EXEMPT", path)

    return write


def test_a_rule_does_not_hold_for_a_chapter_that_is_exempt(house, exempt):
    notebook = chapter()
    no_drawing(notebook)
    exempt('old = ["drawing"]')
    assert check_notebooks.check(house(notebook, "old")) == []
    (finding,) = check_notebooks.check(house(notebook, "new"))
    assert "no drawing" in finding


def test_an_exemption_that_is_not_needed_is_a_finding(house, exempt):
    exempt('old = ["drawing"]')
    (finding,) = check_notebooks.check(house(chapter(), "old"))
    assert "no exemption from 'drawing' any more: take it out of exempt.toml" in finding


def test_the_list_of_exemptions_only_shrinks():
    listed = tomllib.loads(check_notebooks.EXEMPT.read_text(encoding="utf-8"))
    assert set(listed) <= {path.stem for path in check_notebooks.notebooks()}, "a chapter that is not there"
    assert {name for names in listed.values() for name in names} <= {
        "checks",
        "drawing",
        "main_path",
        "line_width",
        "reading_time",
    }
    assert len(listed) <= 17 and sum(map(len, listed.values())) <= 77, "new chapters keep every rule; only lower these"


# ---- malformed notebooks

VALUES = (None, "", "x", 0, -1.5, [], [None], {}, {"x": None}, "\ud800")


def spoilt(node, path=()):
    """The notebook's JSON with one value replaced by another, for each kind of place in it, as (place, spoil)."""
    for key in list(node) if isinstance(node, dict) else range(len(node)):
        yield (*path, key)
        if isinstance(node[key], dict | list):
            yield from spoilt(node[key], (*path, key))


def stops(path) -> str:
    """What stops the check or the mending of a notebook; in ASCII, as half a character would not travel between processes."""
    try:
        findings = check_notebooks.check(path)
        with contextlib.suppress(chapters.Unreadable):
            check_notebooks.fix(path, times=True)
    except Exception as error:
        return ascii(error)
    return "" if all(isinstance(finding, str) for finding in findings) else ascii(findings)


def test_no_malformed_notebook_stops_the_check_or_is_written(house, monkeypatch):
    notebook = chapter()
    del notebook.cells[5:-2]  # one cell of each kind is enough
    code_cell(notebook, 0).outputs = [
        new_output("stream", text="x"),
        new_output("display_data", {"image/png": "iVBORw0KGgo=", "text/plain": "x"}),
        new_output("error", ename="E", evalue="e", traceback=["t"]),
    ]
    code_cell(notebook, 0).metadata["mystnb"] = {"image": {"alt": "x"}}
    path, tried = house(notebook), 0
    whole = path.read_text(encoding="utf-8")
    monkeypatch.setattr(chapters, "write", lambda notebook, path: None)  # what it would write is tested above
    # nbformat logs half characters, which xdist cannot send
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)
    for place in spoilt(json.loads(whole)):
        for value in VALUES:
            node = broken = json.loads(whole)
            for key in place[:-1]:
                node = node[key]
            node[place[-1]] = value
            path.write_text(json.dumps(broken), encoding="utf-8")
            if wrong := stops(path):
                pytest.fail(f"{(place, value)!a}: {wrong}", pytrace=False)
            tried += 1
    assert tried > 500


@pytest.mark.parametrize(
    "run, reason",
    [
        ("yesterday", "'course' should be an object"),
        ({"source": "x", "profile": "full", "seconds": None, "data": {}}, "'seconds'.*None"),
        ({"source": "x", "profile": "full", "seconds": 1, "data": "local"}, "'data'.*'local'"),
    ],
)
def test_a_run_that_is_noted_wrongly_is_named(run, reason, house, monkeypatch, capsys):
    notebook = chapter()
    notebook.metadata["course"] = run
    path = house(notebook)
    before = path.read_bytes()
    assert main(check_notebooks, "--fix", monkeypatch=monkeypatch) == 1
    assert re.search(f"part/chapter.ipynb: not a readable notebook: .*{reason}", capsys.readouterr().out)
    assert path.read_bytes() == before


def test_a_folder_or_a_dead_link_in_place_of_a_notebook_is_named(house, monkeypatch, capsys):
    good = house(chapter(), "good")
    (good.parent / "folder.ipynb").mkdir()
    (good.parent / "link.ipynb").symlink_to("nowhere")
    assert main(check_notebooks, "--fix", monkeypatch=monkeypatch) == 1
    said = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0] for line in said] == ["book/part/folder.ipynb", "book/part/link.ipynb"]
