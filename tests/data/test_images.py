"""Pictures of every kind become one array; what is no picture is refused in words, or skipped by name and counted."""

import contextlib
import io
import random
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from utils import images

RED, BLUE = (200, 40, 30), (20, 60, 220)


def halves(size=(40, 40), mode="RGB") -> Image.Image:
    """Left half red, right half blue."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (size[0] // 2, 0, *size))
    return picture.convert(mode)


def file(picture: Image.Image, form: str = "PNG", **settings) -> io.BytesIO:
    stream = io.BytesIO()
    picture.save(stream, form, **settings)
    stream.seek(0)
    return stream


def near(pixels, colour, tolerance=12) -> bool:
    return np.abs(pixels.astype(int) - colour).max() <= tolerance


# ---- one picture


@pytest.mark.parametrize("size, shape", [(16, (16, 16, 3)), ((12, 20), (12, 20, 3))])
def test_shape_and_type(size, shape):
    x = images.read(file(halves()), size)
    assert x.shape == shape and x.dtype == np.uint8


def test_colours_are_red_green_blue_in_this_order():
    x = images.read(file(halves()), 8)
    assert (x[:, :3] == RED).all() and (x[:, 5:] == BLUE).all()


def test_a_path_is_read_as_an_open_file_is(tmp_path):
    halves().save(tmp_path / "a.png")
    expected = images.read(file(halves()), 8)
    assert (images.read(tmp_path / "a.png", 8) == expected).all()
    assert (images.read(str(tmp_path / "a.png"), 8) == expected).all()


def test_the_middle_square_is_kept():
    picture = Image.new("RGB", (90, 30), "white")
    picture.paste(RED, (30, 0, 60, 30))  # the middle third is red
    assert (images.read(file(picture), 30) == RED).all()
    assert (images.read(file(picture.rotate(90, expand=True)), 30) == RED).all()


def test_the_shape_asked_for_is_cut_not_squeezed():
    picture = Image.new("RGB", (40, 40), "white")
    picture.paste(RED, (0, 10, 40, 30))  # a red band in the middle
    assert (images.read(file(picture), (20, 40)) == RED).all()


def test_grey_pictures_get_three_equal_channels():
    x = images.read(file(Image.new("L", (20, 20), 77)), 8)
    assert x.shape == (8, 8, 3) and (x == 77).all()


def test_sixteen_bit_grey_becomes_bytes():
    x = images.read(file(Image.fromarray(np.full((20, 20), 40_000, "uint16"))), 8)
    assert x.dtype == np.uint8 and x.shape == (8, 8, 3)


@pytest.mark.parametrize("form", ["PNG", "TIFF", "PPM"])
def test_sixteen_bits_keep_their_brightness(form):
    values = np.full((20, 20), 40_000, "uint16")
    values[:, 10:] = 10_000
    x = images.read(file(Image.fromarray(values), form), 20)
    assert near(x[:, :8], (156,) * 3, 1) and near(x[:, 12:], (39,) * 3, 1)


def test_sixteen_bits_whose_black_is_transparent_become_white():
    values = np.full((8, 8), 257 * 100, "uint16")
    values[:4] = 0
    x = images.read(file(Image.fromarray(values), transparency=0), 8)
    assert (x[:3] == 255).all() and (x[5:] == 100).all()


def test_what_is_transparent_becomes_white():
    picture = halves(mode="RGBA")
    picture.putalpha(Image.linear_gradient("L").resize((40, 40)).point(lambda v: 255 if v > 127 else 0))
    x = images.read(file(picture), 40)
    assert (x[:18] == 255).all() and near(x[22:, :18], RED) and near(x[22:, 22:], BLUE)


def test_half_transparent_is_mixed_with_white():
    x = images.read(file(Image.new("RGBA", (8, 8), (0, 0, 0, 128))), 4)
    assert near(x, (127, 127, 127), 2)


def test_palette_pictures_with_and_without_transparency():
    picture = halves(mode="P")
    x = images.read(file(picture), 8)
    assert near(x[:, :3], RED, 40) and near(x[:, 5:], BLUE, 40)
    clear = Image.new("P", (8, 8), 0)
    clear.putpalette([0, 0, 0, 255, 0, 0])
    assert (images.read(file(clear, transparency=0), 4) == 255).all()


def test_cmyk_becomes_rgb():
    x = images.read(file(halves(mode="CMYK"), "JPEG", quality=95), 8)
    assert near(x[:, :3], RED, 25) and near(x[:, 5:], BLUE, 25)


def test_one_pixel_is_enlarged():
    x = images.read(file(Image.new("RGB", (1, 1), BLUE)), 16)
    assert x.shape == (16, 16, 3) and (x == BLUE).all()


def test_one_row_of_pixels_is_enlarged():
    assert images.read(file(Image.new("RGB", (300, 1), BLUE)), 16).shape == (16, 16, 3)


def test_a_turned_photograph_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side: turn by 90 degrees clockwise to see it
    upright = halves()
    x = images.read(file(upright.rotate(90, expand=True), "JPEG", quality=95, subsampling=0, exif=exif), 8)
    assert near(x[:, :3], RED) and near(x[:, 5:], BLUE)


def test_an_animation_gives_its_first_frame():
    frames = file(Image.new("RGB", (8, 8), RED), "GIF", save_all=True, append_images=[Image.new("RGB", (8, 8), BLUE)])
    assert near(images.read(frames, 4), RED, 40)


# ---- what is no picture


def test_a_truncated_jpeg_is_refused(tmp_path):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (80, 80, 3), "uint8"))
    whole = file(noise, "JPEG").getvalue()
    (tmp_path / "half.jpg").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=r"half\.jpg is no readable picture \(.*truncated"):
        images.read(tmp_path / "half.jpg", 8)


@pytest.mark.parametrize(
    "content", [b"Dear reader, I am a text.", b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a"]
)
def test_other_files_are_refused(tmp_path, content):
    (tmp_path / "letter.jpg").write_bytes(content)
    with pytest.raises(ValueError, match="letter.jpg is no readable picture"):
        images.read(tmp_path / "letter.jpg", 8)


def test_a_damaged_png_is_refused(tmp_path):
    content = bytearray(file(halves()).getvalue())
    content[60:64] = b"????"
    (tmp_path / "torn.png").write_bytes(content)
    with pytest.raises(ValueError, match="torn.png is no readable picture"):
        images.read(tmp_path / "torn.png", 8)


def test_a_decompression_bomb_is_refused_before_it_is_unpacked():
    """300 megapixels in some kilobytes: unpacked they would fill 900 MB."""
    content = bytearray(file(Image.new("1", (32, 32))).getvalue())
    header = content.index(b"IHDR") + 4
    content[header : header + 8] = (20_000).to_bytes(4, "big") + (15_000).to_bytes(4, "big")
    content[header + 13 : header + 17] = zlib.crc32(content[header - 4 : header + 13]).to_bytes(4, "big")
    with pytest.raises(ValueError, match="no readable picture .*300000000 pixels"):
        images.read(io.BytesIO(content), 8)


def test_damage_to_what_the_camera_noted_is_no_harm():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x829A] = 6, "a camera", 0.01
    whole = file(halves(), "JPEG", quality=95, exif=exif).getvalue()
    start, length = whole.index(b"Exif"), len(exif.tobytes())
    for place in range(start + 6, start + length):
        for value in (0, 7, 255):
            x = images.read(io.BytesIO(whole[:place] + bytes([value]) + whole[place + 1 :]), 8)
            assert x.shape == (8, 8, 3)


@pytest.mark.parametrize("form", ["AVIF", "BLP", "DDS", "TIFF", "WEBP", "GIF", "ICO"])
def test_damaged_pictures_of_every_form_are_read_or_refused(form):
    if form not in Image.registered_extensions().values() or form not in Image.SAVE:
        pytest.skip(f"this Pillow cannot write {form}")
    whole, rng = file(halves(mode="P" if form == "BLP" else "RGB"), form).getvalue(), random.Random(form)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(4):
            damaged[rng.randrange(min(len(whole), 300))] = rng.randrange(256)
        with contextlib.suppress(ValueError):
            assert images.read(io.BytesIO(damaged), 8).shape == (8, 8, 3)


@pytest.mark.parametrize("error", [KeyError("x"), IndexError("x"), TypeError("x"), MemoryError("x"), EOFError("x")])
def test_whatever_pillow_raises_is_a_refusal(error, monkeypatch):
    def fails(*_, **__):
        raise error

    picture = file(halves())
    monkeypatch.setattr(ImageFile.ImageFile, "load", fails)
    with pytest.raises(ValueError, match="no readable picture"):
        images.read(picture, 8)


@pytest.mark.parametrize("size", [0, -3, (0, 5)])
def test_a_side_below_one_pixel_is_refused(size):
    with pytest.raises(ValueError, match="at least 1 pixel"):
        images.read(file(halves()), size)


def test_a_missing_file_is_called_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        images.read(tmp_path / "nowhere.jpg", 8)


# ---- a folder of classes


@pytest.fixture
def folder(tmp_path):
    """Two classes, three and two pictures; the red value tells which is which."""
    for name, shades in {"dogs": (10, 20), "cats": (30, 40, 50)}.items():
        (tmp_path / "train" / name).mkdir(parents=True)
        for number, shade in enumerate(shades, 1):
            Image.new("RGB", (9 + number, 20), (shade, 0, 0)).save(tmp_path / "train" / name / f"{number}.png")
    return tmp_path / "train"


def test_order_labels_and_types(folder, capsys):
    x, y, names = images.from_folder(folder, 6)
    assert names == ["cats", "dogs"]
    assert y.tolist() == [0, 0, 0, 1, 1] and y.dtype == np.uint8
    assert x[:, 0, 0, 0].tolist() == [30, 40, 50, 10, 20]
    assert x.shape == (5, 6, 6, 3) and x.dtype == np.uint8
    assert capsys.readouterr().out == ""  # nothing skipped, nothing said


def test_a_height_and_a_width(folder):
    assert images.from_folder(str(folder), (4, 7))[0].shape == (5, 4, 7, 3)


def test_files_that_are_no_picture_are_skipped_by_name_and_counted(folder, capsys):
    (folder / "cats" / "2b.jpg").write_text("I only look like a picture.")
    (folder / "dogs" / "notes.txt").write_text("the second one is a puppy")
    x, y, _ = images.from_folder(folder, 6)
    assert x[:, 0, 0, 0].tolist() == [30, 40, 50, 10, 20] and y.tolist() == [0, 0, 0, 1, 1]
    said = capsys.readouterr().out
    assert said == "skipped 2 of 7 files, which are no readable picture: cats/2b.jpg, dogs/notes.txt\n"


def test_of_many_skipped_files_five_are_named(folder, capsys):
    for number in range(8):
        (folder / "cats" / f"x{number}.jpg").write_bytes(b"")
    images.from_folder(folder, 6)
    said = capsys.readouterr().out
    assert said.startswith("skipped 8 of 13 files") and said.endswith("cats/x4.jpg and 3 more\n") and "x5" not in said


def test_folders_within_a_class_and_files_beside_the_classes_are_no_pictures(folder, capsys):
    (folder / "cats" / "more").mkdir()
    (folder / "README.txt").write_text("cats and dogs")
    x, _, names = images.from_folder(folder, 6)
    assert len(x) == 5 and names == ["cats", "dogs"] and capsys.readouterr().out == ""


def test_a_class_without_a_picture_is_an_error(folder):
    (folder / "hamsters").mkdir()
    with pytest.raises(ValueError, match=r"train/hamsters: none of 0 files is a readable picture"):
        images.from_folder(folder, 6)
    (folder / "hamsters" / "fred.jpg").write_text("no picture")
    with pytest.raises(ValueError, match=r"train/hamsters: none of 1 files is a readable picture"):
        images.from_folder(folder, 6)


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(
        FileNotFoundError, match="nowhere: expected a folder with one folder of pictures for each class"
    ):
        images.from_folder(tmp_path / "nowhere", 6)


def test_a_folder_without_classes_is_an_error(tmp_path):
    halves().save(tmp_path / "loose.png")
    with pytest.raises(FileNotFoundError, match="one folder of pictures for each class, found none"):
        images.from_folder(tmp_path, 6)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are counted in /proc")
def test_no_file_stays_open(folder):
    (folder / "cats" / "bad.jpg").write_bytes(b"")
    before = sorted(Path("/proc/self/fd").iterdir())
    images.from_folder(folder, 6)
    assert sorted(Path("/proc/self/fd").iterdir()) == before


def test_hidden_folders_are_no_classes(folder):
    (folder / ".ipynb_checkpoints").mkdir()
    assert images.from_folder(folder, 6)[2] == ["cats", "dogs"]


def test_three_hundred_classes_have_labels_of_their_own(tmp_path):
    for number in range(300):
        (tmp_path / f"{number:03}").mkdir()
        Image.new("RGB", (2, 2)).save(tmp_path / f"{number:03}" / "a.png")
    _, y, names = images.from_folder(tmp_path, 1)
    assert y.tolist() == list(range(300)) and len(names) == 300 and y.dtype == np.uint16


def test_an_unreadable_class_is_named(folder, monkeypatch):
    listed = Path.iterdir

    def iterdir(path):
        if path.name == "dogs":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    with pytest.raises(ValueError, match="dogs cannot be read .Permission denied.*may read"):
        images.from_folder(folder, 6)
