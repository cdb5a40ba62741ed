"""LatentExplorer: a picture decoded in the page against a call of the kernel."""

import numpy as np

from benchmarks import chapter, page, weights
from benchmarks.measure import Row, Side, timed


def sides() -> tuple[Side, Side]:
    decoder = chapter.definitions("generative/variational-autoencoder", "make_decoder")["make_decoder"](2)
    weights.fill(decoder, "vae-mnist", "decoder/")
    point = np.array([[0.5, -0.5]], "float32")
    return page.side("decoder", "vae-mnist"), timed(lambda: decoder.predict(point, verbose=0))


ROW = Row(
    key="decoder",
    unit="picture",
    quick="in the page",
    slow="a call of the kernel",
    least=3,
    advice="Look at the transposed convolution in the page.",
    sides=sides,
)
