"""Frames in Python: the pictures it takes and refuses."""

import numpy as np
import pytest

from utils.widgets import Frames


def figures():
    import matplotlib.pyplot as plt

    for slope in (1, 2):
        figure, axes = plt.subplots(figsize=(3, 2))
        axes.plot([0, slope])
        yield figure


def test_frames_takes_figures_files_and_arrays():
    import matplotlib.pyplot as plt

    first = Frames(figures(), labels=["one", "two"], title="Slope")
    assert not plt.get_fignums()  # closed: the notebook shall not show them a second time
    assert first.frames == Frames(figures(), labels=["one", "two"]).frames
    assert first.alts == ["Slope: one", "Slope: two"] and repr(first) == "Frames(2 pictures, title='Slope', frame=0)"
    assert all(url.startswith("data:image/webp;base64,") for url in first.frames)
    png = b"\x89PNG\r\n\x1a\n..."
    mixed = Frames([png, np.zeros((4, 4)), np.zeros((4, 4, 1), "uint8"), np.full((300, 2, 3), 255, "uint8")], frame=9)
    assert mixed.frames[0].startswith("data:image/png") and mixed.frames[1] == mixed.frames[2]
    assert mixed.labels == ["1", "2", "3", "4"] and mixed.frame == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([],), "at least one picture"),
        (([np.zeros((2, 2))], ["a", "b"]), "1 pictures need as many labels, not 2"),
        (([np.zeros((2, 2))], None, []), "1 pictures need as many alts, not 0"),
        (([np.zeros((2, 2, 2))],), r"not \(2, 2, 2\)"),
        (([np.array([[0.0, 7.0]])],), "from 0 to 1; this one goes from 0 to 7"),
        (([np.array([[0.0, np.nan]])],), "from 0 to 1"),
        (([b"GIF89a"],), "no PNG, WebP or JPEG"),
    ],
)
def test_frames_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        Frames(*arguments)
