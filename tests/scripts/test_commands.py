"""The commands of the Makefile, the workflows, and the one address of the repository."""

import functools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import check_notebooks
import pytest
import yaml
from chapters import ROOT


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
    owner, _ = address.removeprefix("https://github.com/").split("/")
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


# ---- set-up

PYTHON = """#!/bin/sh
# stands for Python, pip and uv: it makes environments without a network, and notes what it was asked
echo "$*" >> "$LOG"
case "$*" in
  "-m pip --version") test -e "$(dirname "$0")/pip" ;;
  "-m venv "*)
    for folder; do :; done
    rm -rf "$folder" && mkdir -p "$folder/bin" && cp "$0" "$folder/bin/python"
    echo "#!$PWD/$folder/bin/python" > "$folder/bin/pip" ;;
esac
"""


@pytest.fixture
def checkout(tmp_path):
    """`checkout(folder)` runs `make setup` in it, and gives whether an environment was made and whether packages were installed."""
    first = tmp_path / "first place"
    first.mkdir()
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, first / name)
    python, log = tmp_path / "python3", tmp_path / "log"
    python.write_text(PYTHON)
    python.chmod(0o755)

    def setup(folder="first place") -> tuple[bool, bool]:
        log.write_text("")
        alone = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")} | {"LOG": str(log)}
        command = ["make", "setup", f"PYTHON={python}"]
        done = subprocess.run(command, cwd=tmp_path / folder, env=alone, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        asked = log.read_text()
        return "-m venv" in asked, "uv pip sync" in asked

    return setup


def test_set_up_is_done_once(checkout, tmp_path):
    assert checkout() == (True, True)
    assert checkout() == (False, False)
    os.utime(tmp_path / "first place" / "requirements.lock", (2e9, 2e9))
    assert checkout() == (False, True), "other packages in the same environment"


def test_a_checkout_that_moved_gets_a_new_environment(checkout, tmp_path):
    checkout()
    (tmp_path / "first place").rename(tmp_path / "second")
    assert checkout("second") == (True, True)
    assert checkout("second") == (False, False)


def test_set_up_that_was_killed_before_pip_arrived_begins_anew(checkout, tmp_path):
    checkout()
    (tmp_path / "first place" / ".venv" / "bin" / "pip").unlink()
    (tmp_path / "first place" / ".venv" / ".ready").unlink()
    assert checkout() == (True, True)


def test_make_address_works_where_the_console_knows_ascii_alone(tmp_path):
    for name in ("_config.yml", "pyproject.toml", "README.md", "CONTRIBUTING.md", "CITATION.cff", "scripts"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    for name in ("index.md", "reference/setup.md"):
        (tmp_path / "book" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "book" / name, tmp_path / "book" / name)
    project = tmp_path / "pyproject.toml"
    text = project.read_text(encoding="utf-8").replace(check_notebooks.ADDRESS, "https://github.com/ada/touch")
    project.write_text(text, encoding="utf-8")
    ascii_only = {**os.environ, "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    command = [sys.executable, "scripts/address.py"]
    done = subprocess.run(command, cwd=tmp_path, env=ascii_only, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "\\u2192 https://github.com/ada/touch" in done.stdout, done.stderr
    assert "https://github.com/ada/touch" in (tmp_path / "README.md").read_text(encoding="utf-8") + (
        tmp_path / "book" / "reference" / "setup.md"
    ).read_text(encoding="utf-8")


# ---- the workflows


def workflow(name: str) -> dict:
    return yaml.load((ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def runs_the_tests(job: dict) -> bool:
    if called := job.get("uses"):
        return any(runs_the_tests(inner) for inner in workflow(Path(called).name)["jobs"].values())
    return any(step.get("run") == "make test" for step in job["steps"])


def test_publishing_waits_for_the_tests():
    publishing = 0
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        jobs = workflow(path.name)["jobs"]
        for job in jobs.values():
            if any("deploy-pages" in step.get("uses", "") for step in job.get("steps", [])):
                publishing += 1
                needed = job.get("needs", [])
                needed = [needed] if isinstance(needed, str) else needed
                assert any(runs_the_tests(jobs[name]) for name in needed), path.name
                assert "if" not in job, "a condition could let it run after failed tests"
    assert publishing == 1


def test_the_tests_run_for_every_push_and_can_be_called():
    events = workflow("test.yml")["on"]
    assert "pull_request" in events and "workflow_call" in events and events["push"] == {"branches-ignore": ["main"]}
    assert workflow("publish.yml")["on"] == {"push": {"branches": ["main"]}}, "which calls them for main"
