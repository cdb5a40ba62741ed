// Neural networks in plain JavaScript: what the course's widgets need to run a trained Keras model, with Keras' conventions.
// Here are tensors, activations and the dense layer; convolution.js and recurrent.js have the others.
//
// A tensor is { shape, data }: its data is a Float32Array in C order, images are (height, width, channels), and there is no
// batch axis. Layers take their weights as Keras names them: layer(trained, "conv") gives { kernel, bias }.
// Every operation returns a new tensor, or fills the one passed last as `out`: loops that run for each frame reuse it.

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

export const relu = inPlace((v) => (v > 0 ? v : 0));
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
  fillBias(out, bias);
  for (let row = 0; row * units < out.data.length; row++) {
    addProduct(out.data, row * units, units, x.data, row * inputs, inputs, kernel.data, 0);
  }
  return out;
}

/** Fills a tensor with biases, or with zeros where there are none. */
export function fillBias(out, bias) {
  if (!bias) return out.data.fill(0);
  for (let i = 0; i < out.data.length; i += bias.data.length) out.data.set(bias.data, i);
}

/** y += x @ w, the inner loop of most layers: n numbers of y from `at`, m numbers of x from `from`, m rows of w from `row`. */
export function addProduct(y, at, n, x, from, m, w, row) {
  let i = 0;
  for (; i + 3 < m; i += 4) {
    // four rows at a time, because reading and writing y costs more than the multiplication
    const a = x[from + i];
    const b = x[from + i + 1];
    const c = x[from + i + 2];
    const d = x[from + i + 3];
    const p = row + i * n;
    const q = p + n;
    const r = q + n;
    const s = r + n;
    for (let j = 0; j < n; j++) y[at + j] += a * w[p + j] + b * w[q + j] + c * w[r + j] + d * w[s + j];
  }
  for (; i < m; i++) for (let j = 0, p = row + i * n; j < n; j++) y[at + j] += x[from + i] * w[p + j];
}
