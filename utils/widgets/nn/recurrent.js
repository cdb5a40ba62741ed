// Embedding and recurrent layers, with Keras' conventions; see nn.js. A recurrent layer goes one step; its state changes in place.

import { addProduct, expect, fillBias, logistic, tensor } from "./nn.js";

/** Rows of the table, one for each index. */
export function embedding(indices, { embeddings }, out = tensor([indices.length, embeddings.shape[1]])) {
  const [rows, width] = embeddings.shape;
  indices.forEach((index, i) => {
    if (!(index >= 0 && index < rows)) throw new RangeError(`index ${index} is outside 0 … ${rows - 1}`);
    out.data.set(embeddings.data.subarray(index * width, (index + 1) * width), i * width);
  });
  return out;
}

/** Zero state of a recurrent layer: { h } and, for an LSTM, the carry { c }; `gates` is scratch space. */
export function recurrentState({ recurrent_kernel }) {
  const [units, width] = recurrent_kernel.shape;
  return { h: tensor([units]), c: tensor([units]), gates: tensor([width]), inner: tensor([width]) };
}

const ONE = Float32Array.of(1);

/** y += x @ kernel, where x is a tensor, or an integer that stands for a one-hot vector: then a row of the kernel. */
function addInput(y, x, kernel) {
  const [inputs, width] = kernel.shape;
  if (typeof x === "number") return addProduct(y.data, 0, width, ONE, 0, 1, kernel.data, x * width);
  expect("length of the input", x.data.length, inputs);
  addProduct(y.data, 0, width, x.data, 0, inputs, kernel.data, 0);
}

/** One step of an LSTM; x is a tensor, or the index of a one-hot vector. Returns the new h. */
export function lstmStep(x, state, { kernel, recurrent_kernel, bias }) {
  const { h, c, gates } = state;
  const units = h.data.length;
  const z = gates.data;
  fillBias(gates, bias);
  addInput(gates, x, kernel);
  addInput(gates, h, recurrent_kernel);
  for (let i = 0; i < units; i++) {
    const carry = logistic(z[units + i]) * c.data[i] + logistic(z[i]) * Math.tanh(z[2 * units + i]); // forget, input, candidate
    c.data[i] = carry;
    h.data[i] = logistic(z[3 * units + i]) * Math.tanh(carry); // output
  }
  return h;
}

/** One step of a GRU with reset_after=True, Keras' default; x as for lstmStep. Returns the new h. */
export function gruStep(x, state, { kernel, recurrent_kernel, bias }) {
  const { h, gates, inner } = state;
  const units = h.data.length;
  const width = 3 * units;
  if (bias) {
    expect("number of the GRU's biases (reset_after=True)", bias.data.length, 2 * width);
    gates.data.set(bias.data.subarray(0, width));
    inner.data.set(bias.data.subarray(width));
  } else {
    gates.data.fill(0);
    inner.data.fill(0);
  }
  addInput(gates, x, kernel);
  addInput(inner, h, recurrent_kernel);
  const z = gates.data;
  const r = inner.data;
  for (let i = 0; i < units; i++) {
    const update = logistic(z[i] + r[i]);
    const reset = logistic(z[units + i] + r[units + i]);
    const candidate = Math.tanh(z[2 * units + i] + reset * r[2 * units + i]);
    h.data[i] = update * h.data[i] + (1 - update) * candidate;
  }
  return h;
}
