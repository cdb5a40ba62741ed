// Measures the tasks of engines.js: node worker.mjs <bundle.mjs>
// A line { task, files } on standard input is answered with a line { seconds } for one unit, or { error }.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const ENOUGH = 300; // milliseconds that one measurement lasts at least
const { tasks, readWeights } = (await import(pathToFileURL(process.argv[2]))).default;
const ready = {};

function measure({ task, files }) {
  if (!tasks[task]) throw new Error(`there is no task ${task}, but ${Object.keys(tasks).join(", ")}`);
  ready[task] ??= tasks[task](...files.map((file) => readWeights(readFileSync(file))));
  const start = performance.now();
  let units = 0;
  while (performance.now() - start < ENOUGH) units += ready[task]();
  return (performance.now() - start) / 1000 / units;
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = { seconds: measure(JSON.parse(line)) };
  } catch (error) {
    answer = { error: String(error) };
  }
  console.log(JSON.stringify(answer));
}
