// Runs DigitPad's engine for its tests, see tests/support/calls.mjs.

import { answer, modules, trained } from "../../support/calls.mjs";

/** Reads pictures with three files of weights. */
function readAll(files, pictures, k) {
  const { read, stored } = modules["digit_pad/engine.js"].readers(...files.map(trained));
  const answers = pictures.map((picture) => read(Float32Array.from(picture), k));
  return { answers, first: stored.levels.slice(0, 5), count: stored.levels.length };
}

answer({ readAll });
