// Controls bound to the state. Bounds and choices are those that Python declares; `read` and `write` stand in for a control that
// shows or sets something else than the trait itself, and `also` names further traits that `read` looks at.

import { element, newId } from "./elements.js";
import { clamp } from "./state.js";

/** Calls `show(value)` now and whenever one of the traits changes; returns how the control writes. */
function bind(state, trait, { read, write, also = [] }, show) {
  const update = () => show(read ? read() : state.get(trait));
  state.on([trait, ...also], update);
  update();
  return write ?? ((value) => state.set({ [trait]: value }));
}

/** Positions of a slider and the values they stand for: the choices of the trait, powers of ten, or the numbers themselves. */
function scale(rule, { min = rule.min, max = rule.max, step = 1, log = false, values = rule.choices }) {
  if (values) {
    const nearest = (value) =>
      values.reduce((best, v, i) => (Math.abs(v - value) < Math.abs(values[best] - value) ? i : best), 0);
    return { min: 0, max: values.length - 1, step: 1, at: nearest, value: (i) => values[i] };
  }
  if (log) return { min: Math.log10(min), max: Math.log10(max), step: 0.02, at: Math.log10, value: (x) => 10 ** x };
  return { min, max, step, at: (value) => value, value: (x) => x };
}

/**
 * A labelled slider. `format` writes the value, for the eye and for screen readers. A trait with choices has its choices as stops; `log`
 * makes equal steps equal ratios (give it `min` above zero); `min`, `max` and `values` are for what Python cannot know.
 */
export function slider(state, trait, { label, format = String, read, write, also, ...options }) {
  const id = newId(trait);
  const { min, max, step, at, value } = scale(state.rule(trait) ?? {}, options);
  const input = element("input", { type: "range", id, min, max, step });
  const output = element("output", { for: id });
  const save = bind(state, trait, { read, write, also }, (now) => {
    input.value = at(now);
    output.textContent = format(now);
    input.setAttribute("aria-valuetext", output.textContent);
  });
  input.addEventListener("input", () => save(value(Number(input.value))));
  return element("div", { class: "cw-slider" }, element("label", { for: id }, label), input, output);
}

/** A labelled choice. `options` are values, or [value, text] pairs; by default the trait's choices. */
export function choice(state, trait, { label, options = state.rule(trait).choices, read, write }) {
  const id = newId(trait);
  const pairs = options.map((option) => (Array.isArray(option) ? option : [option, String(option)]));
  const select = element("select", { id }, ...pairs.map(([, text]) => element("option", {}, text)));
  const save = bind(state, trait, { read, write }, (now) => {
    select.selectedIndex = pairs.findIndex(([value]) => value === now);
  });
  select.addEventListener("change", () => save(pairs[select.selectedIndex][0]));
  return element("div", { class: "cw-choice" }, element("label", { for: id }, label), select);
}

/** A labelled checkbox. */
export function checkbox(state, trait, { label, read, write }) {
  const input = element("input", { type: "checkbox" });
  const save = bind(state, trait, { read, write }, (now) => {
    input.checked = Boolean(now);
  });
  input.addEventListener("change", () => save(input.checked));
  return element("label", { class: "cw-checkbox" }, input, label);
}

/** A labelled field for a number, whole where the trait is; what is typed outside its bounds takes the nearest value inside. */
export function number(
  state,
  trait,
  { label, min = state.rule(trait).min, max = state.rule(trait).max, step, read, write },
) {
  const id = newId(trait);
  const whole = state.rule(trait)?.kind === "integer";
  const input = element("input", { type: "number", id, min, max, step: step ?? (whole ? 1 : "any") });
  input.inputMode = whole ? "numeric" : "decimal";
  const show = (now) => {
    input.value = now;
  };
  const save = bind(state, trait, { read, write }, show);
  input.addEventListener("change", () => {
    const typed = input.valueAsNumber;
    const now = Number.isFinite(typed) ? clamp(typed, min ?? -Infinity, max ?? Infinity) : state.get(trait);
    save(whole ? Math.round(now) : now);
    show(whole ? Math.round(now) : now);
  });
  return element("div", { class: "cw-choice" }, element("label", { for: id }, label), input);
}
