"""Behind the checksum: whatever a damaged or hostile file holds, a loader ends in a `DataError` or in sound data."""

import io
import json
import pickle
import random
import shutil
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from utils import data
from utils.data import catalogue, npz

pytestmark = pytest.mark.usefixtures("no_settings")

N = 40


def jpeg(size: int) -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((size, size), 60).convert("RGB").save(stream, "JPEG")
    return stream.getvalue()


def ragged(n: int) -> np.ndarray:
    return np.fromiter(([1, 2, 3 + i % 5] for i in range(n)), object, n)


def tar(path, files: dict[str, bytes]) -> None:
    with tarfile.open(path, "w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def write_mnist(path) -> None:
    x, y = np.full((N, 28, 28), 7, "uint8"), np.arange(N, dtype="uint8") % 10
    np.savez_compressed(path, x_train=x, y_train=y, x_test=x, y_test=y)


def write_housing(path) -> None:
    row = np.array([-122, 37, 40, 800, 120, 300, 120, 8], "float32")
    np.savez(path, x=np.tile(row, (N, 1)), y=np.full(N, 200_000, "float32"))


def write_imdb(path) -> None:
    y = np.arange(N) % 2
    np.savez_compressed(path, x_train=ragged(N), y_train=y, x_test=ragged(N), y_test=y)


def write_reuters(path) -> None:
    np.savez(path, x=ragged(N), y=np.arange(N) % 46)


def write_index(path) -> None:
    path.write_text(json.dumps({f"word{rank}": rank for rank in range(1, 60)}))


def write_weather(path) -> None:
    lines = [f"{i},2010,1,{1 + i // 24},{i % 24},NA,-21,-11,1021,{'NW' if i % 2 else 'cv'},1.79,0,0" for i in range(N)]
    path.write_text("\r\n".join(["No,year,month,day,hour,pm,DEWP,TEMP,PRES,cbwd,Iws,Is,Ir", *lines]) + "\r\n")


def write_animals(path) -> None:
    tar(path, {f"{part}/{kind}s/{kind}.1.jpg": jpeg(30) for part in ("train", "test") for kind in ("cat", "dog")})


def write_things(path) -> None:
    picture, wnids = jpeg(64), catalogue.file("tiny_imagenet_100.tar").classes
    files = {"labels.tsv": "\n".join(f"{wnid}\tthing" for wnid in wnids).encode()}
    files |= {f"{part}/{wnid}/{part}_1.JPEG": picture for part in ("train", "val") for wnid in wnids[:3]}
    tar(path, files)


def write_cifar10(path) -> None:
    picture = jpeg(32)
    arrays = {"jpeg": np.frombuffer(picture * 3, "uint8"), "offsets": np.arange(4) * len(picture)}
    arrays = {f"{part}_{name}": array for part in ("train", "test") for name, array in arrays.items()}
    np.savez(path, y_train=np.ones((3, 1), "uint8"), y_test=np.ones((3, 1), "uint8"), **arrays)


FILES = {
    "mnist.npz": (write_mnist, data.mnist),
    "california_housing.npz": (write_housing, data.housing),
    "imdb.npz": (write_imdb, data.imdb),
    "imdb_word_index.json": (write_index, data.imdb_words),
    "reuters.npz": (write_reuters, data.reuters),
    "reuters_word_index.json": (write_index, data.reuters_words),
    "beijing_prsa_2010_2014.csv": (write_weather, data.weather),
    "cats_and_dogs_small.tar": (write_animals, data.cats_and_dogs),
    "tiny_imagenet_100.tar": (write_things, data.tiny_imagenet),
    "cifar10_jpeg.npz": (write_cifar10, data.cifar10),
}
every = pytest.mark.parametrize("name", FILES)


@pytest.fixture
def load(place, tmp_path):
    """`load(name, change)`: what the loader of the file `name` gives when `change` of its bytes lies there, unchecked."""

    def read(name: str, change=lambda content: content):
        folder = tmp_path / "local"
        folder.mkdir(exist_ok=True)
        for part in (name, name.replace("_word_index.json", ".npz"), name.replace(".npz", "_word_index.json")):
            if part in FILES:
                FILES[part][0](folder / part)
                place(part, folder / part, ranges=True, checked=False)
        (folder / name).write_bytes(change((folder / name).read_bytes()))
        shutil.rmtree(data.cache(), ignore_errors=True)
        return FILES[name][1]()

    return read


@every
def test_the_undamaged_file_is_read(name, load):
    assert load(name) is not None


@every
@pytest.mark.parametrize("keep", [0, 0.1, 0.5, 0.7])
def test_a_truncated_file_is_told(name, keep, load):
    with pytest.raises(data.DataError):
        load(name, lambda content: content[: int(len(content) * keep)])


@every
def test_another_kind_of_file_is_told(name, load):
    for content in (b"<html>Please log in</html>", b"\0" * 5000, jpeg(20), b"PK\x03\x04", b"[1, 2]"):
        with pytest.raises(data.DataError, match=r"copy it again|Copy it again"):
            load(name, lambda _, content=content: content)


@every
def test_changed_bytes_end_in_a_data_error_or_in_sound_data(name, load):
    rng = random.Random(name)

    def mutate(content: bytes) -> bytes:
        changed = bytearray(content)
        for _ in range(rng.choice([1, 3, 30])):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        return bytes(changed)

    for _ in range(40):
        try:
            load(name, mutate)
        except data.DataError:
            continue


@pytest.mark.parametrize(
    "name, changes, told",
    [
        ("mnist.npz", {"x_train": np.zeros((N, 28, 27), "uint8")}, "x_train: expected the shape"),
        ("mnist.npz", {"x_test": np.zeros((N, 28, 28))}, "x_test: expected uint8, found float64"),
        ("mnist.npz", {"y_test": np.full(N, 10, "uint8")}, "y_test: found 10, outside 0 to 9"),
        ("california_housing.npz", {"y": np.full(N, np.nan, "float32")}, "y: found nan"),
        ("california_housing.npz", {"x": np.zeros((N, 8), "float32")}, "x: found 0.0, outside"),
        ("imdb.npz", {"x_test": np.fromiter([[0]] * N, object)}, "x_test: found 0, outside 1 to 88584"),
        ("reuters.npz", {"x": np.fromiter([["a"]] * N, object)}, "x: expected lists of whole numbers"),
        ("reuters.npz", {"y": np.full(N, 46)}, "y: found 46, outside 0 to 45"),
    ],
)
def test_wrong_shapes_types_and_values_are_told(name, changes, told, load):
    def change(content: bytes) -> bytes:
        with np.load(io.BytesIO(content), allow_pickle=True) as arrays:
            held = {**arrays, **changes}
        np.savez(stream := io.BytesIO(), **held)
        return stream.getvalue()

    with pytest.raises(data.DataError, match=told):
        load(name, change)


def test_two_words_of_one_rank_are_told(load):
    with pytest.raises(data.DataError, match="two words the same rank"):
        load("imdb_word_index.json", lambda content: content.replace(b": 2,", b": 3,"))


@pytest.mark.parametrize(
    "old, new", [(b"1021", b"9021"), (b",NW,", b",XX,"), (b"-11", b"NA"), (b",1,1,5,", b",1,1,6,")]
)
def test_weather_that_cannot_be_is_told(old, new, load):
    with pytest.raises(data.DataError):
        load("beijing_prsa_2010_2014.csv", lambda content: content.replace(old, new, 1))


# ---- pickles


class Hostile:
    """Leaves a file behind wherever it is unpickled."""

    def __init__(self, path) -> None:
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


@pytest.mark.parametrize(
    "name, array",
    [("imdb.npz", "x_train"), ("reuters.npz", "x"), ("mnist.npz", "x_train"), ("california_housing.npz", "x")],
)
def test_a_hostile_pickle_in_an_archive_does_not_run(name, array, load, tmp_path):
    def change(content: bytes) -> bytes:
        with np.load(io.BytesIO(content), allow_pickle=True) as arrays:
            held = {**arrays, array: np.fromiter([Hostile(tmp_path / "ran")], object)}
        np.savez(stream := io.BytesIO(), **held)
        return stream.getvalue()

    with pytest.raises(data.DataError):
        load(name, change)
    assert not (tmp_path / "ran").exists()


def test_a_hostile_pickle_in_torontos_archive_does_not_run(load, tmp_path):
    batch = pickle.dumps({b"data": Hostile(tmp_path / "ran"), b"labels": [1]})
    tar(
        tmp_path / "hostile.tar",
        {f"cifar-10-batches-py/{name}": batch for name in ["test_batch", *(f"data_batch_{i}" for i in range(1, 6))]},
    )
    with pytest.raises(data.DataError, match="cifar10: .*it asks for .*open"):
        load("cifar10_jpeg.npz", lambda _: (tmp_path / "hostile.tar").read_bytes())
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("value", [np.dtype, np.ndarray, print, io.BytesIO(b"x"), zipfile.ZipFile])
def test_of_names_only_those_of_arrays_are_allowed_and_they_do_nothing(value):
    stream = io.BytesIO(pickle.dumps(value))
    if getattr(value, "__module__", None) == "numpy":
        assert npz.unpickled(stream) is not value
    else:
        with pytest.raises(pickle.UnpicklingError, match="asks for"):
            npz.unpickled(stream)
