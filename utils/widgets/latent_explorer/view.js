// LatentExplorer: a trained autoencoder with two latent dimensions, as a plane to move in.

import { centred } from "../kit/drawing.js";
import {
  arrows,
  button,
  canvas,
  checkbox,
  colour,
  drags,
  element,
  figure,
  inPage,
  live,
  mount,
  onTheme,
  reducedMotion,
  row,
  slider,
  spoken,
  stateOf,
  weights,
} from "../kit/kit.js";
import { pad } from "../kit/pad.js";
import { network } from "../nn/network.js";
import { cloud, figures, inBrackets, inside, labels, mix, neighbours, toPixels, toPlane } from "./engine.js";
import STYLE from "./style.css";

const SIDE = 28; // pixels
const TILES = 17; // pictures along one side of the plane
const STRIP = 9; // pictures of a walk shown at once
const SECONDS = 5; // of one walk
const INKS = "#0072b2 #e69f00 #009e73 #d55e00 #cc79a7 #56b4e9 #b8a800 #8c8c8c #7f3c8d #a65628".split(" ");
const ink = (digit) => INKS[digit % INKS.length];

async function render({ model, el, signal }) {
  const state = stateOf(model, signal);
  const trained = await weights(state);
  if (!(await inPage(el, signal))) return;
  const box = mount(el, { name: "latent-explorer", label: "Latent explorer", style: STYLE });
  const explorer = explore(state, trained, box);
  const plane = planePart(explorer);
  box.append(plane.node, walkPart(explorer), drawingPart(explorer, plane));
}

/** The two networks, and the state as the parts read it: inside the plane that this file's digits span. */
function explore(state, trained, box) {
  const plane = cloud(trained);
  const [encoder, decoder] = ["encoder", "decoder"].map((name) => network(trained.meta[name], trained, name));
  const samples = testDigits(trained);
  const explorer = {
    state,
    box,
    plane,
    samples,
    decode: (z) => decoder(z)[0].data,
    encode(values) {
      const [mean, logVariance] = encoder(values).map(({ data }) => [...data]);
      return { mean, spread: logVariance?.map((value) => Math.exp(value / 2)) };
    },
    point: () => inside(state.get("point"), plane),
    walk: () => [plane.centres[0], plane.centres.at(-1)].map((end, i) => inside(state.get("walk")[i] ?? end, plane)),
    highlight: () => (plane.classes.includes(state.get("highlight")) ? state.get("highlight") : null),
    move: (z) => state.set({ point: inside(z, plane).map((value) => Math.round(value * 1000) / 1000) }),
    take(z) {
      explorer.walker.stop();
      explorer.move(z);
    },
  };
  explorer.walker = walker(explorer);
  explorer.own = ownDigit(explorer);
  explorer.here = hereOf(explorer);
  return explorer;
}

/** The pictures that come with the weights, as { name, values }: ink from 0 to 1. */
function testDigits({ samples, meta }) {
  return Array.from({ length: samples?.shape[0] ?? 0 }, (_, i) => ({
    name: `Test digit ${meta.sample_labels?.[i] ?? i + 1}`,
    values: Float32Array.from(samples.data.subarray(i * SIDE ** 2, (i + 1) * SIDE ** 2), (level) => level / 255),
  }));
}

/** The picture of the point, decoded once for both places that show it. */
function hereOf({ point, decode }) {
  let at = null;
  let values = null;
  return () => {
    if (String(at) !== String(point())) {
      at = point();
      values = decode(at).slice();
    }
    return values;
  };
}

/** The digit that the reader drew or chose: a function that returns { values, code }, or null. */
function ownDigit({ state, samples, encode }) {
  let own = null;
  const read = () => {
    const strokes = state.get("strokes");
    const values = samples[state.get("sample")]?.values ?? (strokes.length ? centred(strokes) : null);
    own = values && { values, code: encode(values) };
  };
  state.on(["strokes", "sample"], read); // before the parts, which draw it
  read();
  return () => own;
}

// ---- pictures

/** A canvas of 28 × 28 pixels; `show(values)` paints them in the colour of the text: their opacity is the ink, 0 to 1. */
function picture(box, label, properties = { role: "img", "aria-label": label }) {
  const node = element("canvas", { class: "le-picture", width: SIDE, height: SIDE, ...properties });
  const show = (values) => {
    const image = new ImageData(SIDE, SIDE);
    const [red, green, blue] = getComputedStyle(box).color.match(/[\d.]+/g);
    values.forEach((value, i) => {
      image.data.set([red, green, blue, Math.round(255 * value)], 4 * i);
    });
    node.getContext("2d").putImageData(image, 0, 0);
  };
  return { node, show };
}

/** The picture decoded from the point, wherever it is shown. */
function pointPicture({ state, box, here }, name) {
  const { node, show } = picture(box, "The picture decoded from the point");
  node.classList.add(name);
  const draw = () => show(here());
  onTheme(draw, state.signal);
  return { node, draw };
}

const group = (label, ...children) =>
  element("div", { class: "le-part", role: "group", "aria-label": label }, ...children);

/** Lines that read on any ground: first wide in the colour of the page, then thin in that of the text. */
function twice(context, stroke) {
  for (const [name, lineWidth] of [
    ["ground", 4],
    ["text", 1.8],
  ]) {
    Object.assign(context, { strokeStyle: colour(context.canvas, name), lineWidth });
    context.beginPath();
    stroke();
    context.stroke();
  }
}

function drawLabel(context, { text, at }) {
  context.save();
  Object.assign(context, {
    font: `bold ${/\d/.test(text) ? 19 : 15}px system-ui, sans-serif`,
    textAlign: "center",
    textBaseline: "middle",
    lineJoin: "round",
    strokeStyle: colour(context.canvas, "ground"),
    fillStyle: colour(context.canvas, "text"),
    lineWidth: 5,
  });
  context.strokeText(text, ...at);
  context.fillText(text, ...at);
  context.restore();
}

// ---- the plane

/** The plane with the picture of its point beside it; `reveal()` brings it into view. */
function planePart(explorer) {
  const { state, plane } = explorer;
  const here = pointPicture(explorer, "le-large");
  const readout = element("p", { class: "le-readout" });
  const aloud = spoken(state.signal);
  const { node, redraw } = planeCanvas(explorer);
  state.watch(["point"], () => {
    here.draw();
    readout.textContent = `z = ${inBrackets(explorer.point())}. ${neighbours(plane, explorer.point())}.`;
    aloud.say(readout.textContent);
    redraw();
  });
  state.watch(["highlight", "pictures", "walk", "strokes", "sample"], redraw);
  const side = element(
    "div",
    { class: "le-side" },
    element("div", { class: "le-here" }, here.node, readout, aloud.node),
    digitKeys(explorer),
    checkbox(state, "pictures", { label: "pictures behind the points" }),
  );
  const behavior = reducedMotion() ? "auto" : "smooth";
  return {
    node: element("div", { class: "le-split" }, node, side),
    reveal: () => node.scrollIntoView({ block: "nearest", behavior }),
  };
}

/** Buttons that let the points of one digit stand out. */
function digitKeys({ state, plane, highlight }) {
  const keys = plane.classes.map((digit) => {
    const swatch = element("span", { class: "le-swatch", style: `background: ${ink(digit)}` });
    const key = button("", () => state.set({ highlight: state.get("highlight") === digit ? -1 : digit }));
    key.append(swatch, digit);
    return key;
  });
  state.watch(["highlight"], () => {
    keys.forEach((key, i) => {
      key.setAttribute("aria-pressed", plane.classes[i] === highlight());
    });
  });
  return element("div", { class: "cw-row le-legend", role: "group", "aria-label": "Show only one digit" }, ...keys);
}

function planeCanvas(explorer) {
  const { state, plane, take } = explorer;
  const ground = background(explorer, () => surface.redraw());
  const surface = canvas(
    "Latent plane with the encoded test digits. The arrow keys move the point, with Shift in larger steps; Home goes to the middle.",
    (context, width) => {
      context.drawImage(ground(width), 0, 0, width, width);
      drawWalk(context, explorer, width);
      if (explorer.own()) drawCode(context, explorer, width);
      for (const label of labels(plane, explorer.walk(), explorer.highlight(), width)) drawLabel(context, label);
      drawPoint(context, toPixels(explorer.point(), plane, width));
    },
    { ratio: 1, maxWidth: 460, signal: state.signal },
  );
  const { node } = surface;
  node.classList.add("le-plane");
  drags(node, ({ clientX, clientY }) => {
    const { left, top, width } = node.getBoundingClientRect();
    take(toPlane([clientX - left, clientY - top], plane, width));
  });
  arrows(
    node,
    (direction, far) => take(explorer.point().map((v, i) => v + (direction[i] * plane.half) / (far ? 10 : 50))),
    () => take(plane.middle),
  );
  return surface;
}

function drawWalk(context, { plane, walk }, width) {
  const [a, b] = walk().map((end) => toPixels(end, plane, width));
  context.setLineDash([6, 4]);
  twice(context, () => {
    context.moveTo(...a);
    context.lineTo(...b);
  });
  context.setLineDash([]);
}

/** A cross where the reader's digit is encoded, with ellipses at one and two standard deviations. */
function drawCode(context, { plane, own }, width) {
  const { mean, spread } = own().code;
  const [x, y] = toPixels(mean, plane, width);
  const radii = (spread ?? []).map((value) => ((value / plane.half) * width) / 2);
  twice(context, () => {
    for (const times of radii.length ? [1, 2] : []) {
      const [across, up] = radii.map((value) => Math.max(value * times, 1));
      context.moveTo(x + across, y);
      context.ellipse(x, y, across, up, 0, 0, 2 * Math.PI);
    }
    for (const down of [-7, 7]) {
      context.moveTo(x - 7, y - down);
      context.lineTo(x + 7, y + down);
    }
  });
}

function drawPoint(context, [x, y]) {
  twice(context, () => {
    context.arc(x, y, 9, 0, 2 * Math.PI);
    context.moveTo(x, y);
    context.arc(x, y, 1, 0, 2 * Math.PI);
  });
}

/** What lies under the moving point changes seldom: it is drawn once and kept. */
function background(explorer, redraw) {
  const { state } = explorer;
  const kept = element("canvas");
  const tiles = tiling(explorer, redraw);
  let keptFor = "";
  onTheme(() => {
    keptFor = "";
  }, state.signal);
  return (width) => {
    const shown = [width, devicePixelRatio, explorer.highlight(), state.get("pictures") && tiles.count()].join();
    if (keptFor === shown) return kept;
    keptFor = shown;
    kept.width = kept.height = width * devicePixelRatio;
    const context = kept.getContext("2d");
    context.scale(devicePixelRatio, devicePixelRatio);
    context.font = "11px system-ui, sans-serif";
    if (state.get("pictures")) tiles.draw(context, width);
    drawAxes(context, explorer, width);
    drawPoints(context, explorer, width);
    return kept;
  };
}

/** The pictures behind the points, decoded some in each frame so that the page stays quick. */
function tiling({ state, box, plane: { middle, half }, decode }, redraw) {
  const tiles = [];
  let frame = 0;
  const place = (i) => ((2 * i + 1) / TILES - 1) * half;
  const proceed = () => {
    const until = performance.now() + 10;
    while (tiles.length < TILES ** 2 && performance.now() < until) {
      const { node, show } = picture(box);
      const z = [middle[0] + place(tiles.length % TILES), middle[1] - place(Math.floor(tiles.length / TILES))];
      const values = decode(z);
      const paint = () => show(values);
      tiles.push({ node, paint });
      paint();
    }
    frame = 0;
    redraw();
  };
  onTheme(() => {
    for (const { paint } of tiles) paint();
  }, state.signal);
  state.end(() => cancelAnimationFrame(frame));
  return {
    count: () => tiles.length,
    draw(context, width) {
      const size = width / TILES;
      context.globalAlpha = 0.55;
      tiles.forEach(({ node }, i) => {
        context.drawImage(node, (i % TILES) * size, Math.floor(i / TILES) * size, size, size);
      });
      if (tiles.length < TILES ** 2) frame ||= requestAnimationFrame(proceed);
    },
  };
}

function drawAxes(context, { box, plane }, width) {
  const { middle, half } = plane;
  const step = 10 ** Math.floor(Math.log10(half));
  for (const axis of [0, 1]) {
    for (let i = Math.ceil((middle[axis] - half) / step); i * step <= middle[axis] + half; i++) {
      const at = toPixels([i * step, i * step], plane, width)[axis];
      Object.assign(context, { globalAlpha: i ? 0.45 : 1, fillStyle: colour(box, "line") });
      context.fillRect(axis ? 0 : at, axis ? at : 0, axis ? width : 1, axis ? 1 : width);
      Object.assign(context, { globalAlpha: 1, fillStyle: colour(box, "muted") });
      const text = figures(i * step, step < 1 ? 1 : 0);
      if (at > 14 && at < width - 20) context.fillText(text, axis ? 3 : at + 3, axis ? at - 3 : width - 4);
    }
  }
}

function drawPoints(context, { box, plane, highlight }, width) {
  const faint = colour(box, "line");
  const chosen = highlight();
  const radius = Math.max(width / 220, 1.3);
  for (const { z, label } of plane.all) {
    const [left, top] = toPixels(z, plane, width);
    context.fillStyle = chosen === null || chosen === label ? ink(label) : faint;
    context.globalAlpha = chosen === null ? 0.75 : chosen === label ? 1 : 0.35;
    if (chosen === label) context.fillText(label, left - 3, top + 4);
    else context.fillRect(left - radius, top - radius, 2 * radius, 2 * radius);
  }
  context.globalAlpha = 1;
}

// ---- a walk from A to B

/** Lets the point walk: `toggle()`, `stop()`; `shown` is called when a walk begins or ends, `walking()` says whether one is under way. */
function walker({ state, walk, move }) {
  let frame = 0;
  const self = { toggle: () => (frame ? self.stop() : start()), stop, shown() {}, walking: () => frame > 0 };
  function stop() {
    cancelAnimationFrame(frame);
    frame = 0;
    self.shown();
  }
  function start() {
    if (state.get("along") === 1) state.set({ along: 0 });
    const least = reducedMotion() ? 1 / 8 : 0; // eight still pictures instead of a film
    let last = performance.now();
    const tick = (now) => {
      frame = requestAnimationFrame(tick);
      const part = (now - last) / 1000 / SECONDS;
      if (part < least) return;
      last = now;
      state.set({ along: Math.min(state.get("along") + (least || part), 1) });
      if (state.get("along") === 1) stop();
    };
    frame = requestAnimationFrame(tick);
    self.shown();
  }
  state.on(["along"], () => move(mix(...walk(), state.get("along"))));
  state.end(() => cancelAnimationFrame(frame));
  return self;
}

function walkPart(explorer) {
  const { state, walk, point, walker } = explorer;
  const play = button("", walker.toggle, { class: "le-play" });
  walker.shown = () => {
    play.textContent = walker.walking() ? "❚❚ Pause" : "▶ Walk from A to B";
  };
  walker.shown();
  const along = slider(state, "along", {
    label: "Along the walk",
    step: 0.01,
    format: (part) => `${Math.round(100 * part)} %`,
  });
  along.addEventListener("input", walker.stop);
  const take = (which) => () => state.set({ walk: walk().map((end, i) => (i === which ? point() : end)) });
  const here = pointPicture(explorer, "le-beside"); // on a phone the plane is out of sight
  state.watch(["point"], here.draw);
  const ends = row(button("A = the point", take(0)), button("B = the point", take(1)));
  ends.classList.add("le-ends");
  return group("A walk", element("div", { class: "le-walk" }, ends, here.node, play, along), walkStrip(explorer));
}

function walkStrip({ state, box, decode, walk }) {
  const still = picture(box);
  const strip = canvas(
    "Nine pictures decoded on the way from A to B",
    (context, width) => {
      const size = width / STRIP;
      for (let i = 0; i < STRIP; i++) {
        still.show(decode(mix(...walk(), i / (STRIP - 1))));
        context.drawImage(still.node, i * size + 2, 2, size - 4, size - 4);
      }
    },
    { ratio: 1 / STRIP, signal: state.signal },
  );
  strip.node.classList.add("le-strip");
  state.watch(["walk"], strip.redraw);
  return strip.node;
}

// ---- a digit of the reader's own

function drawingPart(explorer, plane) {
  const { state, samples, own } = explorer;
  const { pictures, show } = drawingPictures(explorer);
  const verdict = live();
  const clear = button("Clear", () => state.set({ strokes: [], sample: -1 }));
  const goThere = button("Move the point there", () => {
    explorer.take(own().code.mean);
    plane.reveal();
  });
  const draw = () => {
    show();
    clear.disabled = goThere.disabled = !own();
    verdict.textContent = verdictOn(explorer);
  };
  onTheme(draw, state.signal);
  state.watch(["strokes", "sample"], draw);
  const what = samples.length ? ", or take one of the test digits:" : "";
  return group(
    "Encode a digit",
    element("p", {}, element("strong", {}, "Draw a digit"), what),
    shelf(explorer),
    pictures,
    verdict,
    row(clear, goThere),
  );
}

/** The pad, what the encoder sees, and what the decoder makes of it. */
function drawingPictures({ state, box, decode, own }) {
  const blank = new Float32Array(SIDE ** 2);
  const drawn = pad("Pad: draw a digit with mouse, pen or finger", {
    strokes: () => state.get("strokes"),
    change: (strokes) => state.set({ strokes, sample: -1 }),
  });
  const seen = picture(box, "What the encoder sees");
  const again = picture(box, "What the decoder makes of it");
  const show = () => {
    drawn.show(state.get("strokes"));
    seen.show(own()?.values ?? blank);
    again.show(own() ? decode(own().code.mean) : blank);
  };
  const pictures = element(
    "div",
    { class: "le-draw" },
    figure(drawn.node, "your drawing"),
    figure(seen.node, "centred, as the encoder sees it"),
    figure(again.node, "decoded again"),
  );
  return { pictures, show };
}

/** The test digits, to be taken at a click. */
function shelf({ state, box, samples }) {
  const keys = samples.map(({ name, values }, i) => {
    const key = button("", () => state.set({ strokes: [], sample: i }), { class: "le-sample", "aria-label": name });
    const { node, show } = picture(box, "", { "aria-hidden": "true" });
    key.append(node);
    return { key, show: () => show(values) };
  });
  const show = () => {
    keys.forEach(({ key, show }, i) => {
      show();
      key.setAttribute("aria-pressed", i === state.get("sample"));
    });
  };
  onTheme(show, state.signal);
  state.watch(["sample"], show);
  return row(...keys.map(({ key }) => key));
}

function verdictOn({ plane, own }) {
  if (!own()) return "Its code appears in the plane as a cross, with ellipses at one and two standard deviations.";
  const { mean, spread } = own().code;
  const width = spread ? `, with standard deviations ${inBrackets(spread)}` : "";
  return `Encoded at ${inBrackets(mean)}${width}: ${neighbours(plane, mean)}.`;
}

export default { render };
