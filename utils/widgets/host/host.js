// The page's host: makes widgets of `<div class="course-widget">`, without kernel, server or network.
//
// Its modules travel as one classic script, because a page opened from disk may load no other kind. Before it come one script for
// each module of a widget and one declaration for each class (written by bundle.py).

import { readAddress, writeSoon } from "./address.js";
import { renderSoon, say } from "./drawing.js";
import { holdTargets } from "./headings.js";
import { printAll } from "./print.js";
import { createModel } from "./state.js";
import { allow } from "./weights.js";

const widgets = [];
const seen = {}; // name of a class → how many of it the page has

/** Reads the declaration and the state of the widget that belongs in a place. Throws an Error where one is missing. */
function find(place) {
  const name = place.dataset.widget;
  const declared = globalThis.courseWidgets?.[name];
  if (!declared) throw new Error(`The script that declares ${name} is missing.`);
  const initial = JSON.parse(place.querySelector("script").textContent);
  seen[name] = (seen[name] ?? 0) + 1;
  const id = seen[name] > 1 ? `${name}-${seen[name]}` : name;
  for (const file of [...declared.weights, initial.weights]) allow(file);
  place.id ||= id;
  const model = createModel({ ...initial, _rules: declared.rules }, () => writeSoon(widgets));
  place.model = model; // for the console: document.querySelector(".course-widget").model.get("noise")
  const widget = { place, id, initial, model, module: declared.module, rules: declared.rules };
  widgets.push(widget);
  renderSoon(widget);
}

for (const place of document.querySelectorAll(".course-widget")) {
  try {
    find(place);
  } catch (error) {
    say(place, error.message);
  }
}
readAddress(widgets);
addEventListener("hashchange", () => readAddress(widgets));
holdTargets(widgets);
printAll(widgets);
