// Runs the networks, the pad's centring and the labels for test_vae.py: node vae.mjs <bundle.mjs> <job.json>
// A job is { networks: [{ file, model, inputs }], drawings: [strokes], planes: [{ file, walk, width }] }; an input is a list of numbers.
// Prints { networks: [[[output, …] for each input]], drawings: [pixels], planes: [{ labels, walk }] }.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [bundle, path] = process.argv.slice(2);
const { centred, cloud, labels, network, readWeights, toPixels } = (await import(pathToFileURL(bundle))).default;
const job = JSON.parse(readFileSync(path));

const networks = job.networks.map(({ file, model, inputs }) => {
  const trained = readWeights(readFileSync(file));
  const run = network(trained.meta[model], trained, model);
  return inputs.map((input) => run(input).map(({ data }) => [...data]));
});

const planes = job.planes.map(({ file, width, point }) => {
  const plane = cloud(readWeights(readFileSync(file)));
  const walk = [plane.centres[0], plane.centres.at(-1)];
  return {
    labels: labels(plane, walk, null, width),
    centres: plane.centres.map((centre) => toPixels(centre, plane, width)),
    point: toPixels(point, plane, width),
    chosen: labels(plane, walk, 4, width).map(({ text }) => text),
  };
});
const drawings = job.drawings.map((strokes) => [...centred(strokes)]);
console.log(JSON.stringify({ networks, drawings, planes }));
