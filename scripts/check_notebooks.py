"""Check the course's notebooks: structure, size, freshness, and nothing in them that belongs to one machine.

    python scripts/check_notebooks.py [--fix] [--list] [NOTEBOOK …]

`--list` prints the rules with their reasons. `--fix` writes the canonical head of the set-up cell (with the repository's
address from pyproject.toml) and the times in the chapter box. Exit status 1 and one line a finding if anything is wrong.

A rule is a function in `RULES`: its docstring says what it asks and why, and it yields a sentence for each fault.
`exempt.toml` lists the chapters that were written before a rule; the list may only shrink.
"""

import argparse
import copy
import re
import statistics
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import chapters
from chapters import (
    ADDRESS,
    ROOT,
    SET_UP,
    Unreadable,
    code,
    duration,
    prose,
    read,
    source_hash,
    tags,
    time_line,
    words,
)
from nbformat import NotebookNode

__all__ = ["ADDRESS", "RULES", "SET_UP", "check", "code", "fix", "notebooks", "source_hash", "time_line"]

EXEMPT = Path(__file__).with_name("exempt.toml")
MAX_BYTES = 1_500_000
MAX_COLUMNS = 88
SECTIONS = ("Summary", "Quiz", "Exercises", "Further reading")
LIVE_VIEW = "application/vnd.jupyter.widget-view+json"
MACHINE_PATH = re.compile(r"(?<![\w.])/(home|root|work|tmp|Users|mnt|content)/\w|[A-Z]:\\Users\\|site-packages/")
TRACES = {
    "a path of one machine": MACHINE_PATH,
    "escape codes": re.compile(r"\x1b|\x08"),
    "a memory address": re.compile(r" at 0x[0-9a-f]+>"),
}
DRAWING = re.compile(r"!\[[^\]]*\]\(|^[`:]{3,}\{(?:figure|image)\}|<(?:svg|img)\b", re.M)
TIMES = re.compile(
    r"^- \*\*Time\*\* (?:Read (?P<read>\d+) min · )?(?:deeper (?P<deeper>\d+) min · )?"
    r"(?:runs )?(?P<runs>\d+ (?:s|min)) on two (?:CPU )?cores$",
    re.M,
)


@dataclass(frozen=True)
class Chapter:
    """A notebook that could be read, and what several rules ask of it."""

    path: Path
    notebook: NotebookNode

    @property
    def cells(self) -> list[NotebookNode]:
        """All cells, in order."""
        return self.notebook.cells

    @property
    def prose(self) -> str:
        """The text of all Markdown cells."""
        return prose(self.cells)

    @property
    def headings(self) -> list[str]:
        """The level-2 headings, in order."""
        return re.findall(r"^## (.+?)\s*$", self.prose, re.M)

    @property
    def lengths(self) -> list[int]:
        """Lines of each code cell but the set-up's and those for the reader's answers; blank ones do not count."""
        cells = [cell for cell in code(self.notebook) if not {"set-up", "answer"} & set(tags(cell))]
        return [sum(bool(line.strip()) for line in cell.source.splitlines()) for cell in cells]

    @property
    def outputs(self) -> Iterator[tuple[str, NotebookNode, NotebookNode]]:
        """The place, the cell and the output, for each output."""
        for number, cell in enumerate(self.cells):
            for output in cell.get("outputs", []):
                yield f"cell {number}", cell, output

    @property
    def run(self) -> NotebookNode:
        """How the stored outputs were made; empty if `make run` did not make them."""
        return self.notebook.metadata.get("course", {})

    @property
    def times(self) -> re.Match[str] | None:
        """What the chapter box says about time."""
        box = prose([cell for cell in self.cells if "chapter-box" in tags(cell)])
        return TIMES.search(box)


Rule = Callable[[Chapter], Iterator[str]]


# ---- structure


def title(chapter: Chapter) -> Iterator[str]:
    """The first cell is Markdown with the one level-1 heading: it becomes the page's title and its place in the contents."""
    cells = chapter.cells
    if not (cells and cells[0].cell_type == "markdown" and cells[0].source.startswith("# ")):
        yield "the first cell should be Markdown that starts with a level-1 heading"
    if len(re.findall(r"^# ", chapter.prose, re.M)) != 1:
        yield "there should be exactly one level-1 heading"


def sections(chapter: Chapter) -> Iterator[str]:
    """Summary, Quiz, Exercises and Further reading close every chapter, in this order: readers find them where they expect them."""
    for heading in SECTIONS:
        if heading not in chapter.headings:
            yield f"the section '## {heading}' is missing"
    found = [heading for heading in chapter.headings if heading in SECTIONS]
    if set(found) == set(SECTIONS) and tuple(found) != SECTIONS:
        yield f"the closing sections should be {', '.join(SECTIONS)}, each once and in this order, not {', '.join(found)}"


def finished(chapter: Chapter) -> Iterator[str]:
    """No mark of unfinished prose (TODO, @@…) is left: it would reach readers, who cannot fill the gap."""
    if unfinished := re.findall(r"@@\w+|\bTODO\b|\bFIXME\b|\bPROSE-\w+", chapter.prose):
        yield f"unfinished prose: {', '.join(unfinished)}"


def exercise_numbers(chapter: Chapter) -> Iterator[str]:
    """Prose does not number exercises: the book counts them itself, and a number in the text goes stale when one is added."""
    if counted := re.findall(r"\bexercise \d+", chapter.prose, re.I):
        yield f"{', '.join(counted)}: the book counts its exercises itself, so write 'the third exercise'"


def chapter_box(chapter: Chapter) -> Iterator[str]:
    """One box says what data, time and knowledge the chapter needs: a reader decides by it whether to start."""
    boxes = [cell for cell in chapter.cells if "chapter-box" in tags(cell)]
    if len(boxes) != 1:
        yield f"there should be one cell tagged 'chapter-box' (data, time, prerequisites), not {len(boxes)}"


def set_up(chapter: Chapter) -> Iterator[str]:
    """One hidden set-up cell with the canonical head: each chapter runs in Colab, and none differs from the others by accident."""
    cells = [cell for cell in code(chapter.notebook) if "set-up" in tags(cell)]
    if len(cells) != 1 or not cells[0].source.startswith(SET_UP) or "hide-cell" not in tags(cells[0]):
        yield "there should be one cell tagged 'set-up' and 'hide-cell' with the canonical head (--fix writes it)"


def exercises(chapter: Chapter) -> Iterator[str]:
    """Three exercises or more, each followed by its closed solution: readers try first and can then compare."""
    asked = re.findall(r"^```\{exercise\}.*\n:label: (\S+)", chapter.prose, re.M)
    solved = re.findall(r"^```\{solution(?:-start)?\} (\S+)\n:class: dropdown", chapter.prose, re.M)
    if len(asked) < 3 or asked != solved:
        yield f"there should be 3 or more exercises, each followed by its closed solution: {asked} against {solved}"


def checks(chapter: Chapter) -> Iterator[str]:
    """Each exercise has a cell for an answer, and a check that says "Right." to its solution: readers can try for themselves."""
    label, answers, right = "", 0, 0
    for cell in chapter.cells:
        if begun := re.search(r"^```\{exercise\}.*\n:label: (\S+)", prose([cell]), re.M):
            label, answers, right = begun[1], 0, 0
        answers += {"answer", "remove-cell"} <= set(tags(cell))
        right += "check." in cell.source and any(
            "Right." in output.get("text", "") for output in cell.get("outputs", [])
        )
        if label and re.search(r"^```\{solution(-end)?\}", prose([cell]), re.M):
            if not answers:
                yield f"exercise {label}: a cell tagged 'answer' and 'remove-cell' should take the reader's answer"
            if not right:
                yield f"exercise {label}: the solution should end with its check, which prints 'Right.' (see utils/check)"
            label = ""


def deeper(chapter: Chapter) -> Iterator[str]:
    """Sections 'Deeper: …' stand between Summary and Quiz, and nothing else does: the main path ends at the summary."""
    places = {heading: i for i, heading in enumerate(chapter.headings)}
    summary, quiz = places.get("Summary", -1), places.get("Quiz", len(places))
    for heading, place in places.items():
        named, between = heading.startswith("Deeper: "), summary < place < quiz
        if re.match(r"deeper\b", heading, re.I) and not (named and between):
            yield f"'## {heading}' should be '## Deeper: …', behind '## Summary' and before '## Quiz'"
        elif between and not named and "Summary" in places:
            yield f"'## {heading}' stands between Summary and Quiz, where only '## Deeper: …' does"


def drawing(chapter: Chapter) -> Iterator[str]:
    """At least one drawing of the idea: a picture shows at a glance what the text explains."""
    if not DRAWING.search(chapter.prose) and not any("drawing" in tags(cell) for cell in chapter.cells):
        yield "there is no drawing: a picture in Markdown, or a cell tagged 'drawing' that draws one"


# ---- length


def stored_size(chapter: Chapter) -> Iterator[str]:
    """At most 1.5 MB stored: the page must load on a phone, and the repository keeps every version."""
    if (size := chapter.path.stat().st_size) > MAX_BYTES:
        yield f"{size:,} bytes stored; at most {MAX_BYTES:,}"


def cell_count(chapter: Chapter) -> Iterator[str]:
    """20 cells or more and at most 45 with code: less is no chapter, more is two."""
    if len(chapter.cells) < 20 or len(chapter.lengths) > 45:
        found = f"{len(chapter.cells)} and {len(chapter.lengths)}"
        yield f"a chapter has 20 cells or more and at most 45 with code, this one {found}"


def main_path(chapter: Chapter) -> Iterator[str]:
    """The main path, up to the first 'Deeper: …' or the quiz, has at most 50 cells and 40 minutes: one sitting."""
    cells = chapters.main_path(chapter.notebook)
    if len(cells) > 50 or chapters.reading_minutes(cells) > 40:
        found = f"{len(cells)} cells and {chapters.reading_minutes(cells):.0f} minutes"
        yield f"the main path has {found} of reading (≤ 50 and ≤ 40): move details to '## Deeper: …'"


def cell_length(chapter: Chapter) -> Iterator[str]:
    """Code cells are short (median ≤ 6 lines, p90 ≤ 15, never over 25): one thought each, with its output below it."""
    lengths = chapter.lengths
    if not lengths:
        return
    p90 = statistics.quantiles(lengths, n=10)[-1] if len(lengths) > 1 else lengths[0]
    median, longest = statistics.median(lengths), max(lengths)
    if median > 6 or p90 > 15 or longest > 25:
        yield f"code cells are too long: median {median} (≤ 6), p90 {p90:.0f} (≤ 15), longest {longest} (≤ 25) lines"


def line_width(chapter: Chapter) -> Iterator[str]:
    """Code lines have at most 88 columns: wider ones need scrolling beside the table of contents. The set-up's head may be wider."""
    for number, cell in enumerate(chapter.cells):
        lines = cell.source.removeprefix(SET_UP).splitlines() if cell.cell_type == "code" else []
        if wide := [line for line in lines if len(line) > MAX_COLUMNS]:
            yield f"cell {number}: a line of {len(wide[0])} columns (≤ {MAX_COLUMNS}): {wide[0].strip()[:40]}…"


def prose_share(chapter: Chapter) -> Iterator[str]:
    """5 to 25 words of prose for a line of code: code without words explains nothing, words without code show nothing."""
    if chapter.lengths and not 5 <= (share := words(chapter.prose) / max(1, sum(chapter.lengths))) <= 25:
        yield f"{share:.1f} words of prose for a line of code; 5 to 25 read well"


# ---- outputs


def executed(chapter: Chapter) -> Iterator[str]:
    """Outputs come from one run from top to bottom: otherwise they may show what the code no longer does."""
    counts = [cell.execution_count for cell in code(chapter.notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield "it was not executed from top to bottom in one go: run `make run`"


def no_errors(chapter: Chapter) -> Iterator[str]:
    """No error and no stderr is stored: where an error is the lesson, the cell catches and prints it."""
    for where, _, output in chapter.outputs:
        if output.output_type == "error":
            yield f"{where}: stored error {output.ename}: {output.evalue}"
        if output.get("name") == "stderr":
            yield f"{where}: stderr in the output: {output.text[:80]!r}"


def no_live_views(chapter: Chapter) -> Iterator[str]:
    """No view of a live widget is stored: it shows as an error wherever its kernel is not."""
    for where, _, output in chapter.outputs:
        if LIVE_VIEW in output.get("data", {}):
            yield f"{where}: a live widget view is stored, which shows as an error without its kernel"


def alt_text(chapter: Chapter) -> Iterator[str]:
    """Every picture has alternative text, for those who hear the page instead of seeing it."""
    for where, cell, output in chapter.outputs:
        picture = any(mime.startswith("image/") for mime in output.get("data", {}))
        if picture and not cell.metadata.get("mystnb", {}).get("image", {}).get("alt"):
            yield f"{where}: a picture without alt text (cell metadata mystnb.image.alt)"


def no_traces(chapter: Chapter) -> Iterator[str]:
    """Outputs hold no path, memory address or terminal code of the machine that made them: they mean nothing to a reader."""
    for where, _, output in chapter.outputs:
        data = output.get("data", {})
        text = output.get("text", "") + "".join(str(data.get(mime, "")) for mime in ("text/plain", "text/html"))
        for name, pattern in TRACES.items():
            if match := pattern.search(text):
                around = text[max(match.start() - 20, 0) : match.end() + 20]
                yield f"{where}: {name} in the output: {around!r}"


def own_metadata(chapter: Chapter) -> Iterator[str]:
    """The notebook's metadata hold kernel, language and run, no more: widget state alone can weigh megabytes."""
    if extra := set(chapter.notebook.metadata) - {"kernelspec", "language_info", "course"}:
        yield f"metadata that does not belong here: {', '.join(sorted(extra))}"


# ---- freshness


def stored_run(chapter: Chapter) -> Iterator[str]:
    """Outputs come from a full run, on real data, of the code that is there: readers see what they would get themselves."""
    run = chapter.run
    if not run:
        yield "no stored run: run `make run`"
        return
    if run.source != source_hash(chapter.notebook):
        yield "its outputs were made from other code than it holds: run `make run NB=…`"
    if run.profile != "full" or "sample" in run.data.values():
        yield f"its outputs come from the {run.profile} profile on {run.data}, not from a full run on real data"


def run_time(chapter: Chapter) -> Iterator[str]:
    """The chapter box gives the measured time of the run, so that readers know when to wait."""
    if chapter.run and (not chapter.times or chapter.times["runs"] != duration(chapter.run.seconds)):
        yield "the time in its box is not the measured one: run `make run NB=…`"


def reading_time(chapter: Chapter) -> Iterator[str]:
    """The chapter box gives the minutes of reading, within 2 min or 15 % of 200 words a minute and 15 s a code cell."""
    seconds = chapter.run.get("seconds", 0)
    expected = {
        "read": chapters.main_path(chapter.notebook),
        "deeper": chapters.deeper(chapter.notebook),
    }
    for part, cells in expected.items():
        minutes = chapters.reading_minutes(cells)
        stated = chapter.times and chapter.times[part]
        close = stated is not None and abs(float(stated) - minutes) <= max(2, 0.15 * minutes)
        if (not close) if cells else (stated is not None):
            yield f"the box should say '{time_line(chapter.notebook, seconds)}' (--fix writes it)"
            return


RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        *(title, sections, finished, exercise_numbers, chapter_box, set_up, exercises, checks, deeper, drawing),
        *(stored_size, cell_count, main_path, cell_length, line_width, prose_share),
        *(executed, no_errors, no_live_views, alt_text, no_traces, own_metadata),
        *(stored_run, run_time, reading_time),
    )
}


# ---- the command


def exempt(path: Path) -> list[str]:
    """Names of the rules that the chapter in this file was written before."""
    return tomllib.loads(EXEMPT.read_text(encoding="utf-8")).get(path.stem, [])


def check(path: Path) -> list[str]:
    """All findings about one notebook, as sentences; an exemption that it does not need is one."""
    try:
        chapter = Chapter(path, read(path))
    except Unreadable as error:
        return [str(error)]
    found = {name: list(rule(chapter)) for name, rule in RULES.items()}
    without = exempt(path)
    idle = [
        f"it needs no exemption from '{name}' any more: take it out of {EXEMPT.name}"
        for name in without
        if not found.get(name)
    ]
    return [sentence for name, sentences in found.items() if name not in without for sentence in sentences] + idle


def notebooks(names: list[str] | None = None) -> list[Path]:
    """The notebooks named, or all of the book's. Raises SystemExit for an unknown name."""
    return chapters.notebooks(names or (), ROOT)


def fix(path: Path, times: bool = False) -> bool:
    """Write the canonical head of the set-up cell and, if asked for, the times in the chapter box.

    Args:
        path: the notebook.
        times: whether the box of a chapter that is not exempt from `reading_time` gets its times.

    Returns:
        Whether anything changed.

    Raises:
        Unreadable: the file is no notebook.
    """
    notebook = read(path)
    before = copy.deepcopy(notebook)
    chapters.write_set_up(notebook)
    timed = times and "course" in notebook.metadata and "reading_time" not in exempt(path)
    if timed and any(reading_time(Chapter(path, notebook))):
        chapters.write_times(notebook, notebook.metadata.course.seconds)
    if notebook != before:
        chapters.write(notebook, path)
    return notebook != before


def fix_all(paths: list[Path]) -> None:
    """Mend what can be mended and say what was; a notebook that cannot be read is left to the check."""
    for path in paths:
        try:
            if fix(path, times=True):
                print(
                    f"{path.relative_to(ROOT)}: written anew; if its code changed, its stored outputs are no longer fresh"
                )
        except Unreadable:
            continue
        except OSError as error:
            print(f"{path.relative_to(ROOT)}: could not be written: {error}")


def main() -> int:
    """Run the command; its exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NOTEBOOK")
    parser.add_argument("--fix", action="store_true", help="write the set-up cells and the times first")
    parser.add_argument("--list", action="store_true", help="print the rules and their reasons")
    options = parser.parse_args()
    chapters.speak_anywhere()
    if options.list:
        print("\n".join(f"{name}: {rule.__doc__}" for name, rule in RULES.items()))
        return 0
    paths = notebooks(options.names)
    if options.fix:
        fix_all(paths)
    findings = [f"{path.relative_to(ROOT)}: {finding}" for path in paths for finding in check(path)]
    print("\n".join(findings) or f"{len(paths)} notebooks are in order.")
    return bool(findings)


if __name__ == "__main__":
    sys.exit(main())
