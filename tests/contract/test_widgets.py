"""What every widget promises, tested on all of them: a new folder in utils/widgets is covered without a line of its own here."""

import gzip
import json

import numpy as np
import pytest
import traitlets
from axe_playwright_python.sync_playwright import Axe
from support.browser import overflow
from support.widgets import leaks, settle, styles_of, too_low

from utils import weights, widgets
from utils.widgets import bundle, state

NAMES = sorted(widgets.folders())
KIT_AND_ONE_WIDGET, NETWORK = 18_000, 10_000  # bytes as a compressing server sends them: the widget, and nn/ below it
NAMED = "button, input, select, textarea, [role=application], [role=img], [role=slider]"


def example(name: str):
    return getattr(widgets, name).example()


def legal(rule: dict, now) -> list:
    """Values other than `now` that a rule allows."""
    kind = rule["kind"]
    if kind == "boolean":
        return [not now]
    if kind == "choice":
        return [choice for choice in rule["choices"] if choice != now]
    if kind in ("integer", "number"):
        found = [rule.get("min"), rule.get("max"), now + 1]
        return [value for value in found if value is not None and value != now and value <= rule.get("max", np.inf)]
    if kind == "list" and now:
        return [[other, *now[1:]] for other in legal(rule["item"], now[0])[:1]]
    return ["other words"] if kind == "text" and not rule.get("local") else []


def shared(name: str) -> dict[str, dict]:
    """The rules of what an address may say of a widget."""
    return {trait: rule for trait, rule in getattr(widgets, name).rules().items() if not rule.get("local")}


def drawn(page, name: str) -> None:
    """Wait until a widget stands, and what it draws in the next frames is drawn."""
    page.locator(f".course-widget[data-widget={name}] > div > .cw").wait_for()
    page.wait_for_load_state("networkidle")
    settle(page)


def values(page, name: str) -> dict:
    """The state of a widget in the page."""
    return page.evaluate(
        "([name, traits]) => { const { model } = document.querySelector(`[data-widget=${name}]`);"
        " return Object.fromEntries(traits.map((trait) => [trait, model.get(trait)])); }",
        [name, list(getattr(widgets, name).rules())],
    )


# ---- in Python


@pytest.mark.parametrize("name", NAMES)
def test_the_folder_is_whole(name):
    folder = bundle.WIDGETS / widgets.folders()[name]
    assert {"__init__.py", "widget.py", "view.js", "style.css"} <= {path.name for path in folder.iterdir()}
    assert getattr(widgets, name)._about != widgets.CourseWidget._about, "say what stands here"


@pytest.mark.parametrize("name", NAMES)
def test_the_state_is_declared_with_its_bounds(name):
    """Every number has bounds or is counted by something, so that neither an address nor a program can go beyond."""
    rules = getattr(widgets, name).rules()
    unbound = [
        trait for trait, rule in shared(name).items() if rule["kind"] in ("integer", "number") and "min" not in rule
    ]
    assert not unbound, unbound
    json.dumps(rules, allow_nan=False)
    for trait, value in example(name).get_state(list(rules)).items():
        assert trait == "strokes" or value is not None


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_number_is_refused(name):
    widget = example(name)
    for trait, rule in widget.rules().items():
        if rule["kind"] == "number":
            for wrong in (np.nan, np.inf):
                with pytest.raises(traitlets.TraitError):
                    setattr(widget, trait, wrong)


@pytest.mark.parametrize("name", NAMES)
def test_the_placeholder_holds_class_and_state(name):
    widget = example(name)
    assert widget.to_html() == example(name).to_html()
    stored = json.loads(widget.to_html().split('json">')[1].split("</script>")[0])
    assert set(stored) == set(widget.state_names())


@pytest.mark.parametrize("name", NAMES)
def test_its_weights_ship_with_the_course(name):
    assert set(getattr(widgets, name).weight_files()) <= set(weights.shipped())


@pytest.mark.parametrize("name", NAMES)
def test_kit_and_widget_travel_light(name):
    """Not minified: what is measured is what a compressing server sends."""
    scripts = {True: "", False: ""}
    for path in bundle.modules(getattr(widgets, name).view_file()):
        scripts[bundle.key(path).startswith("nn/")] += bundle.script(path)
    network, widget = (len(gzip.compress(scripts[part].encode(), 6)) for part in (True, False))
    print(f"{name}: {widget:,} bytes, and {network:,} of nn/")
    assert widget <= KIT_AND_ONE_WIDGET and network <= NETWORK


@pytest.mark.parametrize("path", sorted(bundle.WIDGETS.rglob("*.js")), ids=bundle.key)
def test_no_function_is_longer_than_sixty_lines(path):
    """As biome formats it: from a line that opens a function to the one that closes it at the same indentation."""
    lines = path.read_text("utf-8").splitlines()
    for start, line in enumerate(lines):
        if not (line.endswith("{") and ("function" in line or "=> {" in line)):
            continue
        indent = line[: len(line) - len(line.lstrip())]
        end = next(i for i in range(start + 1, len(lines)) if lines[i].startswith(f"{indent}}}"))
        assert end - start < 60, f"{bundle.key(path)}:{start + 1} is {end - start + 1} lines long: {line.strip()}"


# ---- in a browser

DARK = {
    "text-base": "#eee",
    "text-muted": "#b5b5b5",
    "background": "#121212",
    "surface": "#222",
    "border": "#666",
    "link": "#7fb6ff",
}


def to_dark(page) -> None:
    """The dark colours of the book, on a page that has no theme of its own."""
    page.evaluate(
        "(dark) => { for (const [name, value] of Object.entries(dark))"
        " document.documentElement.style.setProperty(`--pst-color-${name}`, value);"
        " document.body.style.background = dark.background; document.body.style.color = dark['text-base'];"
        " document.documentElement.dataset.theme = 'dark'; }",
        DARK,
    )
    page.wait_for_function("document.getAnimations().length === 0")
    settle(page)


@pytest.mark.browser
@pytest.mark.parametrize("name", NAMES)
def test_it_stands_in_light_and_dark_and_on_a_phone(name, open_page, write_page, address):
    """Over http and from disk. `open_page` sees to it that nothing is thrown and nothing asked of another machine."""
    page = open_page(address(write_page(example(name))))
    drawn(page, name)
    assert page.get_by_text("to bring it to life").count() == 0
    nameless = [
        node for node in page.locator(NAMED).all() if node.is_visible() and not node.aria_snapshot().split('"')[1:2]
    ]
    assert not nameless, [node.evaluate("(node) => node.outerHTML.slice(0, 200)") for node in nameless]
    for theme in ("light", "dark"):
        if theme == "dark":
            to_dark(page)
        found = Axe().run(page, ".cw", {"resultTypes": ["violations"], "preload": False}).response["violations"]
        serious = [
            (one["id"], one["nodes"][0]["html"][:160]) for one in found if one["impact"] in ("serious", "critical")
        ]
        assert not serious, f"{theme}: {serious}"
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        settle(page)
        assert overflow(page) == [], width
        assert too_low(page, ".cw button:visible") == 0, width


@pytest.mark.browser
@pytest.mark.parametrize("name", NAMES)
def test_a_shared_address_shows_the_same(name, open_page, write_page):
    url = write_page(example(name)).as_uri()
    page = open_page(url)
    drawn(page, name)
    before = values(page, name)
    other = {trait: found[-1] for trait, rule in shared(name).items() if (found := legal(rule, before[trait]))}
    if not other:
        pytest.skip("nothing of this widget is shared")
    page.evaluate(
        "([name, values]) => { const { model } = document.querySelector(`[data-widget=${name}]`);"
        " for (const [trait, value] of Object.entries(values)) model.set(trait, value); model.save_changes(); }",
        [name, other],
    )
    page.wait_for_function("(name) => location.hash.includes(`${name}.`)", arg=name)
    mine = values(page, name)
    again = open_page(page.url)
    drawn(again, name)
    theirs = values(again, name)
    assert {trait: theirs[trait] for trait in shared(name)} == {trait: mine[trait] for trait in shared(name)}


HOSTILE = [
    "null",
    "NaN",
    "-1e99",
    "1e99",
    "1e400",
    '"x"',
    "[]",
    "{}",
    "%",
    "[[[1]]]",
    '["a","a"]',
    "true",
    "0.5",
    "../../evil",
    "<b>",
    '{"__proto__":{"polluted":1}}',
    "coursenet",  # a weight file that the course has
]

# What no address may change, as text
HELD = """(name) => {
  const { model } = document.querySelector(`[data-widget=${name}]`);
  return JSON.stringify(["weights", "blob", "_rules"].map((trait) => model.get(trait)));
}"""


@pytest.mark.browser
@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_or_hostile_address_does_no_harm(name, open_page, write_page):
    """The widget stands, its state is inside the rules, and no weight file but its own is asked for."""
    page = open_page(write_page(example(name)).as_uri())
    drawn(page, name)
    first, held = values(page, name), page.evaluate(HELD, name)
    assert json.loads(held)[-1] and "coursenet" in weights.shipped()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    forbidden = ["weights", "blob", "_rules", "_more_blobs", "__proto__", "constructor", "key", "picture", "nothing"]
    for value in HOSTILE:
        said = "&".join(f"{name}.{trait}={value}" for trait in [*shared(name), *forbidden])
        page.evaluate("(said) => { location.hash = said; }", said)
        settle(page)
        assert page.evaluate(HELD, name) == held, value
        now = values(page, name)
        for trait, rule in getattr(widgets, name).rules().items():
            assert rule.get("local") is None or now[trait] == first[trait], f"{trait} came from the address"
            if rule["kind"] in ("integer", "number"):
                assert rule.get("min", -np.inf) <= now[trait] <= rule.get("max", np.inf), (trait, value, now[trait])
            if rule["kind"] == "choice":
                assert now[trait] in rule["choices"], (trait, value, now[trait])
    assert page.evaluate("Object.prototype.polluted") is None
    assert not [url for url in asked if "evil" in url]
    assert page.locator(".admonition").count() == 0
    opened = open_page(f"{page.url.split('#')[0]}#{said}")
    drawn(opened, name)
    assert opened.evaluate(HELD, name) == held


@pytest.mark.browser
@pytest.mark.parametrize("name", NAMES)
def test_nothing_moves_by_itself_where_motion_is_reduced(name, open_page, write_page):
    page = open_page("about:blank")
    page.emulate_media(reduced_motion="reduce")
    page.goto(write_page(example(name)).as_uri())
    drawn(page, name)
    page.wait_for_function("document.getAnimations().length === 0")
    before = values(page, name)
    page.evaluate(
        "() => new Promise((done) => { let n = 30; const tick = () => (n-- ? requestAnimationFrame(tick) : done()); tick(); })"
    )
    assert values(page, name) == before


@pytest.mark.browser
def test_no_widgets_style_reaches_another(open_page, write_page):
    """Each element of each widget looks the same with and without the style sheets of all the other widgets in the page."""
    page = open_page(write_page(*map(example, NAMES)).as_uri(), (900, 1200))
    for name in NAMES:
        page.locator(f"[data-widget={name}]").scroll_into_view_if_needed()
        drawn(page, name)
    boxes = [widgets.folders()[name].replace("_", "-") for name in NAMES]
    own = styles_of(page)
    assert len(own) > len(NAMES) // 2 and "kit" in own
    assert leaks(page, boxes) == []


def test_a_rule_for_every_kind_of_trait():
    assert state.rule(traitlets.Bool()) == {"kind": "boolean"}
    assert state.rule(traitlets.Enum((1, 2))) == {"kind": "choice", "choices": [1, 2]}
    assert state.rule(traitlets.Int(0, min=0)) == {"kind": "integer", "min": 0}
    assert state.rule(state.Finite(0, max=2.5)) == {"kind": "number", "max": 2.5}
    assert state.rule(traitlets.Int(0).tag(indexes="frames")) == {"kind": "integer", "indexes": "frames"}
    assert state.rule(traitlets.Unicode().tag(local=True)) == {"kind": "text", "most": 200, "local": True}
    listed = {"kind": "list", "item": {"kind": "integer"}, "least": 2, "most": 2}
    assert state.rule(traitlets.List(traitlets.Int(), minlen=2, maxlen=2)) == listed
    assert state.rule(traitlets.List()) == {"kind": "opaque", "local": True}
    assert state.rule(traitlets.Tuple().tag(rule=listed)) == listed
