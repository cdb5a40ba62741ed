// One training from its start: points, a network, the history of its losses, the parameters that did best.

import { error, network, predict, sample, stream, train } from "./engine.js";

const VALIDATION = 200; // points
const EVERY = 10; // steps between two points of the loss curves

/**
 * { points, validation, net, history, best, steps, losses, advance, curve }: `advance(n)` trains n steps more; `history` holds the
 * losses at every tenth step, `best` those parameters that gave the lowest validation loss among them.
 */
export function experiment({ depth, units, samples, noise, l2, dropout, learningRate, seed }) {
  const points = sample(samples, noise, stream(4 * seed));
  const validation = sample(VALIDATION, noise, stream(4 * seed + 1));
  const net = network(units, depth, stream(4 * seed + 2));
  const chance = stream(4 * seed + 3);
  const history = { steps: [], training: [], validation: [] };
  const best = { loss: Infinity, step: 0, parameters: net.parameters.slice() };
  const lab = { points, validation, net, history, best, steps: 0, losses, advance, curve };

  function losses() {
    return { training: error(net, points), validation: error(net, validation) };
  }

  function note() {
    const now = losses();
    history.steps.push(lab.steps);
    history.training.push(now.training);
    history.validation.push(now.validation);
    if (now.validation >= best.loss) return;
    Object.assign(best, { loss: now.validation, step: lab.steps });
    best.parameters.set(net.parameters);
  }

  function advance(count) {
    for (let i = 0; i < count; i++) {
      train(net, points, { l2, dropout, learningRate }, chance);
      lab.steps += 1;
      if (lab.steps % EVERY === 0) note();
    }
  }

  /** The fitted curve at all x, with the network's own parameters or others. */
  function curve(x, parameters = net.parameters) {
    const own = net.parameters.slice();
    net.parameters.set(parameters);
    const y = predict(net, x).slice();
    net.parameters.set(own);
    return y;
  }

  note();
  return lab;
}
