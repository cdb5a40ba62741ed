"""LatentExplorer: move through the plane of a two-dimensional autoencoder."""

from typing import Any

import numpy as np
import traitlets

from utils.weights import pack
from utils.widgets.base import CourseWidget
from utils.widgets.nn.describe import describe
from utils.widgets.state import Finite

SIDE = 28
PIXELS = SIDE * SIDE


def _pair() -> traitlets.List:
    return traitlets.List(Finite(), minlen=2, maxlen=2)


class LatentExplorer(CourseWidget):
    """Drag a point through the latent plane, walk between two points, draw a digit and see it encoded::

        LatentExplorer()                                                  # the course's own VAE, also without kernel
        LatentExplorer.from_model(encoder, decoder, points, labels)       # yours, in JupyterLab and Colab

    - `point`: the two latent numbers that are decoded. What lies outside the plane takes the nearest place inside.
    - `walk`: the two ends A and B of a walk; empty: from the middle of the first digit's cloud to the last's.
    - `along`: how far along the walk, from 0 (A) to 1 (B); setting it moves `point`.
    - `highlight`: the digit whose points stand out, -1 for all.
    - `pictures`: whether decoded pictures lie behind the points.
    - `sample`: index of the test digit that is encoded, -1 for none.
    - `strokes`: what the reader drew: a list of strokes, each a list of points [x, y] between 0 and 1, right and down.
    """

    _about = "Here you drag a point through the latent plane and see the digit it decodes to."

    weights = traitlets.Unicode("vae-mnist").tag(sync=True, local=True)
    point = traitlets.List(Finite(), [-2.1, -0.6], minlen=2, maxlen=2).tag(sync=True)
    walk = traitlets.List(_pair(), maxlen=2).tag(sync=True)
    along = Finite(0.0, min=0, max=1).tag(sync=True)
    highlight = traitlets.Int(-1, min=-1).tag(sync=True)
    pictures = traitlets.Bool(False).tag(sync=True)
    sample = traitlets.Int(-1, min=-1).tag(sync=True)
    strokes = traitlets.List(traitlets.List(_pair(), minlen=1)).tag(sync=True, local=True)

    @classmethod
    def from_model(
        cls, encoder: Any, decoder: Any, points: Any, labels: Any, samples: Any = None, **state: Any
    ) -> "LatentExplorer":
        """The explorer of the reader's own trained models, in float32.

        Args:
            encoder: Keras model, picture → [mean, log-variance] (further outputs are ignored), or → code for a plain autoencoder.
            decoder: Keras model, two latent numbers → picture, ink between 0 and 1. Pictures have 28 × 28 pixels.
            points: codes of some pictures, (n, 2); 2,000 are plenty.
            labels: their digits, whole numbers from 0 to 255, (n,).
            samples: pictures to encode at a click, (m, 28, 28), grey values between 0 and 1 or 0 and 255.
            state: any of the traits above.

        Raises:
            ValueError: for other shapes, and for layers the page cannot run, named in the message.
        """
        tensors, meta = parts(encoder, decoder, points, labels, samples)
        return cls(weights="", blob=pack(tensors, dtype="float32", **meta), **state)


def parts(
    encoder: Any, decoder: Any, points: Any, labels: Any, samples: Any = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a weight file of an explorer holds, for `export_weights(tensors, path, **description)`.

    Args:
        encoder, decoder, points, labels, samples: as in `LatentExplorer.from_model`.

    Returns:
        The tensors by name, pictures and labels as uint8; and the description of the two networks.

    Raises:
        ValueError: as `LatentExplorer.from_model`.
    """
    _check_shape("The encoder's input", encoder.input_shape, PIXELS, "one picture of 28 × 28 pixels")
    _check_shape("The decoder's input", decoder.input_shape, 2, "two latent numbers")
    _check_shape("The decoder's output", decoder.output_shape, PIXELS, "one picture of 28 × 28 pixels")
    codes = encoder.outputs[:2]
    for code in codes:
        _check_shape(
            "Each of the encoder's first outputs (mean, log-variance)", tuple(code.shape), 2, "two latent numbers"
        )
    encoding, encoder_layers = describe(encoder, codes)
    decoding, decoder_layers = describe(decoder)
    tensors = {"encoder": encoder_layers, "decoder": decoder_layers, **_labelled(points, labels)}
    if samples is not None:
        tensors["samples"] = _pictures(samples)
    return tensors, {"encoder": encoding, "decoder": decoding}


def _labelled(points: Any, labels: Any) -> dict[str, np.ndarray]:
    points, labels = np.asarray(points, "float32"), np.asarray(labels)
    if points.ndim != 2 or points.shape[1] != 2 or labels.shape != points.shape[:1] or not len(points):
        raise ValueError(
            f"The plane needs points of shape (n, 2) and labels (n,), but got {points.shape} and {labels.shape}."
        )
    if not np.array_equal(labels, labels.astype("uint8")):
        raise ValueError(f"Labels should be whole numbers from 0 to 255, but go from {labels.min()} to {labels.max()}.")
    return {"points": points, "labels": labels.astype("uint8")}


def _check_shape(what: str, shape: Any, wanted: int, meaning: str) -> None:
    if not isinstance(shape, tuple) or None in shape[1:] or np.prod(shape[1:]) != wanted:
        raise ValueError(f"{what} should be {meaning}, that is {wanted} numbers, but its shape is {shape}.")


def _pictures(samples: Any) -> np.ndarray:
    """Grey values from 0 to 1 or from 0 to 255 as bytes."""
    samples = np.asarray(samples, "float32").reshape(len(samples), -1)
    if samples.shape[1:] != (PIXELS,):
        raise ValueError(f"Samples should have the shape (m, 28, 28), but each holds {samples.shape[1]} numbers.")
    levels = samples if samples.max() > 1 else 255 * samples
    return levels.round().astype("uint8").reshape(-1, SIDE, SIDE)
