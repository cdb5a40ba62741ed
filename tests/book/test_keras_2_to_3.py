"""Every entry of the column "today" on the page From Keras 2 to Keras 3 is run."""

import re
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image
from support.site import ROOT

PAGE = (ROOT / "book" / "reference" / "keras-2-to-3.md").read_text("utf-8")
ROWS = [tuple(cell.strip() for cell in line.strip("| ").split(" | ")) for line in PAGE.splitlines() if line[:2] == "| "]
SPOKEN = {"lr", "decay", "call", "accuracy", ".h5", "adapt"}  # names in a sentence, not code to run


@pytest.fixture
def names(tmp_path, monkeypatch) -> dict:
    """What the page promises to its right column, in a folder of its own."""
    tf = pytest.importorskip("tensorflow")
    jax = pytest.importorskip("jax")
    monkeypatch.chdir(tmp_path)
    for kind in "ab":
        Path(kind).mkdir()
        Image.new("RGB", (8, 8)).save(f"{kind}/one.png")
    x, y = np.ones((4, 3), "float32"), np.array([0, 1, 1, 0])
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    return {
        "keras": keras,
        "layers": keras.layers,
        "ops": keras.ops,
        "tf": tf,
        "jax": jax,
        "Image": Image,
        "model": model,
        "x": x,
        "y": y,
        "batches": tf.data.Dataset.from_tensor_slices((x, y)).batch(2),
        "function": lambda x: (x**2).sum(),
        "self": keras.layers.Layer(),
        "folder": str(tmp_path),
        "file": "a/one.png",
        "picture": x[:, :, None],
    }


def test_the_table_is_read_whole():
    assert len(ROWS) > 45 and all(len(row) == 2 for row in ROWS)


@pytest.mark.parametrize("today", [today for _, today in ROWS[2:]])
def test_what_is_written_today_runs(today, names):
    for code in re.findall(r"`([^`]+)`", today):
        below = "\nclass MyLayer(keras.layers.Layer): pass" if code.startswith("@") else ""
        if code not in SPOKEN:
            exec(code + below, names)


def test_what_is_said_of_old_calls(names, caplog):
    model = names["model"]
    with pytest.raises(ValueError, match="lr"):
        keras.optimizers.RMSprop(lr=0.001)
    with pytest.warns(UserWarning, match="decay"):
        keras.optimizers.RMSprop(decay=1e-8)
    with pytest.raises(ValueError, match=r"\.weights\.h5"):
        model.save_weights("gan.h5")
    with caplog.at_level("WARNING", logger="absl"):
        model.save("my_model.h5")
    assert "HDF5" in caplog.text and Path("my_model.h5").exists()
