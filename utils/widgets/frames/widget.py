"""`Frames`: a slider over pictures computed in Python, for whatever is too slow or too large to compute in the page."""

import base64
import io
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import traitlets

from utils.widgets.base import CourseWidget


class Frames(CourseWidget):
    """A slider over pictures; the notebook and the page hold the pictures themselves, so keep them few and small::

        Frames([plot(epoch) for epoch in epochs], labels=[f"epoch {epoch}" for epoch in epochs], alts=[…], title="Training")

    - `pictures`: Matplotlib figures (they are closed, so that the notebook does not show them again), bytes of PNG, WebP or JPEG
      files, or arrays: (height, width) or (height, width, 1, 3 or 4), uint8 or floats from 0 to 1. Arrays smaller than
      160 pixels are enlarged without smoothing.
    - `labels`: what the slider shows at each position; by default 1, 2, 3, …
    - `alts`: a description of each picture for readers who do not see it; by default title and label.
    - `title`: names the slider.

    `frame`, the position counted from 0, can be read and set. Raises ValueError for pictures of another kind, and
    where the numbers of pictures, labels and alts differ.
    """

    _about = "Here a slider moves through pictures."

    frames = traitlets.List(traitlets.Unicode()).tag(sync=True, local=True)
    labels = traitlets.List(traitlets.Unicode()).tag(sync=True, local=True)
    alts = traitlets.List(traitlets.Unicode()).tag(sync=True, local=True)
    title = traitlets.Unicode("Picture").tag(sync=True, local=True)
    frame = traitlets.Int(0, min=0).tag(sync=True, indexes="frames")

    def __init__(
        self,
        pictures: Iterable,
        labels: Sequence | None = None,
        alts: Sequence[str] | None = None,
        title: str = "Picture",
        frame: int = 0,
    ) -> None:
        pictures = list(pictures)
        if not pictures:
            raise ValueError("Frames needs at least one picture.")
        labels = [str(label) for label in (range(1, len(pictures) + 1) if labels is None else labels)]
        alts = [f"{title}: {label}" for label in labels] if alts is None else list(alts)
        for name, texts in (("labels", labels), ("alts", alts)):
            if len(texts) != len(pictures):
                raise ValueError(f"{len(pictures)} pictures need as many {name}, not {len(texts)}.")
        super().__init__(frames=[data_url(p) for p in pictures], labels=labels, alts=alts, title=title, frame=frame)

    @classmethod
    def example(cls) -> "Frames":
        """Three grey squares, for the contract tests."""
        return cls([np.full((8, 8), grey) for grey in (0.0, 0.5, 1.0)], labels=["dark", "grey", "light"], title="Light")

    @traitlets.validate("frame")
    def _inside(self, proposal: dict) -> int:
        return max(0, min(proposal["value"], len(self.labels) - 1))

    def __repr__(self) -> str:
        return f"Frames({len(self.frames)} pictures, title={self.title!r}, frame={self.frame})"


def data_url(picture: Any) -> str:
    """A picture (see `Frames`) as a data URL: files as they are, everything else as lossless WebP."""
    if isinstance(picture, bytes):
        return _encode(picture)
    if hasattr(picture, "savefig"):
        return _from_figure(picture)
    return _from_array(np.asarray(picture))


def _from_figure(figure: Any) -> str:
    import matplotlib.pyplot as plt
    from PIL import Image

    file = io.BytesIO()
    figure.savefig(file, format="png")
    plt.close(figure)
    return _webp(Image.open(file))


def _from_array(array: np.ndarray) -> str:
    from PIL import Image

    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim != 2 and not (array.ndim == 3 and array.shape[2] in (3, 4)):
        raise ValueError(f"A picture has the shape (height, width) or (height, width, 1, 3 or 4), not {array.shape}.")
    if array.dtype != np.uint8:
        if not (array.min() >= 0 and array.max() <= 1):
            raise ValueError(
                f"Pictures of floats go from 0 to 1; this one goes from {array.min():.3g} to {array.max():.3g}."
            )
        array = (255 * array + 0.5).astype(np.uint8)
    enlarge = max(1, 160 // max(array.shape[:2]))
    return _webp(Image.fromarray(array.repeat(enlarge, 0).repeat(enlarge, 1)))


def _webp(image: Any) -> str:
    file = io.BytesIO()
    image.save(file, format="WEBP", lossless=True, method=6)
    return _encode(file.getvalue())


def _encode(data: bytes) -> str:
    kinds = {b"\x89PNG": "png", b"RIFF": "webp", b"\xff\xd8\xff": "jpeg"}
    kind = next((kind for start, kind in kinds.items() if data.startswith(start)), None)
    if kind is None:
        raise ValueError(f"These bytes are no PNG, WebP or JPEG file: they start with {data[:4]!r}.")
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
