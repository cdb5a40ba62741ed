"""Stand-ins for pictures that cannot be shipped: drawn cats and dogs, and ten kinds of simple things.

They imitate what makes photographs hard: place, size, tilt, colour, light and background say nothing about the class, only the form
does, and one picture in ten hides part of it. The same seed gives the same pictures.
"""

import math
import random
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, ...]  # red, green, blue
Point = tuple[float, float]  # x, y

_FURS = ((222, 184, 135), (160, 110, 70), (90, 70, 60), (200, 200, 200), (60, 60, 65), (235, 225, 205), (205, 140, 70))


def animals(kind: str, count: int, seed: int = 0, size: int = 180) -> Iterator[Image.Image]:
    """`count` drawn heads of `kind` "cat" or "dog": RGB pictures, shorter side `size` pixels, landscape or portrait by chance.

    Cats have pointed ears, slit pupils and whiskers; dogs have hanging ears, a long muzzle and often a tongue. ValueError for another kind.
    """
    if kind not in ("cat", "dog"):
        raise ValueError(f"kind={kind!r} is not drawn here; there are 'cat' and 'dog'.")
    rng = random.Random(f"{kind} {seed}")
    for _ in range(count):
        yield _animal(rng, kind, size)


def _animal(rng: random.Random, kind: str, size: int) -> Image.Image:
    longer = round(size * rng.uniform(1, 1.4))
    width, height = rng.choice([(longer, size), (size, longer)])
    picture = _background(rng, width, height)
    head = round(size * rng.uniform(0.45, 0.85))
    face = _CAT_DOG[kind](rng, head).rotate(rng.gauss(0, 12), Image.Resampling.BICUBIC)
    if rng.random() < 0.5:
        face = face.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    x, y = (rng.uniform(-0.15, 0.15) * head + rng.random() * max(0, room - head) for room in (width, height))
    picture.paste(face, (round(x - head * 0.25), round(y - head * 0.25)), face)
    if rng.random() < 0.1:  # something stands in front
        left = rng.randrange(width)
        ImageDraw.Draw(picture).rectangle((left, 0, left + head * 0.3, height), fill=_colour(rng))
    return _light(rng, picture)


def _cat(rng: random.Random, head: int) -> Image.Image:
    face, at, fur, dark = _canvas(rng, head)
    pen = ImageDraw.Draw(face)
    spread = rng.uniform(0.30, 0.38)
    for side in (-1, 1):
        tip = (side * spread * 1.25, -0.62 - rng.uniform(0, 0.1))
        pen.polygon(at((side * 0.10, -0.34), tip, (side * 0.45, -0.12)), fill=fur)
        pen.polygon(at((side * 0.17, -0.34), (tip[0] * 0.95, tip[1] * 0.88), (side * 0.38, -0.2)), fill=(225, 160, 160))
    pen.ellipse(at((-0.48, -0.40), (0.48, 0.42)), fill=fur)
    if rng.random() < 0.5:  # tabby
        for x in (-0.12, 0, 0.12):
            pen.line(at((x, -0.38), (x * 0.8, -0.22)), fill=dark, width=max(1, head // 30))
    iris = rng.choice([(120, 170, 60), (210, 180, 60), (110, 160, 200)])
    for side in (-1, 1):
        pen.ellipse(at((side * 0.2 - 0.1, -0.12), (side * 0.2 + 0.1, 0.04)), fill=iris)
        pen.ellipse(at((side * 0.2 - 0.025, -0.12), (side * 0.2 + 0.025, 0.04)), fill=(20, 20, 20))
        for lift in (-0.06, 0, 0.06):
            pen.line(
                at((side * 0.1, 0.17), (side * 0.62, 0.15 + lift * 2)), fill=(240, 240, 240), width=max(1, head // 60)
            )
    pen.polygon(at((-0.06, 0.1), (0.06, 0.1), (0, 0.17)), fill=(200, 110, 120))
    return face


def _dog(rng: random.Random, head: int) -> Image.Image:
    face, at, fur, dark = _canvas(rng, head)
    pen = ImageDraw.Draw(face)
    pen.ellipse(at((-0.40, -0.46), (0.40, 0.30)), fill=fur)
    long = rng.uniform(0.25, 0.5)
    for side in (-1, 1):
        pen.ellipse(at((side * 0.42 - 0.14, -0.42), (side * 0.42 + 0.14, long)), fill=dark)
        pen.ellipse(at((side * 0.17 - 0.07, -0.18), (side * 0.17 + 0.07, -0.04)), fill=(245, 245, 240))
        pen.ellipse(at((side * 0.17 - 0.05, -0.16), (side * 0.17 + 0.05, -0.05)), fill=(50, 30, 20))
    pen.ellipse(at((-0.24, -0.02), (0.24, 0.52)), fill=tuple(min(255, c + 25) for c in fur))
    if rng.random() < 0.6:
        pen.ellipse(at((-0.08, 0.36), (0.08, 0.62)), fill=(220, 100, 110))
    pen.ellipse(at((-0.13, 0.0), (0.13, 0.17)), fill=(25, 20, 20))
    return face


_CAT_DOG = {"cat": _cat, "dog": _dog}


def _canvas(rng: random.Random, head: int) -> tuple[Image.Image, Callable[..., list[Point]], Colour, Colour]:
    """A clear square of 1.5 heads, places in heads from its middle → pixels, and two colours of fur."""
    side = round(head * 1.5)

    def at(*points: Point) -> list[Point]:
        return [(side / 2 + x * head, side / 2 + y * head) for x, y in points]

    fur = tuple(max(0, min(255, round(c + rng.gauss(0, 15)))) for c in rng.choice(_FURS))
    return Image.new("RGBA", (side, side)), at, fur, tuple(round(c * 0.6) for c in fur)


def _background(rng: random.Random, width: int, height: int) -> Image.Image:
    """Blurred patches of colour: a room or a garden out of focus."""
    picture = Image.new("RGB", (width, height), _colour(rng))
    pen = ImageDraw.Draw(picture)
    for _ in range(rng.randrange(4, 14)):
        x, y, w, h = rng.randrange(width), rng.randrange(height), rng.randrange(10, width), rng.randrange(10, height)
        draw = rng.choice([pen.rectangle, pen.ellipse])
        draw((x - w // 2, y - h // 2, x + w // 2, y + h // 2), fill=_colour(rng))
    return picture.filter(ImageFilter.GaussianBlur(rng.uniform(1, 6)))


def _colour(rng: random.Random) -> Colour:
    return tuple(rng.randrange(30, 235) for _ in range(3))


def _light(rng: random.Random, picture: Image.Image) -> Image.Image:
    """Brightness by chance and the grain of a sensor."""
    grain = np.random.default_rng(rng.getrandbits(32)).normal(0, 5, (picture.height, picture.width, 3))
    return Image.fromarray((np.asarray(picture) * rng.uniform(0.7, 1.2) + grain).clip(0, 255).astype("uint8"))


# ---- ten kinds of things, for small pictures

THINGS = ("ball", "box", "tent", "ring", "cross", "star", "moon", "bars", "dots", "wave")


def thing(rng: random.Random, kind: str, size: int = 32) -> Image.Image:
    """One RGB picture of size × size pixels with a thing of `kind`, a name of `THINGS`, somewhere on a background out of focus."""
    scale = 4  # drawn large and made small: soft edges
    side = size * scale
    picture = _background(rng, side, side)
    shape = Image.new("L", (side, side))
    pen = ImageDraw.Draw(shape)
    r, x, y = side * rng.uniform(0.25, 0.4), side * rng.uniform(0.4, 0.6), side * rng.uniform(0.4, 0.6)
    turn = rng.uniform(-0.3, 0.3)

    def around(count: int, radius: Callable[[int], float] = lambda i: 1.0, start: float = -math.pi / 2) -> list[Point]:
        angles = (start + turn + 2 * math.pi * i / count for i in range(count))
        return [(x + r * radius(i) * math.cos(a), y + r * radius(i) * math.sin(a)) for i, a in enumerate(angles)]

    disc = (x - r, y - r, x + r, y + r)
    if kind == "ball":
        pen.ellipse(disc, fill=255)
    elif kind == "box":
        pen.polygon(around(4, start=-math.pi / 4), fill=255)
    elif kind == "tent":
        pen.polygon(around(3), fill=255)
    elif kind == "ring":
        pen.ellipse(disc, outline=255, width=round(r * 0.4))
    elif kind == "cross":
        for a, b in zip(around(4)[:2], around(4)[2:]):
            pen.line([a, b], fill=255, width=round(r * 0.45))
    elif kind == "star":
        pen.polygon(around(10, lambda i: 1.0 if i % 2 == 0 else 0.42), fill=255)
    elif kind == "moon":
        pen.ellipse(disc, fill=255)
        pen.ellipse((disc[0] + r * 0.7, disc[1] - r * 0.2, disc[2] + r * 0.7, disc[3] - r * 0.2), fill=0)
    elif kind == "bars":
        for i in range(-2, 3):
            pen.line([(x + i * r * 0.45, y - r), (x + i * r * 0.45 + turn * r, y + r)], fill=255, width=round(r * 0.2))
    elif kind == "dots":
        for px, py in around(5):
            pen.ellipse((px - r * 0.3, py - r * 0.3, px + r * 0.3, py + r * 0.3), fill=255)
    elif kind == "wave":
        points = [(x + r * t, y + r * 0.5 * math.sin(5 * t + turn)) for t in (i / 12 for i in range(-12, 13))]
        pen.line(points, fill=255, width=round(r * 0.35), joint="curve")
    else:
        raise ValueError(f"kind={kind!r} is not drawn here; there are {', '.join(THINGS)}.")
    picture.paste(_colour(rng), (0, 0), shape)
    return _light(rng, picture.resize((size, size), Image.Resampling.LANCZOS))
