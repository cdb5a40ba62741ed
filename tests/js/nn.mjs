// Runs nn.js, convolution.js and recurrent.js on cases written by test_widgets_nn.py: node nn.mjs <bundle.mjs> <cases.json>
// A case has a blob with weights, a blob with the tensor x and Keras' answer y, and an expression that computes y.
// Prints one object: { name: { shape, worst } }, the worst absolute difference.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [bundle, cases] = process.argv.slice(2);
const { nn, readBlob } = (await import(pathToFileURL(bundle))).default;
const result = {};

for (const { name, weights, data, expression } of JSON.parse(readFileSync(cases))) {
  const trained = readBlob(readFileSync(weights));
  const { x, y } = readBlob(readFileSync(data));
  const compute = new Function("x", "w", ...Object.keys(nn), `return ${expression}`);
  const answer = compute(x, (layer) => nn.layer(trained, layer), ...Object.values(nn));
  const worst = answer.data.reduce((most, value, i) => Math.max(most, Math.abs(value - y.data[i])), 0);
  result[name] = { shape: answer.shape, expected: y.shape, worst: Number.isNaN(worst) ? null : worst };
}
console.log(JSON.stringify(result));
