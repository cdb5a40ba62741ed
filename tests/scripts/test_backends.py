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
    return backends.STORE


def runs(monkeypatch, failing=()):
    """No notebook is run: each takes 3 seconds, or fails on the backends of `failing`."""
    everywhere = ("tensorflow", "jax", "torch")
    paths = {name: backends.Path(f"{name}.ipynb") for name in ("tensors", "convnets")}
    monkeypatch.setattr(backends, "notebooks", lambda names=(): [paths[name] for name in names] or [*paths.values()])
    monkeypatch.setattr(backends, "missing", list)
    monkeypatch.setattr(backends.importlib.metadata, "version", dict(zip(("keras", *everywhere), "3456")).__getitem__)

    def done(path, backend):
        return {"reason": "cell 4, `no`"} if backend in failing else {"seconds": 3.0}

    monkeypatch.setattr(backends, "attempt", done)


def test_each_notebook_has_its_row(store, monkeypatch):
    runs(monkeypatch)
    assert main(backends, monkeypatch=monkeypatch) == 0
    lines = tables.backends(json.loads(store.read_text("utf-8")))
    assert lines[0] == "| notebook | tensorflow | jax | torch |"
    assert lines[2:4] == ["| `tensors` | 3 s | 3 s | 3 s |", "| `convnets` | 3 s | 3 s | 3 s |"]
    assert lines[-1].startswith("Measured on 20") and lines[-1].endswith("; keras 3, tensorflow 4, jax 5, torch 6.")


def test_a_failure_is_stored_with_its_reason_and_in_the_exit_status(store, monkeypatch):
    runs(monkeypatch, failing=["torch"])
    assert main(backends, monkeypatch=monkeypatch) == 1
    lines = tables.backends(json.loads(store.read_text("utf-8")))
    assert "| `tensors` | 3 s | 3 s | fails |" in lines and "- `convnets` on torch: cell 4, `no`" in lines


def test_one_notebook_anew_leaves_the_other_rows_and_their_order(store, monkeypatch):
    runs(monkeypatch, failing=["torch"])
    main(backends, monkeypatch=monkeypatch)
    runs(monkeypatch)
    assert main(backends, "tensors", monkeypatch=monkeypatch) == 0
    rows = json.loads(store.read_text("utf-8"))["rows"]
    assert list(rows) == ["tensors", "convnets"]
    assert "seconds" in rows["tensors"]["torch"] and "reason" in rows["convnets"]["torch"]


def test_one_backend_is_printed_and_not_stored(store, monkeypatch, capsys):
    runs(monkeypatch)
    assert main(backends, "--on", "jax", monkeypatch=monkeypatch) == 0
    assert not store.exists() and "tensors" in capsys.readouterr().out


def test_a_damaged_table_is_named(store, monkeypatch):
    runs(monkeypatch)
    store.write_text("[]")
    with pytest.raises(SystemExit, match="backends.json is damaged .*Delete it"):
        main(backends, monkeypatch=monkeypatch)


def test_a_backend_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr(backends, "missing", lambda: ["torch"])
    with pytest.raises(SystemExit, match=r"Not installed: torch. Install it .pip install torch.*--on tensorflow jax"):
        main(backends, monkeypatch=monkeypatch)


def test_the_rows_of_the_book_are_of_its_notebooks():
    rows = backends.stored()
    assert rows and list(rows) == [path.stem for path in backends.notebooks() if path.stem in rows]
    assert all(set(runs) == set(backends.PACKAGES) for runs in rows.values())


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
