// What the Node scripts of widgets share: node <script> <bundle.mjs> <job.json>. A job is a list of [module, function, arguments];
// the answers come back in the same order, typed arrays as lists.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [bundle, path] = process.argv.slice(2);

/** Exports by module, see tests/support/node.py. */
export const modules = (await import(pathToFileURL(bundle))).default;

const plain = (value) => {
  if (ArrayBuffer.isView(value)) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
};

/** The weights in a file. */
export const trained = (file) => modules["kit/weights.js"].readWeights(readFileSync(file));

/** Prints the answers to the job; the module "" stands for the script's `own` functions. */
export function answer(own = {}) {
  const job = JSON.parse(readFileSync(path));
  const found = (module, name) => (module ? modules[module][name] : own[name]);
  console.log(JSON.stringify(job.map(([module, name, given]) => plain(found(module, name)(...given)))));
}
