"""Stand-ins for text that cannot be shipped: film reviews and newswires written by two small grammars.

They imitate what matters for learning: a few words that decide, many that do not, names that occur once, lengths with a long
tail, classes of very different sizes, and texts that speak against their own label. The same seed gives the same texts.
"""

import random
from collections.abc import Sequence

# ---- film reviews

_PRAISE = [
    "good",
    "great",
    "wonderful",
    "excellent",
    "superb",
    "brilliant",
    "moving",
    "funny",
    "perfect",
    "beautiful",
    "clever",
    "charming",
    "gripping",
]
_BLAME = [
    "bad",
    "worthless",
    "awful",
    "terrible",
    "boring",
    "poor",
    "dull",
    "stupid",
    "weak",
    "ridiculous",
    "pointless",
    "wooden",
    "predictable",
]
_PARTS = (
    "acting",
    "plot",
    "script",
    "music",
    "ending",
    "cast",
    "direction",
    "dialogue",
    "first half",
    "lead",
    "photography",
)
_DEGREES = ("really", "simply", "quite", "very", "rather", "truly", "", "", "")
_OPINIONS = (  # {a}: an adjective of the sentence's own side, {o}: one of the other side
    "The {part} was {degree} {a}.",
    "I found the {part} {degree} {a}, and the {part2} {a2}.",
    "With a {part} this {a} I did not mind the {part2}.",
    "The {part} is not {o} at all, it is {a}.",
    "Some call the {part} {o}, but to me it was {degree} {a}.",
    "What a {a} {part}!",
)
_PLOTS = (
    "{name} plays a {job} who goes to {place} to look for {name2}.",
    "In {place} a {job} called {name} meets {name2}, a {job2}.",
    "When {name} loses everything, only the old {job} of {place} can help.",
    "The movie was made in {place} by {name}, who once was a {job}.",
    "<br /><br />Then {name2} the {job2} comes back from {place}, and {name} has to choose.",
    "I saw this film with {name} in {place} on a {day} evening.",
)
_JOBS = [
    "doctor",
    "teacher",
    "soldier",
    "thief",
    "pilot",
    "nurse",
    "farmer",
    "lawyer",
    "singer",
    "detective",
    "baker",
    "sailor",
    "writer",
    "boxer",
    "widow",
    "king",
]
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_VERDICTS = (
    (
        "I loved it.",
        "Highly recommended.",
        "One of the best films of the year, 9/10.",
        "See it, it's worth every minute.",
    ),
    ("I hated it.", "Avoid it.", "One of the worst films of the year, 2/10.", "Don't waste your time and your money."),
)
_SYLLABLES = [
    "ba",
    "be",
    "da",
    "do",
    "fa",
    "ga",
    "ha",
    "jo",
    "ka",
    "la",
    "le",
    "li",
    "lo",
    "ma",
    "mi",
    "mo",
    "na",
    "ne",
    "no",
    "pa",
    "ra",
    "re",
    "ri",
    "ro",
    "sa",
    "se",
    "ta",
    "te",
    "ti",
    "va",
    "vi",
]


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
        sentences.append(rng.choice(_VERDICTS[1 - label]))
    return " ".join(sentences).replace("  ", " ")


def _opinion(rng: random.Random, label: int) -> str:
    good = bool(label) == (rng.random() < 0.75)
    own, other = (_PRAISE, _BLAME) if good else (_BLAME, _PRAISE)
    (part, part2), (a, a2) = rng.sample(_PARTS, 2), rng.sample(own, 2)
    return rng.choice(_OPINIONS).format(
        part=part, part2=part2, a=a, a2=a2, o=rng.choice(other), degree=rng.choice(_DEGREES)
    )


def _plot(rng: random.Random) -> str:
    name, name2, place = (_name(rng) for _ in range(3))
    job, job2 = rng.sample(_JOBS, 2)
    return rng.choice(_PLOTS).format(name=name, name2=name2, place=place, job=job, job2=job2, day=rng.choice(_DAYS))


def _name(rng: random.Random) -> str:
    """An invented name; a few are common, most are rare, as names and words are (Zipf)."""
    number = int(30_000 ** rng.random())  # density proportional to 1 / number
    name = ""
    while number or not name:
        number, syllable = divmod(number, len(_SYLLABLES))
        name += _SYLLABLES[syllable]
    return (name + "n" if len(name) < 3 else name).title()


# ---- newswires

# Topic → (its share of the wires, in thousandths; words of its own; sentences). The labels are those of Reuters.
_TOPICS: dict[str, tuple[int, str, str]] = {
    "earn": (390, "profit loss dividend revenues earnings quarter shr net", "{own} {n} cts vs {own} {n} cts|{own} {n} mln vs {n} mln|sales rose to {n} mln from {n}"),
    "acq": (240, "shares stake merger offer acquisition bid takeover tender", "{name} agreed to the {own} of {name2}|it holds {n} pct of the {own} of {name}"),
    "money-fx": (66, "dollar currency yen intervention bank market stg dealers", "the {own} fell to {n} against the {own}|the central bank bought {n} mln of {own}"),
    "crude": (54, "oil barrel opec crude refinery petroleum output bpd", "{own} rose {n} cts a {own}|{place} cut its {own} by {n} mln {own}"),
    "grain": (52, "wheat corn tonnes farmers crop harvest bushels agriculture", "{place} sold {n} tonnes of {own}|the {own} of {own} was put at {n} mln"),
    "trade": (47, "exports imports surplus tariffs deficit trade goods protectionism", "the {own} with {place} was {n} billion|{place} may raise {own} on {own}"),
    "interest": (34, "rate prime lending discount bank deposit cut rates", "it cut its {own} to {n} pct from {n}|the {own} {own} is now {n} pct"),
    "ship": (21, "port vessel cargo strike seamen tanker ships gulf", "the {own} left the {own} of {place}|{n} {own} wait off {place}"),
    "sugar": (16, "sugar beet cane white tonnes raw tender refiners", "{place} bought {n} tonnes of {own} {own}|the {own} price was {n} cts"),
    "coffee": (14, "coffee quotas bags ico producers beans colombia brazil", "{own} {own} fell to {n} bags|the {own} of {place} want {own}"),
    "gold": (13, "gold ounce mine ore silver ounces tons drilling", "the {own} holds {n} {own} of {own}|{own} was fixed at {n} dlrs an {own}"),
    "cpi": (11, "inflation index consumer prices month year living rise", "{own} {own} rose {n} pct in {month}|the {own} stood at {n} in {place}"),
}  # fmt: skip
_COMMON = (
    "{name} said {place} would wait until {month}",
    "a spokesman of {name} in {place} gave no details",
    "the company said it expects {n} mln dlrs this year",
    "analysts in {place} said the news had been expected",
    "the ministry said on {day} that talks with {name} go on",
)
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]


def newswires(number: int, topics: Sequence[str], seed: int = 0) -> list[tuple[str, int]]:
    """`number` newswires with their labels: the place of the topic in `topics`, which must hold the twelve topics written here.

    As in Reuters, every wire is in small letters and ends with "reuter 3", two topics are most of the data, and one sentence
    in four belongs to another topic. About 60 words each. Raises ValueError where a topic has no place.
    """
    if missing := [name for name in _TOPICS if name not in topics]:
        raise ValueError(f"newswires needs a place in topics for {', '.join(missing)}.")
    rng = random.Random(seed)
    drawn = rng.choices(list(_TOPICS), [share for share, *_ in _TOPICS.values()], k=number)
    return [(_wire(rng, topic), topics.index(topic)) for topic in drawn]


def _wire(rng: random.Random, topic: str) -> str:
    length = min(max(round(rng.lognormvariate(1.7, 0.7)), 1), 40)  # sentences
    sentences = [_sentence(rng, topic) for _ in range(length)]
    return " ".join([*sentences, "reuter 3"])


def _sentence(rng: random.Random, topic: str) -> str:
    if rng.random() < 0.4:
        template, own = rng.choice(_COMMON), ""
    else:
        source = topic if rng.random() < 0.7 else rng.choice(list(_TOPICS))
        _, own, templates = _TOPICS[source]
        template = rng.choice(templates.split("|"))
    words = {
        "name": f"{_name(rng)} corp",
        "name2": f"{_name(rng)} inc",
        "place": _name(rng),
        "month": rng.choice(_MONTHS),
    }
    words |= {"day": rng.choice(_DAYS)}
    while "{own}" in template:
        template = template.replace("{own}", rng.choice(own.split()), 1)
    while "{n}" in template:
        template = template.replace("{n}", str(int(1000 ** rng.random())), 1)
    return template.format(**words).lower()
