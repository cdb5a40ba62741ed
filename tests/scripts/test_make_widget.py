"""`make widget NAME=…`: the names it takes, the files it writes, and that lint has nothing to say about them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import make_widget
import pytest
from support.site import ROOT

SCRIPT = ROOT / "scripts" / "make_widget.py"


def names(root: Path, name: str) -> set[str]:
    """Paths of the files of a new widget, below `root`."""
    return {path.relative_to(root).as_posix() for path in make_widget.made(name, root)}


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Thermometer",
        "two words",
        "two-words",
        "2words",
        "_private",
        "end_",
        "a__b",
        "thermo.meter",
        "../evil",
        "wärme",
    ],
)
def test_other_names_are_refused(tmp_path, name):
    with pytest.raises(SystemExit, match=re.escape(f"NAME={name!r} should be small letters with underscores")):
        make_widget.made(name, tmp_path)


@pytest.mark.parametrize("name", ["host", "kit", "nn", "template"])
def test_names_with_a_meaning_of_their_own_are_refused(tmp_path, name):
    with pytest.raises(SystemExit, match=f"NAME='{name}'"):
        make_widget.made(name, tmp_path)


@pytest.mark.parametrize("name", ["frames", "quiz"])
def test_a_widget_that_exists_is_never_overwritten(name):
    with pytest.raises(SystemExit, match=f"utils/widgets/{name} is there already. Choose another NAME, or remove it"):
        make_widget.made(name)


@pytest.mark.parametrize("left", ["utils/widgets/thermometer", "tests/widgets/thermometer"])
def test_a_half_deleted_widget_is_named(tmp_path, left):
    """Someone's tests, or a folder with nothing but a cache in it, are not written over either."""
    (tmp_path / left).mkdir(parents=True)
    with pytest.raises(SystemExit, match=f"^{left} is there already"):
        make_widget.made("thermometer", tmp_path)


def test_what_is_written(tmp_path):
    folder = "utils/widgets/two_words"
    assert names(tmp_path, "two_words") == {
        f"{folder}/__init__.py",
        f"{folder}/widget.py",
        f"{folder}/engine.js",
        f"{folder}/view.js",
        f"{folder}/style.css",
        "tests/widgets/two_words/test_two_words.py",
    }


def test_each_language_has_the_name_in_its_own_form(tmp_path):
    texts = {path.name: text for path, text in make_widget.made("two_words", tmp_path).items()}
    assert "from utils.widgets.two_words.widget import TwoWords" in texts["__init__.py"]
    assert "class TwoWords(CourseWidget):" in texts["widget.py"]
    assert 'name: "two-words",' in texts["view.js"] and 'label: "Two words",' in texts["view.js"]
    assert "from utils.widgets import TwoWords" in texts["test_two_words.py"]
    assert '"two_words/engine.js"' in texts["test_two_words.py"]
    assert not [name for name, text in texts.items() if "template" in text.lower()]


@pytest.mark.parametrize("name", ["thermometer", "a_very_long_name_for_a_widget_of_2026"])
def test_lint_has_nothing_to_say(clone, name):
    """In a clone, so that ruff, mypy and biome find their settings; with a short and with a long name."""
    files = make_widget.made(name, clone)
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    folder = f"utils/widgets/{name}"
    python = [str(path) for path in files if path.suffix == ".py"]
    ruff = [sys.executable, "-m", "ruff"]
    for command in (
        [*ruff, "check", *python],
        [*ruff, "format", "--check", *python],
        [sys.executable, "-m", "mypy", "--follow-imports=silent", folder],
        [sys.executable, str(ROOT / "scripts" / "node.py"), "biome", "check", "--error-on-warnings", folder],
    ):
        done = subprocess.run(command, cwd=clone, capture_output=True, text=True, check=False)
        if "biome is missing" in done.stderr:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(done.stderr)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_command_says_what_it_wrote_and_what_comes_next(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(make_widget, "ROOT", tmp_path)
    monkeypatch.setattr(make_widget.made, "__defaults__", (tmp_path,))
    monkeypatch.setattr(sys, "argv", ["make_widget.py", "thermometer"])
    make_widget.main()
    *written, following = capsys.readouterr().out.splitlines()
    assert len(written) == 6 and all((tmp_path / name).is_file() for name in written)
    page = following.split()[-1].rstrip(".")
    assert (ROOT / page).is_file(), "the page that it sends the author to"
    title = (ROOT / page).read_text("utf-8").splitlines()[0].removeprefix("# ")
    assert f'"{title}"' in following


@pytest.mark.parametrize("arguments", [[], ["one", "two"]])
def test_without_a_name_it_says_how(arguments):
    done = subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stderr == "Say which: make widget NAME=thermometer\n"
