// Runs network.js and drawing.js for test_vae.py: node vae.mjs <bundle.mjs> <job.json>
// A job is { networks: [{ blob, model, inputs }], drawings: [strokes] }; an input is a list of numbers.
// Prints { networks: [[[output, …] for each input]], drawings: [pixels], milliseconds: median time of one run for each network }.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [bundle, path] = process.argv.slice(2);
const { network, centred, readBlob } = (await import(pathToFileURL(bundle))).default;
const job = JSON.parse(readFileSync(path));
const milliseconds = [];

const networks = job.networks.map(({ blob, model, inputs }) => {
  const trained = readBlob(readFileSync(blob));
  const run = network(trained.meta[model], trained, model);
  const times = [];
  for (let i = 0; i < 60; i++) {
    const start = performance.now();
    run(inputs[i % inputs.length]);
    times.push(performance.now() - start);
  }
  milliseconds.push(times.slice(20).sort((a, b) => a - b)[20]);
  return inputs.map((input) => run(input).map(({ data }) => [...data]));
});
console.log(JSON.stringify({ networks, drawings: job.drawings.map((strokes) => [...centred(strokes)]), milliseconds }));
