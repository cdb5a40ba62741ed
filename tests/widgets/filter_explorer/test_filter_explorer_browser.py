"""FilterExplorer in a browser: every control by mouse, keys and touch, over http and from disk; what it says against Keras."""

import base64
import io
import re
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from support.browser import QUIET, watch
from support.convnets import decoded, opened
from support.widgets import box_of, darken, drag, draw, middle, settle

from utils.weights import load_weights
from utils.widgets import FilterExplorer
from utils.widgets.filter_explorer.widget import LAYERS, PATTERNS, SIDE

pytestmark = pytest.mark.browser

PICTURE = ".fe-top canvas[role=img]:not(.cw-pad)"
GRID = ".fe-main canvas[role=application]"
PATTERN, MAP = (f".fe-pair figure:nth-child({n}) canvas" for n in (1, 2))


@pytest.fixture
def write_explorer(write_page):
    """`write_explorer(**state)` → a page with a filter explorer and both of its files."""
    return lambda **state: write_page(FilterExplorer(**state))


@pytest.fixture
def explorer(open_page, write_explorer):
    """`explorer(viewport=…, touch=…, **state)` → a page from disk whose network has read its picture."""

    def open_explorer(viewport=(900, 1300), color_scheme="light", touch=False, **state):
        page = open_page(write_explorer(**state).as_uri(), viewport, color_scheme, touch)
        ready(page)
        return page

    return open_explorer


@pytest.fixture(scope="module")
def net():
    from utils import pretrained

    return pretrained.coursenet()


def ready(page) -> None:
    """Wait until the network has read the latest picture."""
    settle(page)
    page.wait_for_function(
        "document.querySelector('.fe-answers').getAttribute('aria-busy') === 'false' && !/loading/.test(document.querySelector('.cw').textContent)"
    )
    settle(page)


def answers(page) -> list[tuple[str, float]]:
    """The five classes and their percentages."""
    ready(page)
    texts = [row.inner_text().split("\n") for row in page.locator(".fe-answers button").all()]
    return [(lines[0], float(lines[1].split()[0])) for lines in texts]


def check_answers(page, net, picture) -> None:
    """The five on show are those of Keras for this picture."""
    from keras import ops

    names = load_weights("coursenet")[1]["names"]
    shares = ops.convert_to_numpy(net(picture[None].astype("float32")))[0]
    for name, percent in answers(page):
        assert 100 * shares[names.index(name)] == pytest.approx(percent, abs=0.11)
    assert [percent for _, percent in answers(page)] == pytest.approx(
        (100 * np.sort(shares)[:-6:-1]).tolist(), abs=0.11
    )


def pixels(page, selector: str) -> np.ndarray:
    """RGBA of a canvas."""
    ready(page)
    return decoded(
        page.evaluate("(selector) => document.querySelector(selector).toDataURL()", selector), "RGBA"
    ).astype(int)


def seen(page) -> np.ndarray:
    """The 64 × 64 picture that the network reads; the heat map must be off."""
    shown = pixels(page, PICTURE)
    places = ((np.arange(SIDE) + 0.5) * len(shown) / SIDE).astype(int)
    return shown[places][:, places, :3]


def png(picture: np.ndarray, mode: str | None = None) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture, mode).save(file, format="PNG")
    return file.getvalue()


def upload(page, data: bytes, name: str = "mine.png", mime: str = "image/png") -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload").click()
    chooser.value.set_files({"name": name, "mimeType": mime, "buffer": data})
    page.wait_for_function("!document.querySelector('.fe-note').textContent.startsWith('Reading')")
    ready(page)


def address_of(url: str) -> dict[str, str]:
    return {key.partition(".")[2]: value for key, value in parse_qsl(urlsplit(url).fragment)}


def check_address(page, **expected: str) -> None:
    """The address comes to say this and nothing else."""
    page.wait_for_url(lambda url: address_of(url) == expected)


def note(page):
    return page.locator(".fe-note")


def press(page, name: str) -> None:
    page.get_by_role("button", name=name).click()


@pytest.fixture
def noise():
    return np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), "uint8")


# ---- pictures


def test_samples_are_read_as_keras_reads_them(open_page, write_explorer, address, net):
    page = open_page(address(write_explorer()))
    stored, _ = load_weights(PATTERNS)
    for name in ("flower", "temple", "fish and umbrella"):
        page.get_by_role("button", name=f"Sample: {name}").click()
        check_answers(page, net, opened(stored[f"samples/{name}"]))
        assert page.get_by_role("button", name=f"Sample: {name}").get_attribute("aria-pressed") == "true"
    page.wait_for_url("**FilterExplorer.sample=fish**")


def test_an_upload_is_read_to_the_pixel(explorer, net, noise):
    page = explorer(heat=False)
    upload(page, png(noise))
    np.testing.assert_array_equal(seen(page), noise)
    check_answers(page, net, noise)
    assert page.get_by_role("button", name="Your picture").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="Sample: bus").press("Enter")
    ready(page)
    assert (seen(page) != noise).any()
    page.get_by_role("button", name="Your picture").press("Space")
    np.testing.assert_array_equal(seen(page), noise)
    page.get_by_role("checkbox", name="heat map").check()
    check_address(page, heat="true")  # neither the picture, which is nobody else's business, nor that it is on show


def test_an_upload_has_its_thumbnail(explorer, noise):
    page = explorer()
    assert not page.get_by_role("button", name="Your picture").is_visible()
    upload(page, png(noise))
    thumbnail = page.get_by_role("img", name="Your picture")
    assert thumbnail.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == SIDE
    assert box_of(page, "[data-name=own] img")["width"] > 30


def test_it_opens_with_a_picture_that_it_knows(explorer):
    page = explorer()
    assert answers(page)[0][0] == "school bus"
    classes = page.locator(".fe-classes")
    assert not classes.get_by_text("goldfish").is_visible()
    classes.get_by_text("The 100 classes").click()
    text = classes.locator("p").inner_text()
    assert text.split(": ")[1].rstrip(".").split(", ") == load_weights("coursenet")[1]["names"]


def test_a_late_arrival_is_ignored(explorer, noise):
    """A large file takes its time; who goes on meanwhile is not called back."""
    page = explorer(heat=False)
    page.evaluate(
        """() => { const prototype = HTMLImageElement.prototype, decode = prototype.decode;
        prototype.decode = function () { prototype.decode = decode;
          return new Promise((resolve) => { window.release = resolve; }).then(() => decode.call(this)); }; }"""
    )
    with page.expect_file_chooser() as chooser:
        press(page, "Upload")
    chooser.value.set_files({"name": "large.png", "mimeType": "image/png", "buffer": png(noise)})
    expect(note(page)).to_have_text("Reading “large.png” …")
    press(page, "Sample: lake")
    expect(note(page)).to_contain_text("never leaves this page")
    lake = seen(page)
    page.evaluate("window.release()")
    ready(page)
    assert (seen(page) == lake).all() and "never leaves this page" in note(page).inner_text()
    assert not page.get_by_role("button", name="Your picture").is_visible()


def test_the_checkbox_stands_apart_from_its_label(explorer):
    gap = (
        explorer()
        .get_by_role("checkbox", name="heat map")
        .evaluate(
            """(box) => { const text = document.createRange(); text.selectNodeContents(box.parentElement);
        text.setStartAfter(box); return text.getBoundingClientRect().left - box.getBoundingClientRect().right; }"""
        )
    )
    assert gap >= 6


def test_pictures_of_every_kind(explorer, noise):
    page = explorer(heat=False)
    upload(page, png(noise[..., 0]))  # grey
    np.testing.assert_array_equal(seen(page), noise[..., :1].repeat(3, -1))
    clear = np.dstack([noise, np.full((SIDE, SIDE), 255, "uint8")])
    clear[:32, :, 3] = 0
    upload(page, png(clear))  # what is transparent is white
    assert (seen(page)[:32] == 255).all()
    np.testing.assert_array_equal(seen(page)[32:], noise[32:])
    upload(page, png(np.full((1, 1, 3), (200, 10, 60), "uint8")))  # tiny
    assert (seen(page) == (200, 10, 60)).all()
    wide = np.zeros((90, 300, 3), "uint8")
    wide[:, 105:195] = (0, 150, 0)
    upload(page, png(wide))  # the middle square
    assert (seen(page)[:, 2:-2] == (0, 150, 0)).all()
    file = io.BytesIO()
    Image.fromarray(noise).resize((2000, 1500)).save(file, format="JPEG")
    upload(page, file.getvalue(), "large.jpg", "image/jpeg")
    assert seen(page).std() > 20


def test_what_is_no_picture_is_refused(explorer, noise):
    page = explorer(heat=False)
    upload(page, png(noise))
    for name, data in (("notes.png", b"not a picture"), ("half.png", png(noise)[:20]), ("empty.png", b"")):
        upload(page, data, name)
        assert f"“{name}” is no picture" in page.locator(".fe-note").inner_text()
        np.testing.assert_array_equal(seen(page), noise)
    upload(page, png(noise[::-1]))
    assert "never leaves this page" in page.locator(".fe-note").inner_text()
    np.testing.assert_array_equal(seen(page), noise[::-1])


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_pictures_are_dropped_and_pasted(explorer, noise, kind):
    page = explorer(heat=False)
    page.evaluate(
        """([kind, text]) => { const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0)); const data = new DataTransfer();
        data.items.add(new File([bytes], "mine.png", { type: "image/png" }));
        const event = kind === "drop" ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
          : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
        document.querySelector(".fe-note").dispatchEvent(event); }""",
        [kind, base64.b64encode(png(noise)).decode()],
    )
    page.get_by_role("button", name="Your picture").wait_for()
    np.testing.assert_array_equal(seen(page), noise)


# ---- the camera


@pytest.fixture
def filming(browser, write_explorer, address):
    """`filming(allowed)` → a page in a browser with a camera that films a test picture."""
    from browser import find  # scripts/browser.py

    launched, problems = [], []

    def film(allowed: bool):
        flags = [*QUIET, "--use-fake-device-for-media-stream"]
        if allowed:
            flags.append("--use-fake-ui-for-media-stream")
        launched.append(browser.browser_type.launch(executable_path=find(), args=flags))
        page = launched[-1].new_page(viewport={"width": 900, "height": 1300})
        watch(page, problems)
        page.goto(address(write_explorer(heat=False)))
        ready(page)
        return page

    yield film
    found = list(problems)
    for one in launched:
        one.close()
    assert not found, found


def running(page) -> bool:
    return page.evaluate(
        "document.querySelector('.fe-camera video').srcObject?.getTracks().some((track) => track.readyState === 'live') ?? false"
    )


def test_the_camera_takes_one_picture_and_stops(filming):
    page = filming(allowed=True)
    before = seen(page)
    assert not running(page)
    page.get_by_role("button", name="Camera").dblclick()  # the second click films nothing more
    page.get_by_role("button", name="Cancel").click()
    assert not running(page) and (seen(page) == before).all() and not page.locator("video").is_visible()
    page.get_by_role("button", name="Camera").press("Enter")
    page.get_by_role("button", name="Take the picture").wait_for()
    assert running(page) and page.locator("video").is_visible()
    page.wait_for_function("document.querySelector('.fe-rate').textContent")
    page.keyboard.press("Enter")  # the focus has moved there
    page.get_by_role("button", name="Your picture").wait_for()
    assert not running(page) and not page.locator("video").is_visible()
    taken = seen(page)
    assert (taken != before).any() and taken.std() > 10
    assert page.evaluate("document.activeElement.textContent") == "Camera …"


ON_SHOW = "() => [...document.querySelectorAll('.fe-chip canvas, .fe-main canvas')].map((canvas) => canvas.toDataURL()).join()"


def test_the_camera_is_read_live(filming):
    """Answers, heat map and activations follow what the camera sees; nothing is saved until a picture is taken."""
    page = filming(allowed=True)
    page.get_by_role("button", name="What each finds").click()
    check_address(page, view="activations")
    before = seen(page)
    page.evaluate(
        """() => { window.written = 0; const write = history.replaceState;
        history.replaceState = function (...given) { window.written++; return write.apply(this, given); }; }"""
    )
    press(page, "Camera")
    expect(page.locator(".fe-rate")).to_have_text(re.compile(r"^\d+ pictures a second$"))
    for _ in range(3):  # the fake camera's picture moves
        shown = page.evaluate(ON_SHOW)
        page.wait_for_function(f"(shown) => ({ON_SHOW})() !== shown", arg=shown)
    print(f"live: {page.locator('.fe-rate').inner_text()}")
    assert page.locator(".fe-answers button").first.inner_text()
    assert not page.get_by_role("button", name="Your picture").is_visible()
    assert page.evaluate("window.written") == 0
    press(page, "Cancel")
    assert not running(page) and (seen(page) == before).all()


COUNT_FRAMES = """() => {
    const video = document.querySelector(".fe-camera video"), ask = video.requestVideoFrameCallback.bind(video);
    const asked = [], held = [];
    window.waiting = () => held.filter((stream) => stream === video.srcObject).length;
    video.requestVideoFrameCallback = (then) => {
        const stream = video.srcObject, before = asked.filter((one) => one === stream).length;
        asked.push(stream);
        return ask(before < 12 ? then : () => held.push(stream));
    };
}"""


def test_a_camera_opened_again_is_followed_once(filming):
    """After twelve requests for a frame of the last stream no loop goes on: the requests that then come are as many as loops."""
    page = filming(allowed=True)
    page.evaluate(COUNT_FRAMES)
    for _ in range(3):
        press(page, "Camera")
        page.get_by_role("button", name="Take the picture").wait_for()
        press(page, "Cancel")
    press(page, "Camera")
    page.wait_for_function("window.waiting()")
    settle(page)
    assert page.evaluate("window.waiting()") == 1


def test_another_picture_ends_the_filming(filming):
    page = filming(allowed=True)
    before = seen(page)
    press(page, "Camera")
    page.get_by_role("button", name="Take the picture").wait_for()
    press(page, "Sample: bus")  # the one that was on show before
    expect(page.locator("video")).to_be_hidden()
    assert not running(page) and (seen(page) == before).all()


def test_a_refused_camera_is_explained(filming):
    page = filming(allowed=False)
    page.get_by_role("button", name="Camera").click()
    expect(page.locator(".fe-note")).to_contain_text("The camera was not allowed.")
    assert not page.get_by_role("button", name="Take the picture").is_visible()


def test_a_missing_camera_is_explained(explorer):
    page = explorer()
    page.get_by_role("button", name="Camera").click()
    expect(page.locator(".fe-note")).to_contain_text(re.compile("No camera can be reached|not allowed"))
    page.evaluate("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    page.get_by_role("button", name="Camera").click()
    expect(page.locator(".fe-note")).to_have_text("No camera can be reached from this page.")


# ---- drawing


def test_drawing_with_the_mouse(explorer, net):
    page = explorer(heat=False)
    page.get_by_role("button", name="Draw").click()
    assert (seen(page) == 255).all()
    draw(page, [[(0.2, 0.25), (0.8, 0.25)]])
    page.get_by_role("button", name="red").click()
    draw(page, [[(0.2, 0.75), (0.8, 0.75)]])
    drawn = seen(page)
    assert (drawn[16, 20:44] < 60).all() and (drawn[48, 20:44, 0] > 180).all() and (drawn[48, 20:44, 2] < 80).all()
    assert (drawn[32] == 255).all()
    check_answers(page, net, drawn)
    page.get_by_role("button", name="Clear").click()
    assert (seen(page) == 255).all()
    page.get_by_role("checkbox", name="heat map").check()
    check_address(page, heat="true")  # no drawing is shared without its strokes


def test_a_drawing_is_read_while_the_pen_is_down(explorer):
    page = explorer(heat=False, sample="drawing")
    blank = answers(page)
    box = box_of(page, ".cw-pad")
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 150, steps=4)
    assert seen(page)[30, 30].max() < 60
    first = answers(page)
    page.mouse.move(box["x"] + 150, box["y"] + 60, steps=4)
    second = answers(page)
    assert blank != first != second
    page.mouse.up()
    press(page, "Sample: lake")  # at once: what was drawn is kept
    ready(page)
    press(page, "Draw")
    assert answers(page) == second


def test_drawing_with_keys(explorer):
    page = explorer(heat=False, sample="drawing")
    page.get_by_role("button", name="green").press("Enter")
    assert page.get_by_role("button", name="green").get_attribute("aria-pressed") == "true"
    page.locator(".cw-pad").focus()
    page.keyboard.press("Space")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowDown")
    line = seen(page)
    inked = (line != 255).any(-1)
    assert inked[24:40, 31].all() and line[30, 31, 1] > line[30, 31, 0] + 40
    page.keyboard.press("Backspace")
    assert (seen(page) == 255).all()


def test_a_finger_draws_and_taps(explorer):
    page = explorer(viewport=(360, 740), touch=True, heat=False)
    page.get_by_role("button", name="Draw").tap()
    ready(page)
    start = middle(page, ".cw-pad", 0, -0.35)
    scrolled = page.evaluate("scrollY")
    drag(page, start, (start[0], start[1] + 90))
    assert seen(page).min() < 60 and page.evaluate("scrollY") == scrolled
    page.wait_for_timeout(400)  # so soon after a drag Chromium makes no click of a tap, and nothing says when it would
    page.get_by_role("button", name="Sample: lake").tap()
    ready(page)
    page.locator(".fe-chip").nth(9).tap()
    settle(page)
    assert page.get_by_role("radio", name="Block 4, convolution 3").is_checked()
    page.get_by_role("button", name="What each finds").tap()
    box = page.locator(GRID).bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 3.5 / 16, box["y"] + box["height"] * 2.5 / 12)
    check_address(page, sample="lake", layer="block4_conv3", view="activations", filter="35")
    page.locator(".fe-answers button").nth(2).tap()
    page.get_by_role("checkbox", name="heat map").tap()
    assert page.get_by_role("checkbox", name="heat map").is_checked()


# ---- layers, filters, classes


def shown_filter(page) -> str:
    settle(page)
    return page.locator(".fe-main b").inner_text()


def test_layers_by_keys_and_mouse(explorer):
    page = explorer(layer="block1_conv1", filter=20)
    assert shown_filter(page) == "Block 1, convolution 1: filter 20 of 24"
    page.get_by_role("radio", name="Block 1, convolution 1").focus()
    for name, count in [(name, count) for name, count in LAYERS.items()][1:]:
        page.keyboard.press("ArrowRight")
        assert shown_filter(page) == f"Block {name[5]}, convolution {name[-1]}: filter 20 of {count}"
    check_address(page, layer="block4_conv3")
    page.locator(".fe-chip").nth(0).click()
    assert shown_filter(page) == "Block 1, convolution 1: filter 20 of 24"


def test_a_filter_that_a_layer_does_not_have(explorer):
    page = explorer(layer="block4_conv1", filter=150)
    page.locator(".fe-chip").nth(2).click()
    assert shown_filter(page) == "Block 2, convolution 1: filter 47 of 48"


def test_filters_by_keys_and_mouse(explorer):
    page = explorer()
    grid = page.locator(GRID)
    grid.focus()
    for key, expected in (
        ("ArrowRight", 1),
        ("ArrowDown", 13),
        ("ArrowLeft", 12),
        ("ArrowUp", 0),
        ("ArrowUp", 0),
        ("ArrowDown", 12),
        ("Home", 0),
    ):
        page.keyboard.press(key)
        assert shown_filter(page).endswith(f"filter {expected} of 96"), key
    box = grid.bounding_box()
    for column, row in ((4, 2), (11, 7), (0, 5)):
        page.mouse.click(box["x"] + box["width"] * (column + 0.5) / 12, box["y"] + box["height"] * (row + 0.5) / 8)
        assert shown_filter(page).endswith(f"filter {12 * row + column} of 96")
    check_address(page, filter="60")


def test_the_pattern_is_the_one_of_the_atlas(explorer):
    page = explorer(layer="block2_conv2", filter=29)
    sheet = opened(load_weights(PATTERNS)[0]["patterns/block2_conv2"])
    side = sheet.shape[1] // 12
    expected = Image.fromarray(sheet[2 * side : 3 * side, 5 * side : 6 * side])
    shown = pixels(page, PATTERN)[..., :3]
    small = np.asarray(Image.fromarray(shown.astype("uint8")).resize((16, 16), Image.Resampling.BOX)).astype(int)
    assert np.abs(small - np.asarray(expected.resize((16, 16), Image.Resampling.BOX))).mean() < 6
    corner = pixels(page, GRID)
    size = corner.shape[1] / 8
    cell = corner[int(3.2 * size) : int(3.8 * size), int(5.2 * size) : int(5.8 * size), :3]
    assert np.abs(cell.mean((0, 1)) - np.asarray(expected).mean((0, 1))).max() < 40


def test_the_map_is_keras_map(explorer, net):
    import keras

    page = explorer(layer="block3_conv2", filter=5, view="activations", sample="temple")
    picture = opened(load_weights(PATTERNS)[0]["samples/temple"])
    layer = keras.Model(net.inputs, net.get_layer("block3_conv2").output)(picture[None].astype("float32"))
    maps = keras.ops.convert_to_numpy(layer)[0]
    shown = pixels(page, MAP)
    places = ((np.arange(16) + 0.5) * len(shown) / 16).astype(int)
    levels = shown[places][:, places, 0]
    expected = 255 * np.sin(1.57 * np.sqrt(maps[..., 5] / maps.max()))
    assert np.abs(levels - expected).max() <= 3
    facts = page.locator(".filter-explorer > p").inner_text()
    numbers = [float(v) for v in re.findall(r"\d+(?:\.\d+)?", facts)]
    expected = [16, 16, maps[..., 5].max(), 100 * (maps[..., 5] == 0).mean(), 100 * (maps == 0).mean()]
    np.testing.assert_allclose(numbers, expected, atol=0.06)
    assert f"{100 * (maps == 0).mean():.0f} % zeros" in page.locator(".fe-chip").nth(5).inner_text()


def test_views(explorer):
    page = explorer()
    patterns = pixels(page, GRID)
    page.get_by_role("button", name="What each finds").click()
    maps = pixels(page, GRID)
    assert (maps != patterns).any() and "activations" in page.locator(GRID).get_attribute("aria-label")
    check_address(page, view="activations")
    page.get_by_role("button", name="What each filter looks for").press("Space")
    assert (pixels(page, GRID) == patterns).all()
    check_address(page)


def test_heat_maps(explorer):
    page = explorer()
    first = pixels(page, PICTURE)
    top = answers(page)
    assert page.locator(".fe-answers [aria-pressed=true]").inner_text().startswith(top[0][0])
    page.locator(".fe-answers button").nth(1).click()
    second = pixels(page, PICTURE)
    assert (first != second).any()
    check_address(page, answer=top[1][0])
    assert top[1][0] in page.locator(".fe-top figcaption").inner_text()
    page.get_by_role("checkbox", name="heat map").press("Space")
    plain = pixels(page, PICTURE)
    assert (plain != second).any()
    check_address(page, answer=top[1][0], heat="false")
    page.locator(".fe-answers button").nth(0).press("Enter")
    page.get_by_role("checkbox", name="heat map").click()
    assert (pixels(page, PICTURE) == first).all()


# ---- the address, all readers, and what goes wrong


def test_a_shared_address(open_page, write_explorer):
    url = write_explorer().as_uri()
    page = open_page(
        f"{url}#FilterExplorer.layer=block4_conv2&FilterExplorer.filter=101&FilterExplorer.view=activations&FilterExplorer.sample=lake"
    )
    ready(page)
    assert shown_filter(page) == "Block 4, convolution 2: filter 101 of 192"
    assert page.get_by_role("button", name="Sample: lake").get_attribute("aria-pressed") == "true"
    for without in ("own", "drawing"):  # their picture is not in the address
        page = open_page(
            f"{url}#FilterExplorer.sample={without}&FilterExplorer.filter=9999&FilterExplorer.answer=nothing"
        )
        ready(page)
        assert page.get_by_role("button", name="Sample: bus").get_attribute("aria-pressed") == "true"
        assert shown_filter(page).endswith("filter 95 of 96") and answers(page)[0][0] == "school bus"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_for_everybody(explorer, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = explorer(color_scheme=scheme, sample="drawing")
    serious = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert not serious, serious


def test_frames_follow_the_theme(explorer):
    page = explorer()
    light = pixels(page, GRID)
    page.evaluate("document.documentElement.style.setProperty('--pst-color-link', '#ff00ff')")
    darken(page)
    settle(page)
    assert (pixels(page, GRID) != light).any()


def test_a_reading_that_fails_is_explained_and_the_next_succeeds(explorer):
    page = explorer(heat=False)
    page.evaluate(
        "() => { window.from = Float32Array.from; Float32Array.from = () => { throw new Error('no memory left'); }; }"
    )
    press(page, "Sample: lake")
    expect(page.locator(".fe-note")).to_have_text("The network could not read this picture: no memory left")
    expect(page.locator(".fe-answers")).to_have_attribute("aria-busy", "false")
    before = page.locator(".fe-answers").inner_text()
    page.evaluate("() => { Float32Array.from = window.from; }")
    press(page, "Draw")
    expect(page.locator(".fe-answers")).not_to_have_text(before)
    expect(page.locator(".fe-note")).not_to_contain_text("no memory left")


@pytest.mark.parametrize("missing", ["coursenet", PATTERNS])
def test_a_missing_file_is_explained_in_its_place(open_page, write_explorer, missing):
    page = open_page("about:blank")
    page.route(f"**/{missing}.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(write_explorer().as_uri())
    page.get_by_text(f"The weight file {missing}.js is truncated").wait_for()
    if missing == "coursenet":
        page.wait_for_function(FILLED, arg=GRID)
        assert page.get_by_role("button", name="Sample: bus").is_visible()
    else:
        page.get_by_role("button", name="Draw").click()
        assert len(answers(page)) == 5


FILLED = """(selector) => { const canvas = document.querySelector(selector);
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((v, i) => i % 4 === 3 && v).length > data.length / 8; }"""


def test_a_picture_set_from_python(explorer, net, noise):
    address = "data:image/png;base64," + base64.b64encode(png(noise)).decode()
    page = explorer(heat=False, picture=address, sample="own")
    np.testing.assert_array_equal(seen(page), noise)
    check_answers(page, net, noise)


def test_a_broken_picture_set_from_python(open_page, write_explorer):
    page = open_page(write_explorer(picture="data:image/png;base64,AAAA", sample="own").as_uri())
    expect(page.locator(".fe-note")).to_contain_text("none that this browser can read")
    page.get_by_role("button", name="Sample: lake").click()
    assert len(answers(page)) == 5
