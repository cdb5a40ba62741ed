// DigitPad: a dense network, a convnet and k nearest neighbours read the same digit, drawn or taken from the test set.

import { centred, ink } from "../kit/drawing.js";
import { button, choice, clamp, connect, element, live, mount, onTheme, save, slider, weights } from "../kit/kit.js";
import { network } from "../nn/network.js";
import { pad } from "../kit/pad.js";
import { keyPen } from "../kit/pen.js";

const SIDE = 28; // pixels of a digit
const SMALL = 14; // pixels of a stored neighbour
const LEVELS = 16; // its grey levels
const KS = [1, 3, 5, 9, 15];
const FARTHEST = 10; // pixels of a shift
const STEEPEST = 90; // degrees of a turn

// ---- the picture that the three read

/** A picture turned about its middle (degrees, clockwise) and moved (pixels), bilinear; what comes from outside is paper. */
export function moved(picture, { turn, right, down }) {
  const angle = (turn * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const middle = (SIDE - 1) / 2;
  const at = (x, y) => (x >= 0 && y >= 0 && x < SIDE && y < SIDE ? picture[y * SIDE + x] : 0);
  return Float32Array.from({ length: SIDE ** 2 }, (_, i) => {
    const [x, y] = [(i % SIDE) - middle - right, Math.floor(i / SIDE) - middle - down];
    const [fromX, fromY] = [cos * x + sin * y + middle, cos * y - sin * x + middle];
    const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
    const [partX, partY] = [fromX - left, fromY - top];
    return (
      (1 - partY) * ((1 - partX) * at(left, top) + partX * at(left + 1, top)) +
      partY * ((1 - partX) * at(left, top + 1) + partX * at(left + 1, top + 1))
    );
  });
}

/** Centre of the ink, in pixels. */
function centre(picture) {
  let [sum, x, y] = [1e-9, 0, 0];
  picture.forEach((value, i) => {
    sum += value;
    x += value * (i % SIDE);
    y += value * Math.floor(i / SIDE);
  });
  return [x / sum, y / sum];
}

/** A test digit, changed; `centring` moves the centre of its ink back to where it was, by whole pixels. */
export function changedSample(picture, change, centring) {
  if (!centring) return moved(picture, change);
  const [x, y] = centre(picture);
  const [nowX, nowY] = centre(moved(picture, { ...change, right: 0, down: 0 }));
  return moved(picture, { ...change, right: Math.round(x - nowX), down: Math.round(y - nowY) });
}

/** A drawing, changed; `centring` also brings it to the size of MNIST's digits. */
export function changedDrawing(strokes, { turn, right, down }, centring) {
  const angle = (turn * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const place = ([x, y]) => [
    cos * (x - 0.5) - sin * (y - 0.5) + 0.5 + right / SIDE,
    sin * (x - 0.5) + cos * (y - 0.5) + 0.5 + down / SIDE,
  ];
  const changed = strokes.map((stroke) => stroke.map(place));
  return centring ? centred(changed) : ink(changed.map((stroke) => stroke.map(([x, y]) => [x * SIDE, y * SIDE])));
}

// ---- the neighbours

/** The stored digits: `pictures` of 196 numbers from 0 to 1 (three grey levels in each number of the file), and their `labels`. */
export function storedDigits({ levels, meta }) {
  const [count, width] = levels.shape;
  const pictures = Array.from({ length: count }, (_, n) => {
    const picture = new Float32Array(3 * width);
    for (let i = 0; i < width; i++) {
      const three = levels.data[n * width + i] + LEVELS ** 3 / 2;
      picture.set(
        [three / LEVELS ** 2, three / LEVELS, three].map((v) => (Math.floor(v) % LEVELS) / (LEVELS - 1)),
        3 * i,
      );
    }
    return picture.subarray(0, SMALL ** 2);
  });
  return { pictures, labels: Array.from(meta.labels, Number) };
}

/** A digit at half the size and 16 grey levels. */
export function halved(picture) {
  return Float32Array.from({ length: SMALL ** 2 }, (_, i) => {
    const at = 2 * SIDE * Math.floor(i / SMALL) + 2 * (i % SMALL);
    const mean = (picture[at] + picture[at + 1] + picture[at + SIDE] + picture[at + SIDE + 1]) / 4;
    return Math.floor(mean * (LEVELS - 1) + 0.5) / (LEVELS - 1);
  });
}

/** Positions of the k stored digits nearest to a picture, the nearest first; of equally near ones the first that is stored. */
export function nearest({ pictures }, picture, k) {
  const asked = halved(picture);
  const steps = (difference) => Math.round((LEVELS - 1) * difference); // whole numbers, so that ties are exact
  const distances = pictures.map((stored) => stored.reduce((sum, v, i) => sum + steps(v - asked[i]) ** 2, 0));
  return distances
    .map((_, i) => i)
    .sort((a, b) => distances[a] - distances[b])
    .slice(0, k);
}

// ---- the three readers

/** Files of weights by name → read(picture, k): { dense, convnet, votes } of ten shares each, and the neighbours' positions. */
export function readers(dense, convnet, neighbours) {
  const run = [dense, convnet].map((trained) => network(trained.meta.network, trained, "network"));
  const stored = storedDigits(neighbours);
  return {
    stored,
    read(picture, k) {
      const near = nearest(stored, picture, k);
      const votes = Array.from(
        { length: 10 },
        (_, digit) => near.filter((i) => stored.labels[i] === digit).length / near.length,
      );
      return { near, shares: [...run.map((network) => [...network(picture)[0].data]), votes] };
    },
  };
}

const best = (shares) => shares.indexOf(Math.max(...shares));

// ---- the widget

const NAMES = ["Dense network", "Convnet", "Neighbours"];

async function render({ model, el }) {
  // a live view brings three blobs of its own, the page loads three files
  const other = (name, blob) =>
    weights({ get: (key) => (key === "weights" ? name : model.get(key === "blob" ? blob : key)) });
  const files = await Promise.all([
    weights(model),
    other("mnist-convnet", "_convnet"),
    other("mnist-neighbours", "_neighbours"),
  ]);
  const { stored, read } = readers(...files);
  const { samples, meta } = files[0];
  const shelf = meta.sample_labels.map((label, i) => ({
    label,
    picture: samples.data.subarray(i * SIDE ** 2, (i + 1) * SIDE ** 2),
  }));

  const whole = (trait, most) => clamp(Math.round(model.get(trait)), -most, most, 0);
  const changeNow = () => ({
    right: whole("right", FARTHEST),
    down: whole("down", FARTHEST),
    turn: whole("turn", STEEPEST),
  });
  const kNow = () => (KS.includes(model.get("k")) ? model.get("k") : 5);
  const strokesNow = () => (model.get("strokes") ?? []).filter((stroke) => stroke.length);
  const sampleNow = () => shelf[model.get("sample")];

  /** The 28 × 28 numbers after a change, or null where nothing is drawn. */
  function pictureAfter(change) {
    const centring = Boolean(model.get("centre"));
    if (sampleNow()) return changedSample(sampleNow().picture, change, centring);
    return strokesNow().length ? changedDrawing(strokesNow(), change, centring) : null;
  }

  // ---- pictures in the colour of the text: their opacity is the ink

  function show(node, values) {
    const side = Math.sqrt(values.length);
    const image = new ImageData(side, side);
    const [red, green, blue] = getComputedStyle(box).color.match(/[\d.]+/g);
    values.forEach((value, i) => image.data.set([red, green, blue, Math.round(255 * value)], 4 * i));
    node.width = node.height = side;
    node.getContext("2d").putImageData(image, 0, 0);
  }
  const picture = (properties) => element("canvas", { class: "dp-picture", ...properties });

  // ---- controls

  const pixels = (value) => `${value} px`.replace("-", "−");
  const moves = [
    slider(model, "right", { label: "Right", min: -FARTHEST, max: FARTHEST, format: pixels }),
    slider(model, "down", { label: "Down", min: -FARTHEST, max: FARTHEST, format: pixels }),
    slider(model, "turn", { label: "Turn", min: -STEEPEST, max: STEEPEST, format: (v) => `${v}°`.replace("-", "−") }),
  ];
  const centring = element("input", { type: "checkbox", onchange: () => save(model, { centre: centring.checked }) });
  const drawing = pad(
    "Pad: draw a digit with mouse, pen or finger; or arrow keys move the pen, Space puts it down and lifts it, Backspace takes a stroke back",
    (strokes) => save(model, { strokes, sample: -1 }),
  );
  const padBox = keyPen(
    drawing,
    () => (sampleNow() ? [] : strokesNow()),
    (strokes) => save(model, { strokes, sample: -1 }),
  );
  const seen = picture({ role: "img", "aria-label": "The picture that all three read" });
  const provoke = button("Make them disagree", search);
  const back = button("Put it back", () => save(model, { right: 0, down: 0, turn: 0 }));
  const clear = button("Clear", () => save(model, { strokes: [], sample: -1, right: 0, down: 0, turn: 0 }));
  const taken = shelf.map(({ label }, i) => {
    const copies = shelf.slice(0, i).filter((one) => one.label === label).length;
    const node = picture({ "aria-hidden": "true" });
    const key = button("", () => save(model, { strokes: [], sample: i }), {
      "aria-label": `Test digit ${label}${copies ? `, number ${copies + 1}` : ""}`,
    });
    key.append(node);
    return { key, node };
  });
  const verdict = live();
  const note = live();

  /** Moves and turns, small ones first: those that the reader's own centring would undo are left out. */
  function candidates() {
    const list = [];
    for (let r = 1; r <= 8; r++) {
      if (!model.get("centre")) {
        for (const [x, y] of [
          [1, 0],
          [-1, 0],
          [0, 1],
          [0, -1],
          [1, 1],
          [-1, -1],
          [1, -1],
          [-1, 1],
        ])
          list.push({ right: r * x, down: r * y, turn: 0 });
      }
      for (const turn of [6 * r, -6 * r]) list.push({ right: 0, down: 0, turn });
    }
    return list;
  }

  let searching = 0;
  function search() {
    clearTimeout(searching);
    const list = candidates();
    const now = JSON.stringify(changeNow());
    let at = list.findIndex((change) => JSON.stringify(change) === now) + 1; // pressed again, it goes on from here
    const step = () => {
      const until = performance.now() + 12;
      while (at < list.length && performance.now() < until) {
        const change = list[at++];
        const answers = read(pictureAfter(change), kNow()).shares.map(best);
        if (answers.every((answer) => answer === answers[0])) continue;
        note.textContent = "";
        return save(model, change);
      }
      if (at < list.length) searching = setTimeout(step);
      else
        note.textContent = model.get("centre")
          ? "No turn makes them disagree. Try it without centring."
          : "No small movement makes them disagree. Take another digit.";
    };
    note.textContent = "Looking for a small movement …";
    step();
  }

  // ---- what they say

  const panels = NAMES.map((name) => {
    const answer = element("b", { class: "dp-answer" });
    const rows = Array.from({ length: 10 }, (_, digit) => {
      const [bar, share] = [element("i"), element("span", { class: "dp-share" })];
      return {
        row: element("li", {}, element("span", {}, String(digit)), element("span", { class: "dp-bar" }, bar), share),
        bar,
        share,
      };
    });
    const list = element("ul", {
      class: "dp-shares",
      "aria-label": `${name}: ${name === "Neighbours" ? "votes" : "probabilities"} of the ten digits`,
    });
    list.append(...rows.map(({ row }) => row));
    return {
      node: element("section", { class: "dp-panel", "aria-label": name }, element("p", {}, name, " ", answer), list),
      answer,
      rows,
    };
  });
  const close = element("div", { class: "dp-near" });
  panels[2].node.append(close);

  const box = mount(el, "Digit pad", STYLE);
  box.classList.add("dp");
  box.append(
    element("p", {}, element("strong", {}, "Draw a digit"), ", or take a test digit:"),
    element("div", { class: "cw-row dp-shelf" }, ...taken.map(({ key }) => key)),
    element(
      "div",
      { class: "dp-top" },
      element("figure", {}, padBox, element("figcaption", {}, "your drawing")),
      element("figure", {}, seen, element("figcaption", {}, "what all three read")),
      element(
        "div",
        { class: "dp-controls" },
        ...moves,
        element("label", { class: "dp-check" }, centring, "centre it, as MNIST does"),
        choice(model, "k", { label: "Neighbours that vote", options: KS }),
        element("div", { class: "cw-row" }, provoke, back, clear),
        note,
      ),
    ),
    verdict,
    element("div", { class: "dp-panels" }, ...panels.map(({ node }) => node)),
  );

  function draw() {
    const now = pictureAfter(changeNow());
    const result = now && read(now, kNow());
    drawing.show(sampleNow() ? [] : strokesNow());
    show(seen, now ?? new Float32Array(SIDE ** 2));
    centring.checked = Boolean(model.get("centre"));
    taken.forEach(({ key }, i) => key.setAttribute("aria-pressed", i === model.get("sample")));
    const { right, down, turn } = changeNow();
    provoke.disabled = !now;
    back.disabled = !right && !down && !turn;
    clear.disabled = !now && back.disabled;
    panels.forEach(({ answer, rows }, which) => {
      const shares = result?.shares[which] ?? Array(10).fill(0);
      answer.textContent = result ? best(shares) : "";
      rows.forEach(({ row, bar, share }, digit) => {
        row.classList.toggle("dp-best", Boolean(result) && digit === best(shares));
        bar.style.width = `${100 * shares[digit]}%`;
        share.textContent = result
          ? `${(100 * shares[digit]).toFixed(shares[digit] > 0.9995 || which === 2 ? 0 : 1)} %`
          : "";
      });
    });
    close.replaceChildren(
      ...(result?.near ?? []).map((i) => {
        const node = picture({ role: "img", "aria-label": `a stored ${stored.labels[i]}` });
        show(node, stored.pictures[i]);
        return element("figure", {}, node, element("figcaption", { "aria-hidden": "true" }, String(stored.labels[i])));
      }),
    );
    if (!result) return void (verdict.textContent = "Nothing to read yet.");
    const answers = result.shares.map(best);
    const label = sampleNow() ? ` Its label is ${sampleNow().label}.` : "";
    verdict.textContent = answers.every((answer) => answer === answers[0])
      ? `All three say ${answers[0]}.${label}`
      : `They disagree: dense network ${answers[0]}, convnet ${answers[1]}, neighbours ${answers[2]}.${label}`;
  }

  const repaint = () => {
    taken.forEach(({ node }, i) => show(node, shelf[i].picture));
    draw();
  };
  repaint();
  const quiet = () => {
    clearTimeout(searching);
    note.textContent = "";
  };
  const watched = ["sample", "strokes", "right", "down", "turn", "centre", "k"];
  for (const trait of watched) model.on(`change:${trait}`, quiet);
  const ended = [connect(model, watched, draw), onTheme(repaint), quiet];
  return () => {
    for (const trait of watched) model.off(`change:${trait}`, quiet);
    ended.forEach((end) => end());
  };
}

const STYLE = `
.dp-picture, .dp .cw-pad { display: block; image-rendering: pixelated; aspect-ratio: 1; border: 1px solid var(--cw-line); border-radius: 4px; width: 100%; }
.dp .cw-pad { touch-action: none; cursor: crosshair; background: var(--cw-surface); }
.cw .dp-shelf { gap: 3px; margin: 6px 0 10px; }
.cw .dp-shelf button { padding: 1px; width: 38px; height: 38px; min-height: 0; }
.dp-shelf .dp-picture { border: 0; }
.dp-top { display: grid; grid-template-columns: minmax(0, 190px) minmax(0, 190px) minmax(220px, 1fr); gap: 12px 18px; align-items: start; }
.dp-controls { display: grid; gap: 6px; }
.dp-check { display: flex; gap: 8px; align-items: center; min-height: 36px; }
.cw.dp p { margin: 0; }
.dp > .cw-live { margin: 10px 0 6px; font-weight: 600; font-size: 17px; }
.dp-panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 12px 22px; }
.dp-panel p { font-weight: 600; display: flex; justify-content: space-between; align-items: baseline; }
.dp-answer { font-size: 24px; }
.cw .dp-shares { list-style: none; margin: 0; padding: 0; font-size: 13px; font-variant-numeric: tabular-nums; }
.cw .dp-shares li { display: grid; grid-template-columns: 12px 1fr 52px; gap: 8px; align-items: center; margin: 0; line-height: 1.45; }
.dp-bar { height: 9px; background: var(--cw-surface); border-radius: 2px; overflow: hidden; }
.dp-bar i { display: block; height: 100%; background: var(--cw-muted); }
.dp-best { font-weight: 700; }
.dp-best .dp-bar i { background: var(--cw-accent); }
.dp-share { text-align: right; }
.dp-near { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 5px; margin-top: 8px; }
@media (max-width: 640px) {
  .dp-top { grid-template-columns: 1fr 1fr; }
  .dp-controls { grid-column: 1 / -1; }
}
@media (max-width: 480px) {
  .dp-panels { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 10px; }
  .dp-panel p { flex-direction: column; font-size: 13px; }
  .cw .dp-shares li { grid-template-columns: 10px 1fr; }
  .dp-share { position: absolute; width: 1px; overflow: hidden; clip-path: inset(50%); }
  .dp-near { grid-template-columns: repeat(3, minmax(0, 1fr)); }
}
`;

export default { render };
