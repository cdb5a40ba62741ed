"""Pictures: the same arrays from either form of an archive, folders that are made once and whole, and drawn samples that can be learned."""

import io
import os
import pickle
import shutil
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from utils import COURSE, data
from utils.data import catalogue, pictures
from utils.data.samples import drawings

pytestmark = pytest.mark.usefixtures("no_settings")


@pytest.fixture
def cache():
    return data.cache()


@pytest.fixture
def local(place):
    """`local(path, name)`: let the loader take `path` for its local file `name`, whatever its checksum."""
    return lambda path, name: place(name, path, checked=False)


def picture(shade: int, size=(64, 64)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, (shade, 100, 200)).save(stream, "JPEG")
    return stream.getvalue()


def tar(path, files: dict[str, bytes]):
    with tarfile.open(path, "w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def pack(path, files: dict[str, bytes]):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


# ---- MNIST


def test_the_sample_of_mnist_has_the_form_of_the_real_one(monkeypatch):
    monkeypatch.setenv("COURSE_SOURCE", "sample")
    (x_train, y_train), (x_test, y_test) = data.mnist()
    for x, y in ((x_train, y_train), (x_test, y_test)):
        assert x.shape == (len(y), 28, 28) and x.dtype == y.dtype == np.uint8
        assert x.min() == 0 and x.max() == 255 and set(y) == set(range(10))
        assert x[:, :2].max() == 0 and x[:, -2:].max() == 0, "digits stand in the middle of a blank margin"


def test_the_sample_of_mnist_can_be_learned(monkeypatch):
    from sklearn.neighbors import KNeighborsClassifier

    monkeypatch.setenv("COURSE_SOURCE", "sample")
    (x_train, y_train), (x_test, y_test) = data.mnist()
    model = KNeighborsClassifier().fit(x_train.reshape(-1, 784), y_train)
    assert model.score(x_test.reshape(-1, 784), y_test) >= 0.9


def test_mnist_from_a_file_arrives_unchanged(place, tmp_path, capsys):
    arrays = {"x_train": np.full((5, 28, 28), 7, "uint8"), "y_train": np.arange(5, dtype="uint8")}
    arrays |= {"x_test": np.full((2, 28, 28), 9, "uint8"), "y_test": np.array([3, 4], "uint8")}
    np.savez(tmp_path / "mnist.npz", **arrays)
    place("mnist.npz", tmp_path / "mnist.npz")
    for split, name in zip(data.mnist(), ("train", "test")):
        np.testing.assert_array_equal(split[0], arrays[f"x_{name}"])
        np.testing.assert_array_equal(split[1], arrays[f"y_{name}"])
    assert "mnist: 5 + 2 images of 28 × 28 pixels (source: local)" in capsys.readouterr().out


# ---- cats and dogs


def test_drawn_cats_and_dogs_lie_in_folders(sample, cache, capsys):
    folder = data.cats_and_dogs()
    assert {str(path.relative_to(folder)) for path in folder.glob("*/*")} == {
        "train/cats",
        "train/dogs",
        "test/cats",
        "test/dogs",
    }
    assert len(list(folder.glob("train/cats/*.jpg"))) == 300 and len(list(folder.glob("test/dogs/*.jpg"))) == 100
    assert min(Image.open(folder / "train/cats/cat.1.jpg").size) == 180
    assert "600 + 200 pictures in folders (source: sample)" in capsys.readouterr().out
    assert [path.name for path in cache.iterdir()] == ["cats-and-dogs-sample"]


def test_the_folder_is_made_once_and_never_half(sample, cache, monkeypatch):
    def breaks(kind, count, seed):
        yield Image.new("RGB", (180, 180))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(drawings, "animals", breaks)
        data.cats_and_dogs()
    assert not list(cache.iterdir())
    folder = data.cats_and_dogs()
    monkeypatch.setattr(drawings, "animals", breaks)
    assert data.cats_and_dogs() == folder


def test_a_cache_that_cannot_be_written_is_named(sample, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "file"))
    with pytest.raises(data.DataError, match="cats and dogs: the pictures cannot be laid out in .*file.*COURSE_CACHE"):
        data.cats_and_dogs()


def test_photographs_from_the_small_archive(cache, local, monkeypatch, tmp_path):
    files = {
        f"{part}/{kind}s/{kind}.1.jpg": picture(50, (180, 200)) for part in ("train", "test") for kind in ("cat", "dog")
    }
    local(tar(tmp_path / "cats.tar", files), "cats_and_dogs_small.tar")
    folder = data.cats_and_dogs()
    assert (folder / "test/dogs/dog.1.jpg").read_bytes() == picture(50, (180, 200))


def test_an_archive_whose_paths_leave_the_folder_is_refused(cache, local, monkeypatch, tmp_path):
    local(tar(tmp_path / "cats.tar", {"../../escaped.jpg": picture(1)}), "cats_and_dogs_small.tar")
    with pytest.raises(data.DataError, match="cats and dogs"):
        data.cats_and_dogs()
    assert not list(tmp_path.rglob("escaped.jpg")) and not list(cache.iterdir())


def test_photographs_from_the_large_archive_are_made_smaller_and_broken_ones_passed_over(
    cache, local, monkeypatch, tmp_path
):
    files = {}
    for kind in ("Cat", "Dog"):
        for number in (1, 2, 3, 4001, 4002):
            files[f"PetImages/{kind}/{number}.jpg"] = picture(number % 200, (400, 360))
        files[f"PetImages/{kind}/2.jpg"] = b"" if kind == "Cat" else b"no picture"
    local(pack(tmp_path / "pets.zip", files), "cats_and_dogs_small.tar")
    monkeypatch.setattr(pictures, "_PER_FOLDER", 2)
    folder = data.cats_and_dogs()
    assert sorted(path.name for path in folder.glob("train/cats/*")) == ["cat.1.jpg", "cat.3.jpg"]
    assert sorted(path.name for path in folder.glob("test/dogs/*")) == ["dog.4001.jpg", "dog.4002.jpg"]
    assert Image.open(folder / "train/dogs/dog.1.jpg").size == (200, 180)


@pytest.fixture
def small_archive(local, tmp_path):
    """The local archive with one picture in each folder."""
    files = {f"{part}/{kind}s/{kind}.1.jpg": picture(50) for part in ("train", "test") for kind in ("cat", "dog")}
    local(tar(tmp_path / "cats.tar", files), "cats_and_dogs_small.tar")


def test_an_archive_is_unpacked_on_pythons_without_a_tar_filter(small_archive, monkeypatch):
    """Debian 12 ships Python 3.11.2, which has none."""
    for name in [name for name in dir(tarfile) if "filter" in name.lower()]:
        monkeypatch.delattr(tarfile, name)
    monkeypatch.delattr(tarfile.TarFile, "extractall")
    assert (data.cats_and_dogs() / "train/cats/cat.1.jpg").read_bytes() == picture(50)


def empty(folder) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


@pytest.mark.parametrize(
    "damage",
    [
        empty,
        lambda folder: (folder / "test/dogs/dog.1.jpg").unlink(),
        lambda folder: (folder / "test/dogs/dog.1.jpg").write_bytes(b""),
        lambda folder: (folder / "test/dogs/dog.1.jpg").write_bytes(picture(50)[:-100]),
    ],
    ids=["an empty folder", "a missing picture", "an empty picture", "half a picture"],
)
def test_a_damaged_folder_in_the_cache_is_made_anew_and_kept_aside(damage, small_archive, cache, capsys):
    folder = data.cats_and_dogs()
    damage(folder)
    (folder / "notes.txt").write_text("mine")
    capsys.readouterr()
    assert data.cats_and_dogs() == folder
    said = capsys.readouterr().out
    assert f"{folder} is damaged" in said and "2 + 2 pictures" in said and f"{folder.name}.old1" in said
    assert (cache / f"{folder.name}.old1" / "notes.txt").read_text() == "mine"


def test_an_archive_with_too_few_pictures_is_told(small_archive, cache, monkeypatch):
    file = catalogue.file("cats_and_dogs_small.tar")
    monkeypatch.setitem(file.arrays, "train/dogs", catalogue.Array((1000, "h", "w", 3), "uint8", "RGB"))
    with pytest.raises(data.DataError, match="train/dogs holds 1 whole pictures, not 1000"):
        data.cats_and_dogs()
    assert not list(cache.iterdir())


def test_a_killed_unpacking_is_swept_later(small_archive, cache):
    left = cache / f"{COURSE}.unfinished" / "part-killed00" / "cats" / "train"
    left.mkdir(parents=True)
    for path in (left, left.parent, left.parent.parent):
        os.utime(path, (0, 0))
    data.cats_and_dogs()
    assert [path.name for path in cache.iterdir()] == ["cats-and-dogs-cats"]


def test_a_cache_name_too_long_is_told(sample, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / ("x" * 300)))
    with pytest.raises(data.DataError, match="cannot be laid out.*COURSE_CACHE"):
        data.cats_and_dogs()


# ---- tiny imagenet


def test_both_archives_of_tiny_imagenet_give_the_same(cache, local, monkeypatch, tmp_path):
    wnids = list(catalogue.file("tiny_imagenet_100.tar").classes)
    assert len(wnids) == len(set(wnids)) == 100 and wnids == sorted(wnids) and all(len(wnid) == 9 for wnid in wnids)
    shade = {wnid: i * 2 for i, wnid in enumerate(wnids)}
    small = {"labels.tsv": "\n".join(f"{wnid}\tthing {wnid}" for wnid in wnids).encode()}
    large = {
        "tiny-imagenet-200/words.txt": "\n".join(
            f"{wnid}\tthing {wnid}, other name" for wnid in [*wnids, "n00000001"]
        ).encode(),
        "tiny-imagenet-200/val/val_annotations.txt": "\n".join(
            f"val_{i}.JPEG\t{wnid}\t0\t0\t63\t63" for i, wnid in enumerate([*wnids, "n00000001"])
        ).encode(),
    }
    for i, wnid in enumerate(wnids):
        for k in range(2):
            small[f"train/{wnid}/{wnid}_{k}.JPEG"] = large[f"tiny-imagenet-200/train/{wnid}/images/{wnid}_{k}.JPEG"] = (
                picture(shade[wnid] + k)
            )
        small[f"val/{wnid}/val_{i}.JPEG"] = large[f"tiny-imagenet-200/val/images/val_{i}.JPEG"] = picture(shade[wnid])
    monkeypatch.setattr(pictures, "_PER_CLASS", 2)
    local(tar(tmp_path / "tiny.tar", small), "tiny_imagenet_100.tar")
    (x, y), (x_val, y_val), names = data.tiny_imagenet()
    assert x.shape == (200, 64, 64, 3) and x.dtype == y.dtype == np.uint8 and x_val.shape == (100, 64, 64, 3)
    assert y.tolist() == sorted([*range(100)] * 2) and names[7] == f"thing {wnids[7]}"
    local(pack(tmp_path / "tiny.zip", large), "tiny_imagenet_100.tar")
    (x2, y2), (x2_val, y2_val), names2 = data.tiny_imagenet()
    assert names2 == names
    for a, b in ((x, x2), (y, y2), (x_val, x2_val), (y_val, y2_val)):
        np.testing.assert_array_equal(a, b)


# ---- cifar10


def test_both_archives_of_cifar10(cache, local, monkeypatch, tmp_path):
    files = [picture(shade, (32, 32)) for shade in (10, 60, 110)]
    offsets = np.cumsum([0, *map(len, files)])
    y = np.array([[3], [1], [9]], "uint8")
    arrays = {
        f"{part}_{name}": value
        for part in ("train", "test")
        for name, value in (("jpeg", np.frombuffer(b"".join(files), "uint8")), ("offsets", offsets))
    }
    np.savez(tmp_path / "cifar.npz", y_train=y, y_test=y, **arrays)
    local(tmp_path / "cifar.npz", "cifar10_jpeg.npz")
    (x_train, y_train), (x_test, _) = data.cifar10()
    assert x_train.shape == x_test.shape == (3, 32, 32, 3) and y_train.tolist() == [3, 1, 9]

    flat = x_train.transpose(0, 3, 1, 2).reshape(3, 3072)  # Toronto's order: red, then green, then blue
    batch = pickle.dumps({b"data": flat, b"labels": [3, 1, 9]}, protocol=4)
    names = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]
    local(tar(tmp_path / "cifar.tar", {f"cifar-10-batches-py/{name}": batch for name in names}), "cifar10_jpeg.npz")
    (x, y), (x_test2, _) = data.cifar10()
    assert x.shape == (15, 32, 32, 3) and y.tolist() == [3, 1, 9] * 5 and y.dtype == np.uint8
    np.testing.assert_array_equal(x_test2, x_train)
    np.testing.assert_array_equal(x[:3], x_train)


# ---- what is drawn


@pytest.mark.parametrize("loader, size", [(data.cifar10, 32), (data.tiny_imagenet, 64)])
def test_drawn_things_are_the_same_each_time_and_of_all_kinds(loader, size, sample):
    (x, y), (_, y_test), *names = loader()
    assert x.shape[1:] == (size, size, 3) and x.dtype == y.dtype == np.uint8
    assert set(y) == set(y_test) == set(range(10)) and names in ([], [list(drawings.THINGS)])
    np.testing.assert_array_equal(loader()[0][0], x)


def test_a_linear_model_does_not_learn_the_drawn_animals_from_colour_alone(sample):
    """Above chance by little: the form decides, not the mean colour of a picture."""
    from sklearn.linear_model import LogisticRegression

    folder = data.cats_and_dogs()
    parts = {}
    for part in ("train", "test"):
        paths = sorted(folder.glob(f"{part}/*/*.jpg"))
        parts[part] = (
            [np.asarray(Image.open(path)).mean((0, 1)) / 255 for path in paths],
            [path.parent.name == "dogs" for path in paths],
        )
    accuracy = LogisticRegression().fit(*parts["train"]).score(*parts["test"])
    assert accuracy < 0.65


def test_unknown_kinds_are_named():
    with pytest.raises(ValueError, match="kind='cow' is not drawn here; there are 'cat' and 'dog'"):
        next(drawings.animals("cow", 1))
    with pytest.raises(ValueError, match="kind='cube' is not drawn here; there are ball, box"):
        drawings.thing(__import__("random").Random(0), "cube")


def test_photos(capsys):
    photos = data.photos()
    assert sorted(photos) == ["china", "flower"]
    assert all(photo.shape == (427, 640, 3) and photo.dtype == np.uint8 for photo in photos.values())
    assert "photos: 2 photographs" in capsys.readouterr().out
    assert data.served["photos"] != "sample"  # they are the real ones: a chapter that shows them may be recorded
