// Runs a whole Keras model from the list of steps that describe.py writes: any graph of the layers below, one input.

import * as images from "./convolution.js";
import * as nn from "./nn.js";

// The other activations have the same name in Keras and in nn.js.
const ACTIVATIONS = { ...nn, linear: (x) => x, leaky_relu: (x, slope = 0.2) => nn.leakyRelu(x, slope) };

const copy = ({ shape, data }) => nn.tensor(shape, data.slice());

const STEPS = {
  Dense: (x, _, weights) => nn.dense(x, weights),
  Conv2D: (x, step, weights) => images.conv2d(x, weights, step),
  Conv2DTranspose: (x, step, weights) => images.conv2dTranspose(x, weights, step),
  BatchNormalization: (x, step, weights) => images.batchNorm(x, weights, step.epsilon),
  MaxPooling2D: (x, step) => images.maxPool2d(x, step),
  AveragePooling2D: (x, step) => images.averagePool2d(x, step),
  GlobalAveragePooling2D: (x) => images.globalAveragePool(x),
  GlobalMaxPooling2D: (x) => images.globalMaxPool(x),
  Reshape: (x, { shape }) => nn.tensor(shape, x.data),
  Activation: copy, // the activation itself follows, and works in place
  Rescaling: (x, { scale, offset }) =>
    nn.tensor(
      x.shape,
      x.data.map((v) => v * scale + offset),
    ),
  UpSampling2D: enlarge,
};

/** Repeats rows and columns, as Keras' interpolation="nearest" does. */
function enlarge({ shape: [height, width, channels], data }, { size: [down, across] }) {
  const out = nn.tensor([height * down, width * across, channels]);
  for (let y = 0, to = 0; y < height * down; y++) {
    for (let x = 0; x < width * across; x++, to += channels) {
      const from = (Math.floor(y / down) * width + Math.floor(x / across)) * channels;
      out.data.set(data.subarray(from, from + channels), to);
    }
  }
  return out;
}

/**
 * A model from its description { input, steps, outputs } and the weights in `trained`, whose names begin with `prefix`.
 * Returns run(numbers) -> one tensor for each output.
 */
export function network({ input, steps, outputs }, trained, prefix) {
  const ready = steps.map((step) => ({
    ...step,
    run: STEPS[step.type],
    activate: ACTIVATIONS[step.activation ?? "linear"],
    weights: step.trained && nn.layer(trained, `${prefix}/${step.layer}`),
  }));
  return (numbers) => {
    const values = [nn.tensor(input, Float32Array.from(numbers))];
    for (const { run, activate, weights, slope, from, ...step } of ready) {
      values.push(activate(run(values[from], step, weights), slope));
    }
    return outputs.map((i) => values[i]);
  };
}
