// OptimizerRace: six optimizers on a surface, evaluation by evaluation.

import {
  arrows,
  bar,
  button,
  canvas,
  checkbox,
  choice,
  drags,
  element,
  mount,
  reducedMotion,
  row,
  slider,
  spoken,
  stateOf,
} from "../kit/kit.js";
import { painter } from "./picture.js";
import { inside, raceOf, TRAITS } from "./race.js";
import { marker, RACERS } from "./racers.js";
import STYLE from "./style.css";

const SURFACES = {
  bowl: "bowl",
  rosenbrock: "Rosenbrock's valley",
  beale: "Beale's plain",
  himmelblau: "Himmelblau's four minima",
  saddle: "saddle",
};

function render({ model, el, signal }) {
  const state = stateOf(model, signal);
  const box = mount(el, { name: "optimizer-race", label: "Optimizer race", style: STYLE });
  const race = raceOf(state);
  const play = player(state, race);
  const parts = [field(state, race), table(state), words(state)];
  const [picture, standings, said] = parts.map(({ node }) => node);
  box.append(
    surfaceChoice(state, play.stop),
    shape(state),
    element(
      "div",
      { class: "or-split" },
      element("div", { class: "or-left" }, picture, parts[2].where),
      element("div", { class: "or-right" }, standings),
    ),
    ...play.nodes,
    ...rates(state, race),
    said,
  );
  state.watch(TRAITS, () => {
    const now = { land: race.land(), start: race.start(), runs: race.runs() };
    for (const { show } of parts) show(now);
  });
}

// ---- the settings

/** A surface brings its own start and rates. */
function surfaceChoice(state, stop) {
  const write = (surface) => {
    stop();
    state.set({ surface, start: [], learning_rate: 0, adaptive_rate: 0, evaluations: 0 });
  };
  const options = state.rule("surface").choices.map((name) => [name, SURFACES[name]]);
  return row(choice(state, "surface", { label: "Surface", options, write }));
}

/** What the bowl alone has. */
function shape(state) {
  const node = bar(
    slider(state, "condition", { label: "Condition number", format: (value) => String(Math.round(value)) }),
    slider(state, "tilt", { label: "Tilt", format: (degrees) => `${Math.round(degrees)}°` }),
  );
  state.watch(["surface"], () => {
    node.hidden = state.get("surface") !== "bowl";
  });
  return node;
}

function rates(state, race) {
  const digits = (rate) => Number(rate.toPrecision(2));
  const rate = (trait, label) =>
    slider(state, trait, {
      label,
      log: true,
      min: 1e-4,
      format: (value) => String(digits(value)),
      also: ["surface"],
      read: () => race.rate(trait),
      write: (value) => state.set({ [trait]: digits(value) }),
    });
  return [
    rate("learning_rate", "Learning rate, SGD and momentum"),
    slider(state, "momentum", { label: "Momentum", step: 0.01, format: (value) => value.toFixed(2) }),
    rate("adaptive_rate", "Learning rate, RMSprop and Adam"),
  ];
}

// ---- running

/** The buttons that let the race run, and what stops it. */
function player(state, race) {
  const most = state.rule("evaluations").max;
  let frame = 0;
  const play = button("", () => (frame ? stop() : go()), { class: "or-play" });
  const label = () => {
    play.textContent = frame ? "❚❚ Pause" : "▶ Run";
  };
  const over = () =>
    state.get("evaluations") >= most || [...race.runs().values()].every(({ status }) => status !== "running");
  const to = (evaluations) => state.set({ evaluations: Math.min(evaluations, most) });
  function stop() {
    cancelAnimationFrame(frame);
    frame = 0;
    label();
  }
  function go() {
    if (over()) to(0);
    if (reducedMotion()) return to(Math.max(0, ...[...race.runs(most).values()].map((run) => run.evaluations)));
    let [exact, last] = [state.get("evaluations"), performance.now()];
    const tick = (now) => {
      frame = requestAnimationFrame(tick);
      exact += (Math.max(now - last, 0) / 1000) * (8 + 0.8 * exact); // slow at first, where most happens
      last = now;
      to(Math.floor(exact));
      if (over()) stop();
    };
    frame = requestAnimationFrame(tick);
    label();
  }
  const halted = (evaluations) => () => {
    stop();
    to(evaluations());
  };
  const step = button(
    "One evaluation",
    halted(() => state.get("evaluations") + 1),
  );
  const reset = button(
    "Reset",
    halted(() => 0),
  );
  const wind = slider(state, "evaluations", { label: "Evaluations" });
  wind.addEventListener("input", stop);
  state.end(stop);
  label();
  return { nodes: [row(play, step, reset), wind], stop };
}

// ---- the picture

function field(state, race) {
  const paint = painter();
  let now = null;
  const { node, redraw } = canvas(
    "Contour lines of the surface with the paths of the optimizers. A click or tap sets the start; the arrow keys move it, with Shift in larger steps; Home brings back the first one.",
    (context, width, height) => now && paint(context, width, height, now),
    { ratio: 0.8, maxWidth: 560, signal: state.signal },
  );
  node.classList.add("or-picture");
  moveable(node, state, race);
  const show = (race) => {
    now = race;
    redraw();
  };
  return { node, show };
}

/** Lets pointers and keys move the start. A swipe up or down scrolls the page and leaves the start where it was. */
function moveable(node, state, race) {
  const put = (point) => state.set({ start: inside(point, race.land().box).map((v) => Math.round(v * 1000) / 1000) });
  let before = [];
  drags(
    node,
    ({ clientX, clientY }, first) => {
      if (first) before = state.get("start");
      const { left, top, width, height } = node.getBoundingClientRect();
      const [west, east, south, north] = race.land().box;
      put([west + ((clientX - left) / width) * (east - west), north - ((clientY - top) / height) * (north - south)]);
    },
    () => state.set({ start: before }),
  );
  const move = (direction, far) => {
    const [west, east] = race.land().box;
    const step = ((east - west) / 100) * (far ? 5 : 1);
    put(race.start().map((v, i) => v + direction[i] * step));
  };
  arrows(node, move, () => state.set({ start: [] }));
}

// ---- the table

const minusSign = (text) => text.replaceAll("-", "−");

/** 1234 → "1230", 0.000012 → "1.2·10⁻⁵" */
function readable(value) {
  if (!Number.isFinite(value)) return "∞";
  const size = Math.abs(value);
  if (value === 0 || (size >= 0.001 && size < 1e5)) return minusSign(String(Number(value.toPrecision(3))));
  const [digits, power] = value.toExponential(1).split("e");
  const raised = Array.from(String(Number(power)), (letter) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(letter)]);
  return `${minusSign(digits)}·10${raised.join("")}`;
}

/** What has become of a run; `most` is what the course allows. */
const fate = ({ status, evaluations }, most) =>
  status === "running" && evaluations >= most ? "out of evaluations" : status;

function table(state) {
  const rows = state.rule("shown").item.choices.map((racer) => tableRow(state, racer));
  const heading = (text) => element("th", { scope: "col" }, text);
  const headings = ["opti\u00admizer", "above minimum", "evalua\u00adtions", "status"].map(heading);
  const node = element(
    "table",
    { class: "or-table" },
    element("caption", { class: "cw-hidden" }, "The race so far"),
    element("thead", {}, element("tr", {}, ...headings)),
    element("tbody", {}, ...rows.map((one) => one.node)),
  );
  const show = ({ land, runs }) => {
    for (const one of rows) one.show(runs.get(one.racer), land);
  };
  return { node, show };
}

function tableRow(state, racer) {
  const { choices } = state.rule("shown").item;
  const swatch = element("canvas", { width: 36, height: 36, class: "or-swatch", "aria-hidden": "true" });
  marker(swatch.getContext("2d"), RACERS[racer], [18, 18], 11);
  const box = checkbox(state, "shown", {
    label: element("span", {}, swatch, RACERS[racer].title),
    read: () => state.get("shown").includes(racer),
    write: (on) =>
      state.set({ shown: choices.filter((one) => (one === racer ? on : state.get("shown").includes(one))) }),
  });
  const cells = Array.from({ length: 3 }, () => element("td"));
  const node = element("tr", {}, element("th", { scope: "row" }, box), ...cells);
  const show = (run, land) => {
    const loss = run?.losses.at(-1);
    const status = run ? fate(run, state.rule("evaluations").max) : "";
    cells[0].textContent = loss === undefined ? "" : readable(loss - land.lowest);
    cells[1].textContent = run ? String(run.evaluations) : "";
    cells[2].textContent = run && !run.evaluations ? "at the start" : status;
    node.className = run ? `or-${run.status}` : "";
  };
  return { node, racer, show };
}

// ---- the words

function words(state) {
  const where = element("p", { class: "cw-muted or-where" });
  const heard = spoken(state.signal);
  const { max } = state.rule("evaluations");
  const told = ([racer, run]) => {
    const status = fate(run, max);
    return `${RACERS[racer].title} ${status}${["arrived", "diverged", "stuck"].includes(status) ? ` after ${run.evaluations}` : ""}`;
  };
  const show = ({ land, start, runs }) => {
    const place = minusSign(start.map((v) => v.toFixed(2)).join(", "));
    const above = readable(land.at(start).value - land.lowest);
    where.textContent = `Start (${place}), loss ${above} above the minimum. Circles with a cross mark minima.`;
    const evaluations = state.get("evaluations");
    heard.say(evaluations ? `${evaluations} evaluations: ${[...runs].map(told).join(", ")}.` : where.textContent);
  };
  return { node: heard.node, where, show };
}

export default { render };
