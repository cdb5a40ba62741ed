// Runs races of optimizers.js: node optimizers.mjs <bundle.mjs> <jobs.json>
// A job has name, surface, shape ({ condition, tilt }), start, settings and evaluations; without a name, points to evaluate.
// Prints one array: the result of each job.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [bundle, jobs] = process.argv.slice(2);
const { race, surface } = (await import(pathToFileURL(bundle))).default;
const answer = JSON.parse(readFileSync(jobs)).map((job) => {
  const land = surface(job.surface, job.shape);
  if (!job.name) return { ...land, values: job.points.map((point) => land.at(point)) };
  return race(job.name, land, job.start, job.settings, job.evaluations);
});
console.log(JSON.stringify(answer));
