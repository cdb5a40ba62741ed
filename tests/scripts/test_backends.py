"""Notebooks on other backends: what is measured, what a failure says, what is stored; two chapters on JAX."""

import json

import backends
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from support.scripts import main

from utils.book import tables


@pytest.fixture
def store(monkeypatch, tmp_path):
    """Where the table is stored, instead of the book's."""
    monkeypatch.setattr(backends, "STORE", tmp_path / "backends.json")
    monkeypatch.setattr(backends, "ROOT", tmp_path)
    return backends.STORE


def runs(monkeypatch, names=("tensors", "convnets"), failing=()):
    """Two notebooks that are not run: each takes 3 seconds, or fails on the backends of `failing`."""
    paths = [backends.Path(f"{name}.ipynb") for name in names]
    monkeypatch.setattr(backends, "notebooks", lambda chosen, root: paths)
    monkeypatch.setattr(backends, "missing", list)
    monkeypatch.setattr(backends, "circumstances", lambda: {"machine": "M", "date": "D", "versions": {"Keras": "3"}})

    def done(path, backend):
        return {"reason": "cell 4, `no`"} if backend in failing else {"seconds": 3.0}

    monkeypatch.setattr(backends, "attempt", done)


def test_all_notebooks_on_all_backends_are_stored(store, monkeypatch):
    runs(monkeypatch)
    assert main(backends, monkeypatch=monkeypatch) == 0
    lines = tables.backends(json.loads(store.read_text("utf-8")))
    assert lines[0] == "| notebook | tensorflow | jax | torch |"
    assert lines[2:4] == ["| `tensors` | 3 s | 3 s | 3 s |", "| `convnets` | 3 s | 3 s | 3 s |"]
    assert lines[-1] == "Measured on D with M; Keras 3."


def test_a_failure_is_stored_with_its_reason_and_in_the_exit_status(store, monkeypatch):
    runs(monkeypatch, failing=["torch"])
    assert main(backends, monkeypatch=monkeypatch) == 1
    lines = tables.backends(json.loads(store.read_text("utf-8")))
    assert "| `tensors` | 3 s | 3 s | fails |" in lines and "- `convnets` on torch: cell 4, `no`" in lines


@pytest.mark.parametrize("arguments", [("tensors",), ("--on", "jax")])
def test_a_part_is_printed_and_not_stored(store, monkeypatch, capsys, arguments):
    runs(monkeypatch)
    assert main(backends, *arguments, monkeypatch=monkeypatch) == 0
    assert not store.exists() and "tensors" in capsys.readouterr().out


def test_a_backend_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr(backends, "PACKAGES", {"tensorflow": "tensorflow", "jax": "no-such-package"})
    with pytest.raises(SystemExit, match=r"Not installed: jax. Install it .*no-such-package.*--on tensorflow"):
        main(backends, monkeypatch=monkeypatch)


def test_what_a_failing_notebook_says(house):
    cells = [new_markdown_cell("Look."), new_code_cell("1"), new_code_cell("raise ValueError('a | `b`\\nmore')")]
    path = house(new_notebook(cells=[*cells, new_code_cell("2")]))
    assert backends.attempt(path, "tensorflow") == {"reason": "cell 2, ValueError: `a / b`"}


@pytest.mark.parametrize("name", ["gradient-descent", "second-order"])
def test_chapters_run_on_jax(name, monkeypatch):
    """The two that ask the backend itself for gradients and for products with the Hessian."""
    (path,) = backends.notebooks([name])
    monkeypatch.setenv("PYTHONPATH", str(backends.ROOT))
    assert "seconds" in (done := backends.attempt(path, "jax")), done
