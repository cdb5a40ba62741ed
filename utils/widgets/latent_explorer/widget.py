"""LatentExplorer: move through the plane of a two-dimensional autoencoder."""

from typing import Any

import numpy as np
import traitlets

from utils.weights import pack
from utils.widgets.base import CourseWidget
from utils.widgets.nn.describe import describe

SIDE = 28
PIXELS = SIDE * SIDE


class LatentExplorer(CourseWidget):
    """Drag a point through the latent plane, walk between two points, draw a digit and see it encoded.

        LatentExplorer()                                                  # the course's own VAE, also without kernel
        LatentExplorer.from_model(encoder, decoder, points, labels)       # yours, in JupyterLab and Colab

    point       the two latent numbers that are decoded.
    walk        the two ends A and B of a walk; empty: from the middle of the first digit's cloud to the last's.
    along       how far along the walk, from 0 (A) to 1 (B); setting it moves `point`.
    highlight   the digit whose points stand out, -1 for all.
    pictures    whether decoded pictures lie behind the points.
    sample      index of the test digit that is encoded, -1 for none.
    strokes     what the reader drew: a list of strokes, each a list of points [x, y] between 0 and 1, right and down.
    """

    _about = "Here you drag a point through the latent plane and see the digit it decodes to."

    weights = traitlets.Unicode("vae-mnist").tag(sync=True)
    point = traitlets.List(traitlets.Float(), [0.0, 0.0], minlen=2, maxlen=2).tag(sync=True)
    walk = traitlets.List(traitlets.List(traitlets.Float(), minlen=2, maxlen=2)).tag(sync=True)
    along = traitlets.Float(0.0, min=0.0, max=1.0).tag(sync=True)
    highlight = traitlets.Int(-1).tag(sync=True)
    pictures = traitlets.Bool(False).tag(sync=True)
    sample = traitlets.Int(-1).tag(sync=True)
    strokes = traitlets.List().tag(sync=True, local=True)

    @classmethod
    def from_model(cls, encoder, decoder, points, labels, samples=None, **state: Any) -> "LatentExplorer":
        """The explorer of the reader's own trained models, in float32.

        encoder: Keras model, picture → [mean, log-variance] (further outputs are ignored), or → code for a plain autoencoder.
        decoder: Keras model, two latent numbers → picture, ink between 0 and 1. Pictures have 28 × 28 pixels.
        points: codes of some pictures, (n, 2). labels: their digits, whole numbers (n,); 2,000 are plenty.
        samples: pictures to encode at a click, (m, 28, 28), grey values between 0 and 1 or 0 and 255.
        Raises ValueError for other shapes and for layers the page cannot run, named in the message.
        """
        tensors, meta = parts(encoder, decoder, points, labels, samples)
        return cls(weights="", blob=pack(tensors, dtype="float32", **meta), **state)


def parts(encoder, decoder, points, labels, samples=None) -> tuple[dict, dict]:
    """Tensors and description of an explorer, for `export_weights(tensors, path, **description)`. Arguments as in `from_model`."""
    _check_shape("The encoder's input", encoder.input_shape, PIXELS, "one picture of 28 × 28 pixels")
    _check_shape("The decoder's input", decoder.input_shape, 2, "two latent numbers")
    _check_shape("The decoder's output", decoder.output_shape, PIXELS, "one picture of 28 × 28 pixels")
    codes = encoder.outputs[:2]
    for code in codes:
        _check_shape(
            "Each of the encoder's first outputs (mean, log-variance)", tuple(code.shape), 2, "two latent numbers"
        )
    points, labels = np.asarray(points, "float32"), np.asarray(labels)
    if points.ndim != 2 or points.shape[1] != 2 or labels.shape != points.shape[:1] or not len(points):
        raise ValueError(
            f"The plane needs points of shape (n, 2) and labels (n,), but got {points.shape} and {labels.shape}."
        )
    encoding, encoder_layers = describe(encoder, codes)
    decoding, decoder_layers = describe(decoder)
    tensors = {
        "encoder": encoder_layers,
        "decoder": decoder_layers,
        "points": points,
        "labels": labels.astype("float32"),
    }
    if samples is not None:
        tensors["samples"] = _pictures(samples)
    return tensors, {"encoder": encoding, "decoder": decoding}


def _check_shape(what: str, shape, wanted: int, meaning: str) -> None:
    if not isinstance(shape, tuple) or None in shape[1:] or np.prod(shape[1:]) != wanted:
        raise ValueError(f"{what} should be {meaning}, that is {wanted} numbers, but its shape is {shape}.")


def _pictures(samples) -> np.ndarray:
    samples = np.asarray(samples, "float32").reshape(len(samples), -1)
    if samples.shape[1:] != (PIXELS,):
        raise ValueError(f"Samples should have the shape (m, 28, 28), but each holds {samples.shape[1]} numbers.")
    return (samples / 255 if samples.max() > 1 else samples).reshape(-1, SIDE, SIDE)
