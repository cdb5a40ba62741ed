"""Chapters as text, to read and edit where a notebook's JSON is in the way, and back into the notebooks.

    python scripts/text.py [NOTEBOOK …]           book/part/name.ipynb → _text/part/name.md   (`make text`)
    python scripts/text.py --back [NOTEBOOK …]    the other way                                (`make untext`)

The text is MyST, as jupytext writes it, without outputs. On the way back a cell that was not edited stays as it is, byte for
byte; an edited one keeps its id, and an edited code cell loses its own outputs and no others. The text's head holds the
checksums of notebook and text, so that no edit on either side is ever overwritten unseen: that is refused, with what to do.
"""

import argparse
import hashlib
import sys
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path

import jupytext
import nbformat
import yaml
from chapters import Unreadable, read, speak_anywhere, whole, write
from check_notebooks import ROOT, notebooks
from nbformat import NotebookNode

FORMAT = "md:myst"
FENCE = "---\n"


class TextError(RuntimeError):
    """A chapter and its text do not fit together; the message says what to do."""


def text_path(notebook: Path) -> Path:
    """Where the text of a notebook lies: book/part/name.ipynb → _text/part/name.md."""
    return ROOT / "_text" / notebook.relative_to(ROOT / "book").with_suffix(".md")


def checksum(content: bytes) -> str:
    """What tells one version of a file from another."""
    return hashlib.sha256(content).hexdigest()[:16]


# ---- one notebook as text, and one text as cells


def body_of(notebook: NotebookNode) -> str:
    """The cells as MyST text. Raises TextError where the text would not give back the same cells."""
    text = jupytext.writes(notebook, FORMAT).split(FENCE, 2)[2].lstrip("\n")
    for number, (cell, back) in enumerate(zip_longest(notebook.cells, cells_of(text))):
        if cell is None or back is None:
            raise TextError(f"MyST does not give back its cell {number}. Is it empty? Delete it")
        if key(cell) != key(back):
            start = cell.source.partition("\n")[0]
            raise TextError(f"cell {number} ({start[:60]!r}) cannot be written as MyST; a line '+++' or '---' in it?")
    return text


def cells_of(body: str) -> list[NotebookNode]:
    """The cells of a MyST text, without outputs. Raises TextError for text that is none."""
    try:
        cells = jupytext.reads(body, FORMAT).cells
    except Exception as error:  # YAML, JSON and MyST each raise their own
        raise TextError(f"it is no MyST text of a notebook: {str(error).splitlines()[0]}") from error
    if not cells:
        raise TextError("it holds no cell. Write the text again: make text")
    return cells


def key(cell: NotebookNode) -> tuple[str, str, str]:
    """What makes a cell the same: its type, its source but for line breaks at its end, its metadata."""
    return cell.cell_type, cell.source.rstrip("\n"), repr(sorted(cell.metadata.items()))


def merged(old: list[NotebookNode], new: list[NotebookNode]) -> list[NotebookNode]:
    """The cells of `new`, each with the id of the cell of `old` that it was, and with its outputs unless its code was edited."""
    cells: list[NotebookNode] = []
    matcher = SequenceMatcher(None, [key(cell) for cell in old], [key(cell) for cell in new], autojunk=False)
    for what, i, i_end, j, j_end in matcher.get_opcodes():
        if what == "equal":
            cells += old[i:i_end]
        else:
            cells += edited(old[i:i_end], new[j:j_end])
    return cells


def edited(before: list[NotebookNode], after: list[NotebookNode]) -> list[NotebookNode]:
    """A run of edited cells: each takes over the first cell that is left with its source, or else with its type."""
    left = list(before)
    heirs: dict[int, NotebookNode] = {}
    for same in (lambda a, b: key(a)[:2] == key(b)[:2], lambda a, b: a.cell_type == b.cell_type):
        for place, cell in enumerate(after):
            ancestor = next((other for other in left if place not in heirs and same(other, cell)), None)
            if ancestor is not None:
                left.remove(ancestor)
                heirs[place] = heir(ancestor, cell)
    return [heirs.get(place, cell) for place, cell in enumerate(after)]


def heir(old: NotebookNode, new: NotebookNode) -> NotebookNode:
    """The edited cell with what the text does not say: id, attached pictures, and the outputs of code that is the same."""
    new.id = old.id
    if "attachments" in old:
        new.attachments = old.attachments
    if new.cell_type == "code" and key(old)[:2] == key(new)[:2]:
        new.outputs, new.execution_count = old.outputs, old.execution_count
    return new


# ---- files


def write_text(path: Path) -> Path:
    """Write the text of a notebook. Raises Unreadable, or TextError if its text holds edits that the notebook does not have."""
    target, state = text_path(path), checksum(path.read_bytes())
    notebook = read(path)
    if target.exists():
        head, body = read_text(target)
        if checksum(body.encode()) != head["text"]:
            raise TextError(
                f"{shown(target)} was edited. Bring the edits back first: make untext NB={path.stem}; or delete the file"
            )
    store(notebook, path, state)
    return target


def store(notebook: NotebookNode, path: Path, state: str) -> None:
    """Write the text of the notebook at `path`, whose checksum there is `state`."""
    body, target = body_of(notebook), text_path(path)
    head = {"notebook": shown(path), "sha256": state, "text": checksum(body.encode())}
    target.parent.mkdir(parents=True, exist_ok=True)
    with whole(target) as temporary:
        temporary.write_text(f"{FENCE}{yaml.safe_dump(head, sort_keys=False)}{FENCE}\n{body}", "utf-8")


def read_text(path: Path) -> tuple[dict[str, str], str]:
    """Head and body of a text that `write_text` wrote. Raises TextError if its head is damaged."""
    try:
        before, head, body = path.read_text("utf-8").split(FENCE, 2)
        found = yaml.safe_load(head)
        if before or set(found) != {"notebook", "sha256", "text"}:
            raise ValueError
    except (ValueError, TypeError, yaml.YAMLError):
        raise TextError(
            f"{shown(path)} has lost its head of three lines (notebook, sha256, text). Put them back, or delete the file"
        ) from None
    return found, body.removeprefix("\n")


def bring_back(path: Path) -> bool:
    """Carry the edits of a text into its notebook. True if there were any.

    Raises Unreadable, or TextError if there is no text, or if the notebook has changed since the text was written.
    """
    text, state = text_path(path), checksum(path.read_bytes())
    if not text.exists():
        raise TextError(f"there is no text of {path.stem}. Write it first: make text NB={path.stem}")
    head, body = read_text(text)
    if checksum(body.encode()) == head["text"]:
        return False
    if state != head["sha256"]:
        raise TextError(
            f"{shown(path)} and {shown(text)} were both changed since the text was written. Move the text away, "
            f"run make text NB={path.stem}, and carry your edits into the new text"
        )
    notebook = read(path)
    notebook.cells = merged(notebook.cells, cells_of(body))
    nbformat.validate(notebook)
    write(notebook, path)
    store(notebook, path, checksum(path.read_bytes()))
    return True


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# ---- the command


def convert(path: Path, back: bool) -> str:
    """Convert one chapter; a sentence that says what was done."""
    if not back:
        return f"{shown(path)} → {shown(write_text(path))}"
    return f"{shown(text_path(path))} → {shown(path)}" if bring_back(path) else f"{shown(path)}: its text has no edits"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NOTEBOOK")
    parser.add_argument("--back", action="store_true", help="carry edited texts into their notebooks")
    options = parser.parse_args()
    speak_anywhere()
    paths = notebooks(options.names)
    if options.back and not options.names:
        paths = [path for path in paths if text_path(path).exists()]
    failed = False
    for path in paths:
        try:
            print(convert(path, options.back))
        except (TextError, Unreadable, UnicodeError, OSError) as error:  # half a character, a full disk
            failed = True
            print(f"{path.stem}: {error}.", file=sys.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(main())
