// LatentExplorer: a trained autoencoder with two latent dimensions, as a plane to move in.

import { centred } from "../kit/drawing.js";
import {
  arrows,
  button,
  canvas,
  clamp,
  colour,
  connect,
  drags,
  element,
  live,
  mount,
  onTheme,
  reducedMotion,
  save,
  slider,
  weights,
} from "../kit/kit.js";
import { network } from "../nn/network.js";
import { pad } from "../kit/pad.js";

const SIDE = 28; // pixels
const TILES = 17; // pictures along one side of the plane
const STRIP = 9; // pictures of a walk shown at once
const SECONDS = 5; // of one walk
const NEIGHBOURS = 10;
const INKS = "#0072b2 #e69f00 #009e73 #d55e00 #cc79a7 #56b4e9 #b8a800 #8c8c8c #7f3c8d #a65628".split(" ");

const mix = (from, to, t) => from.map((v, i) => v + (to[i] - v) * t);
const figures = (value, digits = 2) => value.toFixed(digits).replace("-", "−");
const inBrackets = (pair) => `(${Array.from(pair, (v) => figures(v)).join(", ")})`;

// ---- the numbers behind the view

/** The encoded digits: where they lie, what they are, and the square of the plane that holds nearly all of them. */
function cloud({ points, labels }) {
  const all = Array.from(labels.data, (label, i) => ({ z: [points.data[2 * i], points.data[2 * i + 1]], label }));
  const quantile = (some, axis, part) =>
    some.map(({ z }) => z[axis]).sort((a, b) => a - b)[Math.floor((some.length - 1) * part)];
  const ranges = [0, 1].map((axis) => [quantile(all, axis, 0.002), quantile(all, axis, 0.998)]);
  const classes = [...new Set(labels.data)].sort((a, b) => a - b);
  const centres = classes.map((digit) => {
    const own = all.filter(({ label }) => label === digit);
    return [0, 1].map((axis) => quantile(own, axis, 0.5));
  });
  const half = Math.max(...ranges.map(([low, high]) => high - low)) * 0.53 || 1;
  return { all, classes, centres, middle: ranges.map(([low, high]) => (low + high) / 2), half };
}

/** "8 of the 10 nearest digits are 3s, 2 are 5s" */
function neighbours({ all }, [x, y]) {
  const byDistance = all.map(({ z, label }) => [(z[0] - x) ** 2 + (z[1] - y) ** 2, label]).sort((a, b) => a[0] - b[0]);
  const counts = new Map();
  for (const [, label] of byDistance.slice(0, NEIGHBOURS)) counts.set(label, (counts.get(label) ?? 0) + 1);
  const verb = (label, n) => (n > 1 ? `are ${label}s` : `is ${label === 8 ? "an" : "a"} ${label}`);
  const [[label, n], ...others] = [...counts].sort((a, b) => b[1] - a[1]);
  const first = `${n} of the ${Math.min(NEIGHBOURS, all.length)} nearest digits ${verb(label, n)}`;
  return [first, ...others.map(([label, n]) => `${n} ${verb(label, n)}`)].join(", ");
}

/** The model's state, made safe (an address may hold anything), and its two networks. */
function explore(model, trained) {
  const digits = cloud(trained);
  const run = {
    encoder: network(trained.meta.encoder, trained, "encoder"),
    decoder: network(trained.meta.decoder, trained, "decoder"),
  };
  const inside = (z) => z.map((v, i) => clamp(v, digits.middle[i] - digits.half, digits.middle[i] + digits.half));
  const pair = (value, other) =>
    inside(Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) ? value : other);
  const count = trained.samples?.shape[0] ?? 0;
  return {
    model,
    digits,
    samples: Array.from({ length: count }, (_, i) => trained.samples.data.subarray(i * SIDE ** 2, (i + 1) * SIDE ** 2)),
    names: trained.meta.sample_labels ?? [],
    highlight: () => (digits.classes.includes(model.get("highlight")) ? model.get("highlight") : null),
    point: () => pair(model.get("point"), [0, 0]),
    walk: () => [digits.centres[0], digits.centres.at(-1)].map((end, i) => pair(model.get("walk")?.[i], end)),
    along: () => clamp(model.get("along"), 0, 1),
    move: (z) => save(model, { point: inside(z).map((v) => Math.round(v * 1000) / 1000) }),
    decode: (z) => run.decoder(z)[0].data,
    encode(values) {
      const [mean, logVariance] = run.encoder(values).map(({ data }) => [...data]);
      return { mean, spread: logVariance?.map((v) => Math.exp(v / 2)) };
    },
    code: null, // of the digit that the reader drew or chose
    stop() {}, // ends a walk under way
  };
}

// ---- pictures

/**
 * A canvas of 28 × 28 pixels. `show(values)` paints them in the colour of the text, or of that in another node: their opacity is
 * the ink, 0 to 1.
 */
function picture(label, properties = { role: "img", "aria-label": label }) {
  const node = element("canvas", { class: "le-picture", width: SIDE, height: SIDE, ...properties });
  const show = (values, like = node) => {
    const image = new ImageData(SIDE, SIDE);
    const [red, green, blue] = getComputedStyle(like).color.match(/[\d.]+/g);
    for (let i = 0; i < values.length; i++) image.data.set([red, green, blue, Math.round(255 * values[i])], 4 * i);
    node.getContext("2d").putImageData(image, 0, 0);
  };
  return { node, show };
}

const figure = ({ node }, caption) => element("figure", {}, node, element("figcaption", {}, caption));
const group = (label, ...children) =>
  element("div", { class: "le-part", role: "group", "aria-label": label }, ...children);
const all = (ends) => () => ends.forEach((end) => end());
const row = (...children) => element("div", { class: "cw-row" }, ...children);

/** Lines and letters that read on any ground: first wide in the colour of the page, then thin in that of the text. */
function twice(context, box, stroke) {
  for (const [name, lineWidth] of [
    ["ground", 4],
    ["text", 1.8],
  ]) {
    Object.assign(context, { strokeStyle: colour(box, name), lineWidth });
    context.beginPath();
    stroke();
    context.stroke();
  }
}

function letters(context, box, text, [x, y], size) {
  context.save();
  Object.assign(context, {
    font: `bold ${size}px system-ui, sans-serif`,
    textAlign: "center",
    textBaseline: "middle",
    lineJoin: "round",
    strokeStyle: colour(box, "ground"),
    fillStyle: colour(box, "text"),
    lineWidth: 5,
  });
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
  context.restore();
}

// ---- the plane

function planePart(explorer, box) {
  const { model, digits } = explorer;
  const { middle, half } = digits;
  const toScreen = ([x, y], width) => [
    ((1 + (x - middle[0]) / half) * width) / 2,
    ((1 - (y - middle[1]) / half) * width) / 2,
  ];
  const toPlane = ({ clientX, clientY }) => {
    const { left, top, width } = plane.node.getBoundingClientRect();
    return [
      middle[0] + (((clientX - left) / width) * 2 - 1) * half,
      middle[1] - (((clientY - top) / width) * 2 - 1) * half,
    ];
  };

  const tiles = [];
  let tiling = 0;

  /** Decodes the pictures behind the points, some in each frame so that the page stays quick. */
  function decodeTiles() {
    const until = performance.now() + 10;
    while (tiles.length < TILES ** 2 && performance.now() < until) {
      const at = (i) => ((2 * i + 1) / TILES - 1) * half;
      const z = [middle[0] + at(tiles.length % TILES), middle[1] - at(Math.floor(tiles.length / TILES))];
      const tile = picture();
      tile.show(explorer.decode(z), box);
      tiles.push(tile.node);
    }
    plane.redraw();
    tiling = tiles.length < TILES ** 2 && requestAnimationFrame(decodeTiles);
  }

  function drawTiles(context, width) {
    const size = width / TILES;
    context.globalAlpha = 0.55;
    tiles.forEach((tile, i) => context.drawImage(tile, (i % TILES) * size, Math.floor(i / TILES) * size, size, size));
    tiling ||= tiles.length < TILES ** 2 && requestAnimationFrame(decodeTiles);
  }

  function drawAxes(context, width) {
    const step = 10 ** Math.floor(Math.log10(half));
    for (const axis of [0, 1]) {
      for (let i = Math.ceil((middle[axis] - half) / step); i * step <= middle[axis] + half; i++) {
        const at = toScreen([i * step, i * step], width)[axis];
        Object.assign(context, { globalAlpha: i ? 0.45 : 1, fillStyle: colour(box, "line") });
        context.fillRect(axis ? 0 : at, axis ? at : 0, axis ? width : 1, axis ? 1 : width);
        Object.assign(context, { globalAlpha: 1, fillStyle: colour(box, "muted") });
        const text = figures(i * step, step < 1 ? 1 : 0);
        if (at > 14 && at < width - 20) context.fillText(text, axis ? 3 : at + 3, axis ? at - 3 : width - 4);
      }
    }
  }

  function drawPoints(context, width) {
    const chosen = explorer.highlight();
    const radius = Math.max(width / 220, 1.3);
    const faint = colour(box, "line");
    for (const { z, label } of digits.all) {
      const [left, top] = toScreen(z, width);
      context.fillStyle = chosen === null || chosen === label ? INKS[label % INKS.length] : faint;
      context.globalAlpha = chosen === null ? 0.75 : chosen === label ? 1 : 0.35;
      if (chosen === label) context.fillText(label, left - 3, top + 4);
      else context.fillRect(left - radius, top - radius, 2 * radius, 2 * radius);
    }
    context.globalAlpha = 1;
    digits.classes.forEach((digit, i) => {
      if (chosen === null || chosen === digit) letters(context, box, digit, toScreen(digits.centres[i], width), 19);
    });
  }

  /** What lies under the moving point changes seldom: it is drawn once and kept. */
  const kept = element("canvas");
  let keptFor = "";
  function background(width) {
    const shown = [width, devicePixelRatio, explorer.highlight(), model.get("pictures") && tiles.length].join();
    if (keptFor !== shown) {
      keptFor = shown;
      kept.width = kept.height = width * devicePixelRatio;
      const context = kept.getContext("2d");
      context.scale(devicePixelRatio, devicePixelRatio);
      context.font = "11px system-ui, sans-serif";
      if (model.get("pictures")) drawTiles(context, width);
      drawAxes(context, width);
      drawPoints(context, width);
    }
    return kept;
  }

  function drawWalk(context, width) {
    const [a, b] = explorer.walk().map((end) => toScreen(end, width));
    const beyond = 12 / (Math.hypot(b[0] - a[0], b[1] - a[1]) || 1);
    context.setLineDash([6, 4]);
    twice(context, box, () => (context.moveTo(...a), context.lineTo(...b)));
    context.setLineDash([]);
    letters(context, box, "A", mix(a, b, -beyond), 15);
    letters(context, box, "B", mix(b, a, -beyond), 15);
  }

  function drawCode(context, width) {
    const [x, y] = toScreen(explorer.code.mean, width);
    const radii = (explorer.code.spread ?? []).map((v) => ((v / half) * width) / 2);
    twice(context, box, () => {
      for (const times of radii.length ? [1, 2] : []) {
        const [across, up] = radii.map((v) => Math.max(v * times, 1));
        context.moveTo(x + across, y);
        context.ellipse(x, y, across, up, 0, 0, 2 * Math.PI);
      }
      for (const down of [-7, 7]) context.moveTo(x - 7, y - down), context.lineTo(x + 7, y + down);
    });
  }

  const plane = canvas(
    "Latent plane with the encoded test digits. The arrow keys move the point, with Shift in larger steps; Home goes to the middle.",
    (context, width) => {
      context.drawImage(background(width), 0, 0, width, width);
      drawWalk(context, width);
      if (explorer.code) drawCode(context, width);
      const [x, y] = toScreen(explorer.point(), width);
      twice(
        context,
        box,
        () => (context.arc(x, y, 9, 0, 2 * Math.PI), context.moveTo(x, y), context.arc(x, y, 1, 0, 2 * Math.PI)),
      );
    },
    { ratio: 1, maxWidth: 460 },
  );
  const { node } = plane;
  node.classList.add("le-plane");
  const take = (z) => {
    explorer.stop();
    explorer.move(z);
  };
  drags(node, (event) => take(toPlane(event)));
  arrows(
    node,
    (direction, far) => take(explorer.point().map((v, i) => v + (direction[i] * half) / (far ? 10 : 50))),
    () => take(middle),
  );

  const here = picture("The picture decoded from the point");
  here.node.classList.add("le-large");
  const readout = element("p", { class: "le-readout" });
  const spoken = live(false);
  const keys = digits.classes.map((digit) => {
    const key = button("", () => save(model, { highlight: model.get("highlight") === digit ? -1 : digit }));
    key.append(element("span", { class: "le-swatch", style: `background: ${INKS[digit % INKS.length]}` }), digit);
    return key;
  });
  const pictures = element("input", { type: "checkbox", onchange: () => save(model, { pictures: pictures.checked }) });
  box.append(
    element(
      "div",
      { class: "le-split" },
      node,
      element(
        "div",
        { class: "le-side" },
        element("div", { class: "le-here" }, here.node, readout, spoken),
        element("div", { class: "cw-row le-legend", role: "group", "aria-label": "Show only one digit" }, ...keys),
        element("label", { class: "le-check" }, pictures, "pictures behind the points"),
      ),
    ),
  );

  let quiet;
  const drawPoint = () => {
    here.show(explorer.decode(explorer.point()));
    readout.textContent = `z = ${inBrackets(explorer.point())}. ${neighbours(digits, explorer.point())}.`;
    clearTimeout(quiet);
    quiet = setTimeout(() => (spoken.textContent = readout.textContent), 400); // not with every pixel of a drag
    plane.redraw();
  };
  const ended = [
    connect(model, ["point"], drawPoint),
    connect(model, ["highlight", "pictures"], () => {
      keys.forEach((key, i) => key.setAttribute("aria-pressed", digits.classes[i] === explorer.highlight()));
      pictures.checked = model.get("pictures");
      plane.redraw();
    }),
    connect(model, ["walk", "strokes", "sample"], plane.redraw),
    plane.stop,
    () => (cancelAnimationFrame(tiling), clearTimeout(quiet)),
  ];
  return {
    end: all(ended),
    repaint() {
      tiles.length = 0; // their ink has the colour of the text
      keptFor = "";
      drawPoint();
    },
  };
}

// ---- a walk from A to B

function walkPart(explorer, box) {
  const { model } = explorer;
  let pause = null;
  const play = button("", () => (pause ? explorer.stop() : start()), { class: "le-play" });
  const label = () => (play.textContent = pause ? "❚❚ Pause" : "▶ Walk from A to B");
  const go = (part) => {
    save(model, { along: Math.min(explorer.along() + part, 1) });
    if (explorer.along() === 1) explorer.stop();
  };
  explorer.stop = () => {
    pause?.();
    pause = null;
    label();
  };
  function start() {
    if (explorer.along() === 1) save(model, { along: 0 });
    const least = reducedMotion() ? 1 / 8 : 0; // eight still pictures instead of a film
    let last = performance.now();
    let frame = 0;
    const tick = (now) => {
      frame = requestAnimationFrame(tick);
      const part = (now - last) / 1000 / SECONDS;
      if (part < least) return;
      last = now;
      go(least || part);
    };
    frame = requestAnimationFrame(tick);
    pause = () => cancelAnimationFrame(frame);
    label();
  }
  label();

  const along = slider(model, "along", {
    label: "Along the walk",
    min: 0,
    max: 1,
    step: 0.01,
    format: (v) => `${Math.round(100 * v)} %`,
  });
  along.addEventListener("input", explorer.stop);
  const still = picture();
  const strip = canvas(
    "Nine pictures decoded on the way from A to B",
    (context, width) => {
      const size = width / STRIP;
      for (let i = 0; i < STRIP; i++) {
        still.show(explorer.decode(mix(...explorer.walk(), i / (STRIP - 1))), box);
        context.drawImage(still.node, i * size + 2, 2, size - 4, size - 4);
      }
    },
    { ratio: 1 / STRIP },
  );
  const take = (which) => () =>
    save(model, { walk: explorer.walk().map((end, i) => (i === which ? explorer.point() : end)) });
  box.append(
    group("A walk", row(button("A = the point", take(0)), button("B = the point", take(1)), play), along, strip.node),
  );

  const onAlong = () => explorer.move(mix(...explorer.walk(), explorer.along()));
  model.on("change:along", onAlong);
  const ended = [
    connect(model, ["walk"], strip.redraw),
    strip.stop,
    () => model.off("change:along", onAlong),
    () => explorer.stop(),
  ];
  return { end: all(ended), repaint: strip.redraw };
}

// ---- a digit of the reader's own

function drawingPart(explorer, box) {
  const { model, samples, names } = explorer;
  const blank = new Float32Array(SIDE ** 2);
  const drawn = pad("Pad: draw a digit with mouse, pen or finger", (strokes) => save(model, { strokes, sample: -1 }));
  const seen = picture("What the encoder sees");
  const again = picture("What the decoder makes of it");
  const verdict = live();
  const clear = button("Clear", () => save(model, { strokes: [], sample: -1 }));
  const goThere = button("Move the point there", () => (explorer.stop(), explorer.move(explorer.code.mean)));
  const small = samples.map(() => picture("", { "aria-hidden": "true" }));
  const shelf = small.map(({ node }, i) => {
    const name = `Test digit ${names[i] ?? i + 1}`;
    const key = button("", () => save(model, { strokes: [], sample: i }), { class: "le-sample", "aria-label": name });
    key.append(node);
    return key;
  });
  box.append(
    group(
      "Encode a digit",
      element(
        "p",
        {},
        element("strong", {}, "Draw a digit"),
        samples.length ? ", or take one of the test digits:" : "",
      ),
      row(...shelf),
      element(
        "div",
        { class: "le-draw" },
        figure(drawn, "your drawing"),
        figure(seen, "centred, as the encoder sees it"),
        figure(again, "decoded again"),
      ),
      verdict,
      row(clear, goThere),
    ),
  );

  function draw() {
    const strokes = (model.get("strokes") ?? []).filter((stroke) => stroke.length);
    const sample = samples[model.get("sample")];
    const values = sample ?? (strokes.length ? centred(strokes) : null);
    explorer.code = values && explorer.encode(values);
    drawn.show(sample ? [] : strokes);
    seen.show(values ?? blank);
    again.show(values ? explorer.decode(explorer.code.mean) : blank);
    clear.disabled = goThere.disabled = !values;
    shelf.forEach((key, i) => key.setAttribute("aria-pressed", i === model.get("sample")));
    if (!values) {
      verdict.textContent =
        "Its code appears in the plane as a cross, with ellipses at one and two standard deviations.";
      return;
    }
    const { mean, spread } = explorer.code;
    const width = spread ? `, with standard deviations ${inBrackets(spread)}` : "";
    verdict.textContent = `Encoded at ${inBrackets(mean)}${width}: ${neighbours(explorer.digits, mean)}.`;
  }
  const repaint = () => {
    small.forEach(({ show }, i) => show(samples[i]));
    draw();
  };
  repaint();
  return { end: connect(model, ["strokes", "sample"], draw), repaint };
}

async function render({ model, el }) {
  const explorer = explore(model, await weights(model));
  const box = mount(el, "Latent explorer", STYLE);
  const parts = [planePart, walkPart, drawingPart].map((part) => part(explorer, box));
  return all([onTheme(() => parts.forEach(({ repaint }) => repaint())), ...parts.map(({ end }) => end)]);
}

const STYLE = `
.le-split { display: flex; flex-wrap: wrap; gap: 12px 20px; align-items: flex-start; }
.le-plane { flex: 1 1 280px; min-width: 0; }
.le-plane, .cw-pad { touch-action: none; cursor: crosshair; }
.le-plane, .le-picture, .cw-pad { border: 1px solid var(--cw-line); border-radius: 4px; }
.le-side { flex: 1 1 170px; min-width: 0; display: flex; flex-direction: column; gap: 8px; }
.le-picture, .cw-pad { display: block; image-rendering: pixelated; aspect-ratio: 1; width: 100%; }
.le-large { max-width: 190px; }
.cw .le-readout { margin: 8px 0 0; min-height: 4.5em; font-variant-numeric: tabular-nums; }
.cw .le-legend { gap: 4px; }
.cw .le-legend button { padding: 2px 8px; min-width: 40px; display: inline-flex; gap: 5px; align-items: center; }
.le-swatch { width: 11px; height: 11px; border-radius: 2px; }
.le-check { display: flex; gap: 8px; align-items: center; min-height: 36px; }
.le-part { border-top: 1px solid var(--cw-line); margin-top: 14px; padding-top: 12px; display: grid; gap: 8px; }
.le-part p { margin: 0; }
.le-play { min-width: 11em; }
.cw .le-sample { padding: 1px; width: 40px; height: 40px; min-height: 0; }
.le-sample .le-picture { border: 0; }
.le-draw { display: grid; grid-template-columns: repeat(3, minmax(0, 170px)); gap: 12px; }
.cw-pad { background: var(--cw-surface); }
@media (max-width: 480px) {
  .le-here { display: grid; grid-template-columns: 130px 1fr; gap: 12px; }
  .cw .le-readout { margin: 0; }
  .le-draw { grid-template-columns: 1fr 1fr; }
  .le-draw figure:first-child { grid-column: 1 / -1; }
  .le-draw .cw-pad { max-width: 260px; }
}
`;

export default { render };
