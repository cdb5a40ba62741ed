// Convolution, pooling and normalisation for images, with Keras' conventions; see nn.js.

import { addProduct, expect, fillBias, tensor } from "./nn.js";

const pair = (v) => (Array.isArray(v) ? v : [v, v]);

/** Output length and zeros before the first input along one axis, as Keras counts them. */
function span(length, window, stride, padding) {
  if (padding === "valid") return [Math.floor((length - window) / stride) + 1, 0];
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
  out ??= windowed(x.shape, kernel.shape, strides, padding, filters);
  fillBias(out, bias);
  const two = new Float32Array(2 * rows * columns * inputs); // two windows, their numbers in turn; zeros where they leave the image
  let first = 0;
  const multiply = () => addProducts(out.data, first * filters, filters, two, kernel.data);
  slide(x.shape, kernel.shape, strides, padding, (to, from, at) => {
    if (to > first + 1) {
      multiply();
      two.fill(0);
      first = to;
    }
    for (let i = 0; i < inputs; i++) two[2 * (at * inputs + i) + to - first] = x.data[from * inputs + i];
  });
  multiply();
  return out;
}

/** y += w times each of two windows, n sums each. Eight sums grow together: they fit into the processor, and each number is fetched once for several. */
function addProducts(y, at, n, two, w) {
  for (let j = 0; j < n; j += 4) {
    let a = 0,
      b = 0,
      c = 0,
      d = 0,
      e = 0,
      f = 0,
      g = 0,
      h = 0;
    for (let i = 0, k = j; i < two.length; i += 2, k += n) {
      const p = two[i],
        q = two[i + 1],
        r = w[k],
        s = w[k + 1],
        t = w[k + 2],
        u = w[k + 3];
      a += p * r;
      b += p * s;
      c += p * t;
      d += p * u;
      e += q * r;
      f += q * s;
      g += q * t;
      h += q * u;
    }
    const sums = [a, b, c, d, e, f, g, h];
    for (let i = 0; i < 8; i++) if (j + (i & 3) < n) y[at + j + (i & 3) + (i >> 2) * n] += sums[i];
  }
}

/** Transposed 2D convolution, kernel (rows, columns, out, in): each input paints its window of the output. */
export function conv2dTranspose(x, { kernel, bias }, { strides = 1, padding = "valid" } = {}, out) {
  const [rows, columns, filters, inputs] = kernel.shape;
  expect("channels of the input", x.shape[2], inputs);
  const grow = (length, window, stride) => length * stride + (padding === "valid" ? Math.max(window - stride, 0) : 0);
  const [down, across] = pair(strides);
  out ??= tensor([grow(x.shape[0], rows, down), grow(x.shape[1], columns, across), filters]);
  fillBias(out, bias);
  const both = inputs * filters;
  // the kernel's last two axes exchanged, so that addProduct can run along them; once, for a decoder runs with each frame
  const turned = (kernel.turned ??= kernel.data.map(
    (_, i) => kernel.data[i - (i % both) + (i % filters) * inputs + (Math.floor(i / filters) % inputs)],
  ));
  // the convolution that this one transposes leads from the output back to the input: the same windows, the other way round
  slide(out.shape, kernel.shape, strides, padding, (from, to, at) => {
    addProduct(out.data, to * filters, filters, x.data, from * inputs, inputs, turned, at * both);
  });
  return out;
}

/** Merges the values of each window and channel, beginning with `start`. */
function pool(x, { size = 2, strides = size, padding = "valid" } = {}, out, start, merge) {
  const channels = x.shape[2];
  out ??= windowed(x.shape, pair(size), strides, padding, channels);
  const y = out.data.fill(start);
  slide(x.shape, pair(size), strides, padding, (to, from) => {
    for (let c = 0; c < channels; c++) y[to * channels + c] = merge(y[to * channels + c], x.data[from * channels + c]);
  });
  return out;
}

/** Largest value in each window and channel. */
export const maxPool2d = (x, options, out) => pool(x, options, out, -Infinity, Math.max);

/** Mean of each window and channel; zeros of the padding do not count. */
export function averagePool2d(x, options, out) {
  const sum = (y, of) => pool(of, options, y, 0, (total, value) => total + value);
  const y = sum(out, x);
  const counts = sum(
    null,
    tensor(
      x.shape,
      x.data.map(() => 1),
    ),
  );
  y.data.forEach((total, i) => (y.data[i] = total / counts.data[i]));
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
