"""Pictures of any size and kind → one array that a network takes."""

import warnings
from pathlib import Path

import numpy as np


def read(source, size: int | tuple[int, int]) -> np.ndarray:
    """One picture as (height, width, 3) uint8, RGB: turned upright, cut to shape around its middle, then scaled.

    source: a path or an open file. size: (height, width) or one number for both. Grey, palette and CMYK pictures become RGB, what is
    transparent becomes white, an animation gives its first frame, smaller pictures are enlarged. Raises ValueError for what is no
    readable picture.
    """
    from PIL import Image, ImageOps

    height, width = (size, size) if isinstance(size, int) else size
    try:
        with warnings.catch_warnings(), Image.open(source) as picture:
            warnings.simplefilter("ignore")  # on odd metadata and on sizes that are odd but no danger
            picture = ImageOps.exif_transpose(picture)
            if picture.has_transparency_data:
                picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture.convert("RGBA"))
            return np.asarray(ImageOps.fit(picture.convert("RGB"), (width, height), Image.Resampling.BILINEAR))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:  # Pillow raises each of them
        if isinstance(error, FileNotFoundError):
            raise
        raise ValueError(f"{getattr(source, 'name', source)} is no readable picture ({error}).") from error


def from_folder(folder: str | Path, size: int | tuple[int, int]):
    """The pictures of a folder that has one folder for each class: `x, y, names`.

    folder: e.g. `data.cats_and_dogs() / "train"`. size: as for `read`. x: uint8, (n, height, width, 3), RGB, ordered by class and
    file name. y: uint8, (n,), a place in names, which are the folders' names in alphabetical order. Files that are no readable
    picture are skipped; a printed line names them and their count. Raises FileNotFoundError where there is no folder or no class in
    it, and ValueError where a class has no picture left.
    """
    folder = Path(folder)
    names = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    if not names:
        raise FileNotFoundError(
            f"{folder.name}: expected a folder with one folder of pictures for each class, found none."
        )
    x, y, skipped = [], [], []
    for label, name in enumerate(names):
        files = sorted(path for path in (folder / name).iterdir() if path.is_file())
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
    return np.stack(x), np.array(y, "uint8"), names
