"""Weight files, in Python and in the page: what is written comes back, and whatever damages a file is seen."""

import json
import random
import subprocess
import sys
import zlib

import numpy as np
import pytest
from support.node import node
from support.site import ROOT

from utils import weights
from utils.weights import WeightsError
from utils.widgets import bundle


@pytest.fixture(scope="module")
def model():
    import keras
    from keras import layers

    keras.utils.set_random_seed(1)
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="inner")], name="body")
    return keras.Sequential(
        [
            keras.Input((4,)),
            inner,
            layers.Dropout(0.5),
            layers.BatchNormalization(name="norm"),
            layers.Dense(2, name="out"),
        ]
    )


def test_a_file_gives_the_weights_back(model, tmp_path):
    path = tmp_path / "deep" / "model.safetensors"
    assert weights.export_weights(model, path, vocabulary=["ä", "b"]) == path.stat().st_size
    arrays, meta = weights.load_weights(path)
    assert meta == {"vocabulary": ["ä", "b"]}
    names = ["body/inner/kernel", "body/inner/bias", "out/kernel", "out/bias"]
    names[2:2] = [f"norm/{name}" for name in ("gamma", "beta", "moving_mean", "moving_variance")]
    assert list(arrays) == sorted(names)
    for name, weight in zip(names, model.get_weights(), strict=True):
        assert arrays[name].shape == weight.shape and arrays[name].dtype == np.float32
        np.testing.assert_array_equal(arrays[name], weight.astype("float16"))
    assert list(tmp_path.glob("**/*")) == [path.parent, path]  # no temporary file stays


def test_safetensors_itself_reads_it(tmp_path):
    from safetensors.numpy import load_file

    path = tmp_path / "x.safetensors"
    weights.export_weights({"x": np.arange(6.0).reshape(2, 3), "picture": np.full((2, 2), 255, "uint8")}, path)
    found = load_file(path)
    assert found["x"].dtype == np.float16 and found["picture"].dtype == np.uint8 and found["x"].shape == (2, 3)


def test_float32_is_exact_and_mappings_nest(model):
    points = np.random.default_rng(0).normal(size=(5, 2)).astype("float32")
    tensors = {"points": points, "turned": points.T, "net": model, "one": {"scalar": 3.0}}
    arrays, _ = weights.unpack(weights.pack(tensors, dtype="float32"))
    np.testing.assert_array_equal(arrays["points"], points)
    np.testing.assert_array_equal(arrays["turned"], points.T)  # not contiguous, and yet in C order
    np.testing.assert_array_equal(arrays["net/out/kernel"], model.get_layer("out").get_weights()[0])
    assert arrays["one/scalar"] == 3 and arrays["one/scalar"].shape == ()


def test_equal_weights_make_equal_files():
    tensors = {"b": np.arange(6.0), "a": np.zeros(3, "uint8"), "c": np.ones((2, 2))}
    code = (
        "import numpy as np; from utils import weights; "
        "print(weights.pack(dict(b=np.arange(6.0), a=np.zeros(3, 'uint8'), c=np.ones((2, 2))), z=1, a=2).hex())"
    )
    other = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT).stdout
    assert bytes.fromhex(other.strip()) == weights.pack(tensors, z=1, a=2)


# ---- damage

SMALL = weights.pack(
    {"b/kernel": np.arange(6.0).reshape(2, 3), "a": np.arange(3, dtype="uint8")}, text='"crc32":"00000000"'
)
OTHERS = {
    "empty": b"",
    "a zip file": b"PK\x03\x04 and some more bytes",
    "half of itself": SMALL[: len(SMALL) // 2],
    "one byte less": SMALL[:-1],
    "one byte more": SMALL + b"\0",
    "an endless header": (2**62).to_bytes(8, "little") + SMALL[8:],
    "nothing but zeros": bytes(1000),
}


def mutants(count: int) -> list[bytes]:
    """Files with a few bytes changed, cut or repeated."""
    chance = random.Random(0)
    found = []
    while len(found) < count:
        file = bytearray(SMALL)
        for _ in range(chance.choice((1, 1, 2, 8))):
            file[chance.randrange(len(file))] = chance.randrange(256)
        if chance.random() < 0.2:
            file = file[: chance.randrange(len(file))]
        if file != SMALL:
            found.append(bytes(file))
    return found


def foreign() -> bytes:
    from safetensors.numpy import save

    return save({"x": np.zeros(3, "float32")}, metadata={"who": "somebody else"})


def resigned(header: dict, data: bytes = bytes(100)) -> bytes:
    """A file with a good checksum and a header that somebody made up."""
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    packed = len(text).to_bytes(8, "little") + text + data
    return weights._with_checksum(packed, b"%08x" % zlib.crc32(packed)) if weights.MARK in packed else packed


def described(course: str = '{"crc32":"00000000"}', **tensors: dict) -> dict:
    return {"__metadata__": {"course": course}, **tensors}


def tensor(dtype: str = "F16", shape: tuple = (50,), offsets: tuple = (0, 100)) -> dict:
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


HOSTILE = [
    resigned(described('[{"crc32":"00000000"}]', x=tensor())),
    resigned({"__metadata__": {"course": "{}", "other": '{"crc32":"00000000"}'}, "x": tensor()}),
    resigned({"other": {"course": '{"crc32":"00000000"}'}, "x": tensor()}),
    resigned(described(x=tensor("I64", (12,), (0, 96)), y=tensor("U8", (4,), (96, 100)))),
    resigned(described(x=tensor("BF16"))),
    resigned(described(x=tensor("constructor"))),
    resigned(described(x=tensor(shape=(5000,)))),
    resigned(described(x=tensor(offsets=(0, 10_000)))),
    resigned(described(x=tensor(offsets=(-8, 92)))),
    resigned(described(x={"dtype": "F16", "shape": [50]})),
    resigned(described(x=None)),
]


DEEP = resigned(
    described('{"crc32":"00000000","deep":' + "[" * 5000 + "]" * 5000 + "}", x=tensor())
)  # too deep for Python's reader, fine for the page's


def test_every_damage_is_seen_in_python(tmp_path):
    for file in [*OTHERS.values(), foreign(), DEEP, *HOSTILE, *mutants(2000)]:
        with pytest.raises(WeightsError):
            weights.unpack(file)
    path = tmp_path / "damaged.safetensors"
    path.write_bytes(SMALL[:-1] + b"?")
    with pytest.raises(WeightsError, match=r"damaged\.safetensors is damaged: its checksum does not fit.*Get it again"):
        weights.load_weights(path)
    with pytest.raises(
        WeightsError, match=r"no weight file of the course: write it with utils\.weights\.export_weights"
    ):
        weights.unpack(foreign())
    with pytest.raises(FileNotFoundError, match=r"nowhere\.safetensors. Weights shipped with the course: char-lstm"):
        weights.load_weights("nowhere")


READ = """
import { readFileSync } from "node:fs";
const { readWeights } = courseModules["kit/weights.js"];
for (const bytes of JSON.parse(readFileSync(process.argv[2]))) {
  const padded = Uint8Array.from([9, ...bytes]); // a view that does not start at the beginning of its buffer, as comms deliver
  try {
    const read = readWeights(new DataView(padded.buffer, 1), "some.file");
    console.log(JSON.stringify({ names: Object.keys(read), kernel: [...read["b/kernel"].data], meta: read.meta }));
  } catch (error) {
    console.log(JSON.stringify({ kind: error.constructor.name, message: error.message }));
  }
}
"""


def test_the_page_reads_the_same_and_sees_every_damage(tmp_path):
    files = [SMALL, *OTHERS.values(), foreign(), *HOSTILE, *mutants(2000)]
    (tmp_path / "files.json").write_text(json.dumps([list(file) for file in files]))
    source = "".join(bundle.wrap(path) for path in bundle.modules("kit/weights.js"))
    (tmp_path / "read.mjs").write_text(f"const courseModules = {{}};\n{READ.replace('const {', source + 'const {', 1)}")
    command = [node(), tmp_path / "read.mjs", tmp_path / "files.json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    good, *bad = map(json.loads, done.stdout.splitlines())
    assert good["kernel"] == [0, 1, 2, 3, 4, 5] and good["meta"]["text"] == '"crc32":"00000000"'
    assert set(good["names"]) == {"a", "b/kernel", "meta"}
    assert len(bad) == len(files) - 1
    wanted = ("The weight file some.file", "get it again")
    strange = [one for one in bad if one.get("kind") != "Error" or not all(part in one["message"] for part in wanted)]
    assert not strange, strange[:5]


def test_export_mistakes(tmp_path):
    import keras

    with pytest.raises(ValueError, match="no weights yet"):
        weights.pack(keras.Sequential([keras.layers.Dense(2)]))
    with pytest.raises(ValueError, match="x holds values that float16 cannot: the largest is 1e\\+06"):
        weights.pack({"x": np.array([1e6])})
    with pytest.raises(ValueError, match="float64"):
        weights.pack({"x": np.zeros(2)}, dtype="float64")
    path = tmp_path / "kept.safetensors"
    weights.export_weights({"x": np.zeros(2)}, path)
    before = path.read_bytes()
    with pytest.raises(TypeError):
        weights.export_weights({"x": np.ones(2)}, path, meta_that_is_no_json={1, 2})
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
