// Neural networks in plain JavaScript: what the course's widgets need to run a trained Keras model, with Keras' conventions.
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

function expect(what, got, wanted) {
  if (got !== wanted) throw new RangeError(`${what} is ${got}, the weights want ${wanted}`);
}

// ---- activations: element by element, in place

const inPlace = (f) => (x) => {
  const { data } = x;
  for (let i = 0; i < data.length; i++) data[i] = f(data[i]);
  return x;
};

const logistic = (v) => 1 / (1 + Math.exp(-v));

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

// ---- dense and embedding

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

function fillBias(out, bias) {
  if (!bias) return out.data.fill(0);
  for (let i = 0; i < out.data.length; i += bias.data.length) out.data.set(bias.data, i);
}

/** y += x @ w, the inner loop of most layers: n numbers of y from `at`, m numbers of x from `from`, m rows of w from `row`. */
function addProduct(y, at, n, x, from, m, w, row) {
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

/** Rows of the table, one for each index. */
export function embedding(indices, { embeddings }, out = tensor([indices.length, embeddings.shape[1]])) {
  const [rows, width] = embeddings.shape;
  indices.forEach((index, i) => {
    if (!(index >= 0 && index < rows)) throw new RangeError(`index ${index} is outside 0 … ${rows - 1}`);
    out.data.set(embeddings.data.subarray(index * width, (index + 1) * width), i * width);
  });
  return out;
}

// ---- convolution and pooling

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

function windowed([height, width], [rows, columns], strides, padding, channels) {
  const [down, across] = pair(strides);
  return tensor([span(height, rows, down, padding)[0], span(width, columns, across, padding)[0], channels]);
}

/** 2D convolution, kernel (rows, columns, in, out). */
export function conv2d(x, { kernel, bias }, { strides = 1, padding = "valid" } = {}, out) {
  const [, , inputs, filters] = kernel.shape;
  expect("channels of the input", x.shape[2], inputs);
  out ??= windowed(x.shape, kernel.shape, strides, padding, filters);
  fillBias(out, bias);
  slide(x.shape, kernel.shape, strides, padding, (to, from, at) => {
    addProduct(out.data, to * filters, filters, x.data, from * inputs, inputs, kernel.data, at * inputs * filters);
  });
  return out;
}

const turnedKernels = new WeakMap();

/** A kernel's numbers with its last two axes exchanged, so that addProduct can run along them. */
function transposed(kernel) {
  const [n, m] = kernel.shape.slice(2);
  let turned = turnedKernels.get(kernel);
  if (!turned) {
    turned = new Float32Array(kernel.data.length);
    for (let at = 0; at < turned.length; at += n * m) {
      for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) turned[at + j * n + i] = kernel.data[at + i * m + j];
    }
    turnedKernels.set(kernel, turned);
  }
  return turned;
}

/** Transposed 2D convolution, kernel (rows, columns, out, in): each input paints its window of the output. */
export function conv2dTranspose(x, { kernel, bias }, { strides = 1, padding = "valid" } = {}, out) {
  const [rows, columns, filters, inputs] = kernel.shape;
  expect("channels of the input", x.shape[2], inputs);
  const grow = (length, window, stride) => length * stride + (padding === "valid" ? Math.max(window - stride, 0) : 0);
  const [down, across] = pair(strides);
  out ??= tensor([grow(x.shape[0], rows, down), grow(x.shape[1], columns, across), filters]);
  fillBias(out, bias);
  const turned = transposed(kernel);
  // the convolution that this one transposes leads from the output back to the input: the same windows, the other way round
  slide(out.shape, kernel.shape, strides, padding, (from, to, at) => {
    addProduct(out.data, to * filters, filters, x.data, from * inputs, inputs, turned, at * inputs * filters);
  });
  return out;
}

/** Largest value in each window and channel. */
export function maxPool2d(x, { size = 2, strides = size, padding = "valid" } = {}, out) {
  const channels = x.shape[2];
  out ??= windowed(x.shape, pair(size), strides, padding, channels);
  const y = out.data.fill(-Infinity);
  slide(x.shape, pair(size), strides, padding, (to, from) => {
    for (let c = 0; c < channels; c++) y[to * channels + c] = Math.max(y[to * channels + c], x.data[from * channels + c]);
  });
  return out;
}

/** Mean of each window and channel; zeros of the padding do not count. */
export function averagePool2d(x, { size = 2, strides = size, padding = "valid" } = {}, out) {
  const channels = x.shape[2];
  out ??= windowed(x.shape, pair(size), strides, padding, channels);
  const y = out.data.fill(0);
  const counts = new Uint16Array(y.length / channels);
  slide(x.shape, pair(size), strides, padding, (to, from) => {
    counts[to]++;
    for (let c = 0; c < channels; c++) y[to * channels + c] += x.data[from * channels + c];
  });
  for (let i = 0; i < y.length; i++) y[i] /= counts[Math.floor(i / channels)];
  return out;
}

/** Mean over all positions, one number a channel. */
export function globalAveragePool(x, out = tensor([x.shape.at(-1)])) {
  const channels = out.data.length;
  out.data.fill(0);
  for (let i = 0; i < x.data.length; i++) out.data[i % channels] += x.data[i];
  for (let c = 0; c < channels; c++) out.data[c] *= channels / x.data.length;
  return out;
}

/** Largest value over all positions, one number a channel. */
export function globalMaxPool(x, out = tensor([x.shape.at(-1)])) {
  const channels = out.data.length;
  out.data.fill(-Infinity);
  for (let i = 0; i < x.data.length; i++) out.data[i % channels] = Math.max(out.data[i % channels], x.data[i]);
  return out;
}

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

// ---- recurrent layers: one step, the state changes in place

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
