// Embedding and recurrent layers, with Keras' conventions; see nn.js. A recurrent layer goes one step; its state changes in place.

import { dense, expect, logistic, tensor } from "./nn.js";

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

/** gates = bias + x @ kernel, where x is a tensor, or an integer that stands for a one-hot vector: then a row of the kernel. */
function fromInput(x, kernel, bias, gates) {
  if (typeof x !== "number") return dense(x, { kernel, bias }, gates);
  const width = kernel.shape[1];
  const { data } = gates;
  for (let j = 0, from = x * width; j < width; j++) data[j] = kernel.data[from + j] + (bias ? bias.data[j] : 0);
  return gates;
}

/** One step of an LSTM; x is a tensor, or the index of a one-hot vector. Returns the new h. */
export function lstmStep(x, state, { kernel, recurrent_kernel, bias }) {
  const { h, c, gates } = state;
  const units = h.data.length;
  const z = gates.data;
  fromInput(x, kernel, bias, gates);
  dense(h, { kernel: recurrent_kernel, bias: gates }, gates);
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
  if (bias) expect("number of the GRU's biases (reset_after=True)", bias.data.length, 2 * width);
  const part = (i) => bias && tensor([width], bias.data.subarray(i * width, (i + 1) * width));
  fromInput(x, kernel, part(0), gates);
  dense(h, { kernel: recurrent_kernel, bias: part(1) }, inner);
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
