// What CapacityLab draws: the fit over the points, and the losses over the steps.

import { clamp, colour, grouped } from "../kit/kit.js";
import { RANGE, truth } from "./engine.js";

export const BLUE = "#0072b2";
export const ORANGE = "#d55e00";
export const GREEN = "#009e73";

const HEIGHT = 2.6; // y runs from -HEIGHT to HEIGHT
const GRID = Float64Array.from({ length: 181 }, (_, i) => RANGE * (i / 90 - 1));
const TICKS = [-2, -1, 0, 1, 2];
const ENDS = [200, 500, 1000, 2000, 5000, 10000]; // of the axis of steps

const written = (number) => String(number).replace("-", "−");

/** Points, the truth behind them, the network's fit and, where `showBest`, the best one so far. `lab` is an experiment. */
export function drawFit(context, width, height, { lab, showBest }) {
  const [left, bottom] = [28, 34];
  const px = (x) => left + ((x + RANGE) / (2 * RANGE)) * (width - left);
  const py = (y) => ((HEIGHT - y) / (2 * HEIGHT)) * (height - bottom);
  const place = { left, bottom, width, height };
  const [across, up] = [px, py].map((at) => TICKS.map((tick) => [at(tick), written(tick)]));
  axes(context, place, { across, up, named: "x" });
  const ink = (name) => colour(context.canvas, name);
  const path = (values, style) =>
    line(context, GRID, values, { px, py: (y) => py(clamp(y, -2 * HEIGHT, 2 * HEIGHT)), ...style });
  context.save();
  context.beginPath();
  context.rect(left, 0, width - left, height - bottom);
  context.clip();
  dots(context, lab.validation, { px, py, radius: 2, ink: ORANGE, alpha: 0.45 });
  path(GRID.map(truth), { ink: ink("muted"), dashes: [5, 4], thick: 1.5 });
  if (showBest) path(lab.curve(GRID, lab.best.parameters), { ink: GREEN, dashes: [8, 3] });
  path(lab.curve(GRID), { ink: ink("text"), thick: 2.5 });
  dots(context, lab.points, { px, py, radius: 4.5, ink: BLUE });
  context.restore();
}

/** Both losses from the first step to now, on a logarithmic axis, with those of the training `before` this one and the noise alone. */
export function drawLosses(context, width, height, { lab, before, noise }) {
  const now = lab.losses();
  const history = {
    steps: [...lab.history.steps, lab.steps],
    training: [...lab.history.training, now.training],
    validation: [...lab.history.validation, now.validation],
  };
  const place = { left: 54, bottom: 34, width, height }; // room for 0.0001
  const { last, decades, px, py } = scales(history, place);
  axes(context, place, {
    named: "steps of training",
    across: [0, 0.5, 1].map((part) => [px(part * last) - 14 * (part === 1), grouped(part * last)]),
    up: decades.map((loss) => [py(loss), String(Number(loss.toPrecision(1)))]),
  });
  const muted = colour(context.canvas, "muted");
  const track = (steps, losses, ink, style) => line(context, steps, losses, { px, py, ink, ...style });
  if (before) {
    const steps = before.steps.filter((step) => step <= last);
    track(steps, before.validation, muted, { thick: 1.2, dashes: [2, 3] });
  }
  if (noise ** 2 > decades[0]) track([0, last * 1.1], [noise ** 2, noise ** 2], muted, { dashes: [5, 4], thick: 1 });
  track(history.steps, history.training, BLUE);
  track(history.steps, history.validation, ORANGE);
  dots(context, { x: [lab.best.step], y: [lab.best.loss] }, { px, py, radius: 5, ink: GREEN });
}

/** Where steps and losses stand in the picture: the axis of losses covers whole decades. */
function scales({ steps, training, validation }, { left, bottom, width, height }) {
  const all = [...training, ...validation].map(Math.log10);
  const low = clamp(Math.floor(all.reduce((a, b) => Math.min(a, b))), -4, -2);
  const high = clamp(Math.ceil(all.reduce((a, b) => Math.max(a, b))), 0, 3);
  const last = ENDS.find((end) => end >= steps.at(-1));
  return {
    last,
    decades: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)),
    px: (step) => left + (step / last) * (width - left - 10),
    py: (loss) => 6 + ((high - Math.log10(Math.max(loss, 10 ** low))) / (high - low)) * (height - bottom - 6),
  };
}

function axes(context, { left, bottom, width, height }, { across, up, named }) {
  context.font = "12px system-ui, sans-serif";
  context.fillStyle = colour(context.canvas, "muted");
  context.strokeStyle = colour(context.canvas, "line");
  context.lineWidth = 1;
  context.beginPath();
  context.textAlign = "center";
  for (const [at, text] of across) {
    context.moveTo(at, height - bottom);
    context.lineTo(at, height - bottom + 4);
    context.fillText(text, at, height - bottom + 16);
  }
  context.textAlign = "right";
  for (const [at, text] of up) {
    context.moveTo(left, at);
    context.lineTo(width, at);
    context.fillText(text, left - 5, at + 4);
  }
  context.stroke();
  context.fillText(named, width - 4, height - 4);
}

function line(context, xs, ys, { px, py, ink, dashes = [], thick = 2 }) {
  context.strokeStyle = ink;
  context.lineWidth = thick;
  context.setLineDash(dashes);
  context.beginPath();
  xs.forEach((x, i) => {
    context.lineTo(px(x), py(ys[i]));
  });
  context.stroke();
  context.setLineDash([]);
}

function dots(context, { x, y }, { px, py, radius, ink, alpha = 1 }) {
  context.globalAlpha = alpha;
  context.fillStyle = ink;
  x.forEach((at, i) => {
    context.beginPath();
    context.arc(px(at), py(y[i]), radius, 0, 2 * Math.PI);
    context.fill();
  });
  context.globalAlpha = 1;
}
