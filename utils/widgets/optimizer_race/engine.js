// Optimizers on functions of two variables, counted in evaluations.
//
// An evaluation is the value and the gradient at one point: what a network pays for with one pass forward and one back. Each optimizer
// is a generator that yields after every evaluation, so that they can be raced evaluation by evaluation.

import { adam } from "../nn/adam.js";

const dot = (a, b) => a[0] * b[0] + a[1] * b[1];
const norm = (a) => Math.hypot(a[0], a[1]);
const along = (a, step, b) => [a[0] + step * b[0], a[1] + step * b[1]];
const minus = (a, b) => [a[0] - b[0], a[1] - b[1]];

// ---- surfaces

const SMALL = 1e-4; // this near to the lowest value a racer has arrived
const FAR = 100; // a racer this many pictures away from the middle has diverged

/**
 * { at: ([x, y]) → { value, gradient }, box: [left, right, bottom, top], minima, lowest, start, rate, adaptiveRate }. Every minimum
 * listed has the lowest value; the start and the two rates make a good first race. `condition` (≥ 1) and `tilt` (degrees) shape the
 * bowl alone.
 */
export function surface(name, { condition = 20, tilt = 0 } = {}) {
  if (name === "bowl") return bowl(condition, (tilt * Math.PI) / 180);
  const known = SURFACES[name];
  if (!known) throw new Error(`No surface ${name}. There are: bowl, ${Object.keys(SURFACES).join(", ")}.`);
  return { lowest: 0, ...known };
}

/** ½(u² + condition · v²), where u and v are the axes turned by `angle`. */
function bowl(condition, angle) {
  const u = [Math.cos(angle), Math.sin(angle)];
  const v = [-u[1], u[0]];
  const at = (point) => {
    const [a, b] = [dot(point, u), dot(point, v)];
    return { value: 0.5 * (a * a + condition * b * b), gradient: [0, 1].map((i) => a * u[i] + condition * b * v[i]) };
  };
  return {
    at,
    box: [-3, 3, -2.4, 2.4],
    minima: [[0, 0]],
    lowest: 0,
    start: [-2.5, 1.5],
    rate: 0.05,
    adaptiveRate: 0.1,
  };
}

const SURFACES = {
  rosenbrock: {
    at: ([x, y]) => {
      const off = y - x * x;
      return { value: (1 - x) ** 2 + 100 * off * off, gradient: [-2 * (1 - x) - 400 * x * off, 200 * off] };
    },
    box: [-2, 2, -0.8, 2.4],
    minima: [[1, 1]],
    start: [-1.2, 1],
    rate: 0.001,
    adaptiveRate: 0.1,
  },
  beale: {
    at: ([x, y]) => {
      const parts = [1.5 - x + x * y, 2.25 - x + x * y ** 2, 2.625 - x + x * y ** 3];
      const byX = parts.reduce((sum, part, i) => sum + 2 * part * (y ** (i + 1) - 1), 0);
      const byY = parts.reduce((sum, part, i) => sum + 2 * part * (i + 1) * x * y ** i, 0);
      return { value: parts.reduce((sum, part) => sum + part * part, 0), gradient: [byX, byY] };
    },
    box: [-1, 4.5, -2.2, 2.2],
    minima: [[3, 0.5]],
    start: [1, 1.4],
    rate: 0.01,
    adaptiveRate: 0.1,
  },
  himmelblau: {
    at: ([x, y]) => {
      const [a, b] = [x * x + y - 11, x + y * y - 7];
      return { value: a * a + b * b, gradient: [4 * x * a + 2 * b, 2 * a + 4 * y * b] };
    },
    box: [-6, 6, -4.8, 4.8],
    minima: [
      [3, 2],
      [-2.805118087, 3.131312518],
      [-3.779310253, -3.283185991],
      [3.58442834, -1.848126527],
    ],
    start: [0, -1],
    rate: 0.01,
    adaptiveRate: 0.1,
  },
  saddle: {
    at: ([x, y]) => ({ value: x ** 4 / 4 - (x * x) / 2 + (y * y) / 2, gradient: [x ** 3 - x, y] }),
    box: [-2.1, 2.1, -1.68, 1.68],
    minima: [
      [1, 0],
      [-1, 0],
    ],
    start: [0.001, 1.5],
    rate: 0.1,
    adaptiveRate: 0.05,
    lowest: -0.25,
  },
};

// ---- first order: one evaluation, one step. The formulas are those of Keras 3.

const EPSILON = 1e-7;

/** settings → (gradient → step) */
const RULES = {
  sgd:
    ({ rate }) =>
    (gradient) =>
      gradient.map((g) => -rate * g),
  momentum: ({ rate, momentum }) => {
    let velocity = [0, 0];
    return (gradient) => (velocity = velocity.map((v, i) => momentum * v - rate * gradient[i]));
  },
  rmsprop: ({ adaptiveRate }, decay = 0.9) => {
    const square = [0, 0];
    return (gradient) =>
      gradient.map((g, i) => {
        square[i] = decay * square[i] + (1 - decay) * g * g;
        return (-adaptiveRate * g) / Math.sqrt(square[i] + EPSILON);
      });
  },
  adam: ({ adaptiveRate }) => {
    const step = adam(2);
    return (gradient) => step(gradient, adaptiveRate);
  },
};

function* descent(rule, at, start) {
  for (let point = start; ; ) {
    const here = { point, ...at(point), accepted: true };
    yield here;
    point = along(point, 1, rule(here.gradient));
  }
}

// ---- second order: a direction from what is known of the curvature, and a search along it

const TRIALS = 30;

/**
 * A step that meets the strong Wolfe conditions (Nocedal and Wright 2006, algorithms 3.5 and 3.6): low enough, and its slope at most
 * `flat` of the first slope. Yields every trial, returns the accepted one, or null if there is none within reach of rounding.
 */
function* lineSearch(at, start, direction, first, flat) {
  const slope = dot(start.gradient, direction);
  let low = { ...start, step: 0, slope };
  let high = null;
  let step = first;
  for (let trial = 0; trial < TRIALS; trial++) {
    if (high) step = between(low, high);
    const point = along(start.point, step, direction);
    const here = { point, ...at(point), step };
    here.slope = dot(here.gradient, direction);
    const descends = here.value <= start.value + 1e-4 * step * slope && (low.step === 0 || here.value < low.value);
    here.accepted = descends && Math.abs(here.slope) <= -flat * slope;
    yield here;
    if (here.accepted) return here;
    if (!descends) high = here;
    else {
      const past = here.slope * (high ? high.step - low.step : 1) >= 0;
      if (past) high = low;
      low = here;
    }
    if (!high) step *= 2;
  }
  return null;
}

/** Where the cubic through both values and slopes is lowest, kept away from the ends; the middle where there is no such place. */
function between(low, high) {
  const width = high.step - low.step;
  const d = low.slope + high.slope - (3 * (low.value - high.value)) / -width;
  const root = Math.sqrt(d * d - low.slope * high.slope) * Math.sign(width);
  const part = 1 - (high.slope + root - d) / (high.slope - low.slope + 2 * root);
  return low.step + width * (Number.isFinite(part) ? Math.min(Math.max(part, 0.1), 0.9) : 0.5);
}

const downhill = (gradient) => gradient.map((g) => -g);
const firstStep = (gradient) => Math.min(1, 1 / norm(gradient));

/** Nonlinear conjugate gradient of Polak and Ribière, restarted where its direction does not descend. */
function* conjugateGradient(at, start) {
  let here = { point: start, ...at(start), accepted: true };
  yield here;
  let direction = downhill(here.gradient);
  let step = firstStep(here.gradient);
  for (;;) {
    const next = yield* lineSearch(at, here, direction, step, 0.1);
    if (!next) return;
    const beta = Math.max(
      dot(next.gradient, minus(next.gradient, here.gradient)) / dot(here.gradient, here.gradient),
      0,
    );
    const before = dot(here.gradient, direction);
    direction = along(downhill(next.gradient), beta, direction);
    if (dot(direction, next.gradient) >= 0) direction = downhill(next.gradient);
    step = (next.step * before) / dot(next.gradient, direction); // the same decrease as before, if the slope held
    here = next;
  }
}

/** Limited-memory BFGS (Nocedal 1980): the curvature is read off the last `memory` pairs of step and change of gradient. */
function* lbfgs(at, start, memory = 5) {
  let here = { point: start, ...at(start), accepted: true };
  yield here;
  let pairs = [];
  for (let step = firstStep(here.gradient); ; step = 1) {
    const next = yield* lineSearch(at, here, newtonLike(here.gradient, pairs), step, 0.9);
    if (!next) return;
    const pair = { moved: minus(next.point, here.point), turned: minus(next.gradient, here.gradient) };
    if (dot(pair.moved, pair.turned) > 0) pairs = [...pairs, pair].slice(-memory);
    here = next;
  }
}

/** Minus the gradient times an approximate inverse Hessian: the two loops of Nocedal. */
function newtonLike(gradient, pairs) {
  let direction = downhill(gradient);
  const parts = [];
  for (const { moved, turned } of [...pairs].reverse()) {
    parts.unshift(dot(moved, direction) / dot(moved, turned));
    direction = along(direction, -parts[0], turned);
  }
  const last = pairs.at(-1);
  if (last) direction = direction.map((d) => (d * dot(last.moved, last.turned)) / dot(last.turned, last.turned));
  pairs.forEach(({ moved, turned }, i) => {
    direction = along(direction, parts[i] - dot(turned, direction) / dot(moved, turned), moved);
  });
  return direction;
}

// ---- the race

export const NAMES = ["sgd", "momentum", "rmsprop", "adam", "conjugate gradient", "l-bfgs"];

function runner(name, at, start, settings) {
  if (name === "conjugate gradient") return conjugateGradient(at, start);
  if (name === "l-bfgs") return lbfgs(at, start);
  return descent(RULES[name](settings), at, start);
}

/**
 * One optimizer on one surface: { path, losses, evaluations, status }, after at most so many evaluations.
 *
 * settings: { rate, momentum, adaptiveRate }. path and losses hold the points that it stepped to, the start first; trials of line
 * searches count as evaluations but not as steps. status: "running", "arrived", "stuck" (no slope, but not at the lowest value)
 * or "diverged". Whoever arrived, diverged or is stuck stops evaluating.
 */
export function race(name, { at, box, lowest }, start, settings, evaluations) {
  const [path, losses] = [[], []];
  const steps = runner(name, at, start, settings);
  let used = 0;
  let status = "running";
  while (used < evaluations && status === "running") {
    const { value: here, done } = steps.next();
    if (done) status = "stuck";
    else {
      used += 1;
      if (here.accepted) {
        path.push(here.point);
        losses.push(here.value);
        status = judge(here, box, lowest);
      }
    }
  }
  return { path, losses, evaluations: used, status };
}

function judge({ point, value, gradient }, [left, right, bottom, top], lowest) {
  const away = Math.max(
    Math.abs(point[0] - (left + right) / 2) / (right - left),
    Math.abs(point[1] - (bottom + top) / 2) / (top - bottom),
  );
  if (!(away < FAR) || !Number.isFinite(value)) return "diverged";
  if (value - lowest <= SMALL) return "arrived";
  return norm(gradient) < 1e-6 ? "stuck" : "running";
}
