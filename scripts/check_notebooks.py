"""Check the course's notebooks: structure, size, freshness, and nothing in them that belongs to one machine.

    python scripts/check_notebooks.py [--fix] [NOTEBOOK …]

`--fix` writes the canonical head of the set-up cell (with the repository's address from pyproject.toml) into every notebook.
Exit status 1 and one line a finding if anything is wrong.
"""

import argparse
import hashlib
import re
import statistics
import sys
import tomllib
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]["Repository"]
BRANCH = "main"
MAX_BYTES = 1_500_000
MACHINE_PATH = re.compile(r"(?<![\w.])/(home|root|work|tmp|Users|mnt|content)/\w|[A-Z]:\\Users\\|site-packages/")
OWN_IMPORTS = "# ---"

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


def notebooks(names: list[str] | None = None) -> list[Path]:
    """The notebooks named (by path, or by name without folder and ending), or all of the book's. Raises SystemExit for an unknown name."""
    every = sorted(path for path in (ROOT / "book").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
    if not names:
        return every
    known = {path.stem: path for path in every}
    found = [known.get(Path(name).stem) for name in names]
    if None in found:
        unknown = [name for name, path in zip(names, found) if path is None]
        raise SystemExit(f"No notebook {', '.join(unknown)}. There are: {', '.join(known)}")
    return found


def code(notebook) -> list:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def source_hash(notebook) -> str:
    """What the outputs were made from: the sources of all code cells. Prose may change without a new run."""
    text = "\0".join(cell.source for cell in code(notebook))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


def duration(seconds: float) -> str:
    """Seconds in words a reader plans with: '40 s', '3 min'."""
    return f"{max(round(seconds, -1), 10):.0f} s" if seconds < 90 else f"{round(seconds / 60)} min"


def time_line(seconds: float) -> str:
    return f"- **Time** {duration(seconds)} on two CPU cores"


def structure(notebook) -> list[str]:
    cells = notebook.cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    found = []
    if not (cells and cells[0].cell_type == "markdown" and cells[0].source.startswith("# ")):
        found.append("the first cell should be Markdown that starts with a level-1 heading")
    if len(re.findall(r"^# ", prose, re.M)) != 1:
        found.append("there should be exactly one level-1 heading")
    for heading in ("Summary", "Quiz", "Exercises", "Further reading"):
        if not re.search(rf"^## {heading}$", prose, re.M):
            found.append(f"the section '## {heading}' is missing")
    if unfinished := re.findall(r"@@\w+|\bTODO\b|\bFIXME\b|\bPROSE-\w+", prose):
        found.append(f"unfinished prose: {', '.join(unfinished)}")
    if counted := re.findall(r"\bexercise \d+", prose, re.I):
        found.append(
            f"{', '.join(counted)}: the book counts its exercises from the first chapter on, so write 'the third exercise'"
        )
    boxes = [cell for cell in cells if "chapter-box" in tags(cell)]
    if len(boxes) != 1:
        found.append(f"there should be one cell tagged 'chapter-box' (data, time, prerequisites), not {len(boxes)}")
    set_ups = [cell for cell in code(notebook) if "set-up" in tags(cell)]
    if len(set_ups) != 1 or not set_ups[0].source.startswith(SET_UP) or "hide-cell" not in tags(set_ups[0]):
        found.append(
            "there should be one cell tagged 'set-up' and 'hide-cell' with the canonical head (--fix writes it)"
        )
    exercises = re.findall(r"^```\{exercise\}.*\n:label: (\S+)", prose, re.M)
    solutions = re.findall(r"^```\{solution(?:-start)?\} (\S+)\n:class: dropdown", prose, re.M)
    if len(exercises) < 3 or exercises != solutions:
        found.append(
            f"there should be 3 or more exercises, each followed by its closed solution: {exercises} against {solutions}"
        )
    lengths = [
        len([line for line in cell.source.splitlines() if line.strip()])
        for cell in code(notebook)
        if "set-up" not in tags(cell)
    ]
    if not len(cells) >= 20 or len(lengths) > 45:
        found.append(
            f"a chapter has 20 cells or more and at most 45 with code, this one {len(cells)} and {len(lengths)}"
        )
    if lengths:
        p90 = statistics.quantiles(lengths, n=10)[-1] if len(lengths) > 1 else lengths[0]
        if statistics.median(lengths) > 6 or p90 > 18 or max(lengths) > 30:
            found.append(
                f"code cells are too long: median {statistics.median(lengths)} (≤ 6), p90 {p90:.0f} (≤ 18), longest {max(lengths)} (≤ 30) lines"
            )
        words = len(re.sub(r"[`$:#*|]", " ", prose).split())
        if not 5 <= words / sum(lengths) <= 25:
            found.append(f"{words / sum(lengths):.1f} words of prose for a line of code; 5 to 25 read well")
    return found


def outputs(notebook) -> list[str]:
    found = []
    counts = [cell.execution_count for cell in code(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        found.append("it was not executed from top to bottom in one go: run `make run`")
    for number, cell in enumerate(notebook.cells):
        where = f"cell {number}"
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if output.output_type == "error":
                found.append(f"{where}: stored error {output.ename}: {output.evalue}")
            if output.get("name") == "stderr":
                found.append(f"{where}: stderr in the output: {output.text[:80]!r}")
            if "application/vnd.jupyter.widget-view+json" in data:
                found.append(f"{where}: a live widget view is stored, which shows as an error without its kernel")
            if any(mime.startswith("image/") for mime in data) and not cell.metadata.get("mystnb", {}).get(
                "image", {}
            ).get("alt"):
                found.append(f"{where}: a picture without alt text (cell metadata mystnb.image.alt)")
            text = output.get("text", "") + "".join(str(data.get(mime, "")) for mime in ("text/plain", "text/html"))
            for name, pattern in (
                ("a path of one machine", MACHINE_PATH),
                ("escape codes", re.compile(r"\x1b|\x08")),
                ("a memory address", re.compile(r" at 0x[0-9a-f]+>")),
            ):
                if match := pattern.search(text):
                    found.append(
                        f"{where}: {name} in the output: {text[max(match.start() - 20, 0) : match.end() + 20]!r}"
                    )
    return found


def freshness(notebook) -> list[str]:
    stored = notebook.metadata.get("course", {})
    if not stored:
        return ["no stored run: run `make run`"]
    found = []
    if stored.get("source") != source_hash(notebook):
        found.append("its outputs were made from other code than it holds: run `make run NB=…`")
    if stored.get("profile") != "full" or "sample" in stored.get("data", {}).values():
        found.append(
            f"its outputs come from the {stored.get('profile')} profile on {stored.get('data')}, not from a full run on real data"
        )
    if not any(
        "chapter-box" in tags(cell) and time_line(stored.get("seconds", 0)) in cell.source for cell in notebook.cells
    ):
        found.append("the time in its box is not the measured one: run `make run NB=…`")
    return found


def check(path: Path) -> list[str]:
    """All findings about one notebook, as sentences."""
    if path.stat().st_size > MAX_BYTES:
        return [f"{path.stat().st_size:,} bytes stored; at most {MAX_BYTES:,}"]
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:  # nbformat raises many kinds; the reader wants the file and the reason
        return [f"not a readable notebook: {str(error).splitlines()[0]}"]
    found = structure(notebook) + outputs(notebook) + freshness(notebook)
    if extra := set(notebook.metadata) - {"kernelspec", "language_info", "course"}:
        found.append(f"metadata that does not belong here: {', '.join(sorted(extra))}")
    return found


def fix(path: Path) -> bool:
    """Write the canonical head of the set-up cell; the chapter's own imports below `# ---` stay. True if anything changed."""
    notebook = nbformat.read(path, as_version=4)
    changed = False
    for cell in code(notebook):
        if "set-up" in tags(cell):
            own = cell.source.partition(OWN_IMPORTS)[2].lstrip("\n") if OWN_IMPORTS in cell.source else cell.source
            source = SET_UP + own
            changed |= source.rstrip("\n") != cell.source.rstrip("\n")
            cell.source = source.rstrip("\n") if own else SET_UP
    if changed:
        nbformat.write(notebook, path)
    return changed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NOTEBOOK")
    parser.add_argument("--fix", action="store_true", help="write the canonical set-up cell first")
    options = parser.parse_args()
    paths = notebooks(options.names)
    if options.fix:
        for path in paths:
            if fix(path):
                print(f"{path.relative_to(ROOT)}: set-up cell written; its stored outputs are no longer fresh")
    findings = [f"{path.relative_to(ROOT)}: {finding}" for path in paths for finding in check(path)]
    print("\n".join(findings) or f"{len(paths)} notebooks are in order.")
    return bool(findings)


if __name__ == "__main__":
    sys.exit(main())
