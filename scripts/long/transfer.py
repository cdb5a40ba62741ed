"""Runs that are too long for the chapter on transfer learning: each with several seeds, every value in the ledger::

    COURSE_DATA=../shared/datasets python scripts/long/transfer.py

`--work` keeps finished runs, and a checkpoint of every epoch of the one that was interrupted. Started again, the script skips what
is finished and goes on after the last whole epoch. After each run the ledger gets the values of all that are finished: accuracy
on the pictures held out and on the test pictures, of a picture alone and averaged with its mirror image. A run takes five to ten
minutes on two idle cores.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import keras
import numpy as np
from keras import layers
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from utils import data, images, pretrained, results

SEEDS = 3
TUNED, SCRATCH = 96, 64  # sides of the pictures, in pixels
EPOCHS, LONG = 6, 40
THAWED = 2  # blocks, counted from the top


def pictures(part: str, side: int) -> tuple[np.ndarray, np.ndarray]:
    """The pictures in the order of the chapter, and their labels."""
    x, y, _ = images.from_folder(data.cats_and_dogs() / part, side)
    order = np.random.default_rng(0).permutation(len(x))
    return x[order], y[order]


def block_ends(base: keras.Model) -> dict[str, Any]:
    """The last feature maps of each block."""
    return {layer.name[:6]: layer.output for layer in base.layers if "_conv" in layer.name}


def reader(base: keras.Model) -> keras.Model:
    """Picture → mean and maximum of each feature map at the end of each block."""
    pooled = [
        pool()(maps)
        for maps in block_ends(base).values()
        for pool in (layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D)
    ]
    return keras.Model(base.input, layers.Concatenate()(pooled))


def classifier(features: np.ndarray, y: np.ndarray) -> Any:
    """Logistic regression on standardised features."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=500)).fit(features, y)


def tune(x: np.ndarray, y: np.ndarray, checkpoint: Path) -> keras.Model:
    """Fine-tune CourseNet: the head is a classifier on frozen features, then the upper blocks are thawed."""
    base = pretrained.coursenet(include_top=False)
    read = reader(base)
    scaler, regression = classifier(read.predict(x, verbose=0), y)
    blocks = tuple(block_ends(base))[-THAWED:]
    for layer in base.layers:
        layer.trainable = layer.name.startswith(blocks)
    inputs = keras.Input(x.shape[1:])
    scaled = layers.Normalization(mean=scaler.mean_, variance=scaler.scale_**2)
    dog = layers.Dense(1, "sigmoid", kernel_regularizer=keras.regularizers.L2(0.03), name="head")
    model = keras.Model(inputs, dog(scaled(read(layers.RandomFlip("horizontal")(inputs)))))
    dog.set_weights([regression.coef_.T, regression.intercept_])
    train(model, x, y, 1e-4, EPOCHS, checkpoint)
    return model


def scratch(x: np.ndarray, y: np.ndarray, checkpoint: Path) -> keras.Model:
    """CourseNet's architecture as it was trained, with batch normalisation and dropout, from random weights."""
    inputs = keras.Input(x.shape[1:])
    z = layers.RandomTranslation(0.1, 0.1)(layers.RandomFlip("horizontal")(inputs))
    z = layers.Rescaling(1 / 127.5, offset=-1)(z)
    for block, (filters, depth) in enumerate(pretrained.BLOCKS):
        z = layers.MaxPooling2D(2)(z) if block else z
        for _ in range(depth):
            z = layers.Conv2D(filters, 3, padding="same", use_bias=False)(z)
            z = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(z))
    z = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(z))
    model = keras.Model(inputs, layers.Dense(1, "sigmoid")(z))
    train(model, x, y, 1e-3, LONG, checkpoint)
    return model


def train(model: keras.Model, x: np.ndarray, y: np.ndarray, rate: float, epochs: int, checkpoint: Path) -> None:
    """Adam, with a rate that falls to zero along half a cosine wave; goes on from `checkpoint` if there is one."""
    schedule = keras.optimizers.schedules.CosineDecay(rate, epochs * -(-len(x) // 32))
    model.compile(keras.optimizers.Adam(schedule), "binary_crossentropy")
    model.fit(x, y, epochs=epochs, verbose=0, callbacks=[keras.callbacks.BackupAndRestore(checkpoint)])


def probabilities(model: keras.Model, x: np.ndarray) -> list[np.ndarray]:
    """Of a dog, for each picture: of the picture alone, and averaged with those of its mirror image."""
    alone, mirrored = (model.predict(view, verbose=0)[:, 0] for view in (x, x[:, :, ::-1]))
    return [alone, (alone + mirrored) / 2]


# key → how to train, and the side of the pictures
RUNS: dict[str, tuple[Callable[..., keras.Model], int]] = {
    "cats-dogs-finetuned": (tune, TUNED),
    "cats-dogs-scratch-normalised": (scratch, SCRATCH),
}


def accuracies(key: str, checkpoint: Path) -> dict[str, float]:
    """Train on four fifths of the training pictures; accuracy on the fifth that is held out, and on the test pictures, once."""
    training, side = RUNS[key]
    x, y = pictures("train", side)
    held = len(x) // 5
    model = training(x[held:], y[held:], checkpoint)
    found = {}
    for name, (pixels, labels) in {"val": (x[:held], y[:held]), "test": pictures("test", side)}.items():
        for view, dog in zip(("alone", "mirror"), probabilities(model, pixels), strict=True):
            found[f"{name}_{view}"] = float(((dog > 0.5) == labels).mean())
    return found


def run(work: Path) -> None:
    """Do what is not finished, seed by seed; the ledger follows."""
    for seed in range(SEEDS):
        for key in RUNS:
            name = f"{key}.{seed}"
            if (path := work / f"{name}.json").exists():
                continue
            keras.utils.set_random_seed(seed)
            began = time.perf_counter()
            found = accuracies(key, work / name)
            write(path, {"values": found, "seconds": time.perf_counter() - began})
            print(name, {way: round(value, 4) for way, value in found.items()}, flush=True)
            record(work, key)


def write(path: Path, content: dict[str, Any]) -> None:
    """Write a file whole or not at all."""
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(content))
    beside.replace(path)


def record(work: Path, key: str) -> None:
    """Put all finished runs of a key into the ledger: each value with its seed, and the mean of the test results."""
    metrics, seconds = {}, 0.0
    for path in sorted(work.glob(f"{key}.*.json")):
        seed, done = path.stem.rpartition(".")[2], json.loads(path.read_text())
        metrics |= {f"{name}_{seed}": value for name, value in done["values"].items()}
        seconds += done["seconds"]
    mean = np.mean([value for name, value in metrics.items() if name.startswith("test_mirror")])
    results.record(key, seconds=seconds, test_accuracy=float(mean), **metrics)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path("_long/transfer"), help="finished runs and checkpoints")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    os.environ["COURSE_RECORD"] = "1"
    run(arguments.work)


if __name__ == "__main__":
    main()
