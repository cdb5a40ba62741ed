// Runs FilterExplorer's engine for its tests, see tests/support/calls.mjs.

import { answer, modules, trained } from "../../support/calls.mjs";

/** Lets CourseNet read a picture, with the heat map of a class. */
function look(file, pixels, chosen) {
  const { heat, reading, summary } = modules["filter_explorer/engine.js"];
  const weights = trained(file);
  const run = reading(weights, pixels);
  let now = run.next();
  while (!now.done) now = run.next();
  return { ...now.value, about: now.value.maps.map(summary), heat: heat(weights, now.value, chosen) };
}

answer({ look });
