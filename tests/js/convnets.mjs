// Runs convolution_lab.js, digit_pad.js and filter_explorer.js for their tests: node convnets.mjs <bundle.mjs> <job.json>
// A job is a list of [module, function, arguments]; the answers come back in the same order, typed arrays as lists.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [bundle, path] = process.argv.slice(2);
const modules = (await import(pathToFileURL(bundle))).default;
const plain = (value) =>
  ArrayBuffer.isView(value)
    ? [...value]
    : Array.isArray(value)
      ? value.map(plain)
      : value && typeof value === "object"
        ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
        : value;

/** Reads pictures with three files of weights, and says how long one takes: the median of all but the first ones. */
function readAll([dense, convnet, neighbours], pictures, k) {
  const [one, two, three] = [dense, convnet, neighbours].map((file) => modules["kit.js"].readBlob(readFileSync(file)));
  const { read, stored } = modules["digit_pad.js"].readers(one, two, three);
  const times = [];
  const answers = pictures.map((picture) => {
    const start = performance.now();
    const answer = read(Float32Array.from(picture), k);
    times.push(performance.now() - start);
    return answer;
  });
  const milliseconds = times.slice(3).sort((a, b) => a - b)[Math.floor((times.length - 3) / 2)];
  return { answers, milliseconds, first: stored.pictures.slice(0, 5), count: stored.pictures.length };
}

/** Lets CourseNet read a picture, with the heat map of a class. */
function look(file, pixels, chosen) {
  const { heat, reading, summary } = modules["filter_explorer.js"];
  const trained = modules["kit.js"].readBlob(readFileSync(file));
  const run = reading(trained, pixels);
  let now = run.next();
  while (!now.done) now = run.next();
  return { ...now.value, about: now.value.maps.map(summary), heat: heat(trained, now.value, chosen) };
}

const own = { readAll, look };
const job = JSON.parse(readFileSync(path));
console.log(
  JSON.stringify(job.map(([module, name, given]) => plain((module ? modules[module][name] : own[name])(...given)))),
);
