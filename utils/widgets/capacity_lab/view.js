// CapacityLab: a small network learns a noisy curve in the page, step by step, with everything that decides how much it remembers.

import { RANGE, error, network, predict, sample, stream, train, truth } from "./engine.js";
import {
  button,
  canvas,
  choice,
  clamp,
  colour,
  connect,
  element,
  live,
  mount,
  reducedMotion,
  save,
  slider,
} from "../kit/kit.js";

const UNITS = [1, 2, 4, 8, 16, 32, 64];
const SAMPLES = [5, 10, 20, 50, 100, 200];
const L2 = [0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1];
const LEARNING_RATES = [0.001, 0.003, 0.01, 0.03];
const LONGEST = 10000; // steps of one training
const VALIDATION = 200; // points
const EVERY = 10; // steps between two points of the loss curves
const PER_FRAME = 20; // steps at most, so that the eye can follow
const FRAME_BUDGET = 8; // milliseconds of training in one frame
const SLICE = 30; // milliseconds of training without a picture
const STRETCH = 1000; // steps of one press of Train where motion is not wanted
const HEIGHT = 2.6; // y runs from -HEIGHT to HEIGHT
const [BLUE, ORANGE, GREEN] = ["#0072b2", "#d55e00", "#009e73"];

const nearest = (stops, value) =>
  stops.reduce((best, stop, i) => (Math.abs(stop - value) < Math.abs(stops[best] - value) ? i : best), 0);
const grouped = (n) => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ",");
const shown = (loss) => (loss < 0.001 ? "< 0.001" : loss.toFixed(3));

/** One training from its start: `advance(n)` steps on, `history` of the losses, and the parameters that served validation best. */
export function experiment({ depth, units, samples, noise, l2, dropout, learningRate, seed }) {
  const points = sample(samples, noise, stream(4 * seed));
  const validation = sample(VALIDATION, noise, stream(4 * seed + 1));
  const net = network(units, depth, stream(4 * seed + 2));
  const chance = stream(4 * seed + 3);
  const history = { steps: [], training: [], validation: [] };
  const best = { loss: Infinity, step: 0, parameters: new Float64Array(net.parameters.length) };
  const losses = () => ({ training: error(net, points), validation: error(net, validation) });

  function note() {
    const now = losses();
    history.steps.push(net.steps);
    history.training.push(now.training);
    history.validation.push(now.validation);
    if (now.validation < best.loss) {
      [best.loss, best.step] = [now.validation, net.steps];
      best.parameters.set(net.parameters);
    }
  }

  function advance(count) {
    for (let i = 0; i < count; i++) {
      train(net, points, { l2, dropout, learningRate }, chance);
      if (net.steps % EVERY === 0) note();
    }
  }

  /** The fitted curve at all x, with the network's own parameters or others. */
  function curve(x, parameters = net.parameters) {
    const own = net.parameters.slice();
    net.parameters.set(parameters);
    const y = predict(net, x).slice();
    net.parameters.set(own);
    return y;
  }

  note();
  return { points, validation, net, history, best, losses, advance, curve };
}

function render({ model, el }) {
  const settings = () => ({
    depth: model.get("depth") === 1 ? 1 : 2,
    units: UNITS[nearest(UNITS, model.get("units"))],
    samples: SAMPLES[nearest(SAMPLES, model.get("samples"))],
    noise: clamp(model.get("noise"), 0, 1, 0.3),
    l2: L2[nearest(L2, model.get("l2"))],
    dropout: clamp(model.get("dropout"), 0, 0.8, 0),
    learningRate: LEARNING_RATES[nearest(LEARNING_RATES, model.get("learning_rate"))],
    seed: Math.round(clamp(model.get("seed"), 0, 2 ** 31 - 1, 1)),
  });
  const wanted = () => Math.round(clamp(model.get("steps"), 0, LONGEST, 0));

  let key = "";
  let lab = null;
  let before = null; // the losses of the training before this one, to compare with
  let now = null; // the losses at the last drawing

  function startAgain() {
    if (lab?.history.steps.length > 1) before = lab.history;
    key = JSON.stringify(settings());
    lab = experiment(settings());
    now = lab.losses();
  }

  // ---- training

  let frame = 0;
  let timer = 0;
  let watching = false; // whether the reader watches it train
  const busy = () => Boolean(frame || timer);
  const halt = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = timer = 0;
  };

  function watch() {
    watching = true;
    frame = requestAnimationFrame(() => {
      const until = performance.now() + FRAME_BUDGET;
      let steps = 0;
      do lab.advance(1);
      while (++steps < PER_FRAME && lab.net.steps < LONGEST && performance.now() < until);
      draw();
      if (lab.net.steps < LONGEST) watch();
      else pause(`That is the longest training: ${grouped(LONGEST)} steps.`);
    });
  }

  /** Trains up to a step without pictures on the way. */
  function reach(goal) {
    timer = setTimeout(() => {
      const until = performance.now() + SLICE;
      while (lab.net.steps < goal && performance.now() < until) lab.advance(1);
      if (lab.net.steps < goal) {
        status.textContent = `Training: step ${grouped(lab.net.steps)} of ${grouped(goal)}`;
        reach(goal);
      } else pause();
    });
    label();
  }

  function play() {
    if (lab.net.steps >= LONGEST)
      return void (status.textContent = `${grouped(LONGEST)} steps are the most. Start again, or change a setting.`);
    status.textContent = "";
    if (reducedMotion()) reach(Math.min(lab.net.steps + STRETCH, LONGEST));
    else watch();
    label();
  }

  function pause(message = "") {
    halt();
    watching = false;
    save(model, { steps: lab.net.steps });
    status.textContent = message;
    draw();
    spoken.textContent = readout.textContent;
    label();
  }

  function step() {
    halt();
    if (lab.net.steps < LONGEST) lab.advance(1);
    pause();
  }

  /** Brings the training to what the traits say: after a setting was changed, by hand or from outside. */
  function follow() {
    const goal = wanted();
    if (JSON.stringify(settings()) === key && goal >= lab.net.steps && (goal === lab.net.steps || busy())) return;
    halt();
    if (JSON.stringify(settings()) !== key || goal < lab.net.steps) startAgain();
    if (watching) watch();
    else if (goal > lab.net.steps) reach(goal);
    else status.textContent = "";
    draw();
    label();
  }

  // ---- controls: whoever changes a setting by hand starts again

  const byHand = {
    get: (trait) => model.get(trait),
    set: (trait, value) => (model.set(trait, value), model.set("steps", 0)),
    on: (event, listener) => model.on(event, listener),
    save_changes: () => model.save_changes(),
  };
  /** The model as a slider over `stops` sees it: its value is the number of the stop. */
  const stopped = (stops) => ({
    ...byHand,
    get: (trait) => nearest(stops, model.get(trait)),
    set: (trait, i) => byHand.set(trait, stops[i]),
  });
  const stops = (trait, label, values, format = String) =>
    slider(stopped(values), trait, { label, min: 0, max: values.length - 1, format: (i) => format(values[i]) });

  const seed = element("input", { type: "number", min: 0, max: 2 ** 31 - 1, step: 1, inputmode: "numeric" });
  seed.addEventListener("change", () =>
    save(byHand, { seed: Math.round(clamp(seed.valueAsNumber, 0, 2 ** 31 - 1, settings().seed)) }),
  );
  const main = button("Train", () => (busy() ? pause() : play()), { class: "cl-main" });
  const label = () => (main.textContent = busy() ? "Pause" : "Train");
  const best = element("input", { type: "checkbox", onchange: () => save(model, { show_best: best.checked }) });
  const status = live();
  const spoken = live(false);
  const readout = element("p", { class: "cl-readout" });
  const summary = element("p", { class: "cw-muted" });

  // ---- pictures

  const GRID = Float64Array.from({ length: 181 }, (_, i) => RANGE * (i / 90 - 1));

  function axes(context, width, height, { left, bottom, across, up, named }) {
    context.font = "12px system-ui, sans-serif";
    context.fillStyle = colour(box, "muted");
    context.strokeStyle = colour(box, "line");
    context.lineWidth = 1;
    context.beginPath();
    for (const [at, text] of across) {
      context.moveTo(at, height - bottom);
      context.lineTo(at, height - bottom + 4);
      context.textAlign = "center";
      context.fillText(text, at, height - bottom + 16);
    }
    for (const [at, text] of up) {
      context.moveTo(left, at);
      context.lineTo(width, at);
      context.textAlign = "right";
      context.fillText(text, left - 5, at + 4);
    }
    context.stroke();
    context.textAlign = "right";
    context.fillText(named, width - 4, height - 4);
  }

  function line(context, xs, ys, ink, { dashes = [], thick = 2 } = {}) {
    context.strokeStyle = ink;
    context.lineWidth = thick;
    context.setLineDash(dashes);
    context.beginPath();
    for (let i = 0; i < xs.length; i++) context.lineTo(xs[i], ys[i]);
    context.stroke();
    context.setLineDash([]);
  }

  const fit = canvas(
    "The points, the curve behind them, and the network's fit",
    (context, width, height) => {
      const [left, bottom] = [28, 34];
      const px = (x) => left + ((x + RANGE) / (2 * RANGE)) * (width - left);
      const py = (y) => ((HEIGHT - y) / (2 * HEIGHT)) * (height - bottom);
      const across = [-2, -1, 0, 1, 2].map((x) => [px(x), String(x).replace("-", "−")]);
      axes(context, width, height, {
        left,
        bottom,
        across,
        up: [-2, -1, 0, 1, 2].map((y) => [py(y), String(y).replace("-", "−")]),
        named: "x",
      });
      const dots = ({ x, y }, radius, ink, alpha) => {
        context.globalAlpha = alpha;
        context.fillStyle = ink;
        x.forEach(
          (at, i) => (context.beginPath(), context.arc(px(at), py(y[i]), radius, 0, 2 * Math.PI), context.fill()),
        );
        context.globalAlpha = 1;
      };
      const path = (values) => [
        Array.from(GRID, px),
        Array.from(values, (y) => py(clamp(y, -2 * HEIGHT, 2 * HEIGHT, 0))),
      ];
      context.save();
      context.beginPath();
      context.rect(left, 0, width - left, height - bottom);
      context.clip();
      dots(lab.validation, 2, ORANGE, 0.45);
      line(context, ...path(GRID.map(truth)), colour(box, "muted"), { dashes: [5, 4], thick: 1.5 });
      if (model.get("show_best"))
        line(context, ...path(lab.curve(GRID, lab.best.parameters)), GREEN, { dashes: [8, 3] });
      line(context, ...path(lab.curve(GRID)), colour(box, "text"), { thick: 2.5 });
      dots(lab.points, 4.5, BLUE, 1);
      context.restore();
    },
    { ratio: 0.75, maxWidth: 480 },
  );

  const curves = canvas(
    "Training and validation loss, step by step",
    (context, width, height) => {
      const [left, bottom] = [54, 34]; // room for 0.0001
      const all = [...lab.history.training, ...lab.history.validation, now.training, now.validation];
      const low = clamp(Math.floor(Math.log10(all.reduce((a, b) => Math.min(a, b)))), -4, -2, -2);
      const high = clamp(Math.ceil(Math.log10(all.reduce((a, b) => Math.max(a, b)))), 0, 3, 3);
      const last = [200, 500, 1000, 2000, 5000, 10000].find((end) => end >= lab.net.steps);
      const px = (step) => left + (step / last) * (width - left - 10);
      const py = (loss) => 6 + ((high - Math.log10(Math.max(loss, 10 ** low))) / (high - low)) * (height - bottom - 6);
      const decades = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
      axes(context, width, height, {
        left,
        bottom,
        named: "steps of training",
        across: [0, 0.5, 1].map((part) => [px(part * last) - 14 * (part === 1), grouped(part * last)]),
        up: decades.map((loss) => [py(loss), String(Number(loss.toPrecision(1)))]),
      });
      const track = ({ steps }, losses, ink, style) => line(context, steps.map(px), losses.map(py), ink, style);
      if (before) {
        const visible = before.steps.filter((step) => step <= last).length;
        track({ steps: before.steps.slice(0, visible) }, before.validation.slice(0, visible), colour(box, "muted"), {
          thick: 1.2,
          dashes: [2, 3],
        });
      }
      const { noise } = settings();
      if (noise ** 2 > 10 ** low)
        line(context, [left, width], Array(2).fill(py(noise ** 2)), colour(box, "muted"), { dashes: [5, 4], thick: 1 });
      const steps = { steps: [...lab.history.steps, lab.net.steps] };
      track(steps, [...lab.history.training, now.training], BLUE);
      track(steps, [...lab.history.validation, now.validation], ORANGE);
      context.fillStyle = GREEN;
      context.beginPath();
      context.arc(px(lab.best.step), py(lab.best.loss), 5, 0, 2 * Math.PI);
      context.fill();
    },
    { ratio: 0.75, maxWidth: 480 },
  );

  function draw() {
    now = lab.losses();
    const gap = now.validation - now.training;
    readout.textContent = `Step ${grouped(lab.net.steps)}: training loss ${shown(now.training)}, validation loss ${shown(now.validation)}, gap ${gap.toFixed(3).replace("-", "−")}.`;
    summary.textContent =
      `${grouped(lab.net.parameters.length)} parameters, ${lab.points.x.length} points to learn from. ` +
      `Lowest validation loss so far: ${shown(lab.best.loss)}, at step ${grouped(lab.best.step)}.`;
    seed.value = settings().seed;
    best.checked = Boolean(model.get("show_best"));
    ghost.hidden = !before;
    fit.redraw();
    curves.redraw();
  }

  const box = mount(el, "Capacity lab", STYLE);
  const swatch = (ink, text, shape = "cl-line") => {
    const mark = element("i", { class: shape, "aria-hidden": "true" });
    mark.style.setProperty("--ink", ink);
    return element("span", {}, mark, text);
  };
  const ghost = swatch("var(--cw-muted)", "validation loss of the training before", "cl-dotted");
  const number = (digits) => (value) => Number(value).toFixed(digits);
  box.append(
    element(
      "div",
      { class: "cl-controls" },
      stops("units", "Units in a layer", UNITS),
      stops("samples", "Training points", SAMPLES),
      slider(byHand, "noise", { label: "Noise", min: 0, max: 1, step: 0.05, format: number(2) }),
      stops("l2", "L2 penalty", L2, (value) => String(value || "off")),
      slider(byHand, "dropout", {
        label: "Dropout",
        min: 0,
        max: 0.8,
        step: 0.05,
        format: (rate) => (rate ? `${Math.round(100 * rate)} %` : "off"),
      }),
      stops("learning_rate", "Learning rate", LEARNING_RATES),
    ),
    element(
      "div",
      { class: "cw-row" },
      choice(byHand, "depth", { label: "Hidden layers", options: [1, 2] }),
      element("label", { class: "cl-field" }, "Seed", seed),
    ),
    element(
      "div",
      { class: "cw-row" },
      main,
      button("One step", step),
      button("Start again", () => {
        save(model, { steps: 0 });
        halt();
        watching = false;
        startAgain();
        status.textContent = "";
        draw();
        label();
      }),
      element("label", { class: "cl-check" }, best, "show the fit of the lowest validation loss"),
    ),
    element(
      "div",
      { class: "cl-pictures" },
      element(
        "figure",
        {},
        fit.node,
        element(
          "figcaption",
          {},
          swatch(BLUE, "training points", "cl-dot"),
          swatch(ORANGE, "validation points", "cl-dot"),
          swatch("var(--cw-muted)", "the curve behind them", "cl-dashed"),
          swatch("var(--cw-text)", "the network"),
          swatch(GREEN, "the network at its best", "cl-dashed"),
        ),
      ),
      element(
        "figure",
        {},
        curves.node,
        element(
          "figcaption",
          {},
          swatch(BLUE, "training loss"),
          swatch(ORANGE, "validation loss"),
          swatch(GREEN, "lowest", "cl-dot"),
          swatch("var(--cw-muted)", "the noise alone", "cl-dashed"),
          ghost,
        ),
      ),
    ),
    readout,
    summary,
    status,
    spoken,
  );

  startAgain();
  const ended = [
    connect(model, ["depth", "units", "samples", "noise", "l2", "dropout", "learning_rate", "seed", "steps"], follow),
    connect(model, ["show_best"], draw),
    fit.stop,
    curves.stop,
    halt,
  ];
  return () => ended.forEach((finish) => finish());
}

const STYLE = `
.cl-controls { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 290px), 1fr)); gap: 4px 28px; margin-bottom: 8px; }
.cl-controls .cw-slider { grid-template-columns: 9em minmax(60px, 1fr) 3.8em; }
.cl-field { display: inline-flex; gap: 8px; align-items: center; font-weight: 600; }
.cl-field input { width: 6em; font-weight: 400; }
.cl-check { display: inline-flex; gap: 8px; align-items: center; min-height: 36px; }
.cw .cl-main { min-width: 6em; font-weight: 600; color: var(--cw-ground); background: var(--cw-accent); border-color: var(--cw-accent); }
.cw-row + .cw-row { margin-top: 8px; }
.cl-pictures { display: flex; flex-wrap: wrap; gap: 12px 20px; margin-top: 12px; }
.cl-pictures figure { flex: 1 1 270px; min-width: 0; margin: 0; }
.cl-pictures figcaption { display: flex; flex-wrap: wrap; gap: 2px 14px; font-size: 13px; margin-top: 4px; color: var(--cw-text); text-align: start; }
.cl-pictures figcaption i { display: inline-block; margin-right: 5px; vertical-align: middle; }
.cl-line, .cl-dashed, .cl-dotted { width: 18px; border-top: 3px solid var(--ink); }
.cl-dashed { border-top-style: dashed; }
.cl-dotted { border-top-style: dotted; }
.cl-pictures [hidden] { display: none; }
.cl-dot { width: 9px; height: 9px; border-radius: 50%; background: var(--ink); }
.cw .cl-readout { margin: 10px 0 0; font-weight: 600; font-variant-numeric: tabular-nums; }
.cl-readout + p { margin: 2px 0 0; font-variant-numeric: tabular-nums; }
@media (max-width: 480px) { .cl-controls .cw-slider { grid-template-columns: 1fr auto; } }
`;

export default { render };
