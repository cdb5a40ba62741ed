"""Pictures of any size and kind → one array that a network takes."""

import contextlib
import warnings
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL import Image


def read(source: str | Path | IO[bytes], size: int | tuple[int, int]) -> np.ndarray:
    """One picture, turned upright, cut to shape around its middle, then scaled.

    Grey, palette and CMYK pictures become RGB, 16 bits become 8, what is transparent becomes white, an animation gives its first
    frame, smaller pictures are enlarged.

    Args:
        source: a path or an open file.
        size: (height, width) in pixels, or one number for both.

    Returns:
        numpy.ndarray: uint8, (height, width, 3), RGB.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no readable picture, or a side of `size` is below 1.
    """
    from PIL import Image, ImageOps

    height, width = (size, size) if isinstance(size, int) else size
    if min(height, width) < 1:
        raise ValueError(f"size={size}: a picture is at least 1 pixel high and 1 pixel wide.")
    try:
        # warnings are on odd metadata and on sizes that are odd but no danger
        with warnings.catch_warnings(action="ignore"), Image.open(source) as picture:
            shown = _on_white(_eight_bits(_upright(picture)))
            return np.asarray(ImageOps.fit(shown, (width, height), Image.Resampling.BILINEAR))
    except FileNotFoundError:
        raise
    except Exception as error:  # Pillow's readers raise some twenty kinds on damaged files
        raise ValueError(f"{getattr(source, 'name', source)} is no readable picture ({error}).") from error


def _upright(picture: "Image.Image") -> "Image.Image":
    from PIL import ImageOps

    picture.load()  # damage to the pixels is told; damage to what the camera noted beside them is no harm
    with contextlib.suppress(Exception):
        return ImageOps.exif_transpose(picture)
    return picture


def _eight_bits(picture: "Image.Image") -> "Image.Image":
    """Sixteen bits of grey → eight, which Pillow would clip at 255; other pictures as they are."""
    from PIL import Image

    if picture.mode != "I" and not picture.mode.startswith("I;16"):
        return picture
    values = np.asarray(picture).astype("int64")
    if (clear := picture.info.get("transparency")) is not None:
        values = np.where(values == clear, 65_535, values)
    return Image.fromarray((values / 257).round().clip(0, 255).astype("uint8"))


def _on_white(picture: "Image.Image") -> "Image.Image":
    from PIL import Image

    if picture.has_transparency_data:
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture.convert("RGBA"))
    return picture.convert("RGB")


def from_folder(folder: str | Path, size: int | tuple[int, int]) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """The pictures of a folder that has one folder for each class.

    Files that are no readable picture are skipped; a printed line names them and their count. Hidden folders are no classes.

    Args:
        folder: e.g. `data.cats_and_dogs() / "train"`.
        size: (height, width) in pixels, or one number for both, as for `read`.

    Returns:
        tuple: `x, y, names`. x is uint8, (n, height, width, 3), RGB, ordered by class and file name. y is uint8 (uint16 from 257
        classes on), (n,), a place in names, which are the folders' names in alphabetical order.

    Raises:
        FileNotFoundError: there is no folder, or no class in it.
        ValueError: a class has no picture left, a folder cannot be read, or `size` is below 1.
    """
    folder = Path(folder)
    classes = _classes(folder)
    x: list[np.ndarray] = []
    y: list[int] = []
    skipped: list[str] = []
    for label, (name, files) in enumerate(classes.items()):
        before = len(x)
        for path in files:
            try:
                x.append(read(path, size))
                y.append(label)
            except ValueError:
                skipped.append(f"{name}/{path.name}")
        if len(x) == before:
            raise ValueError(f"{folder.name}/{name}: none of {len(files)} files is a readable picture.")
    if skipped:
        shown = ", ".join(skipped[:5]) + (f" and {len(skipped) - 5} more" if len(skipped) > 5 else "")
        print(f"skipped {len(skipped)} of {len(skipped) + len(x)} files, which are no readable picture: {shown}")
    return np.stack(x), np.array(y, "uint8" if len(classes) <= 256 else "uint16"), list(classes)


def _classes(folder: Path) -> dict[str, list[Path]]:
    """The files of each class, both in alphabetical order."""
    try:
        found = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
        classes = {path.name: sorted(file for file in path.iterdir() if file.is_file()) for path in found}
    except (FileNotFoundError, NotADirectoryError):
        classes = {}
    except OSError as error:
        raise ValueError(
            f"{error.filename} cannot be read ({error.strerror}). Name a folder whose folders you may read."
        ) from None
    if not classes:
        raise FileNotFoundError(
            f"{folder.name}: expected a folder with one folder of pictures for each class, found none."
        )
    return classes
