"""`utils.training`: profiles, seeds and the clock."""

import random
import re
import time

import numpy as np
import pytest

from utils import training

pytestmark = pytest.mark.usefixtures("no_settings")


def test_the_full_profile_is_the_default():
    assert not training.quick()
    assert training.size(60_000, 2_000) == 60_000 and training.epochs(20) == 20


def test_the_quick_profile_makes_runs_small(monkeypatch):
    monkeypatch.setenv("COURSE_PROFILE", "quick")
    assert training.quick()
    assert training.size(60_000, 2_000) == 2_000
    assert training.epochs(20) == 2 and training.epochs(20, 5) == 5
    assert training.epochs(1) == 1, "quick never runs longer than full"


def test_an_unknown_profile_is_named_with_the_choices(monkeypatch):
    monkeypatch.setenv("COURSE_PROFILE", "fast")
    for ask in (training.quick, lambda: training.epochs(3), lambda: training.size(3, 1)):
        with pytest.raises(ValueError, match="COURSE_PROFILE='fast'.*full, quick"):
            ask()


def test_start_makes_python_numpy_and_keras_repeat_themselves(capfd):
    def numbers(seed):
        training.start(seed)
        import keras  # not before `start`, which holds back what the backend writes to stderr

        weights = np.ravel(keras.ops.convert_to_numpy(keras.initializers.GlorotUniform()((2, 3))))
        return [random.random(), np.random.rand(), *weights, keras.ops.convert_to_numpy(keras.random.normal(())).item()]

    first = numbers(0)
    assert numbers(0) == first
    assert all(a != b for a, b in zip(numbers(1), first))
    said, errors = capfd.readouterr()
    assert re.fullmatch(r"(profile: full · backend: \w+ on \w+ · seed: \d\n){3}", said)
    assert errors == "", "nothing on stderr, where notebooks would show it"


def test_start_names_the_device_on_pytorch_where_keras_lists_none(monkeypatch, capfd):
    import keras

    tensor = type("Tensor", (), {"device": type("Device", (), {"type": "cuda"})})
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    monkeypatch.setattr(keras.ops, "zeros", lambda shape: tensor)
    monkeypatch.delattr(keras.distribution, "list_devices")
    monkeypatch.setattr(keras.utils, "set_random_seed", lambda seed: None)
    training.start(3)
    assert capfd.readouterr().out == "profile: full · backend: torch on cuda · seed: 3\n"


def test_clock_measures_seconds():
    with training.Clock() as clock:
        time.sleep(0.05)
    assert 0.05 <= clock.seconds < 5
    before = clock.seconds
    time.sleep(0.01)
    assert clock.seconds == before, "the clock stands still after its block"
