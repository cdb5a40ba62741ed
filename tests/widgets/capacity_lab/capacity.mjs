// Runs CapacityLab's network for test_capacity_lab.py: node capacity.mjs <bundle.mjs> <job.json>; prints the answers as JSON.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [bundle, path] = process.argv.slice(2);
const js = (await import(pathToFileURL(bundle))).default;
const job = JSON.parse(readFileSync(path));

const written = (net) =>
  net.layers.map(({ inputs, outputs, kernel, bias }) => ({
    shape: [inputs, outputs],
    kernel: [...kernel],
    bias: [...bias],
  }));
const lists = ({ x, y }) => ({ x: [...x], y: [...y] });

/** A whole training as the widget does it. */
const trainings = job.trainings.map(({ settings, steps }) => {
  const lab = js.experiment(settings);
  const before = written(lab.net);
  lab.advance(steps);
  const trained = [...lab.net.parameters];
  const curve = [...lab.curve(Float64Array.of(-1, 0, 2), lab.best.parameters)];
  return {
    before,
    after: written(lab.net),
    points: lists(lab.points),
    validation: lists(lab.validation),
    losses: lab.losses(),
    history: lab.history,
    curve,
    count: lab.net.parameters.length,
    best: { loss: lab.best.loss, step: lab.best.step },
    untouched: trained.every((value, i) => value === lab.net.parameters[i]),
  };
});

/** Backpropagation against central differences of the loss that it claims to differentiate. */
const gradients = job.gradients.map(({ units, depth, l2, dropout, samples }) => {
  const chance = js.stream(5);
  const net = js.network(units, depth, chance);
  const points = js.sample(samples, 0.3, chance);
  const masks = js.dropoutMasks(net, samples, dropout, chance);
  js.backward(net, points, l2, masks);
  const analytic = [...net.gradient];
  const loss = () => {
    const guess = js.predict(net, points.x, masks);
    const squares = net.layers.reduce(
      (sum, { kernel }) => sum + kernel.reduce((own, value) => own + value * value, 0),
      0,
    );
    return points.y.reduce((sum, y, i) => sum + (guess[i] - y) ** 2, 0) / samples + l2 * squares;
  };
  const step = 1e-5;
  const numeric = analytic.map((_, i) => {
    const value = net.parameters[i];
    net.parameters[i] = value + step;
    const up = loss();
    net.parameters[i] = value - step;
    const down = loss();
    net.parameters[i] = value;
    return (up - down) / (2 * step);
  });
  return { analytic, numeric };
});

const chance = js.stream(3);
const wide = js.network(50, 2, chance);
const masks = job.rates.map(
  (rate) => js.dropoutMasks(wide, 400, rate, chance)?.map((mask) => [...mask.subarray(0, 20000)]) ?? null,
);

console.log(JSON.stringify({ trainings, gradients, masks }));
