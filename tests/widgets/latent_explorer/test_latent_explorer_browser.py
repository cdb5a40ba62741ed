"""LatentExplorer in a browser: every control by mouse, keys and touch, over http and from disk, and its pictures against Keras."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import expect
from support.digits import DRAWINGS, SHIPPED, centred, rebuild
from support.jupyter import LAB, jupyter, open_lab, write_notebook
from support.widgets import box_of, darken, drag, draw, middle, settle

from utils import weights
from utils.widgets import LatentExplorer

pytestmark = pytest.mark.browser

PIXELS = """([selector, i]) => { const canvas = document.querySelectorAll(selector)[i];
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height); return [...data]; }"""
HERE, STRIP, SEEN, AGAIN = (
    (".le-large", 0),
    (".le-strip", 0),
    (".le-draw .le-picture", 0),
    (".le-draw .le-picture", 1),
)


def rgba(page, place) -> np.ndarray:
    """A canvas as (pixels, 4) numbers from 0 to 255."""
    return np.array(page.evaluate(PIXELS, list(place))).reshape(-1, 4)


def ink(page, place) -> np.ndarray:
    """Opacity of a 28 × 28 picture: the ink, 0 to 255."""
    return rgba(page, place)[:, 3].reshape(28, 28)


def numbers(text: str) -> list[float]:
    return [float(found) for found in re.findall(r"-?\d+\.\d+", text.replace("−", "-"))]


def point(page) -> list[float]:
    settle(page)
    return numbers(page.locator(".le-readout").inner_text())


@pytest.fixture(scope="module")
def models():
    tensors, meta = weights.load_weights(SHIPPED)
    return [rebuild(meta[name], tensors, name) for name in ("encoder", "decoder")]


@pytest.fixture
def explore(open_page, write_page):
    """`explore(touch=…, viewport=…, **state)` → a page from disk with the explorer ready."""

    def explore(viewport=(900, 1200), color_scheme="light", touch=False, **state):
        page = open_page(write_page(LatentExplorer(**state)).as_uri(), viewport, color_scheme, touch)
        page.locator(".le-plane").wait_for()
        settle(page)
        return page

    return explore


def decoded(models, z) -> np.ndarray:
    return np.round(255 * np.asarray(models[1](np.array([z], "float32")))[0, ..., 0])


# ---- the plane


def test_a_decoded_point_is_keras_picture(open_page, write_page, address, models):
    url = address(write_page(LatentExplorer(point=[0.5, -1.25])))
    page = open_page(url)
    page.locator(".le-plane").wait_for()
    assert np.abs(ink(page, HERE) - decoded(models, [0.5, -1.25])).max() <= 1
    shared = open_page(f"{url}#LatentExplorer.point=[-1.5,0.75]")
    shared.locator(".le-plane").wait_for()
    assert np.abs(ink(shared, HERE) - decoded(models, [-1.5, 0.75])).max() <= 1
    assert point(shared) == [-1.5, 0.75]
    assert np.abs(ink(page, HERE) - ink(shared, HERE)).max() > 50


def test_dragging_with_the_mouse(explore, models):
    page = explore()
    before = ink(page, HERE)
    page.mouse.move(*middle(page, ".le-plane"))
    page.mouse.down()
    start = point(page)
    page.mouse.move(*middle(page, ".le-plane", 0.25, -0.25), steps=5)
    right_and_up = point(page)
    assert right_and_up[0] > start[0] + 1 and right_and_up[1] > start[1] + 1
    assert np.abs(ink(page, HERE) - before).max() > 50
    assert np.abs(ink(page, HERE) - decoded(models, right_and_up)).max() <= 4  # the text rounds the point to 0.01
    page.mouse.up()
    page.mouse.move(*middle(page, ".le-plane"), steps=3)
    assert point(page) == right_and_up
    page.wait_for_url("**#LatentExplorer.point=*")


def test_arrow_keys_move_the_point(explore):
    page = explore(point=[0.0, 0.0])
    page.locator(".le-plane").focus()
    steps = {}
    for key in ("ArrowRight", "ArrowUp", "Shift+ArrowLeft", "Shift+ArrowDown"):
        before = np.array(point(page))
        page.keyboard.press(key)
        steps[key] = np.array(point(page)) - before
    right, up, far_left, far_down = steps.values()
    assert right[0] > 0.02 and right[1] == 0 and up[1] > 0.02 and up[0] == 0
    assert far_left[0] < -4 * right[0] and far_down[1] < -4 * up[1]
    page.keyboard.press("Home")
    assert np.abs(point(page)).max() < 0.6
    for _ in range(30):
        page.keyboard.press("Shift+ArrowRight")
    assert point(page)[0] < 6  # it stays in the plane
    assert page.locator(".le-plane").get_attribute("aria-label").startswith("Latent plane")
    expect(page.locator(".le-side [role=status]")).to_have_text(page.locator(".le-readout").inner_text())


def test_dragging_with_a_finger(explore):
    page = explore(viewport=(360, 700), touch=True)
    page.touchscreen.tap(*middle(page, ".le-plane", -0.3, 0.3))
    tapped = point(page)
    assert tapped[0] < -0.5 and tapped[1] < -0.5
    scrolled = page.evaluate("scrollY")
    drag(page, middle(page, ".le-plane"), middle(page, ".le-plane", 0.3, -0.3))
    dragged = point(page)
    assert dragged[0] > 0.5 and dragged[1] > 0.5
    assert page.evaluate("scrollY") == scrolled  # the finger moves the point, not the page


def test_legend_and_pictures_change_the_plane(explore):
    page = explore()
    plain = rgba(page, (".le-plane", 0))
    four = page.get_by_role("button", name="4", exact=True)
    four.click()
    settle(page)
    alone = rgba(page, (".le-plane", 0))
    assert four.get_attribute("aria-pressed") == "true" and (alone != plain).any()
    four.press("Enter")
    settle(page)
    assert four.get_attribute("aria-pressed") == "false" and (rgba(page, (".le-plane", 0)) == plain).all()
    page.get_by_label("pictures behind the points").check()
    page.wait_for_function(  # they come one after the other
        """(plain) => {
            const canvas = document.querySelector(".le-plane");
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            let other = 0;
            for (let i = 3; i < data.length; i += 4) if (data[i] !== plain[i >> 2]) other++;
            return other > 0.1 * plain.length;
        }""",
        arg=plain[:, 3].tolist(),
    )
    page.get_by_label("pictures behind the points").press("Space")
    settle(page)
    assert (rgba(page, (".le-plane", 0)) == plain).all()


def test_readout_counts_the_nearest_digits(explore):
    tensors, _ = weights.load_weights(SHIPPED)
    z = [1.0, 0.5]
    labels = tensors["labels"][((tensors["points"] - z) ** 2).sum(1).argsort()[:10]]
    text = explore(point=z).locator(".le-readout").inner_text()
    said = {
        int(label): int(n) for n, label in re.findall(r"(\d+)(?: of the 10 nearest digits)? (?:are|is an?) (\d)", text)
    }
    assert said == {label: n for label, n in enumerate(np.bincount(labels)) if n}, text


# ---- the walk


def test_a_walk_by_slider_and_keys(explore):
    page = explore(walk=[[-2.0, 0.0], [2.0, 1.0]])
    slider = page.get_by_role("slider", name="Along the walk")
    slider.focus()
    page.keyboard.press("End")
    assert point(page) == [2.0, 1.0]
    page.keyboard.press("Home")
    assert point(page) == [-2.0, 0.0]
    for _ in range(25):
        page.keyboard.press("ArrowRight")
    assert point(page) == [-1.0, 0.25] and slider.get_attribute("aria-valuetext") == "25 %"
    page.mouse.click(*middle(page, "input[type=range]"))
    assert np.abs(np.array(point(page)) - [0, 0.5]).max() < 0.1


def test_ends_of_the_walk_are_taken_from_the_point(explore):
    page = explore(walk=[[-2.0, 0.0], [2.0, 1.0]], point=[1.0, -1.0])
    before = rgba(page, STRIP)
    page.get_by_role("button", name="A = the point").click()
    settle(page)
    assert (rgba(page, STRIP) != before).any()
    page.get_by_role("slider", name="Along the walk").press("Home")  # it was there already: the point stays
    page.locator(".le-plane").focus()
    page.keyboard.press("Home")
    home = point(page)
    page.get_by_role("button", name="B = the point").press("Enter")
    page.get_by_role("slider", name="Along the walk").press("End")
    assert point(page) == home
    page.get_by_role("slider", name="Along the walk").press("Home")
    assert point(page) == [1.0, -1.0]


def test_play_pause_and_the_end(explore):
    page = explore(walk=[[-2.0, 0.0], [2.0, 1.0]], along=0.6)
    play = page.locator(".le-play")
    play.click()
    page.wait_for_function("document.querySelector('.le-walk input').value > 0.63")
    play.click()
    paused = point(page)
    assert 0.4 < paused[0] < 2
    for _ in range(5):
        settle(page)
    assert point(page) == paused and "Walk" in play.inner_text()
    play.press("Enter")
    page.wait_for_function("document.querySelector('.le-play').textContent.includes('Walk')", timeout=20_000)
    assert point(page) == [2.0, 1.0]
    play.click()
    expect(page.locator(".le-readout")).not_to_contain_text("(2.00, 1.00)")
    assert point(page)[0] < 1.5 and "Pause" in play.inner_text()  # from A again
    page.mouse.click(*middle(page, ".le-plane"))
    assert "Walk" in play.inner_text()  # whoever takes the point ends the walk


def test_reduced_motion_walks_in_still_steps(explore):
    page = explore(walk=[[-2.0, 0.0], [2.0, 0.0]], point=[0.0, 0.0])
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(
        """() => { globalThis.places = new Set();
            new MutationObserver(() => places.add(document.querySelector(".le-walk output").textContent))
                .observe(document.querySelector(".le-walk output"), { childList: true }); }"""
    )
    page.locator(".le-play").click()
    page.wait_for_function("places.size >= 3")
    assert page.evaluate("[...places].slice(0, 3)") == ["13 %", "25 %", "38 %"]


def test_a_walk_ends_with_the_widget(explore):
    """Nothing moves on where the notebook has taken the widget away."""
    page = explore()
    moves = page.evaluate(
        """async () => {
          const place = document.querySelector(".course-widget"), end = new AbortController();
          const state = { ...JSON.parse(JSON.stringify(courseState())), _rules: courseWidgets.LatentExplorer.rules };
          const listeners = new Map();
          const model = { get: (name) => state[name], save_changes() {},
            set(name, value) { state[name] = value; for (const one of listeners.get(`change:${name}`) ?? []) one(); },
            on: (event, one) => listeners.set(event, (listeners.get(event) ?? new Set()).add(one)),
            off: (event, one) => listeners.get(event).delete(one) };
          function courseState() {
            return { point: [0, 0], walk: [], along: 0, highlight: -1, pictures: true, sample: -1, strokes: [], weights: "vae-mnist" };
          }
          const el = document.body.appendChild(document.createElement("div"));
          await courseModules["latent_explorer/view.js"].default.render({ model, el, signal: end.signal });
          el.querySelector(".le-play").click();
          const frames = () => new Promise((done) => setTimeout(done, 200));
          while (!state.along) await frames();
          end.abort();
          const before = state.along;
          await frames();
          return { left: [...listeners.values()].reduce((sum, some) => sum + some.size, 0), moved: state.along - before };
        }"""
    )
    assert moves == {"left": 0, "moved": 0}


def test_on_a_phone_the_picture_stands_beside_the_walk(explore):
    page = explore(viewport=(390, 700), touch=True, point=[-2.1, -0.6])
    page.get_by_role("slider", name="Along the walk").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('.le-play').scrollIntoView({ block: 'start' })")
    play, beside = box_of(page, ".le-play"), box_of(page, ".le-beside")
    assert box_of(page, ".le-plane")["y"] + box_of(page, ".le-plane")["height"] < 0  # out of sight
    assert beside["y"] >= -1 and beside["y"] + beside["height"] <= 700 and abs(beside["y"] - play["y"]) < 60
    before = ink(page, (".le-beside", 0))
    page.get_by_role("slider", name="Along the walk").press("End")
    settle(page)
    assert np.abs(ink(page, (".le-beside", 0)) - before).max() > 50
    assert (ink(page, (".le-beside", 0)) == ink(page, HERE)).all()


# ---- drawing


def test_a_drawing_is_centred_encoded_and_decoded_again(explore, models):
    page = explore()
    assert ink(page, SEEN).max() == 0 and page.get_by_role("button", name="Clear").is_disabled()
    plane = rgba(page, (".le-plane", 0))
    strokes = DRAWINGS["seven in a corner"]
    draw(page, strokes)
    assert np.abs(ink(page, SEEN) - 255 * centred(strokes)).max() < 25  # the mouse moves in whole pixels
    seen = ink(page, SEEN) / 255
    mean, log_var = (np.asarray(output)[0] for output in models[0](seen[None, ..., None].astype("float32")))
    said = numbers(page.locator(".le-part .cw-live").inner_text())
    np.testing.assert_allclose(said, [*mean, *np.exp(log_var / 2)], atol=0.02)
    assert np.abs(ink(page, AGAIN) - decoded(models, mean)).max() <= 8
    assert (rgba(page, (".le-plane", 0)) != plane).any()
    page.get_by_role("button", name="Move the point there").click()
    np.testing.assert_allclose(point(page), said[:2], atol=0.011)
    page.get_by_role("button", name="Clear").press("Enter")
    settle(page)
    assert ink(page, SEEN).max() == 0 and ink(page, AGAIN).max() == 0


def test_the_pad_is_drawn_on_by_keyboard(explore):
    page = explore()
    page.get_by_role("application", name="Pad: draw a digit").focus()
    for key in ("Space", *["Shift+ArrowDown"] * 4, "Space"):
        page.keyboard.press(key)
    settle(page)
    vertical = ink(page, SEEN)
    assert vertical.max() > 200 and vertical[:, :8].max() == 0
    expect(page.locator(".le-part .cw-live")).to_contain_text("nearest digits")
    page.keyboard.press("Backspace")
    settle(page)
    assert ink(page, SEEN).max() == 0


def test_moving_the_point_brings_the_plane_into_view(explore):
    page = explore(viewport=(390, 700), touch=True, sample=7)
    page.emulate_media(reduced_motion="reduce")
    button = page.get_by_role("button", name="Move the point there")
    button.scroll_into_view_if_needed()
    assert box_of(page, ".le-plane")["y"] < -100
    button.tap()
    page.wait_for_function("document.querySelector('.le-plane').getBoundingClientRect().top > -1")
    assert box_of(page, ".le-plane")["y"] + box_of(page, ".le-plane")["height"] <= 701


def test_a_finger_draws(explore):
    page = explore(viewport=(360, 700), touch=True)
    start = middle(page, ".cw-pad", 0, -0.3)
    drag(page, start, (start[0], start[1] + 120))
    settle(page)
    vertical = ink(page, SEEN)
    assert vertical.max() > 200 and vertical[:, :8].max() == 0
    assert "nearest digits" in page.locator(".le-part .cw-live").inner_text()


def test_test_digits_stand_in_for_drawing(explore, models):
    tensors, _ = weights.load_weights(SHIPPED)
    page = explore()
    page.get_by_role("button", name="Test digit 7").click()
    settle(page)
    np.testing.assert_allclose(ink(page, SEEN), tensors["samples"][7], atol=1)
    page.get_by_role("button", name="Test digit 0").focus()
    page.keyboard.press("Enter")
    settle(page)
    assert page.get_by_role("button", name="Test digit 0").get_attribute("aria-pressed") == "true"
    assert page.get_by_role("button", name="Test digit 7").get_attribute("aria-pressed") == "false"
    mean = np.asarray(models[0](tensors["samples"][:1, ..., None] / 255)[0])[0]
    np.testing.assert_allclose(numbers(page.locator(".le-part .cw-live").inner_text())[:2], mean, atol=0.011)
    draw(page, DRAWINGS["one"])
    assert page.get_by_role("button", name="Test digit 0").get_attribute("aria-pressed") == "false"


# ---- the page around it


def test_ink_follows_the_theme(explore):
    page = explore()
    dark_ink = rgba(page, HERE)
    darken(page)
    settle(page)
    light_ink = rgba(page, HERE)
    solid = dark_ink[:, 3] > 200
    assert dark_ink[solid, 0].max() < 80 and light_ink[solid, 0].min() > 200


def test_an_address_beyond_the_plane_takes_its_edge(open_page, write_page):
    page = open_page(
        f"{write_page(LatentExplorer()).as_uri()}#LatentExplorer.point=[1e300,0]&LatentExplorer.highlight=77&LatentExplorer.sample=99"
    )
    page.locator(".le-plane").wait_for()
    x, y = point(page)
    assert 3 < x < 4 and y == 0 and ink(page, HERE).max() > 30
    assert ink(page, SEEN).max() == 0 and page.locator("[aria-pressed=true]").count() == 0


def test_state_travels_in_the_address(open_page, write_page):
    url = write_page(LatentExplorer()).as_uri()
    page = open_page(url)
    page.locator(".le-plane").wait_for()
    page.get_by_role("button", name="Test digit 6").click()
    page.get_by_role("button", name="6", exact=True).click()
    page.get_by_role("slider", name="Along the walk").press("End")
    page.wait_for_function("location.hash.includes('along') && location.hash.includes('sample=6')")
    shared = open_page(page.url)
    shared.locator(".le-plane").wait_for()
    assert point(shared) == point(page)
    assert shared.get_by_role("button", name="Test digit 6").get_attribute("aria-pressed") == "true"
    assert shared.get_by_role("button", name="6", exact=True).get_attribute("aria-pressed") == "true"


def test_the_state_is_json_and_equal_in_every_run():
    first, second = LatentExplorer().to_html(), LatentExplorer().to_html()
    assert first == second
    state = json.loads(re.search(r'json">(.*)</script>', first)[1])
    assert state["weights"] == "vae-mnist" and state["point"] == LatentExplorer().point and state["walk"] == []


# ---- with a kernel

LIVE = [
    """
import keras, numpy as np
from keras import layers
from utils.widgets import LatentExplorer
keras.utils.set_random_seed(0)
picture = keras.Input((28, 28, 1))
x = layers.Dense(16, activation="silu")(layers.Flatten()(picture))
encoder = keras.Model(picture, [layers.Dense(2)(x), layers.Dense(2)(x)])
decoder = keras.Sequential([keras.Input((2,)), layers.Dense(784, activation="sigmoid"), layers.Reshape((28, 28, 1))])
codes = np.random.default_rng(0).normal(size=(50, 2))
explorer = LatentExplorer.from_model(encoder, decoder, codes, np.arange(50) % 10, point=[0.25, 0.5])
explorer""",
    "print('the point is', explorer.point)",
    "explorer.point = [-0.5, 0.125]",
    "print('pixels', *(255 * np.asarray(decoder(np.array([explorer.point])))).round().astype(int).ravel())",
]


def test_the_readers_model_in_jupyterlab(lab_page, tmp_path):
    lab = lab_page
    write_notebook(tmp_path, LIVE)
    with jupyter(LAB, tmp_path) as address:
        run = open_lab(lab, address)
        run(0)
        lab.locator(".le-plane").wait_for(timeout=300_000)  # Keras takes its time to import
        lab.locator(".le-readout", has_text="z = ").wait_for()
        assert point(lab) == [0.25, 0.5]
        lab.locator(".le-plane").focus()
        lab.keyboard.press("Home")  # a shortcut of JupyterLab's, too: here it moves the point
        moved = point(lab)
        assert moved != [0.25, 0.5]
        run(1)
        lab.get_by_text("the point is").last.wait_for()
        assert np.abs(np.array(numbers(lab.get_by_text("the point is [").last.inner_text())) - moved).max() < 0.01
        run(2)
        lab.locator(".le-readout", has_text="z = (−0.50, 0.13)").or_(
            lab.locator(".le-readout", has_text="z = (−0.50, 0.12)")
        ).wait_for()
        run(3)
        lab.get_by_text("pixels").last.wait_for()
        text = lab.locator(".jp-OutputArea-output", has_text="pixels").last.inner_text()
        keras_picture = np.array([int(found) for found in text.split()[1:]]).reshape(28, 28)
        assert np.abs(ink(lab, HERE) - keras_picture).max() <= 1
