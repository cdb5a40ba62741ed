// Neural networks in JavaScript: what the course's widgets need to run a trained Keras model, with Keras' conventions.
// Here are tensors, activations and the dense layer; convolution.js and recurrent.js have the others. matmul.js multiplies.
//
// A tensor is { shape, data }: its data is a Float32Array in C order, images are (height, width, channels), and there is no
// batch axis. Layers take their weights as Keras names them: layer(trained, "conv") gives { kernel, bias }.
// Every operation returns a new tensor, or fills the one passed last as `out`: loops that run for each frame reuse it.

import { product, unpack } from "./matmul.js";

export const size = (shape) => shape.reduce((product, n) => product * n, 1);

export function tensor(shape, data = new Float32Array(size(shape))) {
  if (data.length !== size(shape)) throw new RangeError(`${data.length} numbers do not fill the shape (${shape})`);
  return { shape, data };
}

/** The weights of one layer: { kernel, bias, … } from names such as "lstm/lstm_cell/kernel". */
export function layer(trained, name) {
  const found = {};
  for (const key of Object.keys(trained)) {
    if (key.startsWith(`${name}/`)) found[key.slice(key.lastIndexOf("/") + 1)] = trained[key];
  }
  if (!Object.keys(found).length) throw new Error(`no layer ${name} among ${Object.keys(trained).join(", ")}`);
  return found;
}

export function expect(what, got, wanted) {
  if (got !== wanted) throw new RangeError(`${what} is ${got}, the weights want ${wanted}`);
}

// ---- activations: element by element, in place

const inPlace = (f) => (x) => {
  const { data } = x;
  for (let i = 0; i < data.length; i++) data[i] = f(data[i]);
  return x;
};

export const logistic = (v) => 1 / (1 + Math.exp(-v));

/** A loop of its own: most numbers of a convnet pass through it, and a function called for each takes longer. NaN stays NaN. */
export function relu(x) {
  const { data } = x;
  for (let i = 0; i < data.length; i++) data[i] = Math.max(data[i], 0);
  return x;
}

export const sigmoid = inPlace(logistic);
export const tanh = inPlace(Math.tanh);
export const elu = inPlace((v) => (v > 0 ? v : Math.expm1(v)));
export const selu = inPlace((v) => 1.0507009873554805 * (v > 0 ? v : 1.6732632423543772 * Math.expm1(v)));
export const silu = inPlace((v) => v * logistic(v));
export const softplus = inPlace((v) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))));
export const leakyRelu = (x, slope = 0.3) => inPlace((v) => (v > 0 ? v : slope * v))(x);

/** Probabilities over the last axis from logits, at a softmax temperature > 0. */
export function softmax(x, temperature = 1, out = tensor(x.shape)) {
  const n = x.shape.at(-1);
  for (let start = 0; start < x.data.length; start += n) {
    let top = -Infinity;
    for (let i = start; i < start + n; i++) top = Math.max(top, x.data[i]);
    let sum = 0;
    for (let i = start; i < start + n; i++) sum += out.data[i] = Math.exp((x.data[i] - top) / temperature);
    for (let i = start; i < start + n; i++) out.data[i] /= sum;
  }
  return out;
}

// ---- dense

/** x @ kernel + bias over the last axis. */
export function dense(x, { kernel, bias }, out = tensor([...x.shape.slice(0, -1), kernel.shape[1]])) {
  const [inputs, units] = kernel.shape;
  expect("last axis of the input", x.shape.at(-1), inputs);
  const rows = size(x.shape.slice(0, -1));
  if (kernel.data instanceof Float64Array) {
    doubleDense(x.data, kernel, bias, rows, out.data);
    return out;
  }
  const layout = { length: x.data.length, windows: rows, strip: inputs };
  unpack(
    product(kernel, units, bias?.data, layout, (input) => input.set(x.data)),
    units,
    out.data,
  );
  return out;
}

/** The same in double precision, for kernels that learn in the page: nothing keeps a copy of them, they may change at any time. */
function doubleDense(x, { shape: [inputs, units], data: kernel }, bias, rows, y) {
  fillBias(y, bias);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inputs; k++) {
      const value = x[i * inputs + k];
      for (let j = 0, to = i * units, from = k * units; j < units; j++) y[to + j] += value * kernel[from + j];
    }
  }
}

/** Biases row after row, or zeros where there are none. */
export function fillBias(y, bias) {
  if (!bias) y.fill(0);
  else for (let i = 0; i < y.length; i += bias.data.length) y.set(bias.data, i);
}
