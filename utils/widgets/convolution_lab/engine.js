// The numbers behind ConvolutionLab: every stage on the way from picture to output, and where each number comes from.

import { grouped } from "../kit/state.js";
import { averagePool2d, conv2d, maxPool2d } from "../nn/convolution.js";
import { relu, tensor } from "../nn/nn.js";
import { DIGIT, PHOTO, SHAPE } from "./pictures.js";

export const SIDE = 24; // pixels of the picture
export const K = 3; // pixels of the window
export const POOL = 2;

export const KERNELS = {
  identity: [0, 0, 0, 0, 1, 0, 0, 0, 0],
  blur: [0.0625, 0.125, 0.0625, 0.125, 0.25, 0.125, 0.0625, 0.125, 0.0625],
  sharpen: [0, -1, 0, -1, 5, -1, 0, -1, 0],
  "upright edges": [-1, 0, 1, -2, 0, 2, -1, 0, 1],
  "level edges": [-1, -2, -1, 0, 0, 0, 1, 2, 1],
  "all edges": [-1, -1, -1, -1, 8, -1, -1, -1, -1],
  emboss: [-2, -1, 0, -1, 1, 1, 0, 1, 2],
};

export const nameOf = (kernel) =>
  Object.keys(KERNELS).find((name) => KERNELS[name].every((weight, i) => weight === kernel[i])) ?? "your own";

// ---- pictures

/** The grey values that the state shows, from 0 to 1, row by row. */
export const pixelsOf = ({ image, drawing }) => ({ digit: DIGIT, shape: SHAPE, photo: PHOTO })[image] ?? drawn(drawing);

/** The reader's drawing from its hexadecimal digits, four pixels each; whatever else the address holds is paper. */
export function drawn(text) {
  const bits = (letter) => (/[0-9a-f]/.test(letter) ? parseInt(letter, 16) : 0);
  return Float32Array.from({ length: SIDE ** 2 }, (_, i) => (bits(text[i >> 2] ?? "0") >> (3 - (i & 3))) & 1);
}

/** Inverse of `drawn`. */
export function written(pixels) {
  const digit = (i) =>
    pixels
      .subarray(4 * i, 4 * i + 4)
      .reduce((sum, ink) => 2 * sum + ink, 0)
      .toString(16);
  return Array.from({ length: SIDE ** 2 / 4 }, (_, i) => digit(i)).join("");
}

// ---- numbers

/** Numbers along one axis after the convolution and after pooling, and the zeros put before and after. */
export function lengths({ strides, padding, pooling }) {
  const conv = padding === "same" ? Math.ceil(SIDE / strides) : Math.floor((SIDE - K) / strides) + 1;
  const zeros = padding === "same" ? Math.max((conv - 1) * strides + K - SIDE, 0) : 0;
  const before = Math.floor(zeros / 2);
  return { conv, before, after: zeros - before, out: pooling === "none" ? conv : Math.floor(conv / POOL) };
}

/** Every stage on the way: `sums` of the convolution, `map` after ReLU, `out` after pooling; tensors (rows, columns, 1). */
export function stages(pixels, settings) {
  const { kernel, strides, padding, pooling } = settings;
  const weights = { kernel: tensor([K, K, 1, 1], Float32Array.from(kernel)) };
  const sums = conv2d(tensor([SIDE, SIDE, 1], pixels), weights, { strides, padding });
  const map = settings.relu ? relu(tensor(sums.shape, sums.data.slice())) : sums;
  const pool = { max: maxPool2d, average: averagePool2d }[pooling];
  return { sums, map, out: pool ? pool(map, { size: POOL }) : map };
}

/**
 * Where the number at `cell` of the output comes from: `members`, its cells of the map; `chosen`, the one of them to work out
 * (the largest, the first of an average); `corner` of its window in the picture; `span`, the pixels of all windows.
 */
export function origin([row, column], settings, { map }) {
  const { strides, pooling } = settings;
  const { before, conv } = lengths(settings);
  const times = pooling === "none" ? 1 : POOL;
  const members = Array.from({ length: times ** 2 }, (_, i) => [
    row * times + Math.floor(i / times),
    column * times + (i % times),
  ]);
  const values = members.map(([y, x]) => map.data[y * conv + x]);
  const chosen = pooling === "max" ? values.indexOf(Math.max(...values)) : 0;
  const corner = (cell) => cell.map((at) => at * strides - before);
  return {
    members,
    values,
    chosen,
    corner: corner(members[chosen]),
    start: corner(members[0]),
    span: (times - 1) * strides + K,
  };
}

/** The nine pixels under the kernel when its window begins at `corner`, as { weight, pixel, outside }; outside there are zeros. */
export function products(corner, { kernel }, pixels) {
  return kernel.map((weight, i) => {
    const [y, x] = [corner[0] + Math.floor(i / K), corner[1] + (i % K)];
    const outside = y < 0 || x < 0 || y >= SIDE || x >= SIDE;
    return { weight, pixel: outside ? 0 : pixels[y * SIDE + x], outside };
  });
}

// ---- words

export const figures = (value) => String(Number(value.toFixed(2))).replace("-", "−");

/** "0.5 · (−2)" */
export const product = ({ pixel, weight }) =>
  `${figures(pixel)} · ${weight < 0 ? `(${figures(weight)})` : figures(weight)}`;

/** How the number at a cell of the output comes about, as a sentence. */
export function story(cell, settings, pixels, done) {
  const { members, values, chosen, corner } = origin(cell, settings, done);
  const total = done.sums.data[members[chosen][0] * lengths(settings).conv + members[chosen][1]];
  const terms = products(corner, settings, pixels).filter(({ weight, pixel }) => weight * pixel);
  const sum = `${terms.map(product).join(" + ") || "nothing but zeros"} = ${figures(total)}`;
  const rectified = settings.relu ? `, after ReLU ${figures(Math.max(total, 0))}` : "";
  const all = values.map(figures).join(", ");
  const mean = figures(values.reduce((a, b) => a + b) / values.length);
  const pooled = {
    none: "",
    max: ` The largest of ${all} stays, number ${chosen + 1}.`,
    average: ` That is the first of ${all}; their mean is ${mean}.`,
  }[settings.pooling];
  return `Row ${cell[0] + 1}, column ${cell[1] + 1}: ${sum}${rectified}.${pooled}`;
}

/** The shapes as formulas with their numbers. */
export function arithmetic(settings) {
  const { strides, padding, pooling } = settings;
  const { conv, before, after, out } = lengths(settings);
  const formula =
    padding === "same"
      ? `⌈${SIDE} / ${strides}⌉ = ${conv}; zeros around: ${before} before, ${after} after`
      : `⌊(${SIDE} − ${K}) / ${strides}⌋ + 1 = ${conv}`;
  const shapes = [SIDE, conv, ...(pooling === "none" ? [] : [out])].map((n) => `(${n}, ${n}, 1)`);
  return [
    `Rows and columns after the convolution: ${formula}.`,
    ...(pooling === "none" ? [] : [`After pooling ${POOL} × ${POOL}: ⌊${conv} / ${POOL}⌋ = ${out}.`]),
    `Shapes: ${shapes.join(" → ")}. ${K} × ${K} = 9 weights, ${conv} × ${conv} × 9 = ${grouped(conv * conv * 9)} multiplications.`,
  ];
}
