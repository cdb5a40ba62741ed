"""FilterExplorer: what each filter of CourseNet looks for, and what all of them find in a picture."""

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from utils.pretrained import BLOCKS
from utils.widgets.base import CourseWidget
from utils.widgets.state import strokes

if TYPE_CHECKING:
    from PIL.Image import Image as Picture
    from PIL.ImageDraw import ImageDraw as Pen

SIDE = 64  # pixels of a picture that CourseNet reads
LAYERS = {
    f"block{block}_conv{conv}": filters
    for block, (filters, depth) in enumerate(BLOCKS, 1)
    for conv in range(1, depth + 1)
}
SIDES = [SIDE >> block for block, (_, depth) in enumerate(BLOCKS) for _ in range(depth)]  # of each layer's maps
PATTERNS = "coursenet-patterns"
COLUMNS = 12  # patterns in a row of the stored pictures
BUDGET = 862_000  # bytes of all of them
SAMPLES = ("flower", "temple", "lake", "bus", "fish and umbrella")


class FilterExplorer(CourseWidget):
    """Look at what each filter of CourseNet is excited by most, and at what all of them find in a picture::

        FilterExplorer()
        FilterExplorer(layer="block4_conv3", filter=17, sample="temple", view="activations")

    - `layer`, `filter`: a convolution, "block1_conv1" … "block4_conv3", and the number of one of its filters, from 0; beyond the
      last it is the last.
    - `view`: whether the grid holds "patterns" or "activations".
    - `sample`: "flower", "temple", "lake", "bus", "fish and umbrella"; "drawing" for the strokes, "own" for the picture.
    - `strokes`: the reader's drawing, see `state.strokes`; a stroke's first point may have the number of its ink as a third.
    - `picture`: the reader's own picture as the address of its data: `frames.widget.data_url(array)` makes it of pixels.
    - `heat`, `answer`: whether the heat map is shown, and of which class; "" is the most probable, as is any that is not among
      the top five.

    The weights are two files of utils/pretrained: coursenet and coursenet-patterns, see `pack_patterns`.

    Raises:
        TraitError: for a value out of these bounds, for a picture that is not the address of its data, and for
            `sample="own"` without a picture.
    """

    _about = (
        "Here you look into a convolutional network: what its filters look for, and what they find in your picture."
    )
    _more_weights = (PATTERNS,)

    weights = traitlets.Unicode("coursenet").tag(sync=True)
    layer = traitlets.Enum(tuple(LAYERS), "block3_conv1").tag(
        sync=True,
        rule={"kind": "choice", "choices": list(LAYERS), "sides": SIDES, "filters": list(LAYERS.values())},
    )
    filter = traitlets.Int(0, min=0, max=max(LAYERS.values()) - 1).tag(sync=True)
    view = traitlets.Enum(("patterns", "activations"), "patterns").tag(sync=True)
    sample = traitlets.Enum((*SAMPLES, "drawing", "own"), "bus").tag(
        sync=True,
        rule={"kind": "choice", "choices": list(SAMPLES)},  # an address has no drawing and no picture with it
    )
    strokes = strokes()
    picture = traitlets.Unicode("").tag(sync=True, local=True)
    heat = traitlets.Bool(True).tag(sync=True)
    answer = traitlets.Unicode("").tag(sync=True)

    @traitlets.validate("picture")
    def _data(self, proposal: dict) -> str:
        address = proposal["value"]
        if address and not address.startswith("data:image/"):
            raise traitlets.TraitError(
                f"picture should be the address of its data, data:image/…, not {address[:30]!r}."
            )
        return address

    @traitlets.validate("sample")
    def _there(self, proposal: dict) -> str:
        if proposal["value"] == "own" and not self.picture:
            raise traitlets.TraitError('sample="own" needs a picture: give the address of its data as well.')
        return proposal["value"]


def pack_patterns(
    patterns: Mapping[str, np.ndarray], budget: int = BUDGET
) -> tuple[dict[str, dict[str, np.ndarray]], dict[str, Any]]:
    """The widget's atlas: tensors and meta data for `export_weights(tensors, path, **meta)`.

    A layer's patterns become one WebP picture, all of them as fine as `budget` allows. The tensors are the bytes of these files,
    uint8, and of the sample pictures.

    Args:
        patterns: for each convolution of CourseNet its filters' patterns, uint8, (filters, side, side, 3), RGB; side is best a
            multiple of 16.
        budget: bytes that all patterns may take.

    Raises:
        ValueError: for other layers, other shapes and other dtypes, and where the budget is too small.
    """
    if set(patterns) != set(LAYERS):
        raise ValueError(f"The atlas has the layers {', '.join(LAYERS)}; these are {', '.join(patterns) or 'none'}.")
    for name, found in patterns.items():
        if found.dtype != np.uint8 or found.ndim != 4 or found.shape != (LAYERS[name], *found.shape[1:2] * 2, 3):
            raise ValueError(
                f"{name}: expected uint8, ({LAYERS[name]}, side, side, 3), not {found.dtype}, {found.shape}."
            )
    for quality in (90, 80, 70, 60, 50, *range(46, 0, -4)):
        pictures = {name: _webp(_tiled(patterns[name]), quality) for name in LAYERS}
        size = sum(map(len, pictures.values()))
        if size <= budget:
            break
    else:
        raise ValueError(f"{size:,} bytes at the lowest quality are more than {budget:,}: make the patterns smaller.")
    drawn = {name: _webp(picture, 90) for name, picture in samples().items()}
    return {"patterns": pictures, "samples": drawn}, {"columns": COLUMNS, "quality": quality, "samples": list(drawn)}


def _tiled(patterns: np.ndarray) -> np.ndarray:
    """(filters, side, side, 3) → one picture, `COLUMNS` patterns in a row."""
    side = patterns.shape[1]
    return patterns.reshape(-1, COLUMNS, side, side, 3).transpose(0, 2, 1, 3, 4).reshape(-1, COLUMNS * side, 3)


def _webp(picture: np.ndarray, quality: int) -> np.ndarray:
    """The bytes of a WebP file, uint8."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(picture).save(file, format="WEBP", quality=quality, method=4, use_sharp_yuv=True)
    return np.frombuffer(file.getvalue(), "uint8")


def samples() -> dict[str, np.ndarray]:
    """The sample pictures, uint8, (64, 64, 3): crops of the two photographs of `data.photos`, and two that are drawn here.

    The photographs are by danielbuechele (temple, lake) and vultilion (flower) on flickr, CC BY 2.0.
    """
    from PIL import Image

    from utils import data

    photos = {name: Image.fromarray(picture) for name, picture in data.photos().items()}
    crops = {"flower": ("flower", 140, 55, 330), "temple": ("china", 50, 25, 325), "lake": ("china", 340, 150, 200)}
    pictures = {name: photos[photo].crop((x, y, x + side, y + side)) for name, (photo, x, y, side) in crops.items()}
    pictures |= {"bus": _bus(), "fish and umbrella": _fish_and_umbrella()}
    return {
        name: np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)) for name, picture in pictures.items()
    }


def _bus() -> "Picture":
    picture, pen = _paper((150, 190, 230))
    pen.rectangle((0, 200, 256, 256), fill=(110, 110, 110))
    pen.rounded_rectangle((16, 80, 240, 205), 6, fill=(240, 180, 20))
    for left in (29, 72, 114, 157):
        pen.rectangle((left, 98, left + 31, 132), fill=(40, 50, 70))
    pen.rectangle((200, 98, 233, 152), fill=(60, 80, 110))
    for height in (152, 170):
        pen.line((16, height, 195, height), fill=(30, 30, 30), width=5)
    for middle in (65, 191):
        pen.ellipse((middle - 25, 181, middle + 25, 230), fill=(20, 20, 20))
        pen.ellipse((middle - 10, 195, middle + 10, 215), fill=(160, 160, 160))
    return picture


def _fish_and_umbrella() -> "Picture":
    """Two things that the network knows, in two places: a heat map for each."""
    picture, pen = _paper((30, 90, 150))
    pen.polygon((120, 172, 160, 135, 152, 172, 160, 210), fill=(240, 120, 20))
    pen.ellipse((10, 135, 130, 210), fill=(250, 140, 20))
    for fin in ((61, 138, 97, 110, 97, 142), (61, 202, 90, 232, 92, 201)):
        pen.polygon(fin, fill=(230, 100, 20))
    pen.ellipse((30, 158, 46, 176), fill="white")
    pen.ellipse((32, 162, 43, 172), fill="black")
    pen.pieslice((110, 10, 250, 150), 180, 360, fill=(200, 30, 50))
    for rib in (145, 180, 215):
        pen.line((180, 10, rib, 80), fill=(140, 10, 30), width=3)
    pen.line((180, 10, 180, 136), fill=(60, 40, 30), width=6)
    pen.arc((159, 119, 183, 147), 0, 180, fill=(60, 40, 30), width=6)
    return picture


def _paper(ground: tuple[int, int, int]) -> "tuple[Picture, Pen]":
    """256 × 256 pixels of one colour, and a pen for them: drawn large and made small, so that edges are soft."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (256, 256), ground)
    return picture, ImageDraw.Draw(picture)
