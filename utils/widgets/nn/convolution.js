// Convolution, pooling and normalisation for images, with Keras' conventions; see nn.js.

import { product, unpack, wide } from "./matmul.js";
import { expect, fillBias, tensor } from "./nn.js";

const pair = (v) => (Array.isArray(v) ? v : [v, v]);

/** Output length and zeros before the first input along one axis, as Keras counts them. */
function span(length, window, stride, padding) {
  if (padding === "valid") {
    if (window > length)
      throw new RangeError(`a window of ${window} does not fit into ${length} numbers without padding`);
    return [Math.floor((length - window) / stride) + 1, 0];
  }
  if (padding !== "same") throw new Error(`padding is "${padding}", not "valid" or "same"`);
  const count = Math.ceil(length / stride);
  return [count, Math.floor(Math.max((count - 1) * stride + window - length, 0) / 2)];
}

/** Calls visit(output position, input position, window position) for every window element inside the image; positions are flat. */
function slide([height, width], [rows, columns], strides, padding, visit) {
  const [down, across] = pair(strides);
  const [outHeight, top] = span(height, rows, down, padding);
  const [outWidth, left] = span(width, columns, across, padding);
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      for (let r = 0, i = y * down - top; r < rows; r++, i++) {
        if (i < 0 || i >= height) continue;
        for (let c = 0, j = x * across - left; c < columns; c++, j++) {
          if (j >= 0 && j < width) visit(y * outWidth + x, i * width + j, r * columns + c);
        }
      }
    }
  }
}

function windowed(shape, window, strides, padding, channels) {
  const count = (axis) => span(shape[axis], window[axis], pair(strides)[axis], padding)[0];
  return tensor([count(0), count(1), channels]);
}

/** 2D convolution, kernel (rows, columns, in, out). */
export function conv2d(x, { kernel, bias }, { strides = 1, padding = "valid" } = {}, out) {
  const [rows, columns, inputs, filters] = kernel.shape;
  expect("channels of the input", x.shape[2], inputs);
  const [down, across] = pair(strides);
  const [lines, top] = span(x.shape[0], rows, down, padding);
  const [windows, left] = span(x.shape[1], columns, across, padding);
  out ??= tensor([lines, windows, filters]);
  if (!out.data.length) return out;
  const seen = [(lines - 1) * down + rows, (windows - 1) * across + columns]; // what the windows reach, zeros around it included
  const line = seen[1] * inputs;
  const layout = {
    length: seen[0] * line,
    lines,
    windows,
    strips: rows,
    strip: columns * inputs,
    across: across * inputs,
    down: down * line,
    line,
  };
  unpack(
    product(kernel, filters, bias?.data, layout, (input) => frame(x, [top, left], seen, input)),
    filters,
    out.data,
  );
  return out;
}

/** Writes height × width places of a picture, with `top` and `left` zeros before it. */
function frame({ shape, data }, [top, left], [height, width], out) {
  const [rows, columns, channels] = shape;
  const taken = Math.min(columns, width - left) * channels;
  out.fill(0);
  for (let i = 0; i < Math.min(rows, height - top); i++) {
    const from = i * columns * channels;
    out.set(data.subarray(from, from + taken), ((i + top) * width + left) * channels);
  }
}

/** Transposed 2D convolution, kernel (rows, columns, out, in): each input paints its window of the output. */
export function conv2dTranspose(x, { kernel, bias }, { strides = 1, padding = "valid" } = {}, out) {
  const [rows, columns, filters, inputs] = kernel.shape;
  expect("channels of the input", x.shape[2], inputs);
  const grow = (length, window, stride) => length * stride + (padding === "valid" ? Math.max(window - stride, 0) : 0);
  const [down, across] = pair(strides);
  out ??= tensor([grow(x.shape[0], rows, down), grow(x.shape[1], columns, across), filters]);
  fillBias(out.data, bias);
  if (!x.data.length) return out;
  const windows = x.data.length / inputs;
  const numbers = rows * columns * filters; // of a window
  const layout = { length: x.data.length, windows, strip: inputs };
  const painted = product(kernel, numbers, null, layout, (input) => input.set(x.data), true);
  const width = wide(numbers);
  // the convolution that this one transposes leads from the output back to the input: the same windows, the other way round
  slide(out.shape, kernel.shape, strides, padding, (from, to, at) => {
    add(out.data, to * filters, painted, from * width + at * filters, filters);
  });
  return out;
}

/** Merges the values of each window and channel, beginning with `start`: merge(y, to, x, from, channels) takes one place in. */
function pool(x, { size = 2, strides = size, padding = "valid" } = {}, out, start, merge) {
  const channels = x.shape[2];
  out ??= windowed(x.shape, pair(size), strides, padding, channels);
  const y = out.data.fill(start);
  slide(x.shape, pair(size), strides, padding, (to, from) =>
    merge(y, to * channels, x.data, from * channels, channels),
  );
  return out;
}

function keepLargest(y, to, x, from, channels) {
  for (let c = 0; c < channels; c++) {
    const value = x[from + c];
    if (value > y[to + c] || Number.isNaN(value)) y[to + c] = value;
  }
}

function add(y, to, x, from, channels) {
  for (let c = 0; c < channels; c++) y[to + c] += x[from + c];
}

/** Largest value in each window and channel. */
export const maxPool2d = (x, options, out) => pool(x, options, out, -Infinity, keepLargest);

/** Mean of each window and channel; zeros of the padding do not count. */
export function averagePool2d(x, options, out) {
  const [height, width, channels] = x.shape;
  const y = pool(x, options, out, 0, add);
  const places = pool(tensor([height, width, 1], new Float32Array(height * width).fill(1)), options, null, 0, add).data;
  for (let i = 0; i < y.data.length; i++) y.data[i] /= places[Math.floor(i / channels)];
  return y;
}

/** The image as one window, and the result without its two axes of length 1: one number a channel. */
function globally(pool2d, x, out = tensor([x.shape[2]])) {
  pool2d(x, { size: x.shape.slice(0, 2) }, out);
  return out;
}

/** Mean over all positions. */
export const globalAveragePool = (x, out) => globally(averagePool2d, x, out);

/** Largest value over all positions. */
export const globalMaxPool = (x, out) => globally(maxPool2d, x, out);

/** Batch normalisation as at inference, with the moving statistics; channels last. */
export function batchNorm(x, { gamma, beta, moving_mean, moving_variance }, epsilon = 1e-3, out = tensor(x.shape)) {
  const channels = moving_mean.data.length;
  for (let c = 0; c < channels; c++) {
    const scale = (gamma ? gamma.data[c] : 1) / Math.sqrt(moving_variance.data[c] + epsilon);
    const shift = (beta ? beta.data[c] : 0) - moving_mean.data[c] * scale;
    for (let i = c; i < x.data.length; i += channels) out.data[i] = x.data[i] * scale + shift;
  }
  return out;
}
