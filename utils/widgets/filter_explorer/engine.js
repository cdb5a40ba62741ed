// CourseNet reads a picture: the engine of FilterExplorer, without a page around it.

import { conv2d, globalAveragePool, maxPool2d } from "../nn/convolution.js";
import { dense, layer, relu, softmax, tensor } from "../nn/nn.js";

export const SIDE = 64; // pixels of a picture
export const BLOCKS = [
  [24, 2],
  [48, 2],
  [96, 3],
  [192, 3],
]; // filters, and convolutions in a row; pooling halves the maps between blocks
/** CourseNet's convolutions: their names, as in the weight file, and the shape of their maps. */
export const LAYERS = BLOCKS.flatMap(([filters, depth], block) =>
  Array.from({ length: depth }, (_, i) => ({
    name: `block${block + 1}_conv${i + 1}`,
    title: `Block ${block + 1}, convolution ${i + 1}`,
    filters,
    side: SIDE >> block,
  })),
);

/** CourseNet reads 64 × 64 × 3 numbers from 0 to 255, one convolution a step. Returns { maps: activations of each layer, shares: probabilities }. */
export function* reading(trained, pixels) {
  let x = tensor(
    [SIDE, SIDE, 3],
    Float32Array.from(pixels, (v) => v / 127.5 - 1),
  );
  const maps = [];
  for (const { name, side } of LAYERS) {
    if (side < x.shape[0]) x = maxPool2d(x);
    x = relu(conv2d(x, layer(trained, name), { padding: "same" }));
    maps.push(x);
    yield;
  }
  return { maps, shares: softmax(dense(globalAveragePool(x), layer(trained, "predictions"))).data };
}

/**
 * Grad-CAM: how much each place of the last maps speaks for a class. Between these maps and the class's score stand a mean and a
 * dense layer alone, so the score's gradient is the same in all places: the class's weights, divided by the number of places.
 */
export function heat(trained, { maps }, chosen) {
  const {
    kernel: {
      data,
      shape: [channels, classes],
    },
  } = layer(trained, "predictions");
  const column = data.filter((_, i) => i % classes === chosen);
  return relu(dense(maps.at(-1), { kernel: tensor([channels, 1], column) })).data;
}

/** What is said of a layer's maps: the largest number, the share of zeros, and the channel that is excited most. */
export function summary({ shape, data }) {
  const sums = new Float64Array(shape[2]);
  let top = -Infinity;
  for (let i = 0, channel = 0; i < data.length; i++) {
    sums[channel] += data[i];
    top = Math.max(top, data[i]);
    channel = (channel + 1) % sums.length;
  }
  return { top, zeros: zeros(data), strongest: sums.indexOf(Math.max(...sums)) };
}

/** The share of zeros. */
export function zeros(data) {
  let count = 0;
  for (let i = 0; i < data.length; i++) count += data[i] === 0;
  return count / data.length;
}
