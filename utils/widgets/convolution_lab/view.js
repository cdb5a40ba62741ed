// ConvolutionLab: a kernel of 3 × 3 weights slides over a small picture; every number of the output shows where it comes from.

import {
  button,
  canvas,
  checkbox,
  choice,
  clamp,
  colour,
  drags,
  element,
  figure,
  mount,
  row,
  spoken,
  stateOf,
} from "../kit/kit.js";
import {
  arithmetic,
  drawn,
  figures,
  K,
  KERNELS,
  lengths,
  nameOf,
  origin,
  POOL,
  pixelsOf,
  product,
  products,
  SIDE,
  stages,
  story,
  written,
} from "./engine.js";
import STYLE from "./style.css";

const SETTINGS = ["image", "kernel", "strides", "padding", "relu", "pooling", "drawing"];
const [ABOVE, BELOW] = ["#d55e00", "#0072b2"]; // numbers above and below zero

function render({ model, el, signal }) {
  const state = stateOf(model, signal);
  const box = mount(el, { name: "convolution-lab", label: "Convolution lab", style: STYLE });
  const lab = labOf(state);
  const [sum, told, pictures] = [sumPart(lab), storyPart(lab), picturesPart(lab, box)];
  const shapes = element("div", { class: "cw-muted cv-shapes" });
  box.append(
    controls(lab),
    element("div", { class: "cv-work" }, kernelFields(state), sum.node),
    pictures.node,
    told.node,
    shapes,
  );
  lab.show = () => {
    for (const part of [sum, told, pictures]) part.show();
  };
  state.watch([...SETTINGS, "cell"], () => lab.ask(null));
  state.watch(SETTINGS, () =>
    shapes.replaceChildren(...arithmetic(lab.settings).map((line) => element("p", {}, line))),
  );
}

/** The settings with all that follows from them, `cell()`, the one whose origin is shown, and `ask(cell)`, which shows another. */
function labOf(state) {
  const lab = { state, own: () => lab.settings.image === "drawing", show() {} };
  let hover = null; // the cell under the mouse, for as long as it is there
  const work = () => {
    lab.settings = Object.fromEntries(SETTINGS.map((trait) => [trait, state.get(trait)]));
    lab.pixels = pixelsOf(lab.settings);
    lab.done = stages(lab.pixels, lab.settings);
    hover = null;
  };
  state.on(SETTINGS, work); // before the parts, which show it
  work();
  lab.cell = () => hover ?? state.get("cell").map((at) => Math.min(at, lengths(lab.settings).out - 1));
  lab.ask = (cell) => {
    hover = cell;
    lab.show();
  };
  return lab;
}

// ---- controls

function controls({ state }) {
  const clear = button("Clear the drawing", () => state.set({ drawing: "" }));
  state.watch(["image"], () => {
    clear.hidden = state.get("image") !== "drawing";
  });
  const images = state.rule("image").choices.map((image) => [image, image === "drawing" ? "draw your own" : image]);
  return row(
    choice(state, "image", { label: "Picture", options: images }),
    choice(state, "kernel", {
      label: "Kernel",
      options: [...Object.keys(KERNELS), "your own"],
      read: () => nameOf(state.get("kernel")),
      write: (name) => state.set({ kernel: KERNELS[name] ?? state.get("kernel") }),
    }),
    choice(state, "strides", { label: "Stride" }),
    choice(state, "padding", { label: "Padding" }),
    choice(state, "pooling", { label: "Pooling" }),
    checkbox(state, "relu", { label: "ReLU" }),
    clear,
  );
}

/** The nine weights. What is half typed stays in its field; what is a number counts at once. */
function kernelFields(state) {
  const { min, max } = state.rule("kernel").item;
  const fields = Array.from({ length: K * K }, (_, i) => {
    const label = `Weight in row ${Math.floor(i / K) + 1}, column ${(i % K) + 1}`;
    const field = element("input", {
      type: "number",
      step: "any",
      min,
      max,
      inputmode: "decimal",
      "aria-label": label,
    });
    field.addEventListener("input", () => {
      if (!Number.isFinite(field.valueAsNumber)) return;
      const weight = clamp(field.valueAsNumber, min, max);
      state.set({ kernel: state.get("kernel").map((old, at) => (at === i ? weight : old)) });
    });
    field.addEventListener("blur", () => {
      field.value = state.get("kernel")[i];
    });
    return field;
  });
  state.watch(["kernel"], () => {
    fields.forEach((field, i) => {
      if (field !== field.getRootNode().activeElement) field.value = state.get("kernel")[i];
    });
  });
  return element("div", { class: "cv-kernel", role: "group", "aria-label": "The nine weights" }, ...fields);
}

// ---- words and numbers

/** The nine products of the window, as squares beside the kernel. */
function sumPart(lab) {
  const node = element("div", { class: "cv-sum", "aria-hidden": "true" });
  const show = () => {
    const { corner } = origin(lab.cell(), lab.settings, lab.done);
    const terms = products(corner, lab.settings, lab.pixels);
    node.replaceChildren(...terms.map((term) => element("span", { class: kind(term) }, product(term))));
  };
  return { node, show };
}

function kind({ weight, pixel, outside }) {
  if (outside) return "cv-zero";
  return weight * pixel > 0 ? "cv-above" : weight * pixel < 0 ? "cv-below" : "";
}

function storyPart(lab) {
  const told = element("p", { class: "cv-told" });
  const aloud = spoken(lab.state.signal);
  const show = () => {
    told.textContent = story(lab.cell(), lab.settings, lab.pixels, lab.done);
    aloud.say(told.textContent); // not with every movement of the mouse
  };
  return { node: element("div", {}, told, aloud.node), show };
}

// ---- pictures

/** The picture, the map before pooling if there is pooling, and the output. */
function picturesPart(lab, box) {
  const input = inputPart(lab, box);
  const middle = middleCanvas(lab, box);
  const output = outputCanvas(lab, box);
  const before = figure(middle.node, "feature map");
  const after = figure(output.node);
  const show = () => {
    const { out } = lengths(lab.settings);
    const [low, high] = [Math.min(...lab.done.out.data), Math.max(...lab.done.out.data)].map(figures);
    after.lastChild.textContent = `output, ${out} × ${out}, from ${low} to ${high}: orange above zero, blue below`;
    before.hidden = lab.settings.pooling === "none";
    input.show();
    for (const { redraw } of [middle, output]) redraw();
  };
  return { node: element("div", { class: "cv-pictures" }, input.node, before, after), show };
}

/** Squares of whole pixels, `count` in a row; `ink` sets how each value is filled. */
function paint(context, values, count, size, ink) {
  for (let i = 0; i < values.length; i++) {
    const [x, y] = [i % count, Math.floor(i / count)];
    const [left, top] = [Math.floor(x * size), Math.floor(y * size)];
    ink(context, values[i]);
    context.fillRect(left, top, Math.floor((x + 1) * size) - left, Math.floor((y + 1) * size) - top);
  }
  context.globalAlpha = 1;
}

/** A frame, around [row, column] and `cells` more, that shows on any ground. */
function frame(context, box, [y, x], size, cells = 1, dashes = []) {
  for (const [name, lineWidth] of [
    ["ground", 4],
    ["text", 2],
  ]) {
    Object.assign(context, { strokeStyle: colour(box, name), lineWidth });
    context.setLineDash(name === "text" ? dashes : []);
    context.strokeRect(x * size, y * size, cells * size, cells * size);
  }
  context.setLineDash([]);
}

function outline(context, box, width) {
  Object.assign(context, { strokeStyle: colour(box, "line"), lineWidth: 1 });
  context.strokeRect(0.5, 0.5, width - 1, width - 1);
}

/** Numbers around zero: their opacity says how large they are. */
function drawMap(context, box, width, { shape: [count], data }) {
  const top = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  paint(context, data, count, width / count, (context, value) => {
    Object.assign(context, { fillStyle: value < 0 ? BELOW : ABOVE, globalAlpha: Math.abs(value) / top });
  });
  outline(context, box, width);
}

const square = (lab, label, draw) => canvas(label, draw, { ratio: 1, maxWidth: 312, signal: lab.state.signal });

function middleCanvas(lab, box) {
  return square(lab, "Feature map before pooling", (context, width) => {
    const { map } = lab.done;
    drawMap(context, box, width, map);
    const { members, chosen } = origin(lab.cell(), lab.settings, lab.done);
    const size = width / map.shape[0];
    frame(context, box, members[0], size, POOL, [4, 3]);
    if (lab.settings.pooling === "max") frame(context, box, members[chosen], size);
  });
}

function outputCanvas(lab, box) {
  const label = "Output: the arrow keys move from number to number, Home and End along the row";
  const output = square(lab, label, (context, width) => {
    drawMap(context, box, width, lab.done.out);
    frame(context, box, lab.cell(), width / lab.done.out.shape[0]);
  });
  const { node } = output;
  asked(node);
  const count = () => lengths(lab.settings).out;
  const pointed = (event) => place(event, node, count());
  const keep = (cell) => {
    lab.ask(null);
    lab.state.set({ cell });
  };
  node.addEventListener("pointermove", (event) => event.pointerType !== "touch" && lab.ask(pointed(event)));
  node.addEventListener("pointerleave", () => lab.ask(null));
  node.addEventListener("click", (event) => keep(pointed(event)));
  node.addEventListener("keydown", (event) => {
    const to = moved(event.key, lab.cell(), count());
    if (!to) return;
    event.preventDefault();
    keep(to);
  });
  return output;
}

// ---- the picture, to look at or to draw on

function inputPart(lab, box) {
  const pen = { at: [SIDE / 2, SIDE / 2] }; // of the keyboard
  const input = square(lab, "", (context, width) => drawInput(context, width, lab, box, pen));
  const { node, redraw } = input;
  asked(node);
  drawable(node, lab);
  keyPen(node, lab, pen, redraw);
  const whole = figure(node);
  const show = () => {
    const own = lab.own();
    node.classList.toggle("cv-drawing", own);
    node.setAttribute("role", own ? "application" : "img");
    node.tabIndex = own ? 0 : -1;
    const how = "Picture to draw on: arrow keys move the pen, Space inks or clears a pixel";
    node.setAttribute("aria-label", own ? how : `Picture: ${lab.settings.image}`);
    whole.lastChild.textContent = own ? "draw here; over ink, the pen rubs out" : "picture";
    redraw();
  };
  return { node: whole, show };
}

function drawInput(context, width, lab, box, pen) {
  const { settings, pixels, done } = lab;
  const size = width / (SIDE + 2); // one pixel of margin, where the zeros go
  context.translate(Math.round(size), Math.round(size)); // whole pixels, or seams would show
  const { before, after } = lengths(settings);
  if (before + after) {
    const [from, across] = [-before * size, (SIDE + before + after) * size];
    Object.assign(context, { fillStyle: colour(box, "text"), globalAlpha: 0.14 });
    context.fillRect(from, from, across, across);
    context.globalAlpha = 1;
  }
  context.fillStyle = colour(box, "ground");
  context.fillRect(0, 0, SIDE * size, SIDE * size);
  const text = colour(box, "text");
  const grey = (context, value) => {
    context.fillStyle = `rgb(${Array(3).fill(Math.round(255 * value))})`;
  };
  const ink = (context, value) => Object.assign(context, { fillStyle: text, globalAlpha: value });
  paint(context, pixels, SIDE, size, settings.image === "photo" ? grey : ink);
  outline(context, box, SIDE * size);
  const { start, corner, span } = origin(lab.cell(), settings, done);
  if (span > K) frame(context, box, start, size, span, [4, 3]);
  frame(context, box, corner, size, K);
  if (lab.own() && box.getRootNode().activeElement === context.canvas) {
    Object.assign(context, { strokeStyle: ABOVE, lineWidth: 2.5 });
    context.strokeRect(pen.at[1] * size, pen.at[0] * size, size, size);
  }
}

/** Pixels change their ink as a mouse, pen or finger goes over them: all to what the first one became. */
function drawable(node, lab) {
  let brush = 1; // 0 to rub out
  drags(node, (event, first) => {
    if (!lab.own()) return;
    const parts = first ? [event] : (event.getCoalescedEvents?.() ?? [event]);
    const cells = parts.map((part) => place(part, node, SIDE, 1));
    if (first) brush = 1 - inkAt(lab, cells[0]);
    for (const cell of cells) setInk(lab, cell, brush);
  });
}

/** The keyboard's pen: arrow keys move it, Space and Enter ink the pixel under it or clear it. */
function keyPen(node, lab, pen, redraw) {
  for (const change of ["focus", "blur"]) node.addEventListener(change, redraw);
  node.addEventListener("keydown", (event) => {
    if (!lab.own()) return;
    const to = moved(event.key, pen.at, SIDE);
    if (!to && event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (to) pen.at = to;
    else setInk(lab, pen.at, 1 - inkAt(lab, pen.at));
    redraw();
  });
}

const inkAt = ({ pixels }, [row, column]) => pixels[row * SIDE + column];

function setInk({ state }, [row, column], value) {
  const now = drawn(state.get("drawing"));
  now[row * SIDE + column] = value;
  state.set({ drawing: now.some(Boolean) ? written(now) : "" });
}

// ---- pointers and keys

/** A canvas that takes keys. */
function asked(node) {
  node.setAttribute("role", "application");
  node.setAttribute("tabindex", 0);
  node.setAttribute("data-lm-suppress-shortcuts", ""); // JupyterLab's
}

const inside = (at, count) => clamp(at, 0, count - 1);

/** Row and column under a pointer, in a canvas of `count` squares with a margin. */
function place({ clientX, clientY }, node, count, margin = 0) {
  const { left, top, width } = node.getBoundingClientRect();
  return [clientY - top, clientX - left].map((at) =>
    inside(Math.floor((at / width) * (count + 2 * margin)) - margin, count),
  );
}

/** Row and column that a key leads to, or undefined for other keys. */
function moved(key, [row, column], count) {
  const to = {
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    Home: [row, 0],
    End: [row, count - 1],
  }[key];
  return to?.map((at) => inside(at, count));
}

export default { render };
