"""The training of CourseNet, on a network and pictures so small that it takes seconds: interrupted, it goes on where it was."""

import json
import sys

import numpy as np
import pytest
import train_coursenet as script

from utils import data, pretrained
from utils.widgets import load_weights

keras = pytest.importorskip("keras")


@pytest.fixture
def train(monkeypatch, tmp_path):
    """`train()` runs the script as a user would, with everything small, and gives the lines it has logged so far."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (320, 16, 16, 3)).astype("uint8")
    y = (np.arange(320) % 4).astype("uint8")
    monkeypatch.setattr(data, "tiny_imagenet", lambda: ((x, y), (x[:40], y[:40]), list("abcd")))
    monkeypatch.setattr(pretrained, "BLOCKS", ((4, 1), (8, 1)))
    monkeypatch.setattr(script, "SIZES", (8, 12, 16))
    monkeypatch.setattr(
        sys,
        "argv",
        [
            "train_coursenet.py",
            "--epochs",
            "3",
            "--work",
            str(tmp_path),
            "--output",
            str(tmp_path / "coursenet.safetensors"),
        ],
    )
    policy = keras.config.dtype_policy()

    def run() -> list[dict]:
        script.main()
        return [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]

    yield run
    keras.config.set_dtype_policy(policy)


def test_training_that_was_interrupted_goes_on_after_the_last_whole_epoch(train, monkeypatch, tmp_path):
    whole = script.Log.on_epoch_end

    def interrupted(log, epoch, logs=None):
        whole(log, epoch, logs)
        if epoch == 1:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(script.Log, "on_epoch_end", interrupted)
        train()
    assert not (tmp_path / "coursenet.safetensors").exists()

    lines = train()
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    weights, meta = load_weights(tmp_path / "coursenet.safetensors")
    assert meta["names"] == list("abcd") and meta["epochs"] == 3
    assert set(weights) == {
        f"{layer}/{kind}" for layer in ("block1_conv1", "block2_conv1", "predictions") for kind in ("kernel", "bias")
    }
    assert meta["val_top1"] == pytest.approx(
        lines[-1]["val_accuracy"], abs=0.051
    )  # bfloat16 and float32 may part on two of 40 pictures


@pytest.fixture
def shipped(monkeypatch, tmp_path):
    """A network that ships with the course, in a folder of this test."""
    path = tmp_path / "shipped.safetensors"
    path.write_bytes(b"what ships")
    monkeypatch.setattr(script, "SHIPPED", path)
    monkeypatch.setattr(script, "trainable", lambda classes: pytest.fail("it began to train"))
    return path


@pytest.mark.parametrize(
    "arguments, classes, source, reason",
    [
        (["--epochs", "1"], 100, "local", "1 epochs, not 24"),
        ([], 10, "local", "10 classes, not 100"),
        ([], 100, "sample", "a sample"),
    ],
)
def test_a_toy_never_overwrites_what_ships(arguments, classes, source, reason, shipped, monkeypatch, tmp_path):
    x, y = np.zeros((classes, 8, 8, 3), "uint8"), np.arange(classes)
    monkeypatch.setattr(data, "served", {"tiny imagenet": source})
    monkeypatch.setattr(data, "tiny_imagenet", lambda: ((x, y), (x, y), [str(i) for i in range(classes)]))
    link = tmp_path / "link.safetensors"
    link.symlink_to(shipped)
    policy = keras.config.dtype_policy()
    for output in ([], ["--output", str(link)]):
        argv = ["train_coursenet.py", "--work", str(tmp_path / "work"), *arguments, *output]
        monkeypatch.setattr(sys, "argv", argv)
        with pytest.raises(SystemExit, match=f"ships with the course.*{reason}.*--output"):
            script.main()
    keras.config.set_dtype_policy(policy)
    assert shipped.read_bytes() == b"what ships"


@pytest.mark.parametrize(
    "damage", ["no weights", "weights cut short", "no metadata", "metadata cut short", "other metadata"]
)
def test_a_damaged_checkpoint_is_named_with_what_to_do(damage, train, tmp_path):
    train()
    backup, made = tmp_path / "backup", (tmp_path / "coursenet.safetensors").read_bytes()
    weights, metadata = backup / "latest.weights.h5", backup / "training_metadata.json"
    file = weights if "weights" in damage else metadata
    whole = file.read_bytes()
    if damage.startswith("no"):
        file.unlink()
    else:
        file.write_bytes(b"[]" if damage.startswith("other") else whole[: len(whole) // 2])
    with pytest.raises(
        SystemExit, match=r"checkpoint in .*backup is damaged or incomplete[\s\S]*delete that folder: rm -r"
    ):
        train()
    assert (tmp_path / "coursenet.safetensors").read_bytes() == made


def test_augmented_pictures_have_the_size_and_range_that_was_asked_for_and_keep_their_labels():
    import tensorflow as tf

    x = tf.random.stateless_uniform((64, 20, 20, 3), (0, 0), 0, 255)
    new, labels = script.augment(12)(x, tf.range(64))
    assert new.shape == (64, 12, 12, 3) and float(tf.reduce_min(new)) >= 0 and float(tf.reduce_max(new)) <= 255
    assert labels.numpy().tolist() == list(range(64))


def test_a_picture_is_cut_from_the_middle_of_its_own_neighbourhood_and_every_other_one_is_mirrored():
    import tensorflow as tf

    ramp = tf.broadcast_to(
        tf.reshape(tf.linspace(50.0, 200.0, 20), (1, 1, 20, 1)), (400, 20, 20, 3)
    )  # brighter to the right
    new = script.augment(20)(ramp, tf.range(400))[0].numpy().mean(axis=(1, 3))
    rising = (new[:, -1] > new[:, 0]).mean()
    assert 0.35 < rising < 0.65
    spans = abs(new[:, -1] - new[:, 0])
    assert spans.max() <= 150 * 1.25 * 1.25 and spans.min() > 150 * 0.45 * 0.75 * 0.75


def test_the_learning_rate_warms_up_stays_and_goes_down():
    rate = script.WarmStableDecay(0.1, warm=10, stable=60, total=100)
    values = [float(rate(step)) for step in (0, 4, 9, 30, 60, 80, 100, 130)]
    assert values == pytest.approx([0.01, 0.05, 0.1, 0.1, 0.1, 0.05, 1e-4, 1e-4])
    again = script.WarmStableDecay.from_config(rate.get_config())
    assert float(again(80)) == pytest.approx(0.05)
