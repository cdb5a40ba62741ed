// What is measured of the page's engines: task(weights, …) -> a function that works and returns how many units it made.
// The paths of the modules stand here and nowhere else in benchmarks/.

import { readers } from "../utils/widgets/digit_pad/engine.js";
import { reading } from "../utils/widgets/filter_explorer/engine.js";
import { readWeights } from "../utils/widgets/kit/weights.js";
import { useWasm } from "../utils/widgets/nn/matmul.js";
import { network } from "../utils/widgets/nn/network.js";
import { race, surface } from "../utils/widgets/optimizer_race/engine.js";
import { choose, distribution, reader, uniform } from "../utils/widgets/temperature_sampler/engine.js";

const SETTINGS = { method: "temperature", temperature: 0.5, k: 5 };

/** Writes on and on: choose a letter, read it. */
function letters(trained) {
  const { read } = reader(trained);
  let logits = read(0);
  let place = 0;
  return () => {
    logits = read(choose(distribution(logits, SETTINGS), uniform(1, place++)));
    return 1;
  };
}

function decoder(trained) {
  const run = network(trained.meta.decoder, trained, "decoder");
  let turn = 0;
  return () => run([Math.sin(turn), Math.cos(turn++)]).length;
}

/** One digit, read by the dense network, the convnet and its nearest neighbours. */
function digits(dense, convnet, neighbours) {
  const { read } = readers(dense, convnet, neighbours);
  const picture = dense.samples.data.slice(0, 28 * 28);
  return () => read(picture, 5).shares.length / 3;
}

function coursenet(trained) {
  const pixels = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 37) % 256);
  return () => {
    const run = reading(trained, pixels);
    while (!run.next().done);
    return 1;
  };
}

/** Adam from a start where it needs its thousand evaluations. */
function adam() {
  const land = surface("rosenbrock");
  return () => race("adam", land, [-1.2, 1], { rate: 0.001, momentum: 0.9, adaptiveRate: 0.001 }, 1000).path.length;
}

/** A task with the networks' products in plain JavaScript. */
const plainly =
  (task) =>
  (...weights) => {
    const run = task(...weights);
    return () => {
      useWasm(false);
      try {
        return run();
      } finally {
        useWasm(true);
      }
    };
  };

const plain = { "plain coursenet": plainly(coursenet), "plain letters": plainly(letters) };

export default { tasks: { letters, decoder, digits, coursenet, adam, ...plain }, readWeights };
