// What broadcast_lab/engine.js says of pairs of shapes and of texts: node broadcast.mjs <bundle.mjs> <job.json>; prints the answers as JSON.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [bundle, path] = process.argv.slice(2);
const js = (await import(pathToFileURL(bundle))).default;
const { pairs, texts, rule } = JSON.parse(readFileSync(path));

/** All indices of a shape, the last axis fastest. */
const indices = ([n, ...rest]) =>
  n === undefined ? [[]] : Array.from({ length: n }, (_, i) => indices(rest).map((index) => [i, ...index])).flat();

const answers = pairs.map((shapes) => {
  const { axes, shape } = js.broadcast(...shapes);
  const sources = shape && indices(shape).map((index) => shapes.map((own) => js.source(index, own)));
  const code = ["+", "*", "pairs"].map((operation) => js.code(shapes, operation));
  return {
    shape,
    marks: axes.map(({ marks }) => marks),
    sources,
    code,
    complaint: shape ? null : js.complaint(shapes),
    repair: shape ? null : js.repair(shapes, rule.most),
  };
});
console.log(
  JSON.stringify({
    answers,
    shapes: texts.map((text) => js.parse(text, rule)),
    written: pairs.map(([shape]) => js.written(shape)),
  }),
);
