// The race as the state says it.

import { clamp } from "../kit/kit.js";
import { race, surface } from "./engine.js";

/** The traits that decide a race. */
export const TRAITS = [
  "surface",
  "condition",
  "tilt",
  "start",
  "learning_rate",
  "momentum",
  "adaptive_rate",
  "shown",
  "evaluations",
];

/** A point, moved into a box [left, right, bottom, top]. */
export const inside = ([x, y], [left, right, bottom, top]) => [clamp(x, left, right), clamp(y, bottom, top)];

/**
 * What there is to see: `land()` is the surface, the same object as long as the state means the same surface; `start()` where the race
 * begins; `rate(trait)` a learning rate, the surface's own where the state says 0; `runs(evaluations)` optimizer → its run so far.
 */
export function raceOf(state) {
  let [key, ground] = ["", null];
  const land = () => {
    const [name, condition, tilt] = ["surface", "condition", "tilt"].map(state.get);
    if (key !== `${name} ${condition} ${tilt}`) ground = surface(name, { condition, tilt });
    key = `${name} ${condition} ${tilt}`;
    return ground;
  };
  const start = () => (state.get("start").length === 2 ? inside(state.get("start"), land().box) : land().start);
  const own = { learning_rate: "rate", adaptive_rate: "adaptiveRate" };
  const rate = (trait) => state.get(trait) || land()[own[trait]];
  const runs = (evaluations = state.get("evaluations")) => {
    const settings = {
      rate: rate("learning_rate"),
      momentum: state.get("momentum"),
      adaptiveRate: rate("adaptive_rate"),
    };
    const racers = state.rule("shown").item.choices.filter((racer) => state.get("shown").includes(racer));
    return new Map(racers.map((racer) => [racer, race(racer, land(), start(), settings, evaluations)]));
  };
  return { land, start, rate, runs };
}
