"""The optimizers and surfaces of the page under Node."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from support.node import run_node
from utils.widgets import bundle
from utils.widgets.optimizer_race.widget import SURFACES

TILT = 30.0
SHAPE = {"condition": 20.0, "tilt": TILT}


@pytest.fixture(scope="module")
def run_race(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[dict]], list[dict]]:
    """`run_race(jobs)` → what tests/widgets/optimizer_race/optimizers.mjs answers."""
    folder = tmp_path_factory.mktemp("optimizers")
    modules = bundle.modules("optimizer_race/engine.js")
    return lambda jobs: run_node(folder, "widgets/optimizer_race/optimizers.mjs", modules, jobs)


@pytest.fixture(scope="module")
def lands(run_race: Callable[[list[dict]], list[dict]]) -> dict[str, tuple[np.ndarray, dict]]:
    """What the page knows of each surface, with values and gradients at some points."""
    random = np.random.default_rng(0)
    points = {name: random.uniform(-2, 2, size=(20, 2)) for name in SURFACES}
    jobs = [{"surface": name, "shape": SHAPE, "points": points[name].tolist()} for name in SURFACES]
    return {name: (points[name], land) for name, land in zip(SURFACES, run_race(jobs))}


def job(
    name: str,
    surface: str,
    start: Sequence[float],
    evaluations: int = 1000,
    rate: float = 0.001,
    momentum: float = 0.9,
    adaptive: float = 0.05,
) -> dict:
    """A race of one optimizer for `run_race`."""
    settings = {"rate": rate, "momentum": momentum, "adaptiveRate": adaptive}
    return {
        "name": name,
        "surface": surface,
        "shape": SHAPE,
        "start": list(start),
        "settings": settings,
        "evaluations": evaluations,
    }
