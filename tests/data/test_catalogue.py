"""`catalogue.toml`: every entry is whole, and a faulty one is named with the file and the remedy."""

import re

import numpy as np
import pytest

from utils import data
from utils.data import catalogue

ENTRY = """["tiny.npz"]
source = "these tests"
licence = "any"
address = "https://example.org/tiny.npz"
sha256 = "{sum}"
bytes = 100
arrays.x = {{ shape = ["n", 3], dtype = "float32", units = "metres", range = [0, 9] }}
""".format(sum="0" * 64)


def fails(text: str, tmp_path) -> str:
    (tmp_path / "catalogue.toml").write_text(text)
    with pytest.raises(data.DataError) as caught:
        catalogue.read(tmp_path / "catalogue.toml")
    assert str(tmp_path / "catalogue.toml") in str(caught.value)
    return str(caught.value)


def test_the_courses_own_entries_are_whole():
    files = catalogue.files()
    assert len(files) == 11 and all(name == file.name for name, file in files.items())
    assert all(len(known) == 64 for file in files.values() for known in file.known)
    assert all(array.units for file in files.values() for array in file.arrays.values())


def test_it_is_read_once():
    assert catalogue.files() is catalogue.files()


def test_a_whole_entry(tmp_path):
    (tmp_path / "c.toml").write_text(ENTRY)
    (file,) = catalogue.read(tmp_path / "c.toml").values()
    assert (file.name, file.bytes, file.known) == ("tiny.npz", 100, ("0" * 64,))
    assert file.arrays["x"] == catalogue.Array(("n", 3), "float32", "metres", (0, 9))


@pytest.mark.parametrize("field", ["source", "licence", "address", "sha256", "bytes"])
def test_an_entry_without_a_field_is_named(field, tmp_path):
    message = fails(re.sub(f"^{field} = .*\n", "", ENTRY, flags=re.M), tmp_path)
    assert f'entry "tiny.npz": {field} is missing. Add it' in message


@pytest.mark.parametrize("field", ["shape", "dtype", "units"])
def test_an_array_without_a_field_is_named(field, tmp_path):
    message = fails(re.sub(rf'{field} = (\[.*?\]|".*?"),? ?', "", ENTRY, count=1), tmp_path)
    assert f'entry "tiny.npz", array x: {field} is missing. Add it' in message


def test_an_entry_without_arrays_is_named(tmp_path):
    assert 'entry "tiny.npz": arrays is missing' in fails(ENTRY[: ENTRY.index("arrays")], tmp_path)


@pytest.mark.parametrize(
    "old, new, told",
    [
        ("bytes", "md5 = 'a'\nbytes", 'entry "tiny.npz": md5 is not known. Remove it, or write one of'),
        ("units", "unit = 'm', units", 'entry "tiny.npz", array x: unit is not known. Remove it'),
    ],
)
def test_an_unknown_field_is_named_with_the_known_ones(old, new, told, tmp_path):
    assert told in fails(ENTRY.replace(old, new, 1), tmp_path)


@pytest.mark.parametrize(
    "old, new, told",
    [
        ("0" * 64, "0" * 63, "sha256 = "),
        ("0" * 64, "G" * 64, "sha256 = "),
        ("100", "0", "bytes = 0, but it must be the download's number of bytes"),
        ("100", "true", "bytes = True"),
        ("https://", "file://", "address = 'file://example.org/tiny.npz', but it must be an address on the web"),
        ('"any"', '" "', "licence = ' '"),
        ('["n", 3]', '["n", -3]', "shape = ['n', -3]"),
        ("float32", "float33", "dtype = 'float33', but it must be a dtype of NumPy"),
        ("[0, 9]", "[0]", "range = [0]"),
        ("[0, 9]", "['a', 9]", "range = ['a', 9]"),
        ("arrays.x", "copies = 'abc'\narrays.x", "copies = 'abc'"),
        ("arrays.x", "download = '../x.npz'\narrays.x", "download = '../x.npz', but it must be the name of a file"),
        ("arrays.x", "download = 3\narrays.x", "download = 3"),
    ],
)
def test_a_value_that_makes_no_sense_is_named_with_what_may_stand_there(old, new, told, tmp_path):
    message = fails(ENTRY.replace(old, new, 1), tmp_path)
    assert told in message and 'entry "tiny.npz"' in message and "Correct it there." in message


@pytest.mark.parametrize("arrays", ["[]", "3"])
def test_arrays_that_are_no_table_are_named(arrays, tmp_path):
    message = fails(f"{ENTRY[: ENTRY.index('arrays')]}arrays = {arrays}", tmp_path)
    assert f"arrays = {arrays}, but it must be a table of arrays" in message


@pytest.mark.parametrize("text", ["tiny = 3", "[["])
def test_what_is_no_catalogue_is_named(text, tmp_path):
    fails(text, tmp_path)


def test_a_missing_catalogue_is_named(tmp_path):
    with pytest.raises(data.DataError, match="nowhere.toml is no catalogue of data .*git checkout"):
        catalogue.read(tmp_path / "nowhere.toml")


# ---- arrays against the catalogue

METRES = catalogue.Array(("n", 3), "float32", "metres", ([0, 0, -1], [9, 9, 1]), [False, False, True])
LISTS = catalogue.Array((2,), "object", "ranks", (1, 5))


def lists(*rows) -> np.ndarray:
    return np.fromiter(rows, object, len(rows))


def test_good_arrays_have_no_problem():
    assert METRES.problem(np.array([[0, 9, 1], [1, 2, np.nan]], "float32")) is None
    assert LISTS.problem(lists([1, 5], [])) is None


@pytest.mark.parametrize(
    "array, values, told",
    [
        (METRES, np.zeros((2, 4), "float32"), r"expected the shape \('n', 3\), found \(2, 4\)"),
        (METRES, np.zeros(3, "float32"), r"found \(3,\)"),
        (METRES, np.zeros((2, 3)), "expected float32, found float64"),
        (METRES, np.array([[0, 10, 0]], "float32"), r"found 10.0, outside \[0, 0, -1\] to \[9, 9, 1\]"),
        (METRES, np.array([[np.nan, 1, 0]], "float32"), "found nan"),
        (LISTS, lists([1], [2], [3]), r"found \(3,\)"),
        (LISTS, lists([1], [6]), "found 6, outside 1 to 5"),
        (LISTS, lists([1], ["a"]), "expected lists of whole numbers"),
        (LISTS, lists([1], [2.0]), "expected lists of whole numbers"),
    ],
)
def test_shape_dtype_and_range_are_told(array, values, told):
    assert re.search(told, array.problem(values))


def test_the_message_names_data_set_file_array_and_remedy(tmp_path):
    file = catalogue.files()["mnist.npz"]
    with pytest.raises(data.DataError, match=r"mnist: .*x\.npz does not hold .*\n?.*x_train: expected the shape"):
        file.check("mnist", tmp_path / "x.npz", x_train=np.zeros(3))
