// Places names beside points: node labels.mjs <bundle.mjs> <job.json>; prints the boxes of each crowd as JSON.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [bundle, path] = process.argv.slice(2);
const { placed } = (await import(pathToFileURL(bundle))).default;
const { crowds, size } = JSON.parse(readFileSync(path));
console.log(JSON.stringify(crowds.map((points) => placed(points, ...size))));
