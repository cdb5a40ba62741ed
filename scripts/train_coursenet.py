"""Trains CourseNet on Tiny ImageNet and writes utils/pretrained/coursenet.safetensors::

    COURSE_DATA=../shared/datasets python scripts/train_coursenet.py

Only the whole recipe, on the real pictures, may replace what the course ships; anything less wants another `--output`.
Interrupted, it goes on where it was when started again: `--work` keeps its checkpoints. The pictures grow with the epochs (32, 48,
then 64 pixels: convolutions do not care), which saves half the time. On two cores a small picture's epoch takes under a
minute, a large one's three; with KERAS_BACKEND=jax or torch and a GPU all of it takes minutes.
"""

import argparse
import json
import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import h5py
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from utils import data, pretrained
from utils.weights import PRETRAINED, export_weights

BATCH, PEAK, SIZES = 128, 0.1, (32, 48, 64)
EPOCHS, CLASSES = 24, 100  # of the network that the course ships
SHIPPED = PRETRAINED / "coursenet.safetensors"


def trainable(classes: int) -> keras.Model:
    """CourseNet as it is trained: batch normalisation after every convolution. `pretrained.folded` takes it out again."""
    x = inputs = keras.Input((None, None, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(x)
    for block, (filters, depth) in enumerate(pretrained.BLOCKS, 1):
        for conv in range(1, depth + 1):
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"block{block}_conv{conv}")(x)
            x = layers.BatchNormalization(name=f"block{block}_norm{conv}")(x)
            x = layers.Activation("relu")(x)
        if block < len(pretrained.BLOCKS):
            x = layers.MaxPooling2D(2)(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.2)(x)
    return keras.Model(inputs, layers.Dense(classes, dtype="float32", name="logits")(x), name="coursenet")


@keras.saving.register_keras_serializable()
class WarmStableDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Up to `peak` in `warm` steps, constant until step `stable`, then down to nothing at step `total`, in straight lines."""

    def __init__(self, peak: float, warm: int, stable: int, total: int):
        self.peak, self.warm, self.stable, self.total = peak, warm, stable, total

    def __call__(self, step: Any) -> Any:
        """The rate at a step, counted from 0."""
        step = ops.cast(step, "float32")
        up, down = (step + 1) / self.warm, (self.total - step) / (self.total - self.stable)
        return self.peak * ops.clip(ops.minimum(up, down), 1e-3, 1.0)

    def get_config(self) -> dict[str, Any]:
        """What the schedule is made again from."""
        return dict(vars(self))


def augment(size: int) -> Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """Batches of pictures → crops of 45 to 100 % of their area, half of them mirrored, in another light, `size` pixels wide."""

    def augmented(x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        n = tf.shape(x)[0]
        area, ratio = tf.random.uniform((n,), 0.45, 1.0), tf.exp(tf.random.uniform((n,), -0.22, 0.22))
        height, width = tf.minimum(tf.sqrt(area / ratio), 1.0), tf.minimum(tf.sqrt(area * ratio), 1.0)
        top, left = tf.random.uniform((n,)) * (1 - height), tf.random.uniform((n,)) * (1 - width)
        mirrored = tf.random.uniform((n,)) < 0.5
        start, end = tf.where(mirrored, left + width, left), tf.where(mirrored, left, left + width)
        x = tf.image.crop_and_resize(x, tf.stack([top, start, top + height, end], 1), tf.range(n), (size, size))
        contrast, light = (tf.random.uniform((n, 1, 1, 1), 0.75, 1.25) for _ in range(2))
        mean = tf.reduce_mean(x, (1, 2, 3), keepdims=True)
        x = (x - mean) * contrast + mean * light * tf.random.uniform((n, 1, 1, 3), 0.92, 1.08)
        return tf.clip_by_value(x, 0, 255), y

    return augmented


class Log(keras.callbacks.Callback):
    """One line of JSON an epoch, in a file that outlives interruptions."""

    def __init__(self, path: Path):
        super().__init__()
        self.path = path

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Write the epoch, counted from 1, and its metrics."""
        line = json.dumps({"epoch": epoch + 1} | {name: round(float(value), 4) for name, value in (logs or {}).items()})
        print(line, flush=True)
        with self.path.open("a") as file:
            file.write(line + "\n")


def refuse_a_toy(output: Path, epochs: int, classes: int = CLASSES, source: str = "") -> None:
    """Keep what the course ships from being overwritten by less than it.

    Raises:
        SystemExit: `output` is the shipped file, and epochs, classes or pictures (from a "sample") fall short of its recipe.
    """
    short = [f"{epochs} epochs, not {EPOCHS}"] if epochs < EPOCHS else []
    short += [f"{classes} classes, not {CLASSES}"] if classes < CLASSES else []
    short += ["a sample, not Tiny ImageNet"] if source == "sample" else []
    if short and output.resolve() == SHIPPED.resolve():
        raise SystemExit(
            f"{output.name} ships with the course and is trained by the whole recipe; this would be {', '.join(short)}."
            " Give another file: --output /tmp/coursenet.safetensors"
        )


def refuse_a_damaged_checkpoint(backup: Path) -> None:
    """Look whether Keras can go on from a checkpoint; a folder without one is fine.

    Raises:
        SystemExit: its weights are missing or damaged, or its metadata are.
    """
    weights, metadata = backup / "latest.weights.h5", backup / "training_metadata.json"
    if not (weights.exists() or metadata.exists()):
        return
    try:
        json.loads(metadata.read_text(encoding="utf-8"))["epoch"]
        with h5py.File(weights) as file:
            file.visititems(_read_whole)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SystemExit(
            f"The checkpoint in {backup} is damaged or incomplete: {str(error).splitlines()[0]}"
            f"\nTo begin anew, delete that folder: rm -r {shlex.quote(str(backup))}"
        ) from None


def _read_whole(name: str, node: h5py.Group | h5py.Dataset) -> None:
    if isinstance(node, h5py.Dataset):
        node[()]


def main() -> None:
    """Run the command."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("::")[0])
    arguments.add_argument(
        "--epochs", type=int, default=EPOCHS, help=f"a third of them at each size (default {EPOCHS})"
    )
    arguments.add_argument(
        "--work", type=Path, default=data.cache() / "coursenet-training", help="folder of the checkpoints"
    )
    arguments.add_argument("--output", type=Path, default=SHIPPED, help="the file of weights (default: what ships)")
    options = arguments.parse_args()
    backup = options.work / "backup"
    refuse_a_toy(options.output, options.epochs)
    refuse_a_damaged_checkpoint(backup)

    keras.utils.set_random_seed(0)
    keras.config.set_dtype_policy("mixed_bfloat16")  # a quarter less time on processors that multiply bfloat16
    (x, y), (x_val, y_val), names = data.tiny_imagenet()
    refuse_a_toy(options.output, options.epochs, len(names), data.served.get("tiny imagenet", ""))
    options.work.mkdir(parents=True, exist_ok=True)

    steps, epochs = len(x) // BATCH, options.epochs
    model = trainable(len(names))
    rate = WarmStableDecay(PEAK, warm=steps, stable=steps * epochs * 2 // 3, total=steps * epochs)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9, nesterov=True, weight_decay=5e-3)
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    top5 = keras.metrics.SparseTopKCategoricalAccuracy(5, name="top5")
    model.compile(optimizer, loss, metrics=["accuracy", top5], jit_compile=keras.backend.backend() == "jax")

    val = tf.data.Dataset.from_tensor_slices((x_val, y_val)).batch(250)
    pictures = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x)).batch(BATCH, drop_remainder=True)
    keep = keras.callbacks.BackupAndRestore(backup, delete_checkpoint=False)
    log = Log(options.work / "log.jsonl")
    for stage, size in enumerate(SIZES, 1):
        first, last = (epochs * done // len(SIZES) for done in (stage - 1, stage))
        train = pictures.map(augment(size)).prefetch(2)
        model.fit(
            train,
            validation_data=val,
            initial_epoch=first,
            epochs=last,
            shuffle=False,
            verbose=0,
            callbacks=[keep, log],
        )

    keras.config.set_dtype_policy("float32")
    net = pretrained.folded(model)
    probabilities = net.predict(x_val, batch_size=250, verbose=0)
    ranks = (probabilities > probabilities[np.arange(len(y_val)), y_val][:, None]).sum(axis=1)
    figures: dict[str, Any] = {
        "val_top1": round(float((ranks < 1).mean()), 4),
        "val_top5": round(float((ranks < 5).mean()), 4),
    }
    size = export_weights(
        net, options.output, names=names, command="python scripts/train_coursenet.py", epochs=epochs, **figures
    )
    print(f"{options.output}: {size:,} bytes, {figures}")


if __name__ == "__main__":
    main()
