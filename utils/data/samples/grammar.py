"""Stand-ins for text that cannot be shipped: film reviews and newswires written by two small grammars.

They imitate what matters for learning: a few words that decide, many that do not, names that occur once, lengths with a long
tail, classes of very different sizes, and texts that speak against their own label. The same seed gives the same texts. Words
and sentences stand in `grammar.toml`.
"""

import functools
import random
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any


@functools.cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


# ---- film reviews


def reviews(number: int, seed: int = 0) -> list[tuple[str, int]]:
    """`number` film reviews with their labels (1 positive, 0 negative), the two kinds in turn.

    About 100 words each, 14 to 600. One sentence of opinion in four speaks against the label, a third of them hold a
    word of the other side too ("not dull at all"), and six reviews of ten end in a verdict: a bag of words finds most
    labels, not all.
    """
    rng = random.Random(seed)
    return [(_review(rng, label), label) for label in (i % 2 for i in range(number))]


def _review(rng: random.Random, label: int) -> str:
    length = min(max(round(rng.lognormvariate(2.1, 0.6)), 2), 50)  # sentences
    sentences = [_opinion(rng, label) if rng.random() < 0.4 else _plot(rng) for _ in range(length)]
    if rng.random() < 0.6:
        sentences.append(rng.choice(_words()["reviews"]["praising" if label else "blaming"]))
    return " ".join(sentences).replace("  ", " ")


def _opinion(rng: random.Random, label: int) -> str:
    words = _words()["reviews"]
    good = bool(label) == (rng.random() < 0.75)
    own, other = (words["praise"], words["blame"]) if good else (words["blame"], words["praise"])
    (part, part2), (a, a2) = rng.sample(words["parts"], 2), rng.sample(own, 2)
    return rng.choice(words["opinions"]).format(
        part=part, part2=part2, a=a, a2=a2, o=rng.choice(other), degree=rng.choice(words["degrees"])
    )


def _plot(rng: random.Random) -> str:
    words = _words()
    name, name2, place = (_name(rng) for _ in range(3))
    job, job2 = rng.sample(words["jobs"], 2)
    return rng.choice(words["reviews"]["plots"]).format(
        name=name, name2=name2, place=place, job=job, job2=job2, day=rng.choice(words["days"])
    )


def _name(rng: random.Random) -> str:
    """An invented name; a few are common, most are rare, as names and words are (Zipf)."""
    syllables = _words()["syllables"]
    number = int(30_000 ** rng.random())  # density proportional to 1 / number
    name = ""
    while number or not name:
        number, syllable = divmod(number, len(syllables))
        name += syllables[syllable]
    return (name + "n" if len(name) < 3 else name).title()


# ---- newswires


def topics() -> dict[str, dict[str, Any]]:
    """The topics that are written here: name → its share of the wires, words of its own, and sentences."""
    return _words()["newswires"]["topics"]


def newswires(number: int, places: Sequence[str], seed: int = 0) -> list[tuple[str, int]]:
    """`number` newswires with their labels: the place of the topic in `places`, which must hold the twelve topics written here.

    As in Reuters, every wire is in small letters and ends with "reuter 3", two topics are most of the data, and one sentence
    in four belongs to another topic. About 60 words each. Raises ValueError where a topic has no place.
    """
    if missing := [name for name in topics() if name not in places]:
        raise ValueError(f"newswires needs a place in topics for {', '.join(missing)}.")
    rng = random.Random(seed)
    drawn = rng.choices(list(topics()), [topic["share"] for topic in topics().values()], k=number)
    return [(_wire(rng, topic), places.index(topic)) for topic in drawn]


def _wire(rng: random.Random, topic: str) -> str:
    length = min(max(round(rng.lognormvariate(1.7, 0.7)), 1), 40)  # sentences
    sentences = [_sentence(rng, topic) for _ in range(length)]
    return " ".join([*sentences, "reuter 3"])


def _sentence(rng: random.Random, topic: str) -> str:
    words = _words()
    if rng.random() < 0.4:
        template, own = rng.choice(words["newswires"]["common"]), ""
    else:
        source = topics()[topic if rng.random() < 0.7 else rng.choice(list(topics()))]
        template, own = rng.choice(source["sentences"]), source["own"]
    filled = {
        "name": f"{_name(rng)} corp",
        "name2": f"{_name(rng)} inc",
        "place": _name(rng),
        "month": rng.choice(words["months"]),
        "day": rng.choice(words["days"]),
    }
    while "{own}" in template:
        template = template.replace("{own}", rng.choice(own.split()), 1)
    while "{n}" in template:
        template = template.replace("{n}", str(int(1000 ** rng.random())), 1)
    return template.format(**filled).lower()
