// A small network that learns in the page: tanh layers, mean squared error, L2, inverted dropout, Adam. And the problem it learns.
// Kernels lie as in Keras, (inputs, outputs) row by row, and the arithmetic is Keras': the tests train both side by side.

import { adam } from "../nn/adam.js";
import * as nn from "../nn/nn.js";

// each seed has a stream of its own: of points, of first weights, of dropout
export * from "../nn/random.js";

// ---- the problem

export const RANGE = 3; // x runs from -RANGE to RANGE
export const truth = (x) => Math.sin(2 * x) + 0.3 * x;

/** `count` points scattered about the truth: { x, y }, x evenly random, y with Gaussian noise of standard deviation `noise`. */
export function sample(count, noise, uniform) {
  const x = Float64Array.from({ length: count }, () => RANGE * (2 * uniform() - 1));
  const gauss = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { x, y: x.map((at) => truth(at) + noise * gauss()) };
}

// ---- the network

/**
 * One input, `depth` tanh layers of `units`, one linear output. All parameters lie in one array, `parameters`; each layer's `kernel`
 * and `bias` are windows onto it. Kernels start as Keras' do (Glorot uniform); the first layer's biases are spread so that its units
 * bend at different places of the range.
 */
export function network(units, depth, uniform) {
  const widths = [1, ...Array(depth).fill(units), 1];
  const count = widths.slice(1).reduce((sum, outputs, i) => sum + (widths[i] + 1) * outputs, 0);
  const [parameters, gradient] = [new Float64Array(count), new Float64Array(count)];
  let at = 0;
  const layers = widths.slice(1).map((outputs, i) => {
    const inputs = widths[i];
    const [start, middle, end] = [at, at + inputs * outputs, at + (inputs + 1) * outputs];
    at = end;
    const views = (array) => ({ kernel: array.subarray(start, middle), bias: array.subarray(middle, end) });
    const layer = { inputs, outputs, start, middle, ...views(parameters), gradient: views(gradient) };
    const limit = Math.sqrt(6 / (inputs + outputs));
    for (let j = 0; j < inputs * outputs; j++) layer.kernel[j] = limit * (2 * uniform() - 1);
    return layer;
  });
  const [first] = layers;
  for (let j = 0; j < first.outputs; j++) first.bias[j] = -first.kernel[j] * RANGE * (2 * uniform() - 1);
  return { layers, parameters, gradient, step: adam(count), buffers: {} };
}

/** An array of at least `length` that the network keeps under `name`, so that training makes no garbage. */
function buffer(net, name, length) {
  if (!(net.buffers[name]?.length >= length)) net.buffers[name] = new Float64Array(length);
  return net.buffers[name];
}

/** rows × inputs → rows × outputs. */
function dense({ inputs, outputs, kernel, bias }, input, rows, out) {
  const weights = { kernel: nn.tensor([inputs, outputs], kernel), bias: nn.tensor([outputs], bias) };
  nn.dense(nn.tensor([rows, inputs], input), weights, nn.tensor([rows, outputs], out));
}

/** Predictions for all x. With `masks`, one array of factors for each hidden layer, its activations are multiplied by them. */
export function predict(net, x, masks = null, use = "predict") {
  const rows = x.length;
  let input = x;
  net.layers.forEach((layer, l) => {
    const size = rows * layer.outputs;
    const out = buffer(net, `${use}${l}`, size).subarray(0, size);
    dense(layer, input, rows, out);
    if (l < net.layers.length - 1) {
      for (let i = 0; i < size; i++) out[i] = Math.tanh(out[i]);
      if (masks) for (let i = 0; i < size; i++) out[i] *= masks[l][i];
    }
    input = out;
  });
  return input;
}

/** Mean squared error. */
export function error(net, { x, y }) {
  const guess = predict(net, x);
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum += (guess[i] - y[i]) ** 2;
  return sum / y.length;
}

/** Dropout's factors for one step: 0 with probability `rate`, else 1 / (1 - rate). Null for a rate of 0. */
export function dropoutMasks(net, rows, rate, uniform) {
  if (!rate) return null;
  return net.layers.slice(0, -1).map(({ outputs }, l) => {
    const mask = buffer(net, `mask${l}`, rows * outputs);
    for (let i = 0; i < rows * outputs; i++) mask[i] = uniform() < rate ? 0 : 1 / (1 - rate);
    return mask;
  });
}

/** Writes the slope of mean squared error + l2 Σ kernel² into `net.gradient`. */
export function backward(net, { x, y }, l2, masks) {
  const rows = x.length;
  const guess = predict(net, x, masks, "train");
  let slope = buffer(net, "slope", rows);
  for (let i = 0; i < rows; i++) slope[i] = (2 * (guess[i] - y[i])) / rows;
  for (let l = net.layers.length - 1; l >= 0; l--) {
    const { inputs, outputs, kernel } = net.layers[l];
    const { kernel: toKernel, bias: toBias } = net.layers[l].gradient;
    const input = l ? net.buffers[`train${l - 1}`] : x;
    const back = buffer(net, `back${l}`, rows * inputs);
    for (let j = 0; j < kernel.length; j++) toKernel[j] = 2 * l2 * kernel[j];
    toBias.fill(0);
    for (let i = 0; i < rows; i++) {
      const at = i * outputs;
      for (let j = 0; j < outputs; j++) toBias[j] += slope[at + j];
      for (let k = 0; k < inputs; k++) {
        const value = input[i * inputs + k];
        const from = k * outputs;
        let sum = 0;
        for (let j = 0; j < outputs; j++) {
          toKernel[from + j] += value * slope[at + j];
          sum += kernel[from + j] * slope[at + j];
        }
        back[i * inputs + k] = sum;
      }
    }
    if (!l) break;
    for (let i = 0; i < rows * inputs; i++) {
      const factor = masks ? masks[l - 1][i] : 1;
      const value = factor ? input[i] / factor : 0; // tanh before dropout
      back[i] *= factor * (1 - value * value);
    }
    slope = back;
  }
}

/** One step of training on all points at once. settings: { l2, dropout, learningRate }. */
export function train(net, points, { l2, dropout, learningRate }, uniform) {
  backward(net, points, l2, dropoutMasks(net, points.x.length, dropout, uniform));
  const step = net.step(net.gradient, learningRate);
  for (let i = 0; i < step.length; i++) net.parameters[i] += step[i];
}
