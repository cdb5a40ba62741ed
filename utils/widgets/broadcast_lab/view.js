// BroadcastLab: two shapes aligned from the right, and the numbers that meet, or the axis at which they do not fit.

import { button, choice, element, live, mount, stateOf } from "../kit/kit.js";
import { shapeControls } from "./controls.js";
import { axisName, broadcast, code, complaint, NAMES, repair, written } from "./engine.js";
import { numbers } from "./panels.js";
import STYLE from "./style.css";

const OPERATIONS = { "+": "first + second", "*": "first × second", pairs: "which meets which" };

function render({ model, el, signal }) {
  const state = stateOf(model, signal);
  const box = mount(el, { name: "broadcast-lab", label: "Broadcast lab", style: STYLE });
  const parts = [alignment(), verdict(state), numbers(), numpy()];
  const [aligned, said, cells, same] = parts.map(({ nodes }) => nodes);
  const options = state.rule("operation").choices.map((operation) => [operation, OPERATIONS[operation]]);
  box.append(
    ...NAMES.map((name) => shapeControls(state, name)),
    choice(state, "operation", { label: "Show", options }),
    element("div", { class: "bl-shapes" }, ...aligned, ...said),
    ...cells,
    element(
      "p",
      { class: "cw-muted bl-caption" },
      "Bytes as float32. Pale cells take no memory: the same stored number is read again.",
    ),
    ...same,
  );
  state.watch([...NAMES, "operation"], () => {
    const both = NAMES.map(state.get);
    const now = { both, operation: state.get("operation"), ...broadcast(...both) };
    for (const { show } of parts) show(now);
  });
}

/** The shapes, one below the other. */
function alignment() {
  const table = element("table", { class: "bl-aligned" });
  const cell = (text, mark = "") =>
    element("td", { class: `bl-${mark}` }, element("b", {}, text), element("small", {}, mark));
  const stretched = (n, length) => (length === null || length === n ? String(n) : `${n} → ${length}`);
  const line = (name, cells) => element("tr", {}, element("th", { scope: "row", class: `bl-${name}` }, name), ...cells);
  const show = ({ axes }) => {
    const headings = axes.map((_, axis) => element("th", { scope: "col" }, axisName(axis, axes.length)));
    const operands = NAMES.map((name, which) =>
      line(
        name,
        axes.map(({ lengths, marks, length }) => cell(stretched(lengths[which], length), marks[which])),
      ),
    );
    const result = axes.map(({ length }) => cell(String(length ?? "?")));
    table.replaceChildren(
      element("caption", { class: "cw-hidden" }, "The shapes, aligned from the right"),
      element("thead", {}, element("tr", {}, element("td"), ...headings)),
      element("tbody", {}, ...operands, line("result", result)),
    );
  };
  return { nodes: [table], show };
}

/** Whether the shapes fit; where they do not, NumPy's words and a way out. */
function verdict(state) {
  const { most } = state.rule("first");
  const line = live();
  const words = element("pre", { class: "bl-code bl-words" });
  const way = element("p");
  const mend = button("", () => {
    const { which, shape } = repair(NAMES.map(state.get), most);
    state.set({ [NAMES[which]]: shape });
  });
  const trouble = element("div", { class: "bl-trouble" }, words, way, mend);
  const show = ({ both, axes, shape }) => {
    const pair = both.map((own) => written(own)).join(" and ");
    trouble.hidden = Boolean(shape);
    line.textContent = shape
      ? `${pair} fit: the result has the shape ${written(shape)}.`
      : `${pair} do not fit. They clash at ${clashes(axes)}. Lengths must be equal, or one of them 1.`;
    if (shape) return;
    const out = repair(both, most);
    words.textContent = `ValueError: ${complaint(both)}`;
    way.textContent = out ? wayOut(out, both) : "A new axis does not help here: one of the lengths has to change.";
    mend.hidden = !out;
    mend.textContent = out ? `Take ${out.expression}` : "";
  };
  return { nodes: [element("div", {}, line, trouble)], show };
}

/** "axis −2: 3 meets 2 and at axis −1: 4 meets 5" */
const clashes = (axes) =>
  axes
    .map(({ lengths, length }, axis) =>
      length === null ? `${axisName(axis, axes.length)}: ${lengths.join(" meets ")}` : "",
    )
    .filter(Boolean)
    .join(" and at ");

function wayOut({ which, shape, expression }, both) {
  const result = broadcast(shape, both[1 - which]).shape;
  return `One way out is a new axis of length 1: ${expression} has the shape ${written(shape)}, and the result will have ${written(result)}.`;
}

function numpy() {
  const text = element("pre", { class: "bl-code" });
  const show = ({ both, operation }) => {
    text.textContent = code(both, operation);
  };
  return { nodes: [element("details", {}, element("summary", {}, "The same in NumPy"), text)], show };
}

export default { render };
