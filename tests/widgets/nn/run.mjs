// Evaluates expressions with the modules of nn/ for the tests beside it: node run.mjs <bundle.mjs> <job.json>
// A job is { before, cases: [{ expression, wasm, tensors }] }: `before` is done before the modules load; an expression may use their
// exports, the case's tensors by name, and w(layer). Numbers travel as base64 of float32, so that none is lost, NaN neither.
// Prints the list of values; a value is a tensor, a list of them, or anything that JSON can hold.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [bundle, path] = process.argv.slice(2);
const { before, cases } = JSON.parse(readFileSync(path, "utf-8"));
new Function(before)();
const modules = (await import(pathToFileURL(bundle))).default;

const decoded = ({ shape, bytes }) => ({
  shape,
  data: new Float32Array(Uint8Array.from(Buffer.from(bytes, "base64")).buffer),
});
const encoded = (_, value) =>
  value?.shape && value.data
    ? { shape: value.shape, bytes: Buffer.from(Float32Array.from(value.data).buffer).toString("base64") }
    : value;

function evaluate({ expression, wasm, tensors }) {
  const given = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, decoded(tensor)]));
  if (modules.useWasm(wasm) !== wasm) throw new Error(`wasm is ${!wasm}, wanted was ${wasm}`);
  const names = { ...modules, ...given, w: (layer) => modules.layer(given, layer) };
  const usable = Object.entries(names).filter(([name]) => /^\w+$/.test(name) && name !== "default");
  return new Function(...usable.map(([name]) => name), `return ${expression}`)(...usable.map(([, value]) => value));
}

console.log(JSON.stringify(cases.map(evaluate), encoded));
