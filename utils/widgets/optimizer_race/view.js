// OptimizerRace: six optimizers on a surface, evaluation by evaluation.

import {
  arrows,
  button,
  canvas,
  choice,
  clamp,
  colour,
  connect,
  drags,
  element,
  live,
  mount,
  reducedMotion,
  save,
  slider,
} from "../kit/kit.js";
import { NAMES, race, surface } from "./engine.js";

const MOST = 1000; // evaluations of one race
const GRID = 110; // points along a side for the contour lines
const LINES = 16;
const SURFACES = [
  ["bowl", "bowl"],
  ["rosenbrock", "Rosenbrock's valley"],
  ["beale", "Beale's plain"],
  ["himmelblau", "Himmelblau's four minima"],
  ["saddle", "saddle"],
];

// Colour, marker and label tell them apart, each alone.
const RACERS = {
  sgd: { title: "SGD", ink: "#0072b2", corners: [] },
  momentum: {
    title: "momentum",
    ink: "#e69f00",
    corners: [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
    ],
  },
  rmsprop: {
    title: "RMSprop",
    ink: "#009e73",
    corners: [
      [0, -1.3],
      [1.2, 0.9],
      [-1.2, 0.9],
    ],
  },
  adam: {
    title: "Adam",
    ink: "#d55e00",
    corners: [
      [0, -1.4],
      [1.4, 0],
      [0, 1.4],
      [-1.4, 0],
    ],
  },
  "conjugate gradient": {
    title: "conjugate gradient",
    ink: "#cc79a7",
    corners: [
      [0, 1.3],
      [1.2, -0.9],
      [-1.2, -0.9],
    ],
  },
  "l-bfgs": {
    title: "L-BFGS",
    ink: "#56b4e9",
    corners: Array.from({ length: 10 }, (_, i) =>
      [Math.sin((i * Math.PI) / 5), -Math.cos((i * Math.PI) / 5)].map((v) => v * (i % 2 ? 0.6 : 1.6)),
    ),
  },
};

const round = (value) => Number(value.toPrecision(3));
const minusSign = (text) => text.replace("-", "−");

/** 1234 → "1230", 0.000012 → "1.2·10⁻⁵" */
function readable(value) {
  if (!Number.isFinite(value)) return "∞";
  if (value === 0 || (Math.abs(value) >= 0.001 && Math.abs(value) < 1e5)) return minusSign(String(round(value)));
  const [digits, power] = value.toExponential(1).split("e");
  return `${minusSign(digits)}·10${[...String(Number(power))].map((letter) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(letter)]).join("")}`;
}

// ---- contour lines

/** Line segments [x1, y1, x2, y2] of the lines of equal value, by marching squares. */
function contours({ at, box: [left, right, bottom, top], lowest }) {
  const x = (i) => left + ((right - left) * i) / (GRID - 1);
  const y = (j) => bottom + ((top - bottom) * j) / (GRID - 1);
  const values = Array.from({ length: GRID }, (_, j) => Array.from({ length: GRID }, (_, i) => at([x(i), y(j)]).value));
  const sorted = values.flat().sort((a, b) => a - b);
  const levels = Array.from(
    { length: LINES },
    (_, k) => sorted[Math.floor((sorted.length - 1) * ((k + 0.6) / LINES) ** 1.4)],
  );
  levels.unshift(lowest + (levels[0] - lowest) / 5);
  const segments = [];
  for (let j = 0; j < GRID - 1; j++) {
    for (let i = 0; i < GRID - 1; i++) {
      const corners = [
        [i, j],
        [i + 1, j],
        [i + 1, j + 1],
        [i, j + 1],
      ];
      for (const level of levels) {
        const crossings = [];
        corners.forEach(([a, b], k) => {
          const [c, d] = corners[(k + 1) % 4];
          const [from, to] = [values[b][a] - level, values[d][c] - level];
          if (from < 0 === to < 0) return;
          const part = from / (from - to);
          crossings.push(x(a + part * (c - a)), y(b + part * (d - b)));
        });
        for (let k = 0; k + 3 < crossings.length; k += 4) segments.push(crossings.slice(k, k + 4));
      }
    }
  }
  return segments;
}

// ---- the widget

function render({ model, el }) {
  const name = () => (SURFACES.some(([known]) => known === model.get("surface")) ? model.get("surface") : "bowl");
  const ground = () =>
    surface(name(), { condition: clamp(model.get("condition"), 1, 200, 20), tilt: clamp(model.get("tilt"), 0, 45, 0) });
  const inside = ([x, y], [left, right, bottom, top]) => [clamp(x, left, right), clamp(y, bottom, top)];
  const rateOf = (trait, own) => (model.get(trait) > 0 ? clamp(model.get(trait), 1e-5, 1) : own);
  const begin = (land) => {
    const start = model.get("start");
    return Array.isArray(start) && start.length === 2 && start.every(Number.isFinite)
      ? inside(start, land.box)
      : land.start;
  };
  const taking = () => NAMES.filter((racer) => Array.isArray(model.get("shown")) && model.get("shown").includes(racer));
  const evaluations = () => Math.round(clamp(model.get("evaluations"), 0, MOST, 0));
  const run = (land, most) => {
    const settings = {
      rate: rateOf("learning_rate", land.rate),
      momentum: clamp(model.get("momentum"), 0, 0.99, 0.9),
      adaptiveRate: rateOf("adaptive_rate", land.adaptiveRate),
    };
    return new Map(taking().map((racer) => [racer, race(racer, land, begin(land), settings, most)]));
  };

  const box = mount(el, "Optimizer race", STYLE);
  let land = ground();
  let runs = new Map();

  // ---- the picture

  const background = { canvas: document.createElement("canvas"), key: "" };
  const toScreen = ([x, y], width, height) => {
    const [left, right, bottom, top] = land.box;
    return [((x - left) / (right - left)) * width, ((top - y) / (top - bottom)) * height];
  };

  function drawBackground(width, height) {
    const key = JSON.stringify([
      width,
      devicePixelRatio,
      colour(box, "text"),
      name(),
      model.get("condition"),
      model.get("tilt"),
    ]);
    if (background.key === key) return;
    background.key = key;
    background.canvas.width = Math.round(width * devicePixelRatio);
    background.canvas.height = Math.round(height * devicePixelRatio);
    const context = background.canvas.getContext("2d");
    context.scale(devicePixelRatio, devicePixelRatio);
    Object.assign(context, { strokeStyle: colour(box, "muted"), lineWidth: 0.7, globalAlpha: 0.6 });
    context.beginPath();
    for (const [x1, y1, x2, y2] of contours(land)) {
      context.moveTo(...toScreen([x1, y1], width, height));
      context.lineTo(...toScreen([x2, y2], width, height));
    }
    context.stroke();
    Object.assign(context, { globalAlpha: 1, fillStyle: colour(box, "muted"), font: "11px system-ui, sans-serif" });
    const [left, right, bottom, top] = land.box;
    for (let x = Math.ceil(left); x <= right; x++) {
      const [at] = toScreen([x, 0], width, height);
      if (at > 20 && at < width - 14 && (right - left < 8 || x % 2 === 0))
        context.fillText(minusSign(String(x)), at - 4, height - 4);
    }
    for (let y = Math.ceil(bottom); y <= top; y++) {
      const [, at] = toScreen([0, y], width, height);
      if (at > 14 && at < height - 20 && (right - left < 8 || y % 2 === 0))
        context.fillText(minusSign(String(y)), 4, at + 4);
    }
    context.lineWidth = 1.6;
    context.strokeStyle = colour(box, "text");
    for (const minimum of land.minima) {
      const [x, y] = toScreen(minimum, width, height);
      context.beginPath();
      context.arc(x, y, 7, 0, 2 * Math.PI);
      context.moveTo(x - 11, y);
      context.lineTo(x + 11, y);
      context.moveTo(x, y - 11);
      context.lineTo(x, y + 11);
      context.stroke();
    }
  }

  function marker(context, { ink, corners }, [x, y], size) {
    context.beginPath();
    if (corners.length)
      corners.forEach(([dx, dy], i) => context[i ? "lineTo" : "moveTo"](x + size * dx, y + size * dy));
    else context.arc(x, y, 1.1 * size, 0, 2 * Math.PI);
    context.closePath();
    context.fillStyle = ink;
    context.fill();
  }

  /** The path as far as it stays near the picture: canvases dislike coordinates of a diverging run. */
  function drawRun(context, racer, { path }, width, height) {
    const places = path.map((point) => toScreen(point, width, height));
    const near = ([x, y]) => Math.abs(x) < 1e5 && Math.abs(y) < 1e5;
    const end = places.findIndex((place) => !near(place));
    const seen = end < 0 ? places : places.slice(0, end);
    Object.assign(context, { strokeStyle: racer.ink, lineWidth: 1.7, lineJoin: "round" });
    context.beginPath();
    seen.forEach((place, i) => context[i ? "lineTo" : "moveTo"](...place));
    context.stroke();
    let last = [-99, -99];
    for (const place of seen) {
      if (Math.hypot(place[0] - last[0], place[1] - last[1]) < 13) continue;
      marker(context, racer, place, 3);
      last = place;
    }
  }

  /** The racer itself and its name, each name on another side, so that those who meet stay readable. */
  function drawHead(context, racer, { path }, width, height) {
    if (path.length < 2) return;
    const [x, y] = toScreen(path.at(-1), width, height);
    if (!(x > -5 && x < width + 5 && y > -5 && y < height + 5)) return;
    Object.assign(context, { strokeStyle: colour(box, "ground"), lineWidth: 2.5 });
    marker(context, racer, [x, y], 6);
    context.stroke();
    const angle = (Object.values(RACERS).indexOf(racer) / 6) * 2 * Math.PI - 1.2;
    Object.assign(context, {
      font: "bold 12px system-ui, sans-serif",
      textAlign: Math.cos(angle) < 0 ? "end" : "start",
      textBaseline: "middle",
    });
    const label = racer.title === "conjugate gradient" ? "CG" : racer.title;
    const size = context.measureText(label).width;
    const left = clamp(
      x + 16 * Math.cos(angle),
      Math.cos(angle) < 0 ? size + 3 : 3,
      Math.cos(angle) < 0 ? width - 3 : width - size - 3,
    );
    const top = clamp(y + 22 * Math.sin(angle), 9, height - 9);
    context.lineWidth = 4;
    context.strokeText(label, left, top);
    context.fillStyle = colour(box, "text");
    context.fillText(label, left, top);
    Object.assign(context, { textAlign: "start", textBaseline: "alphabetic" });
  }

  const picture = canvas(
    "Contour lines of the surface with the paths of the optimizers. A click or tap sets the start; the arrow keys move it, with Shift in larger steps; Home brings back the first one.",
    (context, width, height) => {
      drawBackground(width, height);
      context.drawImage(background.canvas, 0, 0, width, height);
      for (const [racer, result] of runs) drawRun(context, RACERS[racer], result, width, height);
      for (const [racer, result] of runs) drawHead(context, RACERS[racer], result, width, height);
      const [x, y] = toScreen(begin(land), width, height);
      for (const [ink, thick] of [
        ["ground", 5],
        ["text", 2.2],
      ]) {
        Object.assign(context, { strokeStyle: colour(box, ink), lineWidth: thick });
        context.beginPath();
        context.moveTo(x - 7, y - 7);
        context.lineTo(x + 7, y + 7);
        context.moveTo(x + 7, y - 7);
        context.lineTo(x - 7, y + 7);
        context.stroke();
      }
    },
    { ratio: 0.8, maxWidth: 560 },
  );
  picture.node.classList.add("or-picture");

  const put = (point) => save(model, { start: inside(point, land.box).map((v) => Math.round(v * 1000) / 1000) });
  const fromScreen = ({ clientX, clientY }) => {
    const { left, top, width, height } = picture.node.getBoundingClientRect();
    const [west, east, south, north] = land.box;
    return [west + ((clientX - left) / width) * (east - west), north - ((clientY - top) / height) * (north - south)];
  };
  const move = (direction, far) => {
    const step = ((land.box[1] - land.box[0]) / 100) * (far ? 5 : 1);
    put(begin(land).map((v, i) => v + direction[i] * step));
  };
  drags(picture.node, (event) => put(fromScreen(event)));
  arrows(picture.node, move, () => save(model, { start: [] }));

  // ---- running

  let playing = null;
  const play = button("", () => (playing ? stop() : go()), { class: "or-play" });
  const label = () => (play.textContent = playing ? "❚❚ Pause" : "▶ Run");
  const finished = () =>
    evaluations() >= MOST || [...run(ground(), evaluations()).values()].every(({ status }) => status !== "running");

  function stop() {
    playing?.();
    playing = null;
    label();
  }

  function go() {
    if (finished()) save(model, { evaluations: 0 });
    if (reducedMotion()) {
      const needed = [...run(ground(), MOST).values()].map((result) => result.evaluations);
      return save(model, { evaluations: Math.max(...needed, 0) });
    }
    let [exact, last] = [evaluations(), performance.now()];
    let frame = 0;
    const tick = (now) => {
      frame = requestAnimationFrame(tick);
      exact += (Math.max(now - last, 0) / 1000) * (8 + 0.8 * exact); // slow at first, where most happens
      last = now;
      save(model, { evaluations: Math.min(Math.floor(exact), MOST) });
      if (finished()) stop();
    };
    frame = requestAnimationFrame(tick);
    playing = () => cancelAnimationFrame(frame);
    label();
  }
  label();

  const step = button(
    "One evaluation",
    () => (stop(), save(model, { evaluations: Math.min(evaluations() + 1, MOST) })),
  );
  const reset = button("Reset", () => (stop(), save(model, { evaluations: 0 })));
  const wind = slider(model, "evaluations", { label: "Evaluations", min: 0, max: MOST });
  wind.querySelector("input").addEventListener("input", stop);

  // ---- settings

  const chosen = choice(model, "surface", { label: "Surface", options: SURFACES });
  chosen.querySelector("select").addEventListener("change", () => {
    stop();
    save(model, { start: [], learning_rate: 0, adaptive_rate: 0, evaluations: 0 });
  });

  /** The model with one trait on a logarithmic scale; where the trait is 0 the surface's own value is shown. */
  const logarithmic = (trait, own) => ({
    get: () => Math.log10(rateOf(trait, own())),
    set: (_, power) => model.set(trait, Number((10 ** power).toPrecision(2))),
    on: (event, show) => [event, "change:surface"].forEach((change) => model.on(change, show)),
    save_changes: () => model.save_changes(),
  });
  const power = (value) => String(Number((10 ** value).toPrecision(2)));
  const rates = [
    slider(
      logarithmic("learning_rate", () => ground().rate),
      "learning_rate",
      { label: "Learning rate, SGD and momentum", min: -4, max: 0, step: 0.02, format: power },
    ),
    slider(model, "momentum", {
      label: "Momentum",
      min: 0,
      max: 0.99,
      step: 0.01,
      format: (value) => value.toFixed(2),
    }),
    slider(
      logarithmic("adaptive_rate", () => ground().adaptiveRate),
      "adaptive_rate",
      { label: "Learning rate, RMSprop and Adam", min: -4, max: 0, step: 0.02, format: power },
    ),
  ];
  const shape = element(
    "div",
    { class: "cw-bar" },
    slider(model, "condition", { label: "Condition number", min: 1, max: 200 }),
    slider(model, "tilt", { label: "Tilt", min: 0, max: 45, format: (value) => `${value}°` }),
  );

  // ---- the table

  const rows = NAMES.map((racer) => {
    const box = element("input", {
      type: "checkbox",
      onchange: () =>
        save(model, { shown: NAMES.filter((other) => (other === racer ? box.checked : taking().includes(other))) }),
    });
    const swatch = element("canvas", { width: 36, height: 36, class: "or-swatch", "aria-hidden": "true" });
    const context = swatch.getContext("2d");
    marker(context, RACERS[racer], [18, 18], 11);
    const cells = [element("td"), element("td"), element("td")];
    const node = element(
      "tr",
      {},
      element("th", { scope: "row" }, element("label", {}, box, swatch, RACERS[racer].title)),
      ...cells,
    );
    const show = (result) => {
      box.checked = Boolean(result);
      const loss = result?.losses.at(-1);
      cells[0].textContent = loss === undefined ? "" : readable(loss - land.lowest);
      cells[1].textContent = result ? String(result.evaluations) : "";
      cells[2].textContent = !result ? "" : result.evaluations ? result.status : "at the start";
      node.className = result ? `or-${result.status.split(" ")[0]}` : "";
    };
    return { node, racer, show };
  });
  const heading = (text) => element("th", { scope: "col" }, text);
  const table = element(
    "table",
    { class: "or-table" },
    element("caption", { class: "cw-hidden" }, "The race so far"),
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        heading("opti\u00admizer"),
        heading("above minimum"),
        heading("evalua\u00adtions"),
        heading("status"),
      ),
    ),
    element("tbody", {}, ...rows.map(({ node }) => node)),
  );
  const where = element("p", { class: "cw-muted or-where" });
  const spoken = live(false);

  box.append(
    element("div", { class: "cw-row" }, chosen),
    shape,
    element(
      "div",
      { class: "or-split" },
      element("div", { class: "or-left" }, picture.node, where),
      element("div", { class: "or-right" }, table),
    ),
    element("div", { class: "cw-row" }, play, step, reset),
    wind,
    ...rates,
    spoken,
  );

  // ---- drawing

  const place = ([x, y]) => minusSign(`(${x.toFixed(2)}, ${y.toFixed(2)})`).replace(", -", ", −");
  let quiet;

  function draw() {
    land = ground();
    runs = run(land, evaluations());
    shape.hidden = name() !== "bowl";
    where.textContent = `Start ${place(begin(land))}, loss ${readable(land.at(begin(land)).value - land.lowest)} above the minimum. Circles with a cross mark minima.`;
    for (const { racer, show } of rows) show(runs.get(racer));
    picture.redraw();
    clearTimeout(quiet);
    quiet = setTimeout(() => (spoken.textContent = summary()), 400); // not with every frame of a run
  }

  function summary() {
    if (!evaluations()) return where.textContent;
    const told = [...runs].map(
      ([racer, { status, evaluations: used }]) =>
        `${RACERS[racer].title} ${status}${status === "running" ? "" : ` after ${used}`}`,
    );
    return `${evaluations()} evaluations: ${told.join(", ")}.`;
  }

  const disconnect = connect(
    model,
    ["surface", "condition", "tilt", "start", "learning_rate", "momentum", "adaptive_rate", "shown", "evaluations"],
    draw,
  );
  return () => {
    stop();
    clearTimeout(quiet);
    disconnect();
    picture.stop();
  };
}

const STYLE = `
.or-picture { touch-action: none; cursor: crosshair; border: 1px solid var(--cw-line); border-radius: 4px; }
.cw > .cw-row, .cw > .cw-bar, .or-split { margin-bottom: 10px; }
.cw [hidden] { display: none !important; }
.or-split { display: flex; flex-wrap: wrap; gap: 12px 20px; align-items: flex-start; }
.or-left { flex: 1 1 300px; min-width: 0; max-width: 560px; }
.or-right { flex: 1 1 290px; min-width: 0; }
.cw .or-where { margin: 6px 0 0; font-size: 13px; font-variant-numeric: tabular-nums; }
.cw .or-table { border-collapse: collapse; width: 100%; margin: 0; font-size: 14px; line-height: 1.3; }
.or-table th, .or-table td { padding: 6px 4px; border-bottom: 1px solid var(--cw-line); text-align: right; font-weight: 400; font-variant-numeric: tabular-nums; }
.or-table th:first-child, .or-table th:last-child, .or-table td:last-child { text-align: left; }
.or-table thead th { color: var(--cw-muted); font-size: 12.5px; vertical-align: bottom; }
.or-table input { margin: 0; }
.or-table label { display: flex; gap: 6px; align-items: center; min-height: 28px; cursor: pointer; }
.or-table tr { background: none !important; }
.or-swatch { width: 18px; height: 18px; flex: none; }
.or-arrived td:last-child { color: var(--cw-good); font-weight: 600; }
.or-diverged td:last-child, .or-stuck td:last-child { color: var(--cw-bad); font-weight: 600; }
.or-play { min-width: 6.5em; }
.cw .cw-choice, .cw .cw-choice select { min-width: 0; max-width: 100%; }
@media (max-width: 480px) {
  .cw .or-table { font-size: 13px; }
  .cw .or-table th, .cw .or-table td { padding: 4px 2px; }
  .cw .or-table thead th { font-size: 11px; }
  .or-table label { gap: 3px; }
}
`;

export default { render };
