// Runs functions of convolution_lab/engine.js for test_convolution_lab.py: node convolution.mjs <bundle.mjs> <job.json>
// A job is a list of [function, arguments]; the answers come back in the same order, typed arrays as lists.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [bundle, path] = process.argv.slice(2);
const engine = (await import(pathToFileURL(bundle))).default;
const pictures = (value) => (value.length === engine.SIDE ** 2 ? Float32Array.from(value) : value);
const answers = JSON.parse(readFileSync(path)).map(([name, given]) => engine[name](...given.map(pictures)));
console.log(JSON.stringify(answers, (_, value) => (ArrayBuffer.isView(value) ? [...value] : value)));
