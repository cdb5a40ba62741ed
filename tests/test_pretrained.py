"""Backbones: CourseNet as it ships, folded from the network that was trained; VGG16 where it can be had, and what happens where it cannot."""

import shutil

import numpy as np
import pytest

from utils import pretrained, weights

keras = pytest.importorskip("keras")
pytestmark = [pytest.mark.usefixtures("no_settings"), pytest.mark.filterwarnings("error:The structure of `inputs`")]


def pictures(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(0, 255, shape).astype("float32")


@pytest.fixture
def weight_file(monkeypatch, tmp_path):
    """A copy of CourseNet's weight file that the test may damage."""
    copy = shutil.copy(weights.PRETRAINED / "coursenet.safetensors", tmp_path / "coursenet.safetensors")
    monkeypatch.setattr(weights, "PRETRAINED", tmp_path)
    return copy


@pytest.fixture
def small_vgg16(monkeypatch):
    """Keras' VGG16 without its download: random weights from a fixed seed."""
    real = keras.applications.VGG16

    def vgg16(weights, **arguments):
        assert weights == "imagenet"
        keras.utils.set_random_seed(0)
        return real(weights=None, **arguments)

    monkeypatch.setattr(keras.applications, "VGG16", vgg16)
    return real


@pytest.fixture
def no_vgg16(monkeypatch):
    """Keras as it is without a network: its download fails with a plain Exception."""

    def vgg16(**_):
        raise Exception(
            "URL fetch failure on https://storage.googleapis.com/…/vgg16.h5: None -- [Errno -2] Name or service not known"
        )

    monkeypatch.setattr(keras.applications, "VGG16", vgg16)


# ---- CourseNet


def test_coursenet_gives_a_probability_to_each_of_its_names():
    probabilities = pretrained.coursenet().predict(pictures(3, 64, 64, 3), verbose=0)
    assert probabilities.shape == (3, 100) == (3, len(pretrained.names()))
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_no_class_is_a_domestic_cat_or_dog():
    words = {word for name in pretrained.names() for word in name.lower().replace("-", " ").split()}
    assert not words & {
        "cat",
        "kitten",
        "dog",
        "puppy",
        "tabby",
        "siamese",
        "persian",
        "terrier",
        "retriever",
        "poodle",
    }
    assert len(set(pretrained.names())) == 100


@pytest.mark.parametrize("height, width", [(64, 64), (96, 128), (33, 50), (8, 8)])
def test_without_its_top_it_takes_pictures_of_any_size(height, width):
    base = pretrained.coursenet(include_top=False)
    assert base(pictures(2, height, width, 3)).shape == (2, height // 8, width // 8, 192)
    assert pretrained.coursenet()(pictures(2, height, width, 3)).shape == (2, 100)


def test_the_base_is_the_whole_network_up_to_its_last_feature_map():
    x, whole = pictures(2, 64, 64, 3), pretrained.coursenet()
    maps = pretrained.coursenet(include_top=False).predict(x, verbose=0)
    kernel, bias = whole.get_layer("predictions").get_weights()
    logits = maps.mean(axis=(1, 2)) @ kernel + bias
    expected = keras.ops.convert_to_numpy(keras.ops.softmax(logits))
    np.testing.assert_allclose(whole.predict(x, verbose=0), expected, atol=1e-5)
    assert (maps >= 0).all()


def test_layers_are_called_as_those_of_vgg16():
    ours = [layer.name for layer in pretrained.coursenet(include_top=False).layers[2:]]
    theirs = [layer.name for layer in keras.applications.VGG16(weights=None, include_top=False).layers[1:]]
    assert ours == theirs[: len(ours)]  # without the pool after block 4, and without block 5


def test_weights_are_small_numbers_of_a_file_of_at_most_three_megabytes():
    assert (weights.PRETRAINED / "coursenet.safetensors").stat().st_size <= 3e6
    arrays, _ = weights.load_weights("coursenet")
    assert sum(array.size for array in arrays.values()) == pretrained.coursenet().count_params()


def test_a_fixed_input_shape_is_kept():
    base = pretrained.coursenet(include_top=False, input_shape=(96, 96, 3))
    assert base.input_shape == (None, 96, 96, 3)
    assert base.output_shape == (None, 12, 12, 192)


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-100], lambda b: b[:-1] + bytes([b[-1] ^ 1]), lambda b: b"PK\3\4" + b[4:], lambda b: b""]
)
def test_a_damaged_weight_file_is_refused(weight_file, damage):
    pretrained.coursenet()  # the copy is good
    weight_file.write_bytes(damage(weight_file.read_bytes()))
    with pytest.raises(weights.WeightsError, match="truncated|damaged|no weight file"):
        pretrained.coursenet()


def test_a_missing_weight_file_is_named(weight_file):
    weight_file.unlink()
    with pytest.raises(FileNotFoundError, match="coursenet"):
        pretrained.coursenet()


# ---- folding batch normalisation


@pytest.fixture(scope="module")
def trained():
    """The network that scripts/train_coursenet.py trains, with statistics as training could have left them."""
    if keras.backend.backend() != "tensorflow":
        pytest.skip("the script's input pipeline is TensorFlow's")
    import train_coursenet

    keras.utils.set_random_seed(1)
    model, draw = train_coursenet.trainable(7), np.random.default_rng(1)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = (weight.shape for weight in layer.get_weights())
            layer.set_weights(
                [
                    draw.uniform(0.5, 2, gamma),
                    draw.normal(0, 0.3, beta),
                    draw.normal(0, 0.5, mean),
                    draw.uniform(0.3, 3, variance),
                ]
            )
    return model


@pytest.mark.parametrize("side", [64, 40])
def test_folded_equals_the_network_with_batch_normalisation(trained, side):
    x, net = pictures(4, side, side, 3), pretrained.folded(trained)
    expected = keras.ops.convert_to_numpy(keras.ops.softmax(trained.predict(x, verbose=0)))
    assert np.ptp(expected, axis=0).max() > 1e-3  # the pictures are told apart
    np.testing.assert_allclose(net.predict(x, verbose=0), expected, atol=1e-5)
    kinds = {type(layer).__name__ for layer in net.layers}
    assert "BatchNormalization" not in kinds and "Dropout" not in kinds


def test_folded_weights_travel_through_the_file(trained, monkeypatch, tmp_path):
    net = pretrained.folded(trained)
    monkeypatch.setattr(weights, "PRETRAINED", tmp_path)
    weights.export_weights(net, tmp_path / "coursenet.safetensors", names=list("abcdefg"))
    x = pictures(4, 48, 48, 3)
    assert pretrained.names() == list("abcdefg")
    np.testing.assert_allclose(pretrained.coursenet().predict(x, verbose=0), net.predict(x, verbose=0), atol=5e-3)


# ---- VGG16


def test_vgg16_rescales_as_keras_own_preprocessing_does(small_vgg16, capsys):
    x = pictures(2, 32, 32, 3)
    ours = pretrained.vgg16()
    keras.utils.set_random_seed(0)
    theirs = small_vgg16(weights=None, include_top=False, input_shape=(32, 32, 3))
    expected = theirs.predict(keras.applications.vgg16.preprocess_input(x.copy()), verbose=0)
    assert expected.std() > 1e-3
    np.testing.assert_allclose(ours.predict(x, verbose=0), expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())
    assert capsys.readouterr().out.startswith("backbone: VGG16")


def test_vgg16_has_its_layers_within_reach(small_vgg16):
    base = pretrained.vgg16(input_shape=(48, 64, 3))
    assert base.get_layer("block5_conv3").output.shape == (None, 3, 4, 512)
    assert base.count_params() == 14_714_688


def test_without_a_network_one_line_says_that_coursenet_serves(no_vgg16, capsys):
    base = pretrained.vgg16()
    assert base.name == "coursenet"
    assert base(pictures(1, 64, 64, 3)).shape == (1, 8, 8, 192)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("backbone: CourseNet") and "Name or service not known" in line
    assert pretrained.vgg16(include_top=True)(pictures(1, 64, 64, 3)).shape == (1, 100)


@pytest.mark.parametrize("source", ["sample", "local"])
def test_sources_without_download_do_not_ask_keras(monkeypatch, capsys, source):
    monkeypatch.setenv("COURSE_SOURCE", source)
    monkeypatch.setattr(keras.applications, "VGG16", lambda **_: pytest.fail("the download was tried"))
    assert pretrained.vgg16().name == "coursenet"
    assert source in capsys.readouterr().out


def test_a_download_that_was_asked_for_and_fails_is_an_error(no_vgg16, monkeypatch):
    monkeypatch.setenv("COURSE_SOURCE", "download")
    with pytest.raises(RuntimeError, match="Name or service not known"):
        pretrained.vgg16()


def test_an_unknown_source_is_refused(monkeypatch):
    monkeypatch.setenv("COURSE_SOURCE", "moon")
    with pytest.raises(ValueError, match="COURSE_SOURCE"):
        pretrained.vgg16()
