// CapacityLab: a small network learns a noisy curve in the page, step by step, with everything that decides how much it remembers.

import {
  button,
  canvas,
  checkbox,
  choice,
  element,
  figure,
  grouped,
  legend,
  live,
  mount,
  number,
  row,
  slider,
  spoken,
  stateOf,
} from "../kit/kit.js";
import { BLUE, drawFit, drawLosses, GREEN, ORANGE } from "./pictures.js";
import STYLE from "./style.css";
import { SETTINGS, Trainer } from "./trainer.js";

function render({ model, el, signal }) {
  const state = stateOf(model, signal);
  const box = mount(el, { name: "capacity-lab", label: "Capacity lab", style: STYLE });
  const parts = []; // what shows the training
  const tell = (what, ...message) => {
    for (const part of parts) part[what]?.(...message);
  };
  const trainer = new Trainer(state, { draw: () => tell("draw"), say: (message) => tell("say", message) });
  parts.push(buttons(state, trainer), pictures(state, trainer), words(state, trainer));
  box.append(...settings(state), ...parts.flatMap(({ nodes }) => nodes));
  state.watch(["show_best"], () => tell("draw"));
  state.watch([...SETTINGS, "steps"], () => trainer.follow());
}

/** The controls of a training: whoever changes a setting by hand starts again. */
function settings(state) {
  const byHand = (trait, options) => ({ ...options, write: (value) => state.set({ [trait]: value, steps: 0 }) });
  const sliders = {
    units: { label: "Units in a layer" },
    samples: { label: "Training points" },
    noise: { label: "Noise", step: 0.05, format: (noise) => noise.toFixed(2) },
    l2: { label: "L2 penalty", format: (l2) => String(l2 || "off") },
    dropout: { label: "Dropout", step: 0.05, format: (rate) => (rate ? `${Math.round(100 * rate)} %` : "off") },
    learning_rate: { label: "Learning rate" },
  };
  return [
    element(
      "div",
      { class: "cl-controls" },
      ...Object.entries(sliders).map(([trait, options]) => slider(state, trait, byHand(trait, options))),
    ),
    row(
      choice(state, "depth", byHand("depth", { label: "Hidden layers" })),
      number(state, "seed", byHand("seed", { label: "Seed" })),
    ),
  ];
}

function buttons(state, trainer) {
  const main = button("Train", () => (trainer.busy ? trainer.pause() : trainer.play()), { class: "cl-main" });
  const node = row(
    main,
    button("One step", () => trainer.step()),
    button("Start again", () => trainer.again()),
    checkbox(state, "show_best", { label: "show the fit of the lowest validation loss" }),
  );
  const say = () => {
    main.textContent = trainer.busy ? "Pause" : "Train";
  };
  return { nodes: [node], say };
}

/** An entry of a legend: a small line or dot of the colour. */
const mark = (label, ink, shape = "line") => ({
  label,
  node: element("i", { class: `cl-${shape}`, style: `--ink: ${ink}`, "aria-hidden": "true" }),
});

function pictures(state, trainer) {
  const options = { ratio: 0.75, maxWidth: 480, signal: state.signal };
  const showBest = () => state.get("show_best");
  const fit = canvas(
    "The points, the curve behind them, and the network's fit",
    (context, ...size) => drawFit(context, ...size, { lab: trainer.lab, showBest: showBest() }),
    options,
  );
  const losses = canvas(
    "Training and validation loss, step by step",
    (context, ...size) =>
      drawLosses(context, ...size, { lab: trainer.lab, before: trainer.before, noise: state.get("noise") }),
    options,
  );
  const fitLegend = legend([
    mark("training points", BLUE, "dot"),
    mark("validation points", ORANGE, "dot"),
    mark("the curve behind them", "var(--cw-muted)", "dashed"),
    mark("the network", "var(--cw-text)"),
    mark("the network at its best", GREEN, "dashed"),
  ]);
  const lossLegend = legend([
    mark("training loss", BLUE),
    mark("validation loss", ORANGE),
    mark("lowest", GREEN, "dot"),
    mark("the noise alone", "var(--cw-muted)", "dashed"),
    mark("validation loss of the training before", "var(--cw-muted)", "dotted"),
  ]);
  const draw = () => {
    lossLegend.lastChild.hidden = !trainer.before;
    fit.redraw();
    losses.redraw();
  };
  const node = element("div", { class: "cl-pictures" }, figure(fit.node, fitLegend), figure(losses.node, lossLegend));
  return { nodes: [node], draw };
}

const shown = (loss) => (loss < 0.001 ? "< 0.001" : loss.toFixed(3));

/** What it says below the pictures; screen readers hear the losses when the training stands still. */
function words(state, trainer) {
  const heard = spoken(state.signal);
  const status = live();
  const readout = element("p", { class: "cl-readout" });
  const summary = element("p", { class: "cw-muted" });
  const draw = () => {
    const { net, points, best, steps } = trainer.lab;
    const { training, validation } = trainer.lab.losses();
    const gap = (validation - training).toFixed(3).replace("-", "−");
    readout.textContent = `Step ${grouped(steps)}: training loss ${shown(training)}, validation loss ${shown(validation)}, gap ${gap}.`;
    summary.textContent =
      `${grouped(net.parameters.length)} parameters, ${points.x.length} points to learn from. ` +
      `Lowest validation loss so far: ${shown(best.loss)}, at step ${grouped(best.step)}.`;
    if (!trainer.busy) heard.say(readout.textContent);
  };
  const say = (message) => {
    status.textContent = message;
  };
  return { nodes: [readout, summary, status, heard.node], draw, say };
}

export default { render };
