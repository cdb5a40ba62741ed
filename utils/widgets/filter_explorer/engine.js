// What FilterExplorer computes, without a page around it: CourseNet reads a picture, and what is shown of that.

import { conv2d, globalAveragePool, maxPool2d } from "../nn/convolution.js";
import { dense, layer, relu, softmax, tensor } from "../nn/nn.js";

// ---- the network

/** Names of the convolutions in a weight file, the first first. */
const convolutions = (trained) =>
  Object.keys(trained)
    .filter((name) => /^block\d+_conv\d+\/kernel$/.test(name))
    .map((name) => name.replace("/kernel", ""))
    .sort();

/** CourseNet's convolutions, from the rule of the trait `layer`: their names, and the side and the number of their maps. */
export const layersOf = ({ choices, sides, filters }) =>
  choices.map((name, i) => {
    const [block, place] = name.match(/\d+/g).map(Number);
    return { name, block, place, side: sides[i], filters: filters[i], title: `Block ${block}, convolution ${place}` };
  });

/**
 * CourseNet reads a square picture, three numbers from 0 to 255 a pixel, one convolution a step. Pooling halves the maps between blocks.
 * Returns { maps: activations of each layer, shares: probabilities }.
 */
export function* reading(trained, pixels) {
  const side = Math.sqrt(pixels.length / 3);
  let x = tensor(
    [side, side, 3],
    Float32Array.from(pixels, (v) => v / 127.5 - 1),
  );
  const maps = [];
  for (const name of convolutions(trained)) {
    if (name.endsWith("conv1") && maps.length) x = maxPool2d(x);
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
  const { kernel } = layer(trained, "predictions");
  const [channels, classes] = kernel.shape;
  const column = kernel.data.filter((_, i) => i % classes === chosen);
  return relu(dense(maps.at(-1), { kernel: tensor([channels, 1], column) })).data;
}

/** What is said of a layer's maps: the largest number, the share of zeros, and the channel that is excited most. */
export function summary({ shape, data }) {
  const sums = new Float64Array(shape[2]);
  let [top, zeros] = [0, 0]; // no activation is negative
  for (let i = 0; i < data.length; ) {
    for (let channel = 0; channel < sums.length; channel++, i++) {
      const value = data[i];
      if (value === 0) zeros++;
      else sums[channel] += value;
      if (value > top) top = value;
    }
  }
  return { top, zeros: zeros / data.length, strongest: sums.indexOf(Math.max(...sums)) };
}

/** The map of one channel alone. */
export const channelOf = ({ shape: [height, width, depth], data }, channel) =>
  tensor(
    [height, width, 1],
    Float32Array.from({ length: height * width }, (_, place) => data[place * depth + channel]),
  );

/** The `count` most probable classes, the most probable first. */
export const ranked = (shares, count) => [...shares.keys()].sort((a, b) => shares[b] - shares[a]).slice(0, count);

// ---- pictures of numbers: { width, height, pixels }, four bytes a pixel as canvases have them

const part = (v) => Math.round(255 * Math.min(Math.max(v, 0), 1));

/** From 0 to 1: black, violet, red, orange, yellow. */
const COLOURS = Uint32Array.from({ length: 256 }, (_, i) => {
  const t = i / 255;
  return part(Math.sin(1.57 * t)) | (part(t ** 2.2) << 8) | (part(0.45 * Math.sin(5 * t)) << 16);
});

const pixel = (value, opacity = 1) => COLOURS[Math.round(255 * value)] + part(opacity) * 2 ** 24;

/** The maps of some channels, `columns` of them in a row. Roots of what they are of `top`, so that weak responses show too. */
export function sheet({ shape: [side, , depth], data }, channels, columns, top) {
  const [width, height] = [columns * side, Math.ceil(channels.length / columns) * side];
  const pixels = new Uint32Array(width * height);
  channels.forEach((channel, n) => {
    const corner = Math.floor(n / columns) * side * width + (n % columns) * side;
    for (let place = 0; place < side * side; place++) {
      const value = Math.sqrt(data[place * depth + channel] / (top || 1));
      pixels[corner + Math.floor(place / side) * width + (place % side)] = pixel(value);
    }
  });
  return { width, height, pixels };
}

/** A heat map to lay over the picture: the hotter the clearer, relative to the hottest place. */
export function warmth(places) {
  const most = Math.max(...places) || 1;
  const side = Math.sqrt(places.length);
  return {
    width: side,
    height: side,
    pixels: Uint32Array.from(places, (v) => pixel(v / most, 0.6 - (0.2 * v) / most)),
  };
}
