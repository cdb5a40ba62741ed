"""Chapters as text and back: nothing is lost that was not edited, and no edit is overwritten unseen."""

import shutil

import check_notebooks
import nbformat
import pytest
import text
from support.site import ROOT

CHAPTER = ROOT / "book" / "foundations" / "tensors.ipynb"


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """A real chapter in a course of this test."""
    for script in (check_notebooks, text):
        monkeypatch.setattr(script, "ROOT", tmp_path)
    path = tmp_path / "book" / "foundations" / CHAPTER.name
    path.parent.mkdir(parents=True)
    shutil.copy(CHAPTER, path)
    return path


def edit(path, before, after):
    """Edit the text of a chapter as an author would: one place in it."""
    written = text.text_path(path).read_text("utf-8")
    assert written.count(before) == 1
    text.text_path(path).write_text(written.replace(before, after), "utf-8")


def changed_cells(path):
    """Which cells differ from the chapter as it was, in number and in kind equal."""
    before, after = (nbformat.read(notebook, 4) for notebook in (CHAPTER, path))
    assert before.metadata == after.metadata and len(before.cells) == len(after.cells)
    return [(old, new) for old, new in zip(before.cells, after.cells) if old != new]


def main(monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["text.py", *arguments])
    return text.main()


@pytest.mark.parametrize("path", check_notebooks.notebooks(), ids=lambda path: path.stem)
def test_every_chapter_comes_back_from_its_text_byte_for_byte(path):
    source = path.read_text("utf-8")
    notebook = nbformat.reads(source, 4)
    notebook.cells = text.merged(notebook.cells, text.cells_of(text.body_of(notebook)))
    assert nbformat.writes(notebook).rstrip("\n") + "\n" == source


def test_unchanged_text_changes_nothing(chapter):
    before = chapter.read_bytes()
    written = text.write_text(chapter)
    assert not text.bring_back(chapter) and chapter.read_bytes() == before
    assert len(written.read_bytes()) < len(before) / 2, "without outputs"
    assert list(chapter.parent.iterdir()) == [chapter], "nothing lies beside the chapters, where the book would find it"


def test_an_edited_sentence_changes_its_cell_only(chapter):
    text.write_text(chapter)
    sentence = next(cell.source for cell in nbformat.read(CHAPTER, 4).cells[1:] if cell.cell_type == "markdown")
    edit(chapter, sentence, sentence + "\n\nA new sentence.")
    assert text.bring_back(chapter)
    ((old, new),) = changed_cells(chapter)
    assert new == old | {"source": sentence + "\n\nA new sentence."}


def test_an_edited_code_cell_loses_its_own_outputs_only(chapter):
    text.write_text(chapter)
    cells = [cell for cell in check_notebooks.code(nbformat.read(CHAPTER, 4)) if cell.outputs]
    source = cells[1].source
    edit(chapter, source, source + "  # a remark")
    text.bring_back(chapter)
    ((old, new),) = changed_cells(chapter)
    assert old.outputs and new == old | {"source": source + "  # a remark", "outputs": [], "execution_count": None}
    assert any("other code" in finding for finding in check_notebooks.check(chapter)), "and make test notices"


def test_an_edited_tag_keeps_the_outputs(chapter):
    text.write_text(chapter)
    cells = nbformat.read(CHAPTER, 4).cells
    cell = next(cell for cell in cells if cell.cell_type == "code" and cell.outputs and not cell.metadata)
    edit(chapter, f"\n{cell.source}\n```", f"\n:tags: [hide-input]\n\n{cell.source}\n```")
    text.bring_back(chapter)
    ((old, new),) = changed_cells(chapter)
    assert new == old | {"metadata": {"tags": ["hide-input"]}}


def test_new_moved_and_deleted_cells():
    def cell(source, number=None):
        made = nbformat.v4.new_code_cell(source)
        made.outputs, made.execution_count = (
            ([nbformat.v4.new_output("stream", text=source)], number) if number else ([], None)
        )
        return made

    old = [cell("a", 1), cell("b", 2), cell("c", 3)]
    new = [cell("b"), cell("new"), cell("a edited"), cell("c")]
    found = text.merged(old, new)
    assert [one.source for one in found] == ["b", "new", "a edited", "c"]
    assert [one.execution_count for one in found] == [2, None, None, 3]
    assert len({one.id for one in found}) == 4 and found[0].id == old[1].id and found[3].id == old[2].id


def test_an_edited_cell_keeps_its_attached_pictures():
    old = nbformat.v4.new_markdown_cell("![](attachment:a.png)", attachments={"a.png": {"image/png": "iVBORw0KGgo="}})
    (found,) = text.merged([old], [nbformat.v4.new_markdown_cell("![](attachment:a.png) and words")])
    assert found == old | {"source": "![](attachment:a.png) and words"}


def test_one_can_go_on_editing(chapter):
    text.write_text(chapter)
    for sentence in ("First.", "Second."):
        edit(chapter, "\n## Summary\n", f"\n## Summary\n\n{sentence}\n")
        assert text.bring_back(chapter)
    assert "Second.\n\nFirst." in chapter.read_text("utf-8").replace("\\n", "\n").replace('",\n    "', "")


# ---- refused


def test_edits_are_not_overwritten_by_a_new_text(chapter):
    text.write_text(chapter)
    edit(chapter, "\n## Summary\n", "\n## Summary\n\nMine.\n")
    before = text.text_path(chapter).read_bytes()
    with pytest.raises(text.TextError, match=r"_text/foundations/tensors.md was edited.*make untext NB=tensors"):
        text.write_text(chapter)
    assert text.text_path(chapter).read_bytes() == before


def test_a_notebook_that_changed_meanwhile_is_not_overwritten(chapter):
    text.write_text(chapter)
    chapter.write_text(chapter.read_text("utf-8").replace("Python 3", "Python 3.14"), "utf-8")
    before = chapter.read_bytes()
    assert not text.bring_back(chapter), "the text has no edits"
    edit(chapter, "\n## Summary\n", "\n## Summary\n\nMine.\n")
    with pytest.raises(text.TextError, match="were both changed since the text was written"):
        text.bring_back(chapter)
    assert chapter.read_bytes() == before


@pytest.mark.parametrize(
    "body, reason",
    [
        ("", "it holds no cell"),
        ('+++ {"tags": [}\n\nprose\n', "it is no MyST text"),
        ('+++ {"tags": 3}\n\nprose\n', "it is no MyST text of a notebook: 3 is not of type 'array'"),
    ],
)
def test_a_damaged_text_changes_nothing(chapter, body, reason):
    path, before = text.write_text(chapter), chapter.read_bytes()
    head = path.read_text("utf-8").split("---\n", 2)[1]
    path.write_text(f"---\n{head}---\n\n{body}", "utf-8")
    with pytest.raises(text.TextError, match=reason):
        text.bring_back(chapter)
    assert chapter.read_bytes() == before


def test_a_text_without_its_head(chapter):
    text.write_text(chapter).write_text("# Tensors\n", "utf-8")
    with pytest.raises(text.TextError, match="has lost its head of three lines"):
        text.bring_back(chapter)


def test_a_cell_that_myst_cannot_hold_is_named():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("one\n\n+++\n\ntwo")])
    with pytest.raises(text.TextError, match=r"cell 0 \('one'\) cannot be written as MyST"):
        text.body_of(notebook)


def test_an_empty_last_cell_is_not_lost():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("one"), nbformat.v4.new_markdown_cell("")])
    with pytest.raises(text.TextError, match="MyST does not give back its cell 1. Is it empty"):
        text.body_of(notebook)


# ---- the command


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[]"], ids=["torn", "no text", "no notebook"])
def test_a_malformed_notebook_is_named_and_the_others_go_on(content, chapter, monkeypatch, capsys):
    shutil.copy(chapter, chapter.with_name("whole.ipynb"))
    chapter.write_bytes(content)
    assert main(monkeypatch) == 1
    said = capsys.readouterr()
    assert said.err.startswith("tensors: not a readable notebook: ") and "whole.md" in said.out
    assert chapter.read_bytes() == content


def test_the_command_says_what_it_did(chapter, monkeypatch, capsys):
    assert main(monkeypatch, "tensors") == 0
    assert capsys.readouterr().out == "book/foundations/tensors.ipynb → _text/foundations/tensors.md\n"
    assert main(monkeypatch, "--back") == 0
    assert capsys.readouterr().out == "book/foundations/tensors.ipynb: its text has no edits\n"
    edit(chapter, "\n## Summary\n", "\n## Summary\n\nMine.\n")
    assert main(monkeypatch, "tensors") == 1
    assert "was edited" in capsys.readouterr().err
    assert main(monkeypatch, "--back", "tensors") == 0
    assert capsys.readouterr().out == "_text/foundations/tensors.md → book/foundations/tensors.ipynb\n"


def test_unknown_chapters_and_missing_texts(chapter, monkeypatch, capsys):
    with pytest.raises(SystemExit, match="No notebook tensor. There are: tensors"):
        main(monkeypatch, "tensor")
    assert main(monkeypatch, "--back", "tensors") == 1
    assert "there is no text of tensors. Write it first: make text NB=tensors" in capsys.readouterr().err
