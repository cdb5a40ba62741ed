"""The page's character LSTM under Node."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from support.node import run_node
from utils import weights
from utils.widgets import bundle

SHIPPED = weights.PRETRAINED / "char-lstm.safetensors"


WRITE = """(() => {{
  const network = reader(trained), written = [];
  let logits;
  for (const letter of {prompt}) logits = network.read(network.letters.indexOf(letter));
  while (written.length < {length}) {{
    const q = distribution(logits, {{ method: "{method}", temperature: {temperature}, k: 5 }});
    written.push(choose(q, uniform({seed}, written.length)));
    logits = network.read(written.at(-1));
  }}
  return written.map((index) => network.letters[index]).join("");
}})()"""


@pytest.fixture(scope="module")
def run_writer(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Iterable[tuple[str, Path | None]]], list]:
    """run_writer([(expression, weight file or None), …]) → what the expressions give under Node."""
    folder = tmp_path_factory.mktemp("engine")
    modules = [*bundle.modules("temperature_sampler/engine.js"), *bundle.modules("kit/weights.js")]
    exports = '{ engine: courseModules["temperature_sampler/engine.js"], readWeights: courseModules["kit/weights.js"].readWeights }'

    def run_them(jobs: Iterable[tuple[str, Path | None]]) -> list:
        listed = [{"expression": expression, "weights": weights and str(weights)} for expression, weights in jobs]
        return run_node(folder, "widgets/temperature_sampler/text_generation.mjs", modules, listed, exports)

    return run_them


def job(
    method: str = "temperature",
    temperature: float = 0.8,
    seed: int = 1,
    length: int = 300,
    prompt: str = "there is no ",
) -> tuple[str, Path]:
    """What the page writes after a prompt, for `run`."""
    return WRITE.format(
        method=method, temperature=temperature, seed=seed, length=length, prompt=json.dumps(prompt)
    ), SHIPPED
