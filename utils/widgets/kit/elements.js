// Elements: the box of a widget, buttons, regions that are read out.

import { atEnd } from "./state.js";
import STYLE from "./style.css";

/** element("label", { class: "cw-row", onclick: f }, "text", child, …) */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (typeof value === "boolean") node.toggleAttribute(name, value);
    else if (value !== undefined) node.setAttribute(name, value);
  }
  // JupyterLab would take arrow keys and Enter for its own, were it not told that they belong to the focused element
  if (/^(button|input|select|textarea)$/.test(tag) || "tabindex" in properties) {
    node.setAttribute("data-lm-suppress-shortcuts", "");
  }
  node.append(...children);
  return node;
}

/**
 * Makes `el` a widget and returns the box that everything goes into. `name` is the box's class, "capacity-lab", and the widget's own
 * `style` reaches no farther than this class; `label` names the box for screen readers.
 */
export function mount(el, { name, label, style = "" }) {
  const root = el.getRootNode();
  const home = root instanceof ShadowRoot ? root : document.head;
  const texts = { kit: STYLE, [name]: style && `@scope (.cw.${name}) {\n${style}\n}` };
  for (const [owner, text] of Object.entries(texts)) {
    const there = [...home.querySelectorAll("style[data-cw]")].find((node) => node.dataset.cw === owner);
    if (there)
      there.textContent = text; // a newer one while the widget is developed
    else if (text) home.append(element("style", { "data-cw": owner }, text));
  }
  const box = element("div", { class: `cw ${name}`, role: "group", "aria-label": label });
  el.append(box);
  return box;
}

/** An id for an element and those that name it; every live widget has the kit to itself, so no counter would do. */
export const newId = (what) => `cw-${what}-${Math.random().toString(36).slice(2)}`;

export const button = (text, onclick, properties = {}) =>
  element("button", { type: "button", onclick, ...properties }, text);

/** A row of controls that wraps. */
export const row = (...children) => element("div", { class: "cw-row" }, ...children);

/** A row of controls whose sliders share the width. */
export const bar = (...children) => element("div", { class: "cw-bar" }, ...children);

/** A picture with its caption. */
export const figure = (node, ...caption) => element("figure", {}, node, element("figcaption", {}, ...caption));

/** A key to colours: entries are { label, colour }, or { label, node } with a small picture of the line or the mark. */
export const legend = (entries) =>
  element(
    "ul",
    { class: "cw-legend" },
    ...entries.map(({ label, colour, node }) =>
      element("li", {}, node ?? element("i", { style: `background: ${colour}`, "aria-hidden": "true" }), label),
    ),
  );

/** A region that screen readers read out when its text changes; with `visible` it is also seen. */
export function live(visible = true) {
  return element("div", { class: visible ? "cw-live" : "cw-hidden", role: "status", "aria-live": "polite" });
}

/**
 * A hidden region for what changes with every pixel of a drag: `say(text)` is read out once it has been quiet for a moment, `say(text,
 * true)` at once.
 */
export function spoken(signal) {
  const node = live(false);
  let timer = 0;
  atEnd(signal, () => clearTimeout(timer));
  const say = (text, now = false) => {
    if (signal.aborted) return;
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        node.textContent = text;
      },
      now ? 0 : 400,
    );
  };
  return { node, say };
}

/** Wait until the front end has put the node into the page: until then it has no style. False if the widget is gone first. */
export async function inPage(node, signal) {
  while (!node.isConnected && !signal.aborted) await new Promise(requestAnimationFrame);
  return !signal.aborted;
}

/** The current value of a colour of the theme, for canvases: colour(node, "text"). */
export const colour = (node, name) => getComputedStyle(node).getPropertyValue(`--cw-${name}`).trim();
