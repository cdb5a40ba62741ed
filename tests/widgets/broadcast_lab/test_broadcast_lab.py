"""BroadcastLab without a browser: its rule, its errors and its ways out against NumPy, for every pair of small shapes."""

import itertools

import numpy as np
import pytest
import traitlets
from support.node import run_node

from utils.widgets import BroadcastLab, bundle
from utils.widgets.broadcast_lab.widget import LONGEST, RANK

SHAPES = [shape for rank in range(RANK + 1) for shape in itertools.product(range(4), repeat=rank)]
PAIRS = list(itertools.product(SHAPES, SHAPES))
TEXTS = {
    "(2, 1, 3)": (2, 1, 3),
    "2,1,3": (2, 1, 3),
    " [2 1 3] ": (2, 1, 3),
    "(3,)": (3,),
    "3": (3,),
    "()": (),
    "( )": (),
    "(0, 6)": (0, 6),
    "(2, 1": (2, 1),  # on the way to (2, 1, 3)
    "": None,
    "(": None,
    "(7,)": None,
    "(1, 2, 3, 4)": None,
    "(-1,)": None,
    "(1.5,)": None,
    "two": None,
    "(2, x)": None,
}


@pytest.fixture(scope="module")
def js(tmp_path_factory):
    """What broadcast.mjs answers for PAIRS and TEXTS; `answers` has one entry a pair."""
    folder = tmp_path_factory.mktemp("broadcast")
    random = np.random.default_rng(0)
    large = [
        tuple(tuple(random.integers(0, LONGEST + 1, random.integers(0, RANK + 1)).tolist()) for _ in "ab")
        for _ in range(500)
    ]
    pairs = [*PAIRS, *large, ((3, 4), (2, 4))]
    job = {"pairs": pairs, "texts": list(TEXTS), "rule": BroadcastLab.rules()["first"]}
    script = "widgets/broadcast_lab/broadcast.mjs"
    told = run_node(folder, script, bundle.modules("broadcast_lab/engine.js"), job)
    told["pairs"] = list(zip(pairs, told["answers"], strict=True))
    return told


def fits(js):
    return [(pair, answer) for pair, answer in js["pairs"] if answer["shape"] is not None]


def clashes(js):
    return [(pair, answer) for pair, answer in js["pairs"] if answer["shape"] is None]


def test_the_rule_is_numpys(js):
    """Shape or error, in NumPy's own words, for all 7,225 pairs of shapes with lengths 0 to 3, and larger ones."""
    for (first, second), answer in js["pairs"]:
        try:
            assert (np.ones(first) + np.ones(second)).shape == tuple(answer["shape"]), (first, second)
        except ValueError as error:
            assert answer["complaint"] == str(error), (first, second)
    assert len(fits(js)) > 1000 and len(clashes(js)) > 1000


def test_every_number_comes_from_where_numpy_takes_it(js):
    for shapes, answer in fits(js):
        for which, shape in enumerate(shapes):
            stored = np.arange(np.prod(shape, dtype=int)).reshape(shape)
            met = np.broadcast_to(stored, answer["shape"]).ravel().tolist()
            assert [stored[tuple(sources[which])] for sources in answer["sources"]] == met, shapes


def test_marks_tell_what_happens_to_each_axis(js):
    for shapes, answer in js["pairs"]:
        rank = max(map(len, shapes))
        assert len(answer["marks"]) == rank
        for axis, marks in enumerate(answer["marks"]):
            own = [shape[axis - rank] if axis - rank >= -len(shape) else None for shape in shapes]
            for n, partner, mark in zip(own, own[::-1], marks):
                expected = (
                    "added"
                    if n is None
                    else "kept"
                    if partner is None
                    else "equal"
                    if n == partner
                    else "stretched"
                    if n == 1
                    else "kept"
                    if partner == 1
                    else "clash"
                )
                assert mark == expected, (shapes, axis)
        assert (answer["shape"] is None) == any("clash" in marks for marks in answer["marks"])


def test_ways_out_work_and_none_is_missed(js):
    found = {}
    for shapes, answer in clashes(js):
        first, second = map(np.ones, shapes)
        if way := answer["repair"]:
            widened = eval(way["expression"], {"first": first, "second": second})
            assert widened.shape == tuple(way["shape"]), shapes
            result = np.broadcast_shapes(widened.shape, shapes[1 - way["which"]])
            assert len(result) <= RANK
            found[shapes] = way["expression"]
        else:
            for which, shape in enumerate(shapes):
                for extra in range(1, RANK - len(shape) + 1):
                    for places in itertools.combinations(range(len(shape) + extra), extra):
                        with pytest.raises(ValueError, match="mismatch"):
                            np.broadcast_shapes(np.expand_dims(np.ones(shape), places).shape, shapes[1 - which])
    assert found[(2, 3), (2,)] == "second[:, None]"
    assert found[(2,), (2, 3)] == "first[:, None]"
    assert found[(2,), (3,)] == "first[:, None]"  # a table of each with each
    assert found[(3, 4), (2, 4)] == "first[:, None, :]"  # of each row with each row
    assert ((2, 3), (3, 2)) in found and ((2, 3, 2), (3, 2, 3)) not in found


def test_the_code_shown_does_what_the_lab_shows(js):
    for shapes, answer in fits(js)[::7] + clashes(js)[::7]:
        for text in answer["code"]:
            *made, last = text.splitlines()
            names = {"np": np}
            exec("\n".join(made), names)
            assert (names["first"].shape, names["second"].shape) == shapes
            if answer["shape"] is None:
                with pytest.raises(ValueError, match="could not be broadcast|mismatch"):
                    eval(last, names)
            else:
                result = eval(last, names)
                assert (result[0] if isinstance(result, tuple) else result).shape == tuple(answer["shape"])


def test_shapes_are_read_and_written_as_python_does(js):
    assert dict(zip(TEXTS, js["shapes"])) == {
        text: shape and list(shape) if shape else shape if shape is None else [] for text, shape in TEXTS.items()
    }
    assert js["written"] == [str(first) for (first, _), _ in js["pairs"]]


# ---- Python


def test_its_state_is_shapes_and_an_operation():
    lab = BroadcastLab(first=np.ones((2, 1, 3)).shape, second=[4, 1], operation="*")
    assert (lab.first, lab.second) == ((2, 1, 3), (4, 1))
    lab.second = (np.int64(2), 0)
    assert lab.second == (2, 0) and type(lab.second[0]) is int
    assert repr(lab) == "BroadcastLab(first=(2, 1, 3), operation='*', second=(2, 0))"
    assert '"first": [2, 1, 3]' in lab.to_html() and lab.to_html() == lab.to_html()
    lab.first = ()
    assert lab.first == ()


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (
            {"first": (1, 2, 3, 4)},
            r"first should be a shape such as \(2, 1, 3\), at most 3 axes of length 0 to 6, but got \(1, 2, 3, 4\)",
        ),
        ({"second": (7,)}, r"second should be a shape .* but got \(7,\)"),
        ({"second": (-1, 2)}, r"but got \(-1, 2\)"),
        ({"first": (True,)}, r"but got \(True,\)"),
        ({"first": (2.0,)}, r"but got \(2.0,\)"),
        ({"first": 3}, "'first' trait .* expected a tuple, not the int 3"),
        ({"operation": "-"}, r"expected any of \['\+', '\*', 'pairs'\]"),
    ],
)
def test_other_states_are_refused(state, message):
    with pytest.raises(traitlets.TraitError, match=message):
        BroadcastLab(**state)
    lab = BroadcastLab()
    with pytest.raises(traitlets.TraitError, match=message):
        lab.set_trait(*next(iter(state.items())))
    assert repr(lab) == "BroadcastLab()"


def test_the_page_is_told_what_a_shape_may_be():
    rules = BroadcastLab.rules()
    assert rules["first"] == rules["second"]
    assert rules["first"] == {
        "kind": "list",
        "item": {"kind": "integer", "min": 0, "max": LONGEST},
        "least": 0,
        "most": RANK,
    }
