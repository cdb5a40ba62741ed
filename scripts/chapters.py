"""What a notebook of the course is: where it lies, how it is read and written, its set-up cell, its times.

The scripts that check, run and mend notebooks share this.
"""

import contextlib
import hashlib
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]["Repository"]
BESIDE = ".ran.ipynb"  # a run whose notebook was edited meanwhile
OWN_IMPORTS = "# ---"
WORDS_A_MINUTE, SECONDS_A_CELL = 200, 15

SET_UP = f"""# Set-up, the same in every chapter. In Colab it fetches the course's helpers first.
import sys

if "google.colab" in sys.modules:
    !test -d course || git clone -q --depth 1 {ADDRESS} course
    !pip install -q anywidget pooch
    sys.path.insert(0, "course")
import utils

if getattr(utils, "COURSE", None) != "deep-learning-you-can-touch":
    raise ImportError(f"another package named utils is in the way: {{utils.__file__}}. Run pip install -r requirements.txt")
from utils import data, plotting, results, training

training.start()
plotting.use_style()
{OWN_IMPORTS}
"""


class Unreadable(ValueError):
    """A file is no notebook of the course; the message says why."""


def notebooks(names: Sequence[str] = (), root: Path = ROOT) -> list[Path]:
    """The notebooks named (by path, or by name without folder and ending), or all of the book's.

    Raises:
        SystemExit: there is no notebook of a name.
    """
    every = [path for path in (root / "book").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts]
    known = {path.stem: path for path in sorted(every) if not path.name.endswith(BESIDE)}
    if unknown := [name for name in names if Path(name).stem not in known]:
        raise SystemExit(f"No notebook {', '.join(unknown)}. There are: {', '.join(known)}")
    return [known[Path(name).stem] for name in names] or list(known.values())


def read(path: Path) -> NotebookNode:
    """The notebook in a file, every part of it of the kind that the scripts rely on.

    Raises:
        Unreadable: the file cannot be opened, or holds something else.
    """
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:  # nbformat raises many kinds
        raise Unreadable(f"not a readable notebook: {(str(error) or repr(error)).splitlines()[0]}") from None
    if reason := _malformed(notebook):
        raise Unreadable(f"not a readable notebook: {reason}")
    return notebook


def _malformed(notebook: NotebookNode) -> str | None:
    """What the notebook format allows and the course's scripts cannot use; None where there is nothing of the kind."""
    run = notebook.metadata.get("course", {})
    kinds = {"source": str, "profile": str, "seconds": int | float, "data": dict}
    if not isinstance(run, dict):
        return f"its metadata 'course' should be an object, but are {run!r}"
    for name, kind in kinds.items():
        if run and not isinstance(run.get(name), kind):
            return f"'{name}' in its metadata 'course' is {run.get(name)!r}; `make run` writes it"
    for number, cell in enumerate(notebook.cells):
        own = cell.metadata.get("mystnb", {})
        if not isinstance(own, dict) or not isinstance(own.get("image", {}), dict):
            return f"the metadata 'mystnb' of cell {number} should hold objects, but are {own!r}"
    return None


def write(notebook: NotebookNode, path: Path) -> None:
    """Put the notebook into a file, whole or not at all. Raises OSError where that cannot be, such as on a full disk."""
    with whole(path) as temporary:
        nbformat.write(notebook, temporary)


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A file to write instead of `path`: it takes that place when all is written, and is gone if something fails before."""
    temporary = path.with_suffix(".part")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def speak_anywhere() -> None:
    """Let this script print · and ≤ on a console that knows ASCII alone, as escapes."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


# ---- cells


def code(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that are executed."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(cells: Sequence[NotebookNode]) -> str:
    """The text of the cells that are read."""
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def tags(cell: NotebookNode) -> list[str]:
    """What a cell is marked as: "set-up", "chapter-box", "drawing", …"""
    return cell.metadata.get("tags", [])


def words(text: str) -> int:
    """Number of words in Markdown; its marks are none."""
    return len(re.sub(r"[`$:#*|]", " ", text).split())


def source_hash(notebook: NotebookNode) -> str:
    """What the outputs were made from: the sources of all code cells. Prose may change without a new run."""
    text = "\0".join(cell.source for cell in code(notebook))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def main_path(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that every reader reads: those before the first section "Deeper: …", or else before the quiz."""
    return notebook.cells[: _first(notebook, r"^## (Deeper:|Quiz)")]


def deeper(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells from the first section "Deeper: …" to the quiz."""
    return notebook.cells[len(main_path(notebook)) : _first(notebook, r"^## Quiz")]


def _first(notebook: NotebookNode, heading: str) -> int:
    """Number of the first Markdown cell with the heading; the number of cells if there is none."""
    found = (i for i, cell in enumerate(notebook.cells) if re.search(heading, prose([cell]), re.M))
    return next(found, len(notebook.cells))


# ---- times


def duration(seconds: float) -> str:
    """Seconds in words a reader plans with: '40 s', '3 min'."""
    return f"{max(round(seconds, -1), 10):.0f} s" if seconds < 90 else f"{round(seconds / 60)} min"


def reading_minutes(cells: Sequence[NotebookNode]) -> float:
    """Minutes to read the cells: 200 words a minute, and 15 seconds for each cell of code that is shown."""
    shown = [cell for cell in cells if cell.cell_type == "code" and "set-up" not in tags(cell)]
    return words(prose(cells)) / WORDS_A_MINUTE + len(shown) * SECONDS_A_CELL / 60


def time_line(notebook: NotebookNode, seconds: float) -> str:
    """The line of the chapter box that says how long reading and running take."""
    parts = [f"Read {max(1, round(reading_minutes(main_path(notebook))))} min"]
    if aside := deeper(notebook):
        parts.append(f"deeper {max(1, round(reading_minutes(aside)))} min")
    return f"- **Time** {' · '.join(parts)} · runs {duration(seconds)} on two cores"


def write_times(notebook: NotebookNode, seconds: float) -> None:
    """Put the line with the times into the chapter box, in place of the one that is there."""
    line = time_line(notebook, seconds)
    for cell in notebook.cells:
        if "chapter-box" in tags(cell):
            old = cell.source.splitlines()
            cell.source = "\n".join(line if text.startswith("- **Time**") else text for text in old)


def write_set_up(notebook: NotebookNode) -> None:
    """Put the canonical head into the set-up cell; the chapter's own imports below `# ---` stay."""
    for cell in code(notebook):
        if "set-up" in tags(cell):
            own = cell.source.partition(OWN_IMPORTS)[2].lstrip("\n") if OWN_IMPORTS in cell.source else cell.source
            source = (SET_UP + own).rstrip("\n") if own else SET_UP
            if source.rstrip("\n") != cell.source.rstrip("\n"):
                cell.source = source
