// DigitPad: a dense network, a convnet and k nearest neighbours read the same digit, drawn or taken from the test set.

import {
  button,
  checkbox,
  choice,
  element,
  figure,
  inPage,
  live,
  mount,
  onTheme,
  row,
  slider,
  stateOf,
  weights,
} from "../kit/kit.js";
import { pad } from "../kit/pad.js";
import { best, changedDrawing, changedSample, changes, grey, PAPER, readers, testDigits } from "./engine.js";
import STYLE from "./style.css";

const NAMES = ["Dense network", "Convnet", "Neighbours"];
const CHANGE = ["right", "down", "turn"];
const SHOWN = ["sample", "strokes", "centre", "k", ...CHANGE]; // the traits that change what is on show

async function render({ model, el, signal }) {
  const state = stateOf(model, signal);
  const files = await Promise.all(["", "mnist-convnet", "mnist-neighbours"].map((name) => weights(state, name)));
  if (!(await inPage(el, signal))) return;
  const desk = deskOf(state, files);
  const box = mount(el, { name: "digit-pad", label: "Digit pad", style: STYLE });
  const shelf = shelfOf(state, desk);
  const pictures = picturesOf(state, desk);
  const controls = controlsOf(state, desk);
  const panels = panelsOf(desk);
  const verdict = live();
  box.append(
    element("p", {}, element("strong", {}, "Draw a digit"), ", or take a test digit:"),
    shelf.node,
    element("div", { class: "dp-top" }, ...pictures.nodes, controls.node),
    verdict,
    panels.node,
  );
  const draw = () => {
    const picture = desk.picture();
    const answer = picture && desk.read(picture);
    pictures.show(picture);
    controls.show(picture);
    panels.show(answer);
    verdict.textContent = said(answer, desk.digit());
  };
  shelf.show();
  state.watch(SHOWN, draw);
  state.on(["sample"], shelf.mark);
  onTheme(() => {
    shelf.show();
    draw();
  }, signal);
}

/** What lies under the readers' eyes: the digit or the strokes, the picture made of them, and the readers themselves. */
function deskOf(state, [dense, convnet, neighbours]) {
  const { stored, read } = readers(dense, convnet, neighbours);
  const digits = testDigits(dense);
  const digit = () => digits[Math.min(state.get("sample"), digits.length - 1)]; // none for −1, the reader's own drawing
  const strokes = () => (digit() ? [] : state.get("strokes"));
  const change = () => Object.fromEntries(CHANGE.map((trait) => [trait, state.get(trait)]));
  return {
    digits,
    stored,
    digit,
    strokes,
    change,
    /** The picture that the three read, after a change; null where nothing is drawn. */
    picture(after = change()) {
      if (digit()) return changedSample(digit().picture, after, state.get("centre"));
      return strokes().length ? changedDrawing(strokes(), after, state.get("centre")) : null;
    },
    read: (picture) => read(picture, state.get("k")),
  };
}

/** Paints a picture in the colour of the text: its opacity is the ink. The canvas stands in the page already. */
function paint(node, values) {
  const side = Math.sqrt(values.length);
  const image = new ImageData(side, side);
  const [red, green, blue] = getComputedStyle(node).color.match(/[\d.]+/g);
  values.forEach((value, i) => {
    image.data.set([red, green, blue, Math.round(255 * value)], 4 * i);
  });
  node.width = node.height = side;
  node.getContext("2d").putImageData(image, 0, 0);
}

const canvas = (properties) => element("canvas", { class: "dp-picture", ...properties });

/** The test digits, one button each. */
function shelfOf(state, { digits, digit }) {
  const names = digits.map(({ label }, i) => {
    const before = digits.slice(0, i).filter((one) => one.label === label).length;
    return `Test digit ${label}${before ? `, number ${before + 1}` : ""}`;
  });
  const pictures = digits.map(() => canvas({ "aria-hidden": "true" }));
  const keys = pictures.map((picture, i) => {
    const key = button("", () => state.set({ strokes: [], sample: i }), { "aria-label": names[i] });
    key.append(picture);
    return key;
  });
  const mark = () => {
    keys.forEach((key, i) => {
      key.setAttribute("aria-pressed", digits[i] === digit());
    });
  };
  const node = row(...keys);
  node.classList.add("dp-shelf");
  mark();
  return {
    node,
    mark,
    show() {
      pictures.forEach((picture, i) => {
        paint(picture, digits[i].picture);
      });
    },
  };
}

/** The pad to draw on, and the picture that the three read. */
function picturesOf(state, { strokes }) {
  const drawing = pad("Pad: draw a digit with mouse, pen or finger", {
    strokes,
    change: (now) => state.set({ strokes: now, sample: -1 }),
  });
  const seen = canvas({ role: "img", "aria-label": "The picture that all three read" });
  return {
    nodes: [figure(drawing.node, "your drawing"), figure(seen, "what all three read")],
    show(picture) {
      drawing.show(strokes());
      paint(seen, picture ?? PAPER);
    },
  };
}

const signed = (value, unit) => `${value}${unit}`.replace("-", "−");

function controlsOf(state, desk) {
  const still = { right: 0, down: 0, turn: 0 };
  const search = searchOf(state, desk);
  const back = button("Put it back", () => state.set(still));
  const clear = button("Clear", () => state.set({ strokes: [], sample: -1, ...still }));
  const node = element(
    "div",
    { class: "dp-controls" },
    slider(state, "right", { label: "Right", format: (v) => signed(v, " px") }),
    slider(state, "down", { label: "Down", format: (v) => signed(v, " px") }),
    slider(state, "turn", { label: "Turn", format: (v) => signed(v, "°") }),
    checkbox(state, "centre", { label: "centre it, as MNIST does" }),
    choice(state, "k", { label: "Neighbours that vote" }),
    row(search.key, back, clear),
    search.note,
  );
  return {
    node,
    show(picture) {
      search.key.disabled = !picture;
      back.disabled = Object.values(desk.change()).every((value) => !value);
      clear.disabled = !picture && back.disabled;
    },
  };
}

/** Looks for a small change that makes the readers disagree, some at a time so that the page stays quick; pressed again, it goes on. */
function searchOf(state, desk) {
  const note = live();
  let timer = 0;
  const quiet = () => {
    clearTimeout(timer);
    note.textContent = "";
  };
  const step = (left) => {
    const until = performance.now() + 12;
    while (left.length && performance.now() < until) {
      const change = left.shift();
      if (agreed(desk.read(desk.picture(change)))) continue;
      return state.set(change); // which quiets the note
    }
    if (left.length) timer = setTimeout(step, 0, left);
    else
      note.textContent = state.get("centre")
        ? "No turn makes them disagree. Try it without centring."
        : "No small movement makes them disagree. Take another digit.";
  };
  const search = () => {
    quiet();
    note.textContent = "Looking for a small movement …";
    const all = changes(state.get("centre"));
    const same = (change) => CHANGE.every((trait) => change[trait] === state.get(trait));
    step(all.slice(all.findIndex(same) + 1));
  };
  state.on(SHOWN, quiet);
  state.end(quiet);
  return { key: button("Make them disagree", search), note };
}

// ---- what they say

const agreed = ({ shares }) => new Set(shares.map(best)).size === 1;

function said(answer, digit) {
  if (!answer) return "Nothing to read yet.";
  const [dense, convnet, neighbours] = answer.shares.map(best);
  const label = digit ? ` Its label is ${digit.label}.` : "";
  return agreed(answer)
    ? `All three say ${dense}.${label}`
    : `They disagree: dense network ${dense}, convnet ${convnet}, neighbours ${neighbours}.${label}`;
}

/** One panel for each reader; the neighbours' has their pictures too. */
function panelsOf({ stored }) {
  const panels = [
    panelOf(NAMES[0], "probabilities"),
    panelOf(NAMES[1], "probabilities"),
    panelOf(NAMES[2], "votes", 0),
  ];
  const close = element("div", { class: "dp-near" });
  panels[2].node.append(close);
  const neighbour = (i) => {
    const picture = canvas({ role: "img", "aria-label": `a stored ${stored.labels[i]}` });
    const caption = element("figcaption", { "aria-hidden": "true" }, String(stored.labels[i]));
    close.append(element("figure", {}, picture, caption));
    paint(picture, grey(stored.levels[i]));
  };
  return {
    node: element("div", { class: "dp-panels" }, ...panels.map(({ node }) => node)),
    show(answer) {
      panels.forEach(({ show }, reader) => {
        show(answer?.shares[reader]);
      });
      close.replaceChildren();
      answer?.near.forEach(neighbour);
    },
  };
}

/** A reader's name, its answer and the shares of the ten digits, with `digits` places after the point. */
function panelOf(name, kind, digits = 1) {
  const answer = element("b", { class: "dp-answer" });
  const rows = Array.from({ length: 10 }, (_, digit) => shareOf(digit, digits));
  const list = element("ul", { class: "dp-shares", "aria-label": `${name}: ${kind} of the ten digits` });
  list.append(...rows.map(({ node }) => node));
  return {
    node: element("section", { class: "dp-panel", "aria-label": name }, element("p", {}, name, " ", answer), list),
    show(shares) {
      answer.textContent = shares ? best(shares) : "";
      rows.forEach(({ show }, digit) => {
        show(shares?.[digit], Boolean(shares) && digit === best(shares));
      });
    },
  };
}

/** One digit's share, as a bar and as a number. */
function shareOf(digit, digits) {
  const [filled, number] = [element("i"), element("span", { class: "dp-share" })];
  const name = element("span", {}, String(digit));
  const node = element("li", {}, name, element("span", { class: "dp-bar" }, filled), number);
  return {
    node,
    show(share, isBest) {
      node.classList.toggle("dp-best", isBest);
      filled.style.width = `${100 * (share ?? 0)}%`;
      number.textContent = share === undefined ? "" : `${(100 * share).toFixed(share > 0.9995 ? 0 : digits)} %`;
    },
  };
}

export default { render };
