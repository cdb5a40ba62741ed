// Tensors as cells, and what the cells say when they are pointed at.

import { clamp, element } from "../kit/kit.js";
import { at, bytes, ghost, NAMES, ravel, size, source, unravel, value, written } from "./engine.js";

const SIGNS = { "+": "+", "*": "×", pairs: "with" };
const combined = (operation, a, b) => (operation === "+" ? a + b : a * b);

/** The last three axes of a shape, filled up in front: matrices, rows, columns. */
const matrices = (shape) => [1, 1, 1, ...shape].slice(-3);

/** A tensor as cells, its matrices side by side. `cell(position)` makes each. */
function tensor(shape, cell) {
  const [depth, rows, columns] = matrices(shape);
  if (!size(shape)) return { node: element("p", { class: "cw-muted" }, "It holds no number at all."), cells: [] };
  const cells = Array.from({ length: size(shape) }, (_, position) => cell(position));
  const slices = Array.from({ length: depth }, (_, i) => {
    const own = cells.slice(i * rows * columns, (i + 1) * rows * columns);
    const number = shape.length === 3 ? element("small", { class: "cw-muted" }, `[${i}]`) : "";
    return element("div", {}, number, element("div", { class: "bl-matrix", style: `--columns: ${columns}` }, ...own));
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

/** An operand as it was given, or stretched to `shape`, with pale cells for numbers that are not stored once more. */
export function operandPanel(which, own, shape, operation) {
  const { node, cells } = tensor(shape, (position) => {
    const pale = ghost(unravel(position, shape), own) ? " bl-ghost" : "";
    return element("span", { class: `bl-cell${pale}` }, String(value(which, own, position, shape)));
  });
  const stretched = String(own) !== String(shape);
  const label = `${NAMES[which]} ${written(own)}${stretched ? `, stretched to ${written(shape)}` : ""}`;
  node.setAttribute("role", "img");
  node.setAttribute("aria-label", label);
  const copied = size(shape) === size(own) ? "" : ` Copied out: ${bytes(size(shape))}.`;
  const change = `${written(own)}${stretched ? ` → ${written(shape)}` : ""}`;
  const sign = which ? `${SIGNS[operation]} ` : "";
  return { cells, node: panel(NAMES[which], sign, change, node, `Stored: ${bytes(size(own))}.${copied}`) };
}

/** The result, whose cells can be pointed at. */
export function resultPanel(both, shape, operation) {
  const { node, cells } = tensor(shape, (position) => {
    const [a, b] = both.map((own, which) => value(which, own, position, shape));
    const pairs = operation === "pairs";
    const shown = pairs ? [a, b].map((n) => element("i", {}, String(n))) : [String(combined(operation, a, b))];
    const label = `${at("result", unravel(position, shape))}: ${pairs ? `${a} meets ${b}` : shown[0]}`;
    const state = { tabindex: position ? -1 : 0, "data-at": position, "aria-label": label };
    return element("button", { type: "button", class: "bl-cell", ...state }, ...shown);
  });
  return { cells, node: panel("result", "= ", written(shape), node, `Written: ${bytes(size(shape))}.`) };
}

/** What a number of the result is made of, in words. */
function told(position, { both, shape, operation }) {
  const index = at("result", unravel(position, shape));
  const names = both.map((own, which) => at(NAMES[which], source(unravel(position, shape), own)));
  const numbers = both.map((own, which) => value(which, own, position, shape));
  if (operation === "pairs") {
    return `${index}: ${numbers[0]} from ${names[0]} meets ${numbers[1]} from ${names[1]}.`;
  }
  const sign = ` ${SIGNS[operation]} `;
  return `${index} = ${names.join(sign)} = ${numbers.join(sign)} = ${combined(operation, ...numbers)}`;
}

/** From the position `here` to the one that a key leads to, or undefined. Matrices stand side by side. */
function walked(key, here, shape) {
  const [depth, rows, columns] = matrices(shape);
  const width = depth * columns;
  const [slice, row, column] = unravel(here, [depth, rows, columns]);
  const move = {
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    Home: [-rows, -width],
    End: [rows, width],
  }[key];
  if (!move) return undefined;
  const across = clamp(slice * columns + column + move[1], 0, width - 1);
  const down = clamp(row + move[0], 0, rows - 1);
  return ravel([Math.floor(across / columns), down, across % columns], [depth, rows, columns]);
}

/**
 * The numbers that come from `first`, `second` and the operation, and what one of them is made of: the cells that meet there, and
 * those in which their numbers are stored. `show({ both, shape, operation })` draws them; shape is null where the operands clash.
 */
export function numbers() {
  const panels = element("div", { class: "bl-panels" });
  const words = element("p", { class: "bl-told" });
  let [drawn, here] = [null, null]; // what is shown, with its cells; the position pointed at

  const point = (position) => {
    const { both, shape, cells } = drawn;
    for (const node of panels.querySelectorAll(".bl-here, .bl-origin")) node.classList.remove("bl-here", "bl-origin");
    cells[2][here ?? 0].tabIndex = -1;
    cells[2][position].tabIndex = 0;
    for (const some of cells) some[position].classList.add("bl-here");
    both.forEach((own, which) => {
      const stored = [...Array(shape.length - own.length).fill(0), ...source(unravel(position, shape), own)];
      cells[which][ravel(stored, shape)].classList.add("bl-origin");
    });
    here = position;
    words.textContent = told(position, drawn);
  };
  const pointed = ({ target }) => {
    const cell = target.closest("[data-at]");
    if (cell) point(Number(cell.dataset.at));
  };
  for (const event of ["pointerover", "focusin", "click"]) panels.addEventListener(event, pointed);
  panels.addEventListener("keydown", (event) => {
    const next = event.target.matches("[data-at]") ? walked(event.key, here ?? 0, drawn.shape) : undefined;
    if (next === undefined) return;
    event.preventDefault();
    point(next);
    drawn.cells[2][next].focus();
  });

  const show = ({ both, shape, operation }) => {
    const kept = shape && String(shape) === String(drawn?.shape) ? here : null; // the same place with other operands
    const shown = both.map((own, which) => operandPanel(which, own, shape ?? own, operation));
    if (shape) shown.push(resultPanel(both, shape, operation));
    [drawn, here] = [{ both, shape, operation, cells: shown.map(({ cells }) => cells) }, null];
    panels.replaceChildren(...shown.map(({ node }) => node));
    words.hidden = !shape || !size(shape);
    words.textContent = "Point at a number of the result, or go there with the arrow keys, to see where it comes from.";
    if (kept !== null) point(kept);
  };
  return { nodes: [panels, words], show };
}
