"""What the tests of the scripts share: a made-up chapter, a course of its own to put it in, and a script called as a user would."""

import sys

import chapters
import check_notebooks
import nbformat
import pytest
import run_notebooks
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

SET_UP = check_notebooks.SET_UP


def chapter() -> nbformat.NotebookNode:
    """A made-up chapter with which the checks are content, as a full run stores it."""
    prose = "Here is an idea in plain words, and a reason to believe it, before the code that shows it. "
    box = ":::{admonition} This chapter\n- **Data** none\n- **Time** unknown\n:::"
    cells = [
        new_markdown_cell("# A chapter"),
        new_markdown_cell(f"{prose}\n\n![An idea as a drawing](idea.svg)"),
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
            new_code_cell("# answer = …\n# check.more(answer)", metadata={"tags": ["answer", "remove-cell"]}),
            new_markdown_cell(f"```{{solution-start}} chapter-{i}\n:class: dropdown\n```"),
            new_code_cell("check.more(x + 1)", outputs=[new_output("stream", name="stdout", text="Right.\n")]),
            new_markdown_cell("```{solution-end}\n```"),
        ]
    cells.append(new_markdown_cell("## Further reading\n\nMuch."))
    for number, cell in enumerate((cell for cell in cells if cell.cell_type == "code"), 1):
        cell.execution_count = number
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    chapters.write_times(notebook, 40)
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


def main(script, *arguments, monkeypatch) -> int:
    monkeypatch.setattr(sys, "argv", [script.__name__, *arguments])
    return script.main()


def code_cell(notebook, i):
    return check_notebooks.code(notebook)[i]
