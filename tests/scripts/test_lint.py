"""The configuration of lint: what it must refuse, and that pre-commit runs the tools of `make lint` and no others."""

import re
import subprocess
import sys

import pytest
import yaml
from support.site import ROOT


@pytest.mark.parametrize(
    "source, status, reason",
    [
        ("def double(x: float) -> float:\n    return 2 * x\n", 0, "Success"),
        ("def double(x):\n    return 2 * x\n", 1, "Function is missing a type annotation"),
        ("def double(x: float) -> str:\n    return 2 * x\n", 1, "Incompatible return value type"),
    ],
)
def test_untyped_public_functions_fail(tmp_path, source, status, reason):
    path = tmp_path / "helper.py"
    path.write_text(source)
    command = [sys.executable, "-m", "mypy", "--config-file", ROOT / "pyproject.toml", "--cache-dir", tmp_path, path]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == status and reason in done.stdout


def test_pre_commit_has_the_tools_of_make_lint_without_versions_of_its_own():
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE).group(1)
    tools = {"ruff check", "ruff format", "mypy", "biome check"}
    assert all(tool in recipe for tool in tools)
    repos = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repo["repo"] for repo in repos] == ["local"], "another repository would bring a second pin"
    entries = [hook["entry"] for repo in repos for hook in repo["hooks"]]
    assert all(any(tool in entry for entry in entries) for tool in tools)
    for entry in entries:
        assert re.match(r"\.venv/bin/(ruff|mypy|python scripts/\w+\.py)\b", entry), entry
