"""Pictures: handwritten digits, cats and dogs in folders, and small photographs of many kinds."""

import functools
import io
import itertools
import re
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from utils.data import catalogue, npz
from utils.data.errors import reading
from utils.data.folders import made_once
from utils.data.sources import Split, announce, find

# ---- MNIST


def mnist() -> Split:
    """Handwritten digits.

    Returns:
        tuple: `(x_train, y_train), (x_test, y_test)`. x is uint8, (n, 28, 28), grey values from 0 (paper) to 255 (ink). y is
        uint8, (n,), the digit 0 to 9.

    Raises:
        DataError: the source asked for has no good copy.

    Source:
        60,000 + 10,000 digits of MNIST (LeCun, Cortes and Burges; CC BY-SA 3.0). The sample holds the 1,797 digits of 8 × 8 pixels
        that scikit-learn ships, enlarged and centred as MNIST's are, 1,500 + 297.
    """
    from utils.data.samples import pictures as samples

    file = catalogue.file("mnist.npz")
    source, path = find("mnist", file)
    train, test = samples.digits() if path is None else _mnist_file(path, file)
    announce("mnist", source, f"{len(train[0]):,} + {len(test[0]):,} images of 28 × 28 pixels")
    return train, test


def _mnist_file(path: Path, file: catalogue.File) -> Split:
    with reading("mnist", path):
        arrays = npz.numbers(path)
        file.check("mnist", path, **arrays)
    return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])


# ---- cats and dogs


def cats_and_dogs() -> Path:
    """Photographs of cats and dogs in folders.

    Returns:
        pathlib.Path: a folder in `cache()`, made once, with train/cats, train/dogs, test/cats and test/dogs. JPEG files, RGB, shorter
        side 180 pixels.

    Raises:
        DataError: the source asked for has no good copy, or the cache cannot be written.

    Source:
        1,000 pictures in each folder, from Microsoft's Asirra (Dogs vs. Cats, Kaggle 2013; research use). The sample holds 300 + 100
        drawn heads of each kind.
    """
    file = catalogue.file("cats_and_dogs_small.tar")
    source, path = find("cats and dogs", file)
    if path is None:
        wanted: dict[str, int | str] = {f"{part}/{kind}s": count for part, count in _DRAWN.items() for kind in _KINDS}
        fill = _draw_animals
    else:
        wanted = {name: array.shape[0] for name, array in file.arrays.items()}
        fill = functools.partial(_unpack_animals, path)
    name = f"cats-and-dogs-{'sample' if path is None else path.stem}"
    folder = made_once("cats and dogs", name, fill, functools.partial(_missing, wanted))
    counts = [len(list(folder.glob(f"{part}/*/*.jpg"))) for part in ("train", "test")]
    announce("cats and dogs", source, f"{counts[0]:,} + {counts[1]:,} pictures in folders")
    return folder


_KINDS = ("cat", "dog")
_DRAWN = {"train": 300, "test": 100}  # pictures of each kind in the sample
_FIRST = {"train": 1, "test": 4001}  # number of the first picture in Microsoft's archive
_PER_FOLDER = 1000  # pictures


def _missing(wanted: dict[str, int | str], folder: Path) -> str | None:
    """What `folder` lacks of the numbers of whole pictures `wanted`, folder by folder; a name stands for any number but 0."""
    for name, count in wanted.items():
        found = sum(_whole(path) for path in folder.glob(f"{name}/*.jpg"))
        if found != count and (isinstance(count, int) or not found):
            return f"{name} holds {found} whole pictures, not {count}"
    return None


def _whole(jpeg: Path) -> bool:
    """Whether the file begins and ends as a JPEG file does."""
    with jpeg.open("rb") as stream:
        begins = stream.read(2) == b"\xff\xd8"
        stream.seek(max(stream.seek(0, io.SEEK_END) - 2, 0))
        return begins and stream.read() == b"\xff\xd9"


def _draw_animals(folder: Path) -> None:
    from utils.data.samples import drawings

    for seed, (part, count) in enumerate(_DRAWN.items()):
        for kind in _KINDS:
            (folder / part / f"{kind}s").mkdir(parents=True)
            for number, picture in enumerate(drawings.animals(kind, count, seed), 1):
                picture.save(folder / part / f"{kind}s" / f"{kind}.{number}.jpg", quality=85)


def _unpack_animals(path: Path, folder: Path) -> None:
    pictures = _small_archive(path) if tarfile.is_tarfile(path) else _microsoft_archive(path)
    for name, content in pictures:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _small_archive(path: Path) -> Iterator[tuple[str, bytes]]:
    """Names and contents; read one by one, since Python before 3.11.4 has no filter against names that leave the folder."""
    with reading("cats and dogs", path), tarfile.open(path) as archive:
        for member in archive:
            if member.isdir():
                continue
            if not member.isfile() or not re.fullmatch(r"(train|test)/(cats|dogs)/(cat|dog)\.\d+\.jpg", member.name):
                raise ValueError(f"it is not a safe archive: it holds {member.name}")
            yield member.name, _content(archive, member)


def _microsoft_archive(path: Path) -> Iterator[tuple[str, bytes]]:
    with reading("cats and dogs", path), zipfile.ZipFile(path) as archive:
        for kind, part in itertools.product(_KINDS, _FIRST):
            yield from _first(archive, kind, part)


def _first(archive: zipfile.ZipFile, kind: str, part: str) -> Iterator[tuple[str, bytes]]:
    """Pictures of Microsoft's archive, shorter side 180 pixels; the broken ones are passed over."""
    from PIL import Image

    kept = 0
    for number in range(_FIRST[part], 12_500):
        try:
            picture = Image.open(io.BytesIO(archive.read(f"PetImages/{kind.title()}/{number}.jpg"))).convert("RGB")
        except (OSError, KeyError):  # some are empty, some no picture
            continue
        scale = 180 / min(picture.size)
        small, stream = (
            picture.resize([round(side * scale) for side in picture.size], Image.Resampling.LANCZOS),
            io.BytesIO(),
        )
        small.save(stream, "JPEG", quality=85)
        yield f"{part}/{kind}s/{kind}.{number}.jpg", stream.getvalue()
        if (kept := kept + 1) == _PER_FOLDER:
            return


# ---- Tiny ImageNet


def tiny_imagenet() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray], list[str]]:
    """Small pictures of 100 things, none of them a domestic cat or dog.

    Returns:
        tuple: `(x_train, y_train), (x_val, y_val), names`. x is uint8, (n, 64, 64, 3), RGB, ordered by class. y is uint8,
        (n,), a place in names, the names of the classes.

    Raises:
        DataError: the source asked for has no good copy.

    Source:
        30,000 + 5,000 pictures of Tiny ImageNet (Stanford CS231n; research use). The sample holds 1,000 + 200 drawn pictures of ten
        kinds of things.
    """
    from utils.data.samples import pictures as samples

    file = catalogue.file("tiny_imagenet_100.tar")
    source, path = find("tiny imagenet", file)
    if path is None:
        train, val, names = *samples.things(64, 1000, 200), samples.names()
    else:
        train, val, names = _tiny_imagenet_file(path, file)
    announce("tiny imagenet", source, f"{len(train[0]):,} + {len(val[0]):,} pictures of {len(names)} classes")
    return train, val, names


_PER_CLASS = 300  # training pictures

Named = tuple[str, str, bytes]  # part, WordNet number, JPEG file


def _tiny_imagenet_file(
    path: Path, file: catalogue.File
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray], list[str]]:
    """Both archives hold train/WNID/…JPEG; Stanford's has 200 classes, 500 pictures each, and labels its validation pictures in a table."""
    with reading("tiny imagenet", path):
        archive = _course_archive if tarfile.is_tarfile(path) else _stanford_archive
        names, pictures = archive(path, file.classes)
        train: tuple[list, list] = ([], [])
        val: tuple[list, list] = ([], [])
        for part, wnid, content in pictures:
            x, y = train if part == "train" else val
            x.append(_pixels(content))
            y.append(file.classes.index(wnid))
        (x_train, y_train), (x_val, y_val) = ((np.stack(x), np.array(y, "uint8")) for x, y in (train, val))
        file.check("tiny imagenet", path, x_train=x_train, y_train=y_train, x_val=x_val, y_val=y_val)
        return (x_train, y_train), (x_val, y_val), [names[wnid] for wnid in file.classes]


def _course_archive(path: Path, _: tuple[str, ...]) -> tuple[dict[str, str], Iterable[Named]]:
    with tarfile.open(path) as archive:
        files = {member.name: _content(archive, member) for member in archive if member.isfile()}
    names = dict(line.split("\t") for line in files.pop("labels.tsv").decode().splitlines())
    parts = ((*name.split("/"), "")[:2] for name in files)
    return names, [(part, wnid, content) for (part, wnid), content in zip(parts, files.values())]


def _stanford_archive(path: Path, wnids: tuple[str, ...]) -> tuple[dict[str, str], Iterable[Named]]:
    root = "tiny-imagenet-200"
    with zipfile.ZipFile(path) as archive:
        words, table = (
            archive.read(f"{root}/{name}").decode().splitlines() for name in ("words.txt", "val/val_annotations.txt")
        )
        names = {wnid: meaning.split(",")[0] for wnid, meaning in (line.split("\t") for line in words)}
        train = [("train", w, f"train/{w}/images/{w}_{k}.JPEG") for w in wnids for k in range(_PER_CLASS)]
        rows = (line.split("\t")[:2] for line in table)
        val = [("val", wnid, f"val/images/{name}") for name, wnid in rows if wnid in wnids]
        return names, [(part, wnid, archive.read(f"{root}/{name}")) for part, wnid, name in train + val]


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member)
    if stream is None:
        raise ValueError(f"{member.name} is no file")
    return stream.read()


def _pixels(jpeg: bytes) -> np.ndarray:
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))


# ---- CIFAR-10

CIFAR10_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def cifar10() -> Split:
    """Small photographs of ten kinds.

    Returns:
        tuple: `(x_train, y_train), (x_test, y_test)`. x is uint8, (n, 32, 32, 3), RGB. y is uint8, (n,), a place in
        `CIFAR10_NAMES` (in the sample, in `utils.data.samples.drawings.THINGS`).

    Raises:
        DataError: the source asked for has no good copy.

    Source:
        50,000 + 10,000 pictures (Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009); a local copy may
        hold them as JPEG files, whose pixels differ a little. The sample holds 2,000 + 400 drawn things.
    """
    from utils.data.samples import pictures as samples

    file = catalogue.file("cifar10_jpeg.npz")
    source, path = find("cifar10", file)
    train, test = samples.things(32, 2000, 400) if path is None else _cifar10_file(path, file)
    announce("cifar10", source, f"{len(train[0]):,} + {len(test[0]):,} pictures of 32 × 32 pixels")
    return train, test


def _cifar10_file(path: Path, file: catalogue.File) -> Split:
    with reading("cifar10", path):
        archive = _jpeg_files if zipfile.is_zipfile(path) else _toronto_archive
        (x_train, y_train), (x_test, y_test) = archive(path)
        file.check("cifar10", path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return (x_train, y_train), (x_test, y_test)


def _jpeg_files(path: Path) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """All JPEG files of a part in one array, one after the other, and where each begins."""
    arrays = npz.numbers(path)
    for part in ("train", "test"):
        files = arrays[f"{part}_jpeg"].tobytes()
        x = np.stack([_pixels(files[a:b]) for a, b in itertools.pairwise(arrays[f"{part}_offsets"])])
        yield x, arrays[f"y_{part}"][:, 0]


def _toronto_archive(path: Path) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Five batches and the test batch, each a pickle of an array and a list."""
    with tarfile.open(path) as archive:
        for names in ([f"data_batch_{i}" for i in range(1, 6)], ["test_batch"]):
            members = [archive.getmember(f"cifar-10-batches-py/{name}") for name in names]
            batches = [npz.unpickled(io.BytesIO(_content(archive, member))) for member in members]
            x = np.concatenate([batch[b"data"].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1) for batch in batches])
            yield x, np.array([label for batch in batches for label in batch[b"labels"]], "uint8")


# ---- photographs


def photos() -> dict[str, np.ndarray]:
    """Two photographs.

    Returns:
        dict: "china", a temple, and "flower", each uint8, (427, 640, 3), RGB.

    Source:
        scikit-learn, which ships them (CC BY).
    """
    from sklearn.datasets import load_sample_images

    images = load_sample_images()
    announce("photos", "scikit-learn", f"{len(images.images)} photographs")
    return {Path(name).stem: image for name, image in zip(images.filenames, images.images)}
