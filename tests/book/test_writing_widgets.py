"""The page "Writing a widget", followed word by word in a clone: its commands, its files, its tests, its page and what is seen there.

Hot reload, which needs a JupyterLab, is tested in tests/widgets/kit/test_live.py.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from support.site import ROOT

from utils import widgets
from utils.widgets import bundle

GUIDE = (ROOT / "book" / "reference" / "writing-widgets.md").read_text("utf-8")
CODE = re.compile(r"^(`{3,})\{code-block\} \w+\n:caption: (\S+)\n(.*?)^\1$", re.M | re.S)
FILES = {name: text for _, name, text in CODE.findall(GUIDE)}
MAKE, LAB, *TESTS = [
    line for block in re.findall(r"^```bash\n(.*?)^```$", GUIDE, re.M | re.S) for line in block.splitlines()
]
WRITTEN = re.findall(r"^\| `((?:utils|tests)/\S+)` \|", GUIDE, re.M)
STEPS = re.findall(r"^\| \{kbd\}`(\w+)` \| ([^|]+) \| (.+) \|$", GUIDE, re.M)
PAGE = "book/reference/thermometer"
BUILD = ("build", ".", "--toc", "one.yml", "--builder", "html", "-W", "-n", "--keep-going", "--quiet")
ALONE = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "MAKE"))}


def run(folder: Path, program: str, *arguments: str) -> subprocess.CompletedProcess:
    """Run a program of the environment in the clone, whose `utils` goes before that of this checkout."""
    return subprocess.run(
        [str(Path(sys.executable).with_name(program)), *arguments],
        cwd=folder,
        env=ALONE | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def recipe(command: str, folder: Path) -> list[str]:
    """What a call of make runs at last, after it has seen to the environment."""
    command_line = [*shlex.split(command), "--dry-run"]
    done = subprocess.run(command_line, cwd=folder, env=ALONE, capture_output=True, text=True, check=True)
    return shlex.split(done.stdout.splitlines()[-1])


def follow(command: str, folder: Path) -> subprocess.CompletedProcess:
    """Run a command of the page in the clone."""
    program, *arguments = recipe(command, folder) if command.startswith("make ") else shlex.split(command)
    assert program.startswith(".venv/bin/"), f"{program} should be a program of the environment"
    return run(folder, Path(program).name, *arguments)


@pytest.fixture(scope="module")
def made(clone: Path) -> Path:
    """The clone after the page's first command."""
    done = follow(MAKE, clone)
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()[:-1]) == sorted(WRITTEN)
    return clone


@pytest.fixture(scope="module")
def changed(made: Path) -> Path:
    """The clone after the page's change: every file that it shows, as it shows it."""
    for name, text in FILES.items():
        (made / name).write_text(text, "utf-8")
    return made


@pytest.fixture(scope="module")
def page(changed: Path) -> Path:
    """The page of the widget, in a book that has no other."""
    (changed / "one.yml").write_text(f"format: jb-book\nroot: {PAGE}\n")
    done = run(changed, "jupyter-book", *BUILD)
    assert done.returncode == 0, done.stdout + done.stderr
    return changed / "_build" / "html" / f"{PAGE}.html"


def test_the_page_shows_every_file_that_make_writes():
    """But `__init__.py`, which stays as it is; and the files of the page that it adds."""
    assert set(FILES) == {name for name in WRITTEN if not name.endswith("__init__.py")} | {f"{PAGE}.md"}
    assert len(STEPS) == 3 and len(TESTS) == 2


def test_hot_reload_is_a_setting_of_make_lab():
    setting, *command = shlex.split(LAB)
    assert setting == "ANYWIDGET_HMR=1" and recipe(" ".join(command), ROOT)[-2:] == ["lab", "book"]
    assert "height: 12px" in (bundle.WIDGETS / "_template" / "style.css").read_text("utf-8")


def test_the_files_are_as_lint_wants_them(changed):
    python = [name for name in FILES if name.endswith(".py")]
    for command in (["check"], ["format", "--check"]):
        done = run(changed, "ruff", *command, *python)
        assert done.returncode == 0, done.stdout + done.stderr
    biome = [
        str(ROOT / "scripts" / "node.py"),
        "biome",
        "check",
        "--error-on-warnings",
    ]  # the clone has no node_modules
    done = run(changed, "python", *biome, "utils/widgets/thermometer")
    if "is missing" in done.stderr:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(done.stderr)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.browser
@pytest.mark.usefixtures("browser")  # without one, skip here and not there
@pytest.mark.parametrize("command", TESTS)
def test_its_tests_pass(changed, command):
    """Those of the page, and the contract of all widgets for this one."""
    done = follow(command, changed)
    assert done.returncode == 0, done.stdout[-4000:]
    passed = int(re.search(r"(\d+) passed", done.stdout)[1])
    assert passed >= (10 if "contract" in command else 4), done.stdout
    assert "skipped" not in done.stdout, done.stdout


@pytest.mark.browser
def test_the_page_shows_what_is_promised(page, open_page):
    opened = open_page(page.as_uri())
    opened.locator(".cw.thermometer").wait_for()
    for key, label, promised in STEPS:
        opened.get_by_label(label, exact=True).press(key)
        for text in re.findall("`([^`]+)`", promised):
            opened.get_by_text(text, exact=True).wait_for()
    address = re.search(r"`(#Thermometer\.[^`]+)`", GUIDE)[1]
    opened.wait_for_url(f"**{address}")
    again = open_page(opened.url)
    again.get_by_text(re.findall("`([^`]+)`", STEPS[-1][2])[-1], exact=True).wait_for()


@pytest.mark.parametrize("module", ["state", "controls", "elements", "canvas"])
def test_the_page_names_what_the_kit_has(module):
    source = (bundle.WIDGETS / "kit" / f"{module}.js").read_text("utf-8")
    exported = re.findall(r"^export (?:const|function) (\w+)", source, re.M)
    missing = [name for name in exported if not re.search(rf"`{name}\b", GUIDE)]
    assert not missing, f"kit/{module}.js exports {missing}, of which the page says nothing"


def test_the_figures_of_the_page_are_those_of_the_code():
    contract = (ROOT / "tests" / "contract" / "test_widgets.py").read_text("utf-8")
    kit, network = re.search(r"KIT_AND_ONE_WIDGET, NETWORK = (\d+)_000, (\d+)_000", contract).groups()
    assert f"at most {kit} kB" in GUIDE and f"{network} kB more" in GUIDE
    assert "assert end - start < 60" in contract and "sixty lines" in GUIDE
    assert "Thermometer" not in widgets.folders(), "the example of the page should not exist yet"
