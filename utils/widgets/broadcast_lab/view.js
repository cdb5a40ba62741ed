// BroadcastLab: two shapes aligned from the right, and the numbers that meet, or the axis at which they do not fit.

import { button, choice, clamp, connect, element, live, mount, save } from "../kit/kit.js";

const RANK = 3; // axes of a shape at most
const LONGEST = 6; // of one axis
const BYTES = 4; // of a float32
const NAMES = ["first", "second"];
const DEFAULTS = [[3, 1], [4]];
const UNITS = [1, 10]; // the numbers of the operands: 1, 2, 3, … and 10, 20, 30, …, so that a sum tells where it comes from

// ---- shapes

const size = (shape) => shape.reduce((product, n) => product * n, 1);
const valid = (shape) =>
  Array.isArray(shape) && shape.length <= RANK && shape.every((n) => Number.isInteger(n) && n >= 0 && n <= LONGEST);

/** [3] → "(3,)", as Python writes it. NumPy's errors leave the spaces out: `comma` is "," there. */
export const written = (shape, comma = ", ") => `(${shape.join(comma)}${shape.length === 1 ? "," : ""})`;

/** "(2, 1, 3)", or "2 1 3" → [2, 1, 3]; null for what is no shape, or too large a one. */
export function parse(text) {
  const lengths = (text.match(/\d+/g) ?? []).map(Number);
  const known = !/[^\d\s,()[\]]/.test(text) && (lengths.length || /\(\s*\)/.test(text));
  return known && valid(lengths) ? lengths : null;
}

/**
 * What broadcasting makes of two shapes: the resulting `shape`, null where they clash, and all `axes` from left to right:
 * { lengths: [a, b], marks: ["equal" | "kept" | "stretched" | "added" | "clash", …], length }, length null at a clash.
 */
export function broadcast(...shapes) {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const axes = Array.from({ length: rank }, (_, axis) => {
    const own = shapes.map((shape) => shape[axis - rank + shape.length]); // undefined where the axis is missing
    const lengths = own.map((n) => n ?? 1);
    const clash = lengths[0] !== lengths[1] && !lengths.includes(1);
    const length = clash ? null : lengths[lengths[0] === 1 ? 1 : 0];
    const mark = (n) => {
      if (n === undefined) return "added";
      if (clash) return "clash";
      return own[0] === own[1] ? "equal" : n === length ? "kept" : "stretched";
    };
    return { lengths, marks: own.map(mark), length };
  });
  const shape = axes.map(({ length }) => length);
  return { axes, shape: shape.includes(null) ? null : shape };
}

/** The index of the number at a position, counted with the last axis fastest. */
const unravel = (position, shape) => shape.map((n, axis) => Math.floor(position / size(shape.slice(axis + 1))) % n);
const ravel = (index, shape) => index.reduce((position, i, axis) => position * shape[axis] + i, 0);

/** The index in an operand of its own `shape` from which the number at `index` of the result comes. */
export const source = (index, shape) =>
  shape.map((n, axis) => (n === 1 ? 0 : index[axis - shape.length + index.length]));

/** NumPy's own words, with the space at the end. */
export const complaint = (shapes) =>
  `operands could not be broadcast together with shapes ${shapes.map((shape) => `${written(shape, ",")} `).join("")}`;

/** All ways to put new axes, written null, into a shape until it has `rank` axes; those that add at the end come first. */
function widened(shape, rank) {
  if (shape.length >= rank) return shape.length > rank ? [] : [shape];
  const later = shape.length ? widened(shape.slice(1), rank - 1).map((rest) => [shape[0], ...rest]) : [];
  return [...later, ...widened(shape, rank - 1).map((rest) => [null, ...rest])];
}

/**
 * Axes of length 1 that let two clashing shapes fit, as few as will do: { which, shape, expression }, such as
 * { which: 1, shape: [3, 1], expression: "second[:, None]" }, or null if no such axes help.
 */
export function repair(shapes) {
  for (let rank = Math.max(...shapes.map((shape) => shape.length)); rank <= RANK; rank++) {
    for (const which of [0, 1]) {
      for (const way of widened(shapes[which], rank)) {
        const shape = way.map((n) => n ?? 1);
        if (!broadcast(shape, shapes[1 - which]).shape) continue;
        return {
          which,
          shape,
          expression: `${NAMES[which]}[${way.map((n) => (n === null ? "None" : ":")).join(", ")}]`,
        };
      }
    }
  }
  return null;
}

/** The same in NumPy. */
export function code(shapes, operation) {
  const made = shapes.map((shape, which) => {
    if (!shape.length) return `np.array(${UNITS[which]})`;
    const count = `np.arange(1, ${size(shape) + 1})${shape.length > 1 ? `.reshape${written(shape)}` : ""}`;
    return which ? `${UNITS[which]} * ${count}` : count;
  });
  const last = operation === "pairs" ? "np.broadcast_arrays(first, second)" : `first ${operation} second`;
  return [...made.map((expression, which) => `${NAMES[which]} = ${expression}`), last].join("\n");
}

// ---- the widget

const SIGNS = { "+": "+", "*": "×", pairs: "with" };
const bytes = (n) => `${n} number${n === 1 ? "" : "s"}, ${BYTES * n} B`;
const at = (name, index) => (index.length ? `${name}[${index.join(", ")}]` : name);
const axisName = (axis, rank) => `axis −${rank - axis}`;

function render({ model, el }) {
  const box = mount(el, "Broadcast lab", STYLE);
  const shapes = () => NAMES.map((name, which) => (valid(model.get(name)) ? model.get(name) : DEFAULTS[which]));
  const operation = () => (Object.hasOwn(SIGNS, model.get("operation")) ? model.get("operation") : "+");

  // ---- choosing the shapes

  /** A number between the buttons − and +, which stay focusable at the ends. */
  function stepper(label, [fewer, more], change) {
    const value = element("output");
    const buttons = [
      ["−", fewer, -1],
      ["+", more, 1],
    ].map(([sign, name, by]) => button(sign, () => change(by), { "aria-label": name }));
    const node = element(
      "span",
      { class: "bl-stepper" },
      element("span", { class: "cw-muted" }, label),
      buttons[0],
      value,
      buttons[1],
    );
    const show = (now, ends) => {
      value.textContent = now;
      buttons.forEach((one, i) => one.setAttribute("aria-disabled", now === ends[i]));
    };
    return { node, show };
  }

  const controls = NAMES.map((name, which) => {
    const own = () => shapes()[which];
    const put = (shape) => valid(shape) && save(model, { [name]: shape });
    const hint = element(
      "p",
      { class: "bl-hint", role: "status", hidden: true },
      `Write a shape like (2, 1, 3): up to ${RANK} lengths, each from 0 to ${LONGEST}.`,
    );
    const refuse = (wrong) => {
      field.setAttribute("aria-invalid", wrong);
      hint.hidden = !wrong;
    };
    const field = element("input", {
      type: "text",
      size: 9,
      spellcheck: "false",
      autocomplete: "off",
      oninput: () => put(parse(field.value)),
      onchange: () => (parse(field.value) ? (field.value = written(own())) : refuse(true)),
    });
    const rank = stepper("rank", [`${name}: one axis fewer`, `${name}: one axis more, in front`], (by) =>
      put(by > 0 ? [1, ...own()] : own().slice(1)),
    );
    const axes = Array.from({ length: RANK }, (_, i) => {
      const title = axisName(i, RANK);
      return stepper(title, [`${name}, ${title}: shorter`, `${name}, ${title}: longer`], (by) =>
        put(own().map((n, axis) => (axis === i - RANK + own().length ? n + by : n))),
      );
    });
    const node = element(
      "div",
      { class: "bl-choose" },
      element("label", { class: `bl-name bl-${name}` }, element("strong", {}, name), field),
      rank.node,
      ...axes.map((axis) => axis.node),
      hint,
    );
    const show = () => {
      const shape = own();
      if (String(parse(field.value)) !== String(shape)) field.value = written(shape); // not while the same is being typed
      refuse(false);
      rank.show(shape.length, [0, RANK]);
      axes.forEach((axis, i) => {
        const n = shape[i - RANK + shape.length];
        axis.node.hidden = n === undefined;
        axis.show(n, [0, LONGEST]);
      });
    };
    return { node, show };
  });

  // ---- the shapes, one below the other

  const aligned = element("table", { class: "bl-aligned" });

  function align({ axes }) {
    const cell = (text, mark = "") =>
      element("td", { class: `bl-${mark}` }, element("b", {}, text), element("small", {}, mark));
    const rows = NAMES.map((name, which) => [
      name,
      axes.map(({ lengths, marks, length }) =>
        cell(
          length === null || length === lengths[which] ? String(lengths[which]) : `${lengths[which]} → ${length}`,
          marks[which],
        ),
      ),
    ]);
    rows.push(["result", axes.map(({ length }) => cell(String(length ?? "?")))]);
    aligned.replaceChildren(
      element("caption", { class: "cw-hidden" }, "The shapes, aligned from the right"),
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          element("td"),
          ...axes.map((_, axis) => element("th", { scope: "col" }, axisName(axis, axes.length))),
        ),
      ),
      element(
        "tbody",
        {},
        ...rows.map(([name, cells]) =>
          element("tr", {}, element("th", { scope: "row", class: `bl-${name}` }, name), ...cells),
        ),
      ),
    );
  }

  // ---- the numbers

  let drawn = null; // { both, shape, cells }: what can be pointed at
  let here = null; // the position pointed at

  /** A tensor as cells, its matrices side by side. `cell(position)` makes each. */
  function tensor(shape, cell) {
    const [depth, rows, columns] = [...Array(RANK - shape.length).fill(1), ...shape];
    if (!size(shape)) return { node: element("p", { class: "cw-muted" }, "It holds no number at all."), cells: [] };
    const cells = Array.from({ length: size(shape) }, (_, position) => cell(position));
    const slices = Array.from({ length: depth }, (_, i) => {
      const matrix = element(
        "div",
        { class: "bl-matrix", style: `--columns: ${columns}` },
        ...cells.slice(i * rows * columns, (i + 1) * rows * columns),
      );
      return element("div", {}, shape.length === RANK ? element("small", { class: "cw-muted" }, `[${i}]`) : "", matrix);
    });
    return { node: element("div", { class: "bl-slices" }, ...slices), cells };
  }

  function panel(name, sign, change, drawing, caption) {
    return element(
      "div",
      { class: `bl-panel bl-${name}` },
      element("p", {}, sign, element("strong", {}, name), ` ${change}`),
      drawing,
      element("p", { class: "cw-muted bl-caption" }, caption),
    );
  }

  const value = (which, position, both, shape) =>
    (ravel(source(unravel(position, shape), both[which]), both[which]) + 1) * UNITS[which];
  const combined = (a, b) => (operation() === "+" ? a + b : a * b);

  /** An operand as it was given, or stretched to `shape`, with pale cells for numbers that are not stored once more. */
  function drawOperand(which, both, shape) {
    const own = both[which];
    const ghost = (index) => index.some((i, axis) => i && !(own[axis - index.length + own.length] > 1));
    const { node, cells } = tensor(shape, (position) =>
      element(
        "span",
        { class: ghost(unravel(position, shape)) ? "bl-cell bl-ghost" : "bl-cell" },
        String(value(which, position, both, shape)),
      ),
    );
    const [stored, needed] = [size(own), size(shape)];
    const stretched = String(own) === String(shape) ? "" : `, stretched to ${written(shape)}`;
    node.setAttribute("role", "img");
    node.setAttribute("aria-label", `${NAMES[which]} ${written(own)}${stretched}`);
    const caption = `Stored: ${bytes(stored)}.${needed === stored ? "" : ` Copied out: ${bytes(needed)}.`}`;
    return {
      cells,
      node: panel(
        NAMES[which],
        which ? `${SIGNS[operation()]} ` : "",
        `${written(own)}${stretched && ` → ${written(shape)}`}`,
        node,
        caption,
      ),
    };
  }

  function drawResult(both, shape) {
    const { node, cells } = tensor(shape, (position) => {
      const [a, b] = [0, 1].map((which) => value(which, position, both, shape));
      const pairs = operation() === "pairs";
      const [text, spoken] = pairs
        ? [[element("i", {}, String(a)), element("i", {}, String(b))], `${a} meets ${b}`]
        : [[String(combined(a, b))], `${combined(a, b)}`];
      const label = `${at("result", unravel(position, shape))}: ${spoken}`;
      return element(
        "button",
        { type: "button", class: "bl-cell", tabindex: position ? -1 : 0, "data-at": position, "aria-label": label },
        ...text,
      );
    });
    for (const event of ["pointerover", "focusin", "click"]) node.addEventListener(event, pointed);
    node.addEventListener("keydown", walk);
    return { cells, node: panel("result", "= ", written(shape), node, `Written: ${bytes(size(shape))}.`) };
  }

  const pointed = ({ target }) => {
    const cell = target.closest("[data-at]");
    if (cell) point(Number(cell.dataset.at));
  };

  function walk(event) {
    const [depth, rows, columns] = [...Array(RANK - drawn.shape.length).fill(1), ...drawn.shape];
    const [slice, row, column] = unravel(here ?? 0, [depth, rows, columns]);
    const move = {
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      Home: [-rows, -depth * columns],
      End: [rows, depth * columns],
    }[event.key];
    if (!move) return;
    event.preventDefault();
    const across = clamp(slice * columns + column + move[1], 0, depth * columns - 1); // matrices stand side by side
    point(
      ravel(
        [Math.floor(across / columns), clamp(row + move[0], 0, rows - 1), across % columns],
        [depth, rows, columns],
      ),
    );
    drawn.cells[2][here].focus();
  }

  /** Shows where a number of the result comes from: the cells that meet there, and those in which their numbers are stored. */
  function point(position) {
    const { both, shape, cells } = drawn;
    cells[2][here ?? 0].tabIndex = -1;
    cells[2][position].tabIndex = 0;
    here = position;
    for (const node of box.querySelectorAll(".bl-here, .bl-origin")) node.classList.remove("bl-here", "bl-origin");
    const index = unravel(position, shape);
    const [one, other] = both.map((own, which) => {
      const from = source(index, own);
      const stored = [...Array(shape.length - own.length).fill(0), ...from];
      cells[which][ravel(stored, shape)].classList.add("bl-origin");
      cells[which][position].classList.add("bl-here");
      return { name: at(NAMES[which], from), number: value(which, position, both, shape) };
    });
    cells[2][position].classList.add("bl-here");
    const sign = SIGNS[operation()];
    told.textContent =
      operation() === "pairs"
        ? `${at("result", index)}: ${one.number} from ${one.name} meets ${other.number} from ${other.name}.`
        : `${at("result", index)} = ${one.name} ${sign} ${other.name} = ${one.number} ${sign} ${other.number} = ${combined(one.number, other.number)}`;
  }

  // ---- what comes of it

  const verdict = live();
  const panels = element("div", { class: "bl-panels" });
  const told = element("p", { class: "bl-told" });
  const numpy = element("pre", { class: "bl-code" });
  const words = element("pre", { class: "bl-code bl-words" });
  const way = element("p");
  const mend = button("", () => {
    const { which, shape } = repair(shapes());
    save(model, { [NAMES[which]]: shape });
  });
  const trouble = element("div", { class: "bl-trouble" }, words, way, mend);

  function explain(axes, both) {
    const clashing = axes
      .map(
        ({ lengths, length }, axis) => length === null && `${axisName(axis, axes.length)}: ${lengths.join(" meets ")}`,
      )
      .filter(Boolean);
    const out = repair(both);
    verdict.textContent = `${written(both[0])} and ${written(both[1])} do not fit. They clash at ${clashing.join(" and at ")}. Lengths must be equal, or one of them 1.`;
    words.textContent = `ValueError: ${complaint(both)}`;
    way.textContent = out
      ? `One way out is a new axis of length 1: ${out.expression} has the shape ${written(out.shape)}, and the result will have ${written(broadcast(out.shape, both[1 - out.which]).shape)}.`
      : "A new axis does not help here: one of the lengths has to change.";
    mend.hidden = !out;
    mend.textContent = out ? `Take ${out.expression}` : "";
  }

  function draw() {
    const both = shapes();
    const { axes, shape } = broadcast(...both);
    controls.forEach(({ show }) => show());
    align({ axes });
    const shown = [0, 1].map((which) => drawOperand(which, both, shape ?? both[which]));
    if (shape) shown.push(drawResult(both, shape));
    const kept = shape && String(shape) === String(drawn?.shape) ? here : null; // the same place after a change of the operation
    here = null;
    drawn = { both, shape, cells: shown.map(({ cells }) => cells) };
    panels.replaceChildren(...shown.map(({ node }) => node));
    numpy.textContent = code(both, operation());
    trouble.hidden = Boolean(shape);
    told.hidden = !shape || !size(shape);
    told.textContent = "Point at a number of the result, or go there with the arrow keys, to see where it comes from.";
    if (shape)
      verdict.textContent = `${written(both[0])} and ${written(both[1])} fit: the result has the shape ${written(shape)}.`;
    else explain(axes, both);
    if (kept !== null) point(kept);
  }

  box.classList.add("bl-lab");
  box.append(
    ...controls.map(({ node }) => node),
    choice(model, "operation", {
      label: "Show",
      options: [
        ["+", "first + second"],
        ["*", "first × second"],
        ["pairs", "which meets which"],
      ],
    }),
    element("div", { class: "bl-shapes" }, aligned, element("div", {}, verdict, trouble)),
    panels,
    told,
    element(
      "p",
      { class: "cw-muted bl-caption" },
      "Bytes as float32. Pale cells take no memory: the same stored number is read again.",
    ),
    element("details", {}, element("summary", {}, "The same in NumPy"), numpy),
  );
  return connect(model, [...NAMES, "operation"], draw);
}

const STYLE = `
.bl-lab { --bl-first: 0 114 178; --bl-second: 213 94 0; --bl-result: 0 158 115; }
.bl-lab p { margin: 0; }
.cw.bl-lab > * + * { margin-top: 12px; }
.bl-lab [hidden] { display: none !important; }
.bl-choose { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; }
.bl-name { display: inline-flex; gap: 8px; align-items: center; min-width: 11.5em; justify-content: space-between; }
.bl-name input { width: 6.5em; }
.bl-first { --ink: var(--bl-first); }
.bl-second { --ink: var(--bl-second); }
.bl-result { --ink: var(--bl-result); }
.bl-stepper { display: inline-flex; gap: 4px; align-items: center; }
.bl-stepper .cw-muted { font-size: 13px; white-space: nowrap; }
.bl-stepper output { min-width: 1.4em; text-align: center; font-variant-numeric: tabular-nums; font-weight: 600; }
.cw .bl-stepper button { padding: 0; width: 36px; }
.bl-stepper [aria-disabled=true] { color: var(--cw-muted); cursor: default; }
.cw [aria-invalid=true] { border-color: var(--cw-bad); }
.bl-hint { flex-basis: 100%; color: var(--cw-bad); font-size: 14px; }
.bl-shapes { display: flex; flex-wrap: wrap; gap: 10px 24px; align-items: flex-start; }
.bl-shapes > div { flex: 1 1 260px; min-width: 0; }
.cw .bl-aligned { width: auto; margin: 0; border-collapse: separate; border-spacing: 4px; font-variant-numeric: tabular-nums; }
.bl-aligned tr { background: none !important; }
.bl-aligned td, .bl-aligned th { padding: 2px 6px; text-align: center; border: 1px solid transparent; font-size: 14px; line-height: 1.3; }
.bl-aligned thead th { color: var(--cw-muted); font-weight: 400; font-size: 12.5px; white-space: nowrap; }
.bl-aligned tbody th { text-align: left; font-weight: 600; }
.bl-aligned td b { display: block; white-space: nowrap; }
.bl-aligned td small { font-size: 12px; }
.bl-aligned tbody td { border-color: var(--cw-line); border-radius: 4px; min-width: 4.6em; }
.bl-aligned .bl-added { border-style: dashed; }
.bl-aligned .bl-stretched, .bl-aligned .bl-added { background: var(--cw-surface); }
.bl-aligned .bl-clash { border: 2px solid var(--cw-bad); color: var(--cw-bad); }
.bl-lab .cw-live { font-weight: 600; }
.bl-lab .bl-trouble > * + * { margin-top: 8px; }
.cw .bl-code { margin: 6px 0 0; padding: 6px 10px; font: 13px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere;
  color: var(--cw-text); background: var(--cw-surface); border: 1px solid var(--cw-line); border-radius: 4px; }
.cw .bl-words { border-left: 4px solid var(--cw-bad); }
.bl-panels { display: flex; flex-wrap: wrap; gap: 14px 28px; align-items: flex-start; }
.bl-panel { min-width: min(100%, 170px); max-width: 100%; }
.bl-lab strong, .bl-aligned tbody th { text-decoration: underline 3px rgb(var(--ink)); text-underline-offset: 4px; }
.bl-slices { display: flex; flex-wrap: wrap; gap: 8px 14px; margin: 6px 0; overflow-x: auto; padding: 3px; }
.bl-matrix { display: grid; grid-template-columns: repeat(var(--columns), minmax(38px, auto)); gap: 3px; justify-content: start; }
.cw .bl-cell { display: grid; place-content: center; min-width: 0; min-height: 36px; padding: 2px 4px; border: 1px solid rgb(var(--ink)); border-radius: 3px;
  font-size: 14px; line-height: 1.2; font-variant-numeric: tabular-nums; color: var(--cw-text); background: rgb(var(--ink) / .16); }
.cw .bl-ghost { border-style: dashed; background: none; color: var(--cw-muted); }
.cw .bl-cell i { display: block; font-style: normal; text-align: center; }
.cw .bl-here { background: rgb(var(--ink) / .36); color: var(--cw-text); outline: 2px solid var(--cw-text); outline-offset: 0; }
.cw .bl-origin { outline: 2px solid rgb(var(--ink)); outline-offset: 0; }
.cw .bl-here.bl-origin { outline-color: var(--cw-text); }
.bl-caption { font-size: 13px; contain: inline-size; }
.bl-told { min-height: 1.5em; font-variant-numeric: tabular-nums; font-weight: 600; }
.bl-lab summary { cursor: pointer; }
@media (max-width: 480px) {
  .bl-choose { gap: 6px 10px; }
  .bl-stepper { flex-wrap: wrap; width: 104px; }
  .bl-stepper .cw-muted { flex-basis: 100%; line-height: 1; }
  .bl-aligned td, .bl-aligned th { padding: 2px; }
  .cw .bl-aligned { border-spacing: 3px; }
  .bl-aligned tbody td { min-width: 4.3em; }
}
`;

export default { render };
