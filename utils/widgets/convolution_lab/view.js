// ConvolutionLab: a kernel of 3 × 3 weights slides over a small picture; every number of the output shows where it comes from.

import { averagePool2d, conv2d, maxPool2d } from "../nn/convolution.js";
import { button, canvas, choice, clamp, colour, connect, element, live, mount, save } from "../kit/kit.js";
import { relu, tensor } from "../nn/nn.js";

const SIDE = 24; // pixels of the picture
const K = 3; // pixels of the window
const POOL = 2;
const LIMIT = 99; // of a weight
const [ABOVE, BELOW] = ["#d55e00", "#0072b2"]; // numbers above and below zero

const KERNELS = {
  identity: [0, 0, 0, 0, 1, 0, 0, 0, 0],
  blur: [0.0625, 0.125, 0.0625, 0.125, 0.25, 0.125, 0.0625, 0.125, 0.0625],
  sharpen: [0, -1, 0, -1, 5, -1, 0, -1, 0],
  "upright edges": [-1, 0, 1, -2, 0, 2, -1, 0, 1],
  "level edges": [-1, -2, -1, 0, 0, 0, 1, 2, 1],
  "all edges": [-1, -1, -1, -1, 8, -1, -1, -1, -1],
  emboss: [-2, -1, 0, -1, 1, 1, 0, 1, 2],
};

// ---- the pictures: one letter a pixel, from A (0) to / (1)

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const read = (text) => Float32Array.from(text, (letter) => LETTERS.indexOf(letter) / 63);

// the first test digit of MNIST
const DIGIT =
  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAVunlPJAAAAAAAAAAAAAAAAAA3////8xxxxxxxxqNAAAAAAAARcSco4/4///+5//jAAAAAAAAAAAAAEQDRRRPF6/aAAAAAAAAAAAAAAAAAAAAV/0EAAAAAAAAAAAAAAAAAAAF6/VAAAAAAAAAAAAAAAAAAAAg/7LAAAAAAAAAAAAAAAAAAAP+/PAAAAAAAAAAAAAAAAAAAAh/uBAAAAAAAAAAAAAAAAAAACz9OAAAAAAAAAAAAAAAAAAAAf/tAAAAAAAAAAAAAAAAAAAAT+7OAAAAAAAAAAAAAAAAAAAF3/pAAAAAAAAAAAAAAAAAAABy/2JAAAAAAAAAAAAAAAAAAAJ//TAAAAAAAAAAAAAAAAAAAI3/cAAAAAAAAAAAAAAAAAAAAh//NAAAAAAAAAAAAAAAAAAAP8//NAAAAAAAAAAAAAAAAAAAe//2KAAAAAAAAAAAAAAAAAAAe/zEAAAAAAAAAAAA";
// the eye of the cat Chelsea, by Stéfan van der Walt (CC0), as scikit-image ships her
const PHOTO =
  "lourikdhrotulZnytfbhrmjjtunmjhisusuqsuioyihpwejnuqhjolhmuwwgh2qZuahjtTkmtnijlggluvueiy3eplkkpc0qvrrmtpgntzuglz8ekporhh3mu06svxknxztco5+imrdumk8p4762zy1yw1qew98ppthxwl8u1rcdZbgp04qf174zyou45u73gJZgcQHKa1vp11132v168377fZytnWLPPYx02zww21337334egvueFNUfMd231xvyy557yx2mbwpQBIZlRO132wuvv664y0z4ZrqXANepUMx74yutv553y0X4sZxpYhuhVKp98zysv4603mMk0tdmqrePNHk993zvv35x2gSkjzyjVOLSQMe594zxv00u3kcnqns4421wdSX392zywzyx3gnqrpoow34rgbVrz1yz11yxvXWpprpsqpqpkeXbqww1137vgkzpoooqttsspiYepsw016/yeg3mhiomowyxrmegjpuyz8/3kgtqlmprrswupjiXZirtx6/3ngs1ywuvutvtslmiaalsw2+xhgr21141wvuvutsjcZipt0/zcfo";

/** A square, a disc and a slanting line. */
function shape() {
  return Float32Array.from({ length: SIDE ** 2 }, (_, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    const frame = x >= 2 && x <= 11 && y >= 2 && y <= 11 && (x < 4 || x > 9 || y < 4 || y > 9);
    const disc = Math.hypot(x - 16.5, y - 16.5) < 5;
    const line = Math.abs(x + y - 25) < 2 && y > 13 && x > 1;
    return frame || disc || line ? 1 : 0;
  });
}

/** The reader's drawing from its hexadecimal digits, four pixels each; whatever else the address holds is paper. */
export function drawn(text) {
  const bits = (letter) => (/[0-9a-f]/.test(letter) ? parseInt(letter, 16) : 0);
  return Float32Array.from({ length: SIDE ** 2 }, (_, i) => (bits(text[i >> 2] ?? "0") >> (3 - (i & 3))) & 1);
}

/** Inverse of `drawn`. */
export function written(pixels) {
  const digit = (i) =>
    pixels
      .subarray(4 * i, 4 * i + 4)
      .reduce((sum, ink) => 2 * sum + ink, 0)
      .toString(16);
  return Array.from({ length: SIDE ** 2 / 4 }, (_, i) => digit(i)).join("");
}

const PICTURES = { digit: read(DIGIT), shape: shape(), photo: read(PHOTO) };

// ---- the numbers

/** Numbers along one axis after the convolution and after pooling, and the zeros put before and after. */
export function lengths({ strides, padding, pooling }) {
  const conv = padding === "same" ? Math.ceil(SIDE / strides) : Math.floor((SIDE - K) / strides) + 1;
  const zeros = padding === "same" ? Math.max((conv - 1) * strides + K - SIDE, 0) : 0;
  const before = Math.floor(zeros / 2);
  return { conv, before, after: zeros - before, out: pooling === "none" ? conv : Math.floor(conv / POOL) };
}

/** Every stage on the way: `sums` of the convolution, `map` after ReLU, `out` after pooling; tensors (rows, columns, 1). */
export function stages(pixels, settings) {
  const { kernel, strides, padding, pooling } = settings;
  const weights = { kernel: tensor([K, K, 1, 1], Float32Array.from(kernel)) };
  const sums = conv2d(tensor([SIDE, SIDE, 1], pixels), weights, { strides, padding });
  const map = settings.relu ? relu(tensor(sums.shape, sums.data.slice())) : sums;
  const pool = { max: maxPool2d, average: averagePool2d }[pooling];
  return { sums, map, out: pool ? pool(map, { size: POOL }) : map };
}

/**
 * Where the number at `cell` of the output comes from: `members`, its cells of the map; `chosen`, the one of them to work out
 * (the largest, the first of an average); `corner` of its window in the picture; `span`, the pixels of all windows.
 */
export function origin([row, column], settings, { map }) {
  const { strides, pooling } = settings;
  const { before, conv } = lengths(settings);
  const times = pooling === "none" ? 1 : POOL;
  const members = Array.from({ length: times ** 2 }, (_, i) => [
    row * times + Math.floor(i / times),
    column * times + (i % times),
  ]);
  const values = members.map(([y, x]) => map.data[y * conv + x]);
  const chosen = pooling === "max" ? values.indexOf(Math.max(...values)) : 0;
  const corner = (cell) => cell.map((at) => at * strides - before);
  return {
    members,
    values,
    chosen,
    corner: corner(members[chosen]),
    start: corner(members[0]),
    span: (times - 1) * strides + K,
  };
}

// ---- words

const figures = (value) => String(Number(value.toFixed(2))).replace("-", "−");
const factor = (value) => (value < 0 ? `(${figures(value)})` : figures(value));
const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

/** The shapes as formulas with their numbers. */
export function arithmetic(settings) {
  const { strides, padding, pooling } = settings;
  const { conv, before, after, out } = lengths(settings);
  const formula =
    padding === "same"
      ? `⌈${SIDE} / ${strides}⌉ = ${conv}; zeros around: ${before} before, ${after} after`
      : `⌊(${SIDE} − ${K}) / ${strides}⌋ + 1 = ${conv}`;
  const shapes = [SIDE, conv, ...(pooling === "none" ? [] : [out])].map((n) => `(${n}, ${n}, 1)`);
  return [
    `Rows and columns after the convolution: ${formula}.`,
    ...(pooling === "none" ? [] : [`After pooling ${POOL} × ${POOL}: ⌊${conv} / ${POOL}⌋ = ${out}.`]),
    `Shapes: ${shapes.join(" → ")}. ${K} × ${K} = 9 weights, ${conv} × ${conv} × 9 = ${grouped(conv * conv * 9)} multiplications.`,
  ];
}

const nameOf = (kernel) =>
  Object.keys(KERNELS).find((name) => KERNELS[name].every((weight, i) => weight === kernel[i])) ?? "your own";

// ---- the widget

function render({ model, el }) {
  const oneOf = (trait, allowed) => (allowed.includes(model.get(trait)) ? model.get(trait) : allowed[0]);
  const kernelNow = () => {
    const weights = model.get("kernel");
    const fits =
      Array.isArray(weights) &&
      weights.length === K * K &&
      weights.every((v) => Number.isFinite(v) && Math.abs(v) <= LIMIT);
    return fits ? weights : KERNELS["upright edges"];
  };
  const settingsNow = () => ({
    image: oneOf("image", ["digit", "shape", "photo", "drawing"]),
    kernel: kernelNow(),
    strides: oneOf("strides", [1, 2, 3]),
    padding: oneOf("padding", ["valid", "same"]),
    relu: Boolean(model.get("relu")),
    pooling: oneOf("pooling", ["none", "max", "average"]),
  });
  let settings = settingsNow();
  let pixels = PICTURES.digit;
  let done = stages(pixels, settings);
  let hover = null; // the cell under the mouse, for as long as it is there
  let brush = null; // the ink of the stroke that is being drawn: 1, or 0 to rub out
  let pen = [SIDE / 2, SIDE / 2]; // of the keyboard

  const inside = (at, count) => clamp(Math.round(at), 0, count - 1);
  const cellNow = () => {
    const cell = model.get("cell");
    const { out } = lengths(settings);
    return hover ?? [0, 1].map((axis) => inside(Array.isArray(cell) ? cell[axis] : 0, out));
  };

  // ---- pictures

  function paint(context, values, count, size, ink) {
    for (let i = 0; i < values.length; i++) {
      const [x, y] = [i % count, Math.floor(i / count)];
      const [left, top] = [Math.floor(x * size), Math.floor(y * size)];
      ink(context, values[i]);
      context.fillRect(left, top, Math.floor((x + 1) * size) - left, Math.floor((y + 1) * size) - top);
    }
    context.globalAlpha = 1;
  }

  /** A frame that shows on any ground. */
  function frame(context, left, top, width, height = width, dashes = []) {
    for (const [name, lineWidth] of [
      ["ground", 4],
      ["text", 2],
    ]) {
      Object.assign(context, { strokeStyle: colour(box, name), lineWidth });
      context.setLineDash(name === "text" ? dashes : []);
      context.strokeRect(left, top, width, height);
    }
    context.setLineDash([]);
  }

  const input = canvas(
    "",
    (context, width) => {
      const size = width / (SIDE + 2); // one pixel of margin, where the zeros go
      context.translate(Math.round(size), Math.round(size)); // whole pixels, or seams would show
      const { before, after } = lengths(settings);
      if (before + after) {
        Object.assign(context, { fillStyle: colour(box, "text"), globalAlpha: 0.14 });
        context.fillRect(
          -size * before,
          -size * before,
          size * (SIDE + before + after),
          size * (SIDE + before + after),
        );
        context.globalAlpha = 1;
      }
      Object.assign(context, { fillStyle: colour(box, "ground"), strokeStyle: colour(box, "line"), lineWidth: 1 });
      context.fillRect(0, 0, SIDE * size, SIDE * size);
      const text = colour(box, "text");
      paint(
        context,
        pixels,
        SIDE,
        size,
        settings.image === "photo"
          ? (c, v) => (c.fillStyle = `rgb(${[v, v, v].map((part) => Math.round(255 * part))})`)
          : (c, v) => Object.assign(c, { fillStyle: text, globalAlpha: v }),
      );
      context.strokeRect(0.5, 0.5, SIDE * size - 1, SIDE * size - 1);
      const { start, corner, span } = origin(cellNow(), settings, done);
      if (span > K) frame(context, start[1] * size, start[0] * size, span * size, span * size, [4, 3]);
      frame(context, corner[1] * size, corner[0] * size, K * size);
      if (settings.image === "drawing" && document.activeElement === input.node) {
        Object.assign(context, { strokeStyle: ABOVE, lineWidth: 2.5 });
        context.strokeRect(pen[1] * size, pen[0] * size, size, size);
      }
    },
    { ratio: 1, maxWidth: 312 },
  );

  /** Numbers around zero: their opacity says how large they are. */
  const signed = (values) => {
    const top = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0) || 1;
    return (context, v) => Object.assign(context, { fillStyle: v < 0 ? BELOW : ABOVE, globalAlpha: Math.abs(v) / top });
  };
  function drawMap(context, width, { shape: [count], data }) {
    paint(context, data, count, width / count, signed(data));
    Object.assign(context, { strokeStyle: colour(box, "line"), lineWidth: 1 });
    context.strokeRect(0.5, 0.5, width - 1, width - 1);
  }
  const middle = canvas(
    "Feature map before pooling",
    (context, width) => {
      drawMap(context, width, done.map);
      const { members, chosen } = origin(cellNow(), settings, done);
      const size = width / done.map.shape[0];
      frame(context, members[0][1] * size, members[0][0] * size, POOL * size, POOL * size, [4, 3]);
      if (settings.pooling === "max") frame(context, members[chosen][1] * size, members[chosen][0] * size, size);
    },
    { ratio: 1, maxWidth: 312 },
  );
  const output = canvas(
    "Output: the arrow keys move from number to number, Home and End along the row",
    (context, width) => {
      drawMap(context, width, done.out);
      const [row, column] = cellNow();
      const size = width / done.out.shape[0];
      frame(context, column * size, row * size, size);
    },
    { ratio: 1, maxWidth: 312 },
  );

  const place = ({ clientX, clientY }, node, count, margin = 0) => {
    const { left, top, width } = node.getBoundingClientRect();
    return [clientY - top, clientX - left].map((at) =>
      inside(Math.floor((at / width) * (count + 2 * margin)) - margin, count),
    );
  };
  for (const { node } of [input, output]) {
    for (const [name, value] of [
      ["role", "application"],
      ["tabindex", 0],
      ["data-lm-suppress-shortcuts", ""],
    ])
      node.setAttribute(name, value);
  }
  const moved = (key, [row, column], count) => {
    const to = {
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      Home: [row, 0],
      End: [row, count - 1],
    }[key];
    return to?.map((at) => inside(at, count));
  };

  // ---- the output is asked

  const pointed = (event) => place(event, output.node, lengths(settings).out);
  output.node.addEventListener("pointermove", (event) => event.pointerType !== "touch" && show(pointed(event)));
  output.node.addEventListener("pointerleave", () => show(null));
  output.node.addEventListener("click", (event) => {
    hover = null;
    save(model, { cell: pointed(event) });
  });
  output.node.addEventListener("keydown", (event) => {
    hover = null;
    const to = moved(event.key, cellNow(), lengths(settings).out);
    if (!to) return;
    event.preventDefault();
    save(model, { cell: to });
  });

  // ---- the picture is drawn

  const ink = ([row, column]) => {
    const now = drawn(model.get("drawing"));
    now[row * SIDE + column] = brush;
    save(model, { drawing: now.some(Boolean) ? written(now) : "" });
  };
  const own = () => settings.image === "drawing";
  const touched = (event) => place(event, input.node, SIDE, 1);
  input.node.addEventListener("pointerdown", (event) => {
    if (!own() || event.button) return;
    input.node.setPointerCapture(event.pointerId);
    const [row, column] = touched(event);
    brush = pixels[row * SIDE + column] ? 0 : 1;
    ink([row, column]);
  });
  input.node.addEventListener("pointermove", (event) => {
    if (!own() || brush === null) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) ink(touched(part));
  });
  for (const end of ["pointerup", "pointercancel"]) input.node.addEventListener(end, () => (brush = null));
  for (const change of ["focus", "blur"]) input.node.addEventListener(change, () => input.redraw());
  input.node.addEventListener("keydown", (event) => {
    if (!own()) return;
    const to = moved(event.key, pen, SIDE);
    if (!to && event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (to) pen = to;
    else {
      brush = pixels[pen[0] * SIDE + pen[1]] ? 0 : 1;
      ink(pen);
      brush = null;
    }
    input.redraw();
  });

  // ---- controls

  const fields = Array.from({ length: K * K }, (_, i) => {
    const name = `Weight in row ${Math.floor(i / K) + 1}, column ${(i % K) + 1}`;
    const field = element("input", {
      type: "number",
      step: "any",
      min: -LIMIT,
      max: LIMIT,
      inputmode: "decimal",
      "aria-label": name,
    });
    field.addEventListener("input", () => {
      if (!Number.isFinite(field.valueAsNumber)) return;
      const weight = clamp(field.valueAsNumber, -LIMIT, LIMIT);
      save(model, { kernel: kernelNow().map((old, at) => (at === i ? weight : old)) });
    });
    field.addEventListener("blur", () => (field.value = kernelNow()[i]));
    return field;
  });
  const named = {
    get: () => nameOf(kernelNow()),
    set: (_, name) => name in KERNELS && model.set("kernel", [...KERNELS[name]]),
    on: (_, listener) => model.on("change:kernel", listener),
    save_changes: () => model.save_changes(),
  };
  const rectify = element("input", { type: "checkbox", onchange: () => save(model, { relu: rectify.checked }) });
  const clear = button("Clear the drawing", () => save(model, { drawing: "" }));
  const sum = element("div", { class: "cv-sum", "aria-hidden": "true" });
  const told = element("p", { class: "cv-told" });
  const shapes = element("div", { class: "cw-muted cv-shapes" });
  const spoken = live(false);
  const caption = element("figcaption");
  const middleFigure = element("figure", {}, middle.node, element("figcaption", {}, "feature map"));
  const outputCaption = element("figcaption");

  const box = mount(el, "Convolution lab", STYLE);
  box.append(
    element(
      "div",
      { class: "cw-row" },
      choice(model, "image", { label: "Picture", options: ["digit", "shape", "photo", ["drawing", "draw your own"]] }),
      choice(named, "kernel", { label: "Kernel", options: [...Object.keys(KERNELS), "your own"] }),
      choice(model, "strides", { label: "Stride", options: [1, 2, 3] }),
      choice(model, "padding", { label: "Padding", options: ["valid", "same"] }),
      choice(model, "pooling", { label: "Pooling", options: ["none", "max", "average"] }),
      element("label", { class: "cv-check" }, rectify, "ReLU"),
      clear,
    ),
    element(
      "div",
      { class: "cv-work" },
      element("div", { class: "cv-kernel", role: "group", "aria-label": "The nine weights" }, ...fields),
      sum,
    ),
    element(
      "div",
      { class: "cv-pictures" },
      element("figure", {}, input.node, caption),
      middleFigure,
      element("figure", {}, output.node, outputCaption),
    ),
    told,
    spoken,
    shapes,
  );

  /** Shows another cell's origin: everything that moves with the pointer. */
  function show(cell) {
    hover = cell;
    const [row, column] = cellNow();
    const { members, values, chosen, corner } = origin([row, column], settings, done);
    const { conv } = lengths(settings);
    const products = settings.kernel.map((weight, i) => {
      const [y, x] = [corner[0] + Math.floor(i / K), corner[1] + (i % K)];
      const outside = y < 0 || x < 0 || y >= SIDE || x >= SIDE;
      return { weight, pixel: outside ? 0 : pixels[y * SIDE + x], outside };
    });
    sum.replaceChildren(
      ...products.map(({ weight, pixel, outside }) =>
        element(
          "span",
          { class: outside ? "cv-zero" : weight * pixel > 0 ? "cv-above" : weight * pixel < 0 ? "cv-below" : "" },
          `${figures(pixel)} · ${factor(weight)}`,
        ),
      ),
    );
    const total = done.sums.data[members[chosen][0] * conv + members[chosen][1]];
    const terms = products
      .filter(({ weight, pixel }) => weight * pixel)
      .map(({ weight, pixel }) => `${figures(pixel)} · ${factor(weight)}`);
    const worked = `${terms.join(" + ") || "nothing but zeros"} = ${figures(total)}`;
    const rectified = settings.relu ? `, after ReLU ${figures(Math.max(total, 0))}` : "";
    const pooled = {
      none: "",
      max: ` The largest of ${values.map(figures).join(", ")} stays, number ${chosen + 1}.`,
      average: ` That is the first of ${values.map(figures).join(", ")}; their mean is ${figures(values.reduce((a, b) => a + b) / values.length)}.`,
    }[settings.pooling];
    told.textContent = `Row ${row + 1}, column ${column + 1}: ${worked}${rectified}.${pooled}`;
    clearTimeout(quiet);
    quiet = setTimeout(() => (spoken.textContent = told.textContent), 500); // not with every movement of the mouse
    for (const part of [input, middle, output]) part.redraw();
  }
  let quiet;

  function draw() {
    settings = settingsNow();
    pixels = own() ? drawn(model.get("drawing")) : PICTURES[settings.image];
    done = stages(pixels, settings);
    fields.forEach((field, i) => {
      if (field !== document.activeElement && field !== el.getRootNode().activeElement)
        field.value = settings.kernel[i];
    });
    rectify.checked = settings.relu;
    middleFigure.hidden = settings.pooling === "none";
    clear.hidden = !own();
    input.node.classList.toggle("cv-drawing", own());
    input.node.setAttribute("role", own() ? "application" : "img");
    input.node.tabIndex = own() ? 0 : -1;
    input.node.setAttribute(
      "aria-label",
      own()
        ? "Picture to draw on: arrow keys move the pen, Space inks or clears a pixel"
        : `Picture: ${settings.image}`,
    );
    caption.textContent = own() ? "draw here; over ink, the pen rubs out" : "picture";
    const { out } = lengths(settings);
    const [low, high] = [Math.min(...done.out.data), Math.max(...done.out.data)];
    outputCaption.textContent = `output, ${out} × ${out}, from ${figures(low)} to ${figures(high)}: orange above zero, blue below`;
    shapes.replaceChildren(...arithmetic(settings).map((line) => element("p", {}, line)));
    show(null);
  }

  const ended = [
    connect(model, ["image", "kernel", "strides", "padding", "relu", "pooling", "drawing"], draw),
    connect(model, ["cell"], () => show(null)),
    ...[input, middle, output].map(({ stop }) => stop),
    () => clearTimeout(quiet),
  ];
  return () => ended.forEach((end) => end());
}

const STYLE = `
.cv-check { display: inline-flex; gap: 8px; align-items: center; min-height: 36px; font-weight: 600; }
.cv-work { display: flex; flex-wrap: wrap; gap: 10px 28px; align-items: flex-end; margin-top: 10px; }
.cv-kernel { display: grid; grid-template-columns: repeat(3, 76px); gap: 4px; min-width: 0; }
.cw .cv-kernel input { padding: 4px; text-align: center; width: 100%; appearance: textfield; -moz-appearance: textfield; font-variant-numeric: tabular-nums; }
.cv-kernel input::-webkit-inner-spin-button { display: none; }
.cv-sum { display: grid; grid-template-columns: repeat(3, minmax(86px, auto)); gap: 4px; font-size: 14px; font-variant-numeric: tabular-nums; }
.cv-sum span { min-height: 36px; display: grid; place-content: center; padding: 2px 6px; border: 1px solid var(--cw-line); border-radius: 4px; white-space: nowrap; }
.cv-sum .cv-above { border: 2px solid #d55e00; }
.cv-sum .cv-below { border: 2px solid #0072b2; }
.cv-sum .cv-zero { border-style: dashed; color: var(--cw-muted); }
.cw .cv-told { margin: 10px 0 0; min-height: 3em; font-weight: 600; font-variant-numeric: tabular-nums; }
.cv-pictures { display: flex; margin-top: 12px; flex-wrap: wrap; gap: 12px 16px; align-items: flex-start; }
.cw .cv-pictures figure { flex: 1 1 180px; max-width: 312px; min-width: 0; }
.cw .cv-pictures figure[hidden], .cw button[hidden] { display: none; }
.cv-pictures [role=application] { cursor: crosshair; touch-action: manipulation; }
.cv-pictures .cv-drawing { touch-action: none; }
.cv-shapes { margin-top: 4px; font-variant-numeric: tabular-nums; }
.cw .cv-shapes p { margin: 0; }
@media (max-width: 480px) {
  .cv-kernel { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .cv-kernel, .cv-sum { flex: 1 1 100%; }
  .cv-sum { grid-template-columns: repeat(3, minmax(0, 1fr)); font-size: 12.5px; }
}
`;

export default { render };
