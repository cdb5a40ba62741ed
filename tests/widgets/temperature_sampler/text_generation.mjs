// Evaluates expressions with temperature_sampler/engine.js: node text_generation.mjs <bundle.mjs> <jobs.json>
// A job is an expression that may use the exports of temperature_sampler/engine.js and, if it names a weight file, the network `trained`.
// Prints the list of values; typed arrays become lists.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [bundle, jobs] = process.argv.slice(2);
const { engine, readWeights } = (await import(pathToFileURL(bundle))).default;

const values = JSON.parse(readFileSync(jobs)).map(({ expression, weights }) => {
  const trained = weights && readWeights(readFileSync(weights));
  return new Function("trained", ...Object.keys(engine), `return ${expression}`)(trained, ...Object.values(engine));
});
console.log(JSON.stringify(values, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value)));
