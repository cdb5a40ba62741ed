"""OptimizerRace without a browser: its optimizers against Keras, its searches against SciPy, its surfaces against their definitions."""

import numpy as np
import pytest
import traitlets
from scipy.optimize import approx_fprime, minimize
from support.node import run_node
from support.race import SHAPE, TILT, job

from utils.widgets import OptimizerRace, bundle
from utils.widgets.optimizer_race.widget import OPTIMIZERS, SURFACES


def bowl(p):
    angle = np.radians(TILT)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return 0.5 * np.array([1, SHAPE["condition"]]) @ (turn @ p) ** 2


FUNCTIONS = {
    "bowl": bowl,
    "rosenbrock": lambda p: (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2,
    "beale": lambda p: (
        (1.5 - p[0] + p[0] * p[1]) ** 2 + (2.25 - p[0] + p[0] * p[1] ** 2) ** 2 + (2.625 - p[0] + p[0] * p[1] ** 3) ** 2
    ),
    "himmelblau": lambda p: (p[0] ** 2 + p[1] - 11) ** 2 + (p[0] + p[1] ** 2 - 7) ** 2,
    "saddle": lambda p: p[0] ** 4 / 4 - p[0] ** 2 / 2 + p[1] ** 2 / 2,
}


# ---- surfaces


@pytest.mark.parametrize("name", SURFACES)
def test_values_and_gradients_are_those_of_the_function(lands, name):
    points, land = lands[name]
    function = FUNCTIONS[name]
    for point, here in zip(points, land["values"]):
        assert here["value"] == pytest.approx(function(point), rel=1e-9)
        np.testing.assert_allclose(here["gradient"], approx_fprime(point, function, 1e-6), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("name", SURFACES)
def test_minima_are_minima_and_lie_in_the_picture(lands, run_race, name):
    _, land = lands[name]
    left, right, bottom, top = land["box"]
    (at_minima,) = run_race([{"surface": name, "shape": SHAPE, "points": land["minima"]}])
    for (x, y), here in zip(land["minima"], at_minima["values"]):
        assert left < x < right and bottom < y < top
        assert here["value"] == pytest.approx(land["lowest"], abs=1e-9)
        assert np.abs(here["gradient"]).max() < 1e-4
    assert left < land["start"][0] < right and bottom < land["start"][1] < top


# ---- against Keras


def keras_path(optimizer, surface, start, steps) -> np.ndarray:
    """The points that a Keras optimizer visits, in float64; the gradients are differences of the function written above."""
    import keras

    variable = keras.Variable(np.array(start), dtype="float64")
    optimizer.build([variable])
    path = [np.array(start)]
    h = 1e-5
    for _ in range(steps):
        point = path[-1]
        sides = [[FUNCTIONS[surface](point + sign * h * axis) for sign in (1, -1)] for axis in np.eye(2)]
        gradient = np.array([(above - below) / (2 * h) for above, below in sides])
        optimizer.apply([keras.ops.convert_to_tensor(gradient, dtype="float64")], [variable])
        path.append(keras.ops.convert_to_numpy(variable.value))
    return np.array(path)


@pytest.mark.parametrize("surface", ["bowl", "rosenbrock", "himmelblau"])
def test_first_order_paths_are_those_of_keras(run_race, surface):
    from keras import optimizers

    steps, start = 80, [-1.2, 1.0]
    theirs = {
        "sgd": optimizers.SGD(0.001),
        "momentum": optimizers.SGD(0.001, momentum=0.9),
        "rmsprop": optimizers.RMSprop(0.05),
        "adam": optimizers.Adam(0.05),
    }
    answers = run_race([job(name, surface, start, steps + 1) for name in theirs])
    for (name, optimizer), answer in zip(theirs.items(), answers):
        path = np.array(answer["path"])
        assert len(path) > 40  # some arrive before the end
        worst = np.abs(path - keras_path(optimizer, surface, start, len(path) - 1)).max()
        print(f"{surface}, {name}: {len(path) - 1} steps, worst difference {worst:.1e}")
        assert worst <= 1e-5
        np.testing.assert_allclose(
            answer["losses"], [FUNCTIONS[surface](point) for point in path], rtol=1e-9, atol=1e-12
        )


# ---- against SciPy

STARTS = [(-1.2, 1.0), (1.0, 1.4), (0.3, -0.7), (-1.6, -0.6), (1.7, 0.2)]


@pytest.mark.parametrize("name, theirs", [("conjugate gradient", "CG"), ("l-bfgs", "L-BFGS-B")])
def test_second_order_methods_find_what_scipy_finds(run_race, lands, name, theirs):
    jobs = [job(name, surface, start) for surface in SURFACES for start in STARTS]
    ours, scipys = [], []
    for wanted, answer in zip(jobs, run_race(jobs)):
        surface = wanted["surface"]
        land = lands[surface][1]
        calls = []

        def noted(p, function=FUNCTIONS[surface], calls=calls):
            calls.append(function(p))
            return calls[-1]

        found = minimize(noted, wanted["start"], method=theirs)
        if found.fun > land["lowest"] + 1e-4:  # Beale's plain runs out to infinity; SciPy gives up there, and so may we
            assert surface == "beale"
            continue
        assert answer["status"] == "arrived", (surface, wanted["start"])
        assert answer["losses"][-1] == pytest.approx(found.fun, abs=2e-4)
        nearest = np.abs(np.array(land["minima"]) - answer["path"][-1]).max(axis=1).min()
        assert nearest < 0.05
        arrived = next(i for i, value in enumerate(calls) if value <= land["lowest"] + 1e-4)
        ours.append(answer["evaluations"])
        scipys.append(arrived / 3 + 1)  # it asks for two more values to get a gradient by differences
    print(
        f"{name}: {np.median(ours):.0f} evaluations, SciPy's {theirs} {np.median(scipys):.0f} (medians over {len(ours)} starts)"
    )
    assert len(ours) >= 20 and np.median(ours) <= 1.5 * np.median(scipys)


def test_on_a_bowl_conjugate_gradient_needs_two_directions(run_race):
    for answer in run_race([job("conjugate gradient", "bowl", start) for start in STARTS]):
        assert answer["status"] == "arrived" and len(answer["path"]) <= 4


# ---- what a race says


def test_a_learning_rate_beyond_two_over_the_curvature_diverges(run_race):
    limit = 2 / SHAPE["condition"]
    below, above = run_race([job("sgd", "bowl", (-2, 1), rate=limit * part) for part in (0.98, 1.02)])
    assert below["status"] == "arrived" and above["status"] == "diverged"
    assert above["evaluations"] < 1000


def test_who_stands_on_the_ridge_of_a_saddle_is_stuck(run_race):
    on, beside = (
        run_race([job(name, "saddle", start, rate=0.1) for name in OPTIMIZERS]) for start in ((0, 1.5), (0.001, 1.5))
    )
    assert {answer["status"] for answer in on} == {"stuck"}
    assert {answer["status"] for answer in beside} == {"arrived"}
    for answer in on:
        assert np.abs(answer["path"][-1]).max() < 1e-5


def test_a_race_may_be_stopped_at_any_evaluation(run_race):
    """A shorter race is the beginning of a longer one: that is what lets the slider go back."""
    jobs = [job(name, "rosenbrock", (-1.2, 1), n) for name in OPTIMIZERS for n in range(0, 41)]
    answers = run_race(jobs)
    for i in range(len(OPTIMIZERS)):
        runs = answers[41 * i : 41 * (i + 1)]
        assert runs[0]["path"] == [] and runs[0]["evaluations"] == 0 and runs[1]["path"] == [[-1.2, 1]]
        for n, result in enumerate(runs):
            assert result["path"] == runs[-1]["path"][: len(result["path"])]
            assert result["evaluations"] == min(n, runs[-1]["evaluations"])


def test_default_races_are_worth_watching(run_race, lands):
    """From its own start and with its own rates, every optimizer does something on every surface, and nobody diverges."""
    for surface, (_, land) in lands.items():
        answers = run_race(
            [job(name, surface, land["start"], 1000, land["rate"], 0.9, land["adaptiveRate"]) for name in OPTIMIZERS]
        )
        statuses = [answer["status"] for answer in answers]
        assert set(statuses) <= {"arrived", "running"} and statuses[-2:] == ["arrived", "arrived"], (surface, statuses)
        assert statuses.count("arrived") >= 3


# ---- names beside the racers

PICTURE = (300.0, 240.0)
CORNERS = [(2, 2), (298, 2), (2, 238), (298, 238), (150, 120)]


def crowds(count: int) -> list[list[dict]]:
    """Six racers with names of 20 to 62 pixels: on one point, or near to one another."""
    random = np.random.default_rng(0)
    sizes = (27, 62, 58, 34, 20, 46)
    middles = [*CORNERS, *random.uniform((0, 0), PICTURE, (count, 2)).tolist()]
    found = []
    for i, middle in enumerate(middles):
        places = np.clip(middle + random.normal(0, 15 * (i % 3), (6, 2)), 0, PICTURE)
        found.append([{"at": at, "size": size, "slot": i} for i, (at, size) in enumerate(zip(places.tolist(), sizes))])
    return found


@pytest.fixture(scope="module")
def boxes(tmp_path_factory):
    """[(points, boxes of their names), …] for many crowds."""
    wanted = crowds(200)
    script = "widgets/optimizer_race/labels.mjs"
    job = {"crowds": wanted, "size": PICTURE}
    folder = tmp_path_factory.mktemp("labels")
    return list(zip(wanted, run_node(folder, script, bundle.modules("optimizer_race/labels.js"), job)))


def test_no_name_covers_another_or_leaves_the_picture(boxes):
    for points, placed in boxes:
        for i, one in enumerate(placed):
            assert one["right"] - one["left"] == pytest.approx(points[i]["size"])
            assert one["left"] >= 0 and one["right"] <= PICTURE[0] and one["top"] >= 0 and one["bottom"] <= PICTURE[1]
            for other in placed[:i]:
                assert (
                    one["left"] >= other["right"]
                    or other["left"] >= one["right"]
                    or one["top"] >= other["bottom"]
                    or other["top"] >= one["bottom"]
                ), points


def test_names_stand_beside_their_racers(boxes):
    """At its side, at most eight lines above or below."""
    for points, placed in boxes:
        for point, box in zip(points, placed):
            x, y = point["at"]
            assert 0 < max(box["left"] - x, x - box["right"]) < 12
            assert abs((box["top"] + box["bottom"]) / 2 - y) <= 8 * 16


# ---- the Python side


def test_state_is_checked():
    race = OptimizerRace(surface="beale", start=[0.5, 1], evaluations=12, shown=["adam"])
    assert race.start == [0.5, 1] and '"evaluations": 12' in race.to_html()
    for wrong in (
        {"surface": "valley"},
        {"start": [1.0]},
        {"start": [1, 2, 3]},
        {"shown": ["Adam"]},
        {"momentum": 1.0},
        {"condition": 0},
        {"start": [float("nan"), 0]},
    ):
        with pytest.raises(traitlets.TraitError):
            OptimizerRace(**wrong)
    with pytest.raises(TypeError, match="OptimizerRace has no 'rate'. It takes .*learning_rate"):
        OptimizerRace(rate=0.1)
    assert OptimizerRace().to_html() == OptimizerRace().to_html()
