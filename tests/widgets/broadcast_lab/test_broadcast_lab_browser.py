"""BroadcastLab in a browser: every control by mouse, keys and touch, over http and from disk, and its numbers against NumPy."""

import re

import numpy as np
import pytest
from support.widgets import settle

from utils.widgets import BroadcastLab

pytestmark = pytest.mark.browser

STATES = [
    ((3, 1), (4,)),
    ((6, 1), (6,)),
    ((2, 1, 3), (4, 1)),
    ((2, 3), (2, 3)),
    ((), (2, 2)),
    ((2, 3, 4), (4,)),
    ((6,), ()),
    ((), ()),
    ((0, 3), (1,)),
    ((6, 6, 6), (6, 1, 1)),
]


@pytest.fixture
def open_lab(open_page, write_page):
    """`open_lab(viewport=…, color_scheme=…, touch=…, **state)` → a page from disk with the lab ready."""

    def open_it(viewport=(900, 1100), color_scheme="light", touch=False, **state):
        return ready(open_page(write_page(BroadcastLab(**state)).as_uri(), viewport, color_scheme, touch))

    return open_it


def ready(page):
    page.locator(".bl-aligned").wait_for()
    settle(page)
    return page


def verdict(page) -> str:
    settle(page)
    return page.locator(".bl-shapes .cw-live").inner_text()


def cells(page, name: str) -> list[list[int]]:
    """The numbers in each cell of a panel, in C order."""
    settle(page)
    texts = page.locator(f".bl-panel.bl-{name} .bl-cell").all_inner_texts()
    return [[int(number) for number in text.split()] for text in texts]


def shapes(page) -> list[str]:
    settle(page)
    return [page.get_by_label(name, exact=True).input_value() for name in ("first", "second")]


def marked(page, kind: str) -> dict[str, list[int]]:
    """Positions of the highlighted cells in each panel."""
    settle(page)
    return {
        name: page.eval_on_selector_all(
            f".bl-panel.bl-{name} .bl-cell",
            f"cells => cells.flatMap((cell, i) => cell.classList.contains('bl-{kind}') ? [i] : [])",
        )
        for name in ("first", "second", "result")
    }


def button(page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def axis(which: str, number: int, way: str) -> str:
    return f"{which}, axis −{number}: {way}"


# ---- what is shown


@pytest.mark.parametrize("operation", ["+", "*", "pairs"])
@pytest.mark.parametrize("first, second", STATES)
def test_its_numbers_are_numpys(open_lab, first, second, operation):
    """The code that the lab offers is run here; operands, ghosts, result and bytes must be what NumPy makes of it."""
    page = open_lab(first=first, second=second, operation=operation)
    names = {"np": np}
    *made, last = page.locator("details pre").text_content().splitlines()
    exec("\n".join(made), names)
    operands, result = [names["first"], names["second"]], eval(last, names)
    assert [operand.shape for operand in operands] == [first, second]
    met = np.broadcast_arrays(*operands)
    shape = met[0].shape
    assert verdict(page) == f"{first} and {second} fit: the result has the shape {shape}."
    for name, operand, stretched in zip(("first", "second"), operands, met):
        assert cells(page, name) == [[n] for n in stretched.ravel()]
        stored = operand.astype("float32")
        caption = page.locator(f".bl-{name} .bl-caption").inner_text()
        assert re.findall(r"(\d+) B", caption) == [str(n) for n in dict.fromkeys([stored.nbytes, 4 * stretched.size])]
        if stretched.size:
            assert page.locator(f".bl-{name} .bl-ghost").count() == stretched.size - operand.size
    expected = np.stack(met, axis=-1).reshape(-1, 2) if operation == "pairs" else result.reshape(-1, 1)
    assert cells(page, "result") == expected.tolist()
    assert f"{4 * expected.shape[0]} B" in page.locator(".bl-result .bl-caption").inner_text()


def test_axes_are_aligned_from_the_right(open_lab):
    page = open_lab(first=(2, 1, 3), second=(4, 1))
    rows = [
        row.split("\t")
        for row in page.locator(".bl-aligned").inner_text().replace("\n\n", "\t").split("\n")
        if row.strip()
    ]
    assert page.locator(".bl-aligned thead th").all_inner_texts() == ["axis −3", "axis −2", "axis −1"]
    read = [
        [
            re.sub(r"\s+", " ", text)
            for text in page.locator(f".bl-aligned tbody tr:nth-child({i}) td").all_inner_texts()
        ]
        for i in (1, 2, 3)
    ]
    assert read == [
        ["2 kept", "1 → 4 stretched", "3 kept"],
        ["1 → 2 added", "4 kept", "1 → 3 stretched"],
        ["2", "4", "3"],
    ], rows


@pytest.mark.parametrize(
    ("first", "second", "where", "expression", "repaired"),
    [
        ((4, 3), (4,), "axis −1: 3 meets 4", "second[:, None]", ["(4, 3)", "(4, 1)"]),
        ((3,), (4,), "axis −1: 3 meets 4", "first[:, None]", ["(3, 1)", "(4,)"]),
        ((3, 4), (2, 4), "axis −2: 3 meets 2", "first[:, None, :]", ["(3, 1, 4)", "(2, 4)"]),
        ((2, 3, 4), (3, 2, 5), "axis −3: 2 meets 3 and at axis −2: 3 meets 2 and at axis −1: 4 meets 5", None, None),
    ],
)
def test_an_error_in_numpys_words_and_a_way_out(open_lab, first, second, where, expression, repaired):
    page = open_lab(first=first, second=second)
    with pytest.raises(ValueError) as caught:
        np.ones(first) + np.ones(second)
    assert page.locator(".bl-words").text_content() == f"ValueError: {caught.value}"
    assert (
        verdict(page)
        == f"{first} and {second} do not fit. They clash at {where}. Lengths must be equal, or one of them 1."
    )
    assert (
        page.locator(".bl-clash").count() == 2 * where.count("meets")
        and page.locator(".bl-panel.bl-result").count() == 0
    )
    assert len(cells(page, "first")) == np.prod(first) and page.locator(".bl-ghost").count() == 0
    if expression:
        button(page, f"Take {expression}").press("Enter")
        assert shapes(page) == repaired and "fit: the result" in verdict(page)
        assert not page.locator(".bl-trouble").is_visible()
    else:
        assert (
            page.get_by_role("button", name="Take").count() == 0
            and "one of the lengths has to change" in page.locator(".bl-trouble").inner_text()
        )


# ---- choosing shapes


def test_typed_over_http_and_from_disk_and_shared_as_a_link(open_page, write_page, address):
    page = ready(open_page(address(write_page(BroadcastLab()))))
    field = page.get_by_label("first", exact=True)
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("(2, 1, 5)")
    assert "(2, 1, 5) and (4,) do not fit" in verdict(page) and field.input_value() == "(2, 1, 5)"
    page.get_by_label("second", exact=True).fill("4 1")
    page.keyboard.press("Enter")
    assert shapes(page) == ["(2, 1, 5)", "(4, 1)"] and verdict(page).endswith("(2, 4, 5).")
    page.get_by_label("Show", exact=True).select_option("first × second")
    page.wait_for_function(
        "['first=[2,1,5]', 'second=[4,1]', 'operation=*'].every((part) => decodeURIComponent(location.hash).includes(part))"
    )
    shared = ready(open_page(page.url))
    assert shapes(shared) == shapes(page) and cells(shared, "result") == cells(page, "result")
    assert shared.locator(".bl-panels").inner_text() == page.locator(".bl-panels").inner_text()


def test_what_is_no_shape_is_refused(open_lab):
    page = open_lab()
    field = page.get_by_label("second", exact=True)
    hint = page.get_by_text("Write a shape like (2, 1, 3)").nth(1)
    for text in ("(7,)", "(1, 1, 1, 1)", "two", "", "(2.5,)"):
        field.fill(text)
        field.blur()
        assert hint.is_visible() and field.get_attribute("aria-invalid") == "true", text
        assert verdict(page) == "(3, 1) and (4,) fit: the result has the shape (3, 4)."
        field.fill("(4,)")
        field.blur()
        assert field.input_value() == "(4,)"
    field.fill("nothing")
    field.blur()
    button(page, axis("second", 1, "longer")).click()
    assert (
        shapes(page) == ["(3, 1)", "(5,)"] and not hint.is_visible() and field.get_attribute("aria-invalid") == "false"
    )
    field.fill("( )")
    field.blur()
    assert shapes(page)[1] == "()" and verdict(page) == "(3, 1) and () fit: the result has the shape (3, 1)."


def test_every_stepper_by_mouse(open_lab):
    page = open_lab(first=(2, 2, 2), second=(2, 2, 2))
    for which, name in enumerate(("first", "second")):
        for number in (1, 2, 3):
            expected = [2, 2, 2]
            for way, n in (("longer", 3), ("shorter", 2), ("shorter", 1)):
                button(page, axis(name, number, way)).click()
                expected[-number] = n
                assert shapes(page)[which] == str(tuple(expected))
            button(page, axis(name, number, "longer")).click()
        for shape in ("(2, 2)", "(2,)", "()", "()"):
            button(page, f"{name}: one axis fewer").click(force=True)
            assert shapes(page)[which] == shape
        for shape in ("(1,)", "(1, 1)", "(1, 1, 1)", "(1, 1, 1)"):
            button(page, f"{name}: one axis more, in front").click(force=True)
            assert shapes(page)[which] == shape
    assert not page.get_by_text("Write a shape like").first.is_visible()


def test_steppers_by_keyboard_keep_the_focus_at_the_ends(open_lab):
    page = open_lab(first=(5,), second=(1,))
    longer = button(page, axis("first", 1, "longer"))
    longer.focus()
    for shape in ("(6,)", "(6,)"):
        page.keyboard.press("Enter")
        assert shapes(page)[0] == shape
    assert longer.get_attribute("aria-disabled") == "true" and longer.evaluate(
        "node => node === document.activeElement"
    )
    page.keyboard.press("Shift+Tab")
    for n in (5, 4, 3, 2, 1, 0, 0):
        page.keyboard.press("Space")
        assert shapes(page)[0] == f"({n},)"
    assert "It holds no number at all." in page.locator(".bl-panels").inner_text()
    assert not button(page, axis("first", 2, "longer")).is_visible()


def test_touch(open_lab):
    page = open_lab(viewport=(360, 740), touch=True)
    button(page, axis("second", 1, "longer")).tap()
    button(page, "second: one axis more, in front").tap()
    button(page, axis("second", 2, "longer")).tap()
    assert shapes(page) == ["(3, 1)", "(2, 5)"] and "axis −2: 3 meets 2" in verdict(page)
    page.get_by_role("button", name="Take").tap()
    assert verdict(page) == "(3, 1, 1) and (2, 5) fit: the result has the shape (3, 2, 5)."
    page.locator("[data-at='27']").tap()
    assert page.locator(".bl-told").inner_text() == "result[2, 1, 2] = first[2, 0, 0] + second[1, 2] = 3 + 80 = 83"
    assert marked(page, "here") == {"first": [27], "second": [27], "result": [27]}


# ---- where a number comes from


def test_pointing_with_the_mouse(open_lab):
    page = open_lab(first=(3, 1), second=(4,))
    told = page.locator(".bl-told")
    assert told.inner_text().startswith("Point at a number")
    page.locator("[data-at='6']").hover()
    assert told.inner_text() == "result[1, 2] = first[1, 0] + second[2] = 2 + 30 = 32"
    assert marked(page, "here") == {"first": [6], "second": [6], "result": [6]}
    assert marked(page, "origin") == {"first": [4], "second": [2], "result": []}
    page.locator("[data-at='0']").click()
    assert told.inner_text() == "result[0, 0] = first[0, 0] + second[0] = 1 + 10 = 11"
    page.mouse.move(5, 5)
    page.get_by_label("Show", exact=True).select_option("which meets which")
    settle(page)
    assert told.inner_text() == "result[0, 0]: 1 from first[0, 0] meets 10 from second[0]."
    page.locator("[data-at='11']").hover()
    assert told.inner_text() == "result[2, 3]: 3 from first[2, 0] meets 40 from second[3]."
    page.mouse.move(5, 5)
    page.get_by_label("first", exact=True).fill("(3, 4)")
    assert marked(page, "here") == {"first": [11], "second": [11], "result": [11]}  # the result has kept its shape
    page.get_by_label("first", exact=True).fill("(2, 4)")
    settle(page)
    assert told.inner_text().startswith("Point at a number") and not any(marked(page, "here").values())


def test_pointing_with_the_keys(open_lab):
    page = open_lab(first=(2, 1, 3), second=(2, 1), operation="*")
    tab_stops = page.locator(".bl-result [tabindex='0']")
    tab_stops.focus()
    told = page.locator(".bl-told")
    assert told.inner_text() == "result[0, 0, 0] = first[0, 0, 0] × second[0, 0] = 1 × 10 = 10"
    for key, index in (
        ("ArrowRight", "[0, 0, 1]"),
        ("ArrowDown", "[0, 1, 1]"),
        ("ArrowRight", "[0, 1, 2]"),
        ("ArrowRight", "[1, 1, 0]"),  # into the matrix at its side
        ("ArrowDown", "[1, 1, 0]"),
        ("ArrowUp", "[1, 0, 0]"),
        ("ArrowLeft", "[0, 0, 2]"),
        ("End", "[1, 1, 2]"),
        ("ArrowRight", "[1, 1, 2]"),
        ("Home", "[0, 0, 0]"),
        ("ArrowLeft", "[0, 0, 0]"),
    ):
        page.keyboard.press(key)
        assert told.inner_text().startswith(f"result{index} ="), key
        assert (
            page.evaluate("document.activeElement.getAttribute('aria-label')").startswith(f"result{index}: ")
            and tab_stops.count() == 1
        )
    page.evaluate("location.hash = '#BroadcastLab.first=[]&BroadcastLab.second=[]'")
    page.locator("[data-at='1']").wait_for(state="detached")
    page.locator("[data-at='0']").focus()
    assert told.inner_text() == "result = first × second = 1 × 10 = 10"


def test_the_operation_by_keyboard(open_lab):
    page = open_lab(first=(2,), second=(2,))
    page.get_by_label("Show", exact=True).focus()
    seen = [cells(page, "result")]
    for _ in range(2):
        page.keyboard.press("ArrowDown")
        seen.append(cells(page, "result"))
    assert seen == [[[11], [22]], [[10], [40]], [[1, 10], [2, 20]]]
    page.get_by_text("The same in NumPy").click()
    assert (
        page.locator("details pre").inner_text()
        == "first = np.arange(1, 3)\nsecond = 10 * np.arange(1, 3)\nnp.broadcast_arrays(first, second)"
    )


# ---- the state, and the page around it


def test_state_set_by_a_program(open_lab):
    """What the kernel sends arrives as changes of the model: here through the address, which does the same."""
    page = open_lab()
    page.evaluate("location.hash = '#BroadcastLab.first=[2,2]&BroadcastLab.second=[]&BroadcastLab.operation=pairs'")
    page.wait_for_function("document.querySelector('.bl-choose input').value === '(2, 2)'")
    assert cells(page, "result") == [[1, 10], [2, 10], [3, 10], [4, 10]]
    assert page.get_by_label("Show", exact=True).evaluate("node => node.selectedOptions[0].text") == "which meets which"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "state", [{"first": (2, 1, 6), "second": (4, 1), "operation": "pairs"}, {"first": (6, 6, 6), "second": (5, 6, 5)}]
)
def test_it_fits_a_phone(open_lab, scheme, state):
    page = open_lab(viewport=(320, 640), color_scheme=scheme, touch=True, **state)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    outside = page.evaluate(
        """() => { const right = document.querySelector(".cw").getBoundingClientRect().right;
            const out = (node) => node.getBoundingClientRect().right > right + 0.5;
            return [...document.querySelectorAll(".cw *")].filter(out).map((node) => node.className); }"""
    )
    assert outside == []
    small = page.evaluate(
        "[...document.querySelectorAll('.cw button, .cw select')].filter((b) => b.offsetParent && b.getBoundingClientRect().height < 34).length"
    )
    assert small == 0
