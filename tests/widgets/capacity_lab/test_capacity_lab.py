"""CapacityLab without a browser: its network learns step by step as Keras' does, and teaches what the chapter says it teaches."""

import numpy as np
import pytest
import traitlets
from support.node import run_node

from utils.widgets import CapacityLab, bundle

BASE = {"depth": 2, "units": 16, "samples": 20, "noise": 0.3, "l2": 0, "dropout": 0, "learningRate": 0.01, "seed": 1}
AGAINST_KERAS = [
    {},
    {"l2": 0.01},
    {"depth": 1, "units": 64, "samples": 200},
    {"depth": 1, "units": 1, "samples": 5, "learningRate": 0.03, "seed": 7},
    {"units": 64, "l2": 0.0001, "learningRate": 0.001, "noise": 0},
]
STEPS = 100
LESSONS = {
    "small": {"units": 1},
    "large": {"units": 64},
    "penalised": {"units": 64, "l2": 0.003},
    "crushed": {"units": 64, "l2": 0.1},
    "dropout": {"units": 64, "dropout": 0.2},
    "more data": {"units": 16, "samples": 200},
    "few data": {"units": 16},
    "no noise": {"units": 64, "noise": 0},
}
LESSON_STEPS = 3000
GRADIENTS = [
    {"units": 6, "depth": depth, "l2": l2, "dropout": rate, "samples": 9}
    for depth in (1, 2)
    for l2 in (0, 0.05)
    for rate in (0, 0.4)
]
RATES = (0, 0.2, 0.5, 0.8)


@pytest.fixture(scope="module")
def js(tmp_path_factory):
    """What capacity.mjs answers, with the trainings of AGAINST_KERAS first and those of LESSONS by name."""
    folder = tmp_path_factory.mktemp("capacity")
    trainings = [{"settings": BASE | case, "steps": STEPS} for case in AGAINST_KERAS]
    trainings += [{"settings": BASE | case, "steps": LESSON_STEPS} for case in LESSONS.values()]
    trainings += [{"settings": BASE | {"dropout": 0.5, "seed": seed}, "steps": 20} for seed in (1, 1, 2)]
    job = {"trainings": trainings, "gradients": GRADIENTS, "rates": RATES}
    script = "widgets/capacity_lab/capacity.mjs"
    answer = run_node(folder, script, bundle.modules("capacity_lab/experiment.js"), job)
    answer["lessons"] = dict(zip(LESSONS, answer["trainings"][len(AGAINST_KERAS) :]))
    answer["twins"] = answer["trainings"][-3:]
    return answer


def keras_network(settings: dict, layers: list[dict]):
    """The same network in Keras with the page's first weights, compiled as the page trains it."""
    import keras

    penalty = keras.regularizers.L2(settings["l2"])
    stack = [keras.Input((1,))]
    for layer in layers:
        last = layer is layers[-1]
        stack.append(
            keras.layers.Dense(layer["shape"][1], activation=None if last else "tanh", kernel_regularizer=penalty)
        )
    model = keras.Sequential(stack)
    model.set_weights(
        [part for layer in layers for part in (np.reshape(layer["kernel"], layer["shape"]), np.array(layer["bias"]))]
    )
    model.compile(keras.optimizers.Adam(settings["learningRate"]), "mean_squared_error")
    return model


@pytest.mark.parametrize("number", range(len(AGAINST_KERAS)))
def test_a_hundred_steps_end_at_the_weights_of_keras(js, number):
    settings, page = BASE | AGAINST_KERAS[number], js["trainings"][number]
    model = keras_network(settings, page["before"])
    x, y = (np.array(page["points"][name])[:, None] for name in "xy")
    assert len(x) == settings["samples"] and model.count_params() == page["count"]
    model.fit(x, y, batch_size=len(x), epochs=STEPS, shuffle=False, verbose=0)
    worst = 0
    for layer, first, (kernel, bias) in zip(page["after"], page["before"], zip(*[iter(model.get_weights())] * 2)):
        assert np.abs(np.array(layer["kernel"]) - first["kernel"]).max() > 0.01, "nothing was learned"
        worst = max(worst, np.abs(kernel.ravel() - layer["kernel"]).max(), np.abs(bias - layer["bias"]).max())
    print(f"largest difference after {STEPS} steps of {settings}: {worst:.1e}")
    assert worst <= 1e-4  # Keras computes in 32 bits, the page in 64
    for name, shown in (("points", "training"), ("validation", "validation")):
        guess = model.predict(np.array(page[name]["x"])[:, None], verbose=0)[:, 0]
        assert np.mean((guess - page[name]["y"]) ** 2) == pytest.approx(page["losses"][shown], abs=1e-4)


@pytest.mark.parametrize("number", range(len(GRADIENTS)))
def test_backpropagation_agrees_with_finite_differences(js, number):
    analytic, numeric = (np.array(js["gradients"][number][kind]) for kind in ("analytic", "numeric"))
    assert np.abs(analytic).max() > 0.01
    np.testing.assert_allclose(analytic, numeric, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("number", range(1, len(RATES)))
def test_dropout_keeps_the_expectation(js, number):
    rate = RATES[number]
    for mask in map(np.array, js["masks"][number]):
        np.testing.assert_allclose(np.unique(mask), [0, 1 / (1 - rate)])
        deviation = np.sqrt(rate * (1 - rate) / mask.size)
        assert abs((mask == 0).mean() - rate) < 4 * deviation
        assert abs(mask.mean() - 1) < 4 * deviation / (1 - rate)
    first, second = js["masks"][number]
    assert first != second


def test_no_dropout_means_no_mask(js):
    assert js["masks"][0] is None


def test_the_seed_decides_everything(js):
    one, same, other = js["twins"]
    assert one == same
    assert one["points"] != other["points"] and one["before"] != other["before"]


def test_points_scatter_about_the_curve(js):
    page = js["lessons"]["more data"]
    x, y = (np.array(page["points"][name]) for name in "xy")
    residual = y - (np.sin(2 * x) + 0.3 * x)
    assert abs(residual.std() - 0.3) < 0.05 and abs(residual.mean()) < 0.07
    assert x.min() < -2.8 and x.max() > 2.8
    assert not set(x) & set(page["validation"]["x"])
    silent = js["lessons"]["no noise"]["points"]
    np.testing.assert_allclose(silent["y"], np.sin(2 * np.array(silent["x"])) + 0.3 * np.array(silent["x"]), atol=1e-12)


def test_history_and_the_best_moment(js):
    for page in js["lessons"].values():
        history = page["history"]
        assert history["steps"] == list(range(0, LESSON_STEPS + 1, 10))
        assert page["best"]["loss"] == min(history["validation"])
        assert page["best"]["step"] == history["steps"][int(np.argmin(history["validation"]))]
        assert page["untouched"], "drawing the best fit changed the network"


def test_it_teaches_what_the_chapter_says(js):
    losses = {name: page["losses"] for name, page in js["lessons"].items()}
    gaps = {name: loss["validation"] - loss["training"] for name, loss in losses.items()}
    assert losses["small"]["training"] > 3 * 0.3**2, "one unit underfits"
    assert (
        losses["large"]["training"] < 0.3**2 / 3
        and losses["large"]["validation"] > 3 * js["lessons"]["large"]["best"]["loss"]
    )
    for remedy in ("penalised", "dropout"):
        assert gaps[remedy] < gaps["large"] / 3 and losses[remedy]["validation"] < losses["large"]["validation"] / 3
    assert losses["crushed"]["training"] > 3 * 0.3**2, "too large a penalty underfits"
    assert gaps["more data"] < 0.1 < gaps["few data"]
    assert losses["no noise"]["validation"] < 0.05, "without noise, twenty points leave little to get wrong"


def test_state_from_python():
    lab = CapacityLab(units=64, l2=0.003, steps=2000)
    assert repr(lab) == "CapacityLab(l2=0.003, steps=2000, units=64)"
    assert '"units": 64' in lab.to_html()
    for wrong in ({"units": 10}, {"dropout": 0.9}, {"steps": -1}, {"samples": 7}, {"noise": float("nan")}):
        with pytest.raises(traitlets.TraitError):
            CapacityLab(**wrong)
    with pytest.raises(TypeError, match="no 'layers'"):
        CapacityLab(layers=3)
