// What DigitPad computes, without a page around it: the picture after moves and turns, and what three readers say of it.

import { centred, ink } from "../kit/drawing.js";
import { network } from "../nn/network.js";

const SIDE = 28; // pixels of a digit
const SMALL = SIDE / 2; // pixels of a stored neighbour
const MOST = 15; // its largest grey level: four bits hold it

// ---- the picture that the three read

export const PAPER = new Float32Array(SIDE ** 2);

/** A picture turned about its middle (degrees, clockwise) and moved (pixels), bilinear; what comes from outside is paper. */
export function moved(picture, { turn, right, down }) {
  const angle = (turn * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const middle = (SIDE - 1) / 2;
  const at = (x, y) => (x >= 0 && y >= 0 && x < SIDE && y < SIDE ? picture[y * SIDE + x] : 0);
  return Float32Array.from({ length: SIDE ** 2 }, (_, i) => {
    const [x, y] = [(i % SIDE) - middle - right, Math.floor(i / SIDE) - middle - down];
    const [fromX, fromY] = [cos * x + sin * y + middle, cos * y - sin * x + middle];
    const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
    const [partX, partY] = [fromX - left, fromY - top];
    return (
      (1 - partY) * ((1 - partX) * at(left, top) + partX * at(left + 1, top)) +
      partY * ((1 - partX) * at(left, top + 1) + partX * at(left + 1, top + 1))
    );
  });
}

/** Centre of the ink, in pixels. */
function centre(picture) {
  let [sum, x, y] = [1e-9, 0, 0];
  picture.forEach((value, i) => {
    sum += value;
    x += value * (i % SIDE);
    y += value * Math.floor(i / SIDE);
  });
  return [x / sum, y / sum];
}

/** A test digit, changed; `centring` moves the centre of its ink back to where it was, by whole pixels. */
export function changedSample(picture, change, centring) {
  if (!centring) return moved(picture, change);
  const [x, y] = centre(picture);
  const [nowX, nowY] = centre(moved(picture, { ...change, right: 0, down: 0 }));
  return moved(picture, { ...change, right: Math.round(x - nowX), down: Math.round(y - nowY) });
}

/** A drawing, changed; `centring` also brings it to the size of MNIST's digits. */
export function changedDrawing(strokes, { turn, right, down }, centring) {
  const angle = (turn * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const place = ([x, y]) => [
    cos * (x - 0.5) - sin * (y - 0.5) + 0.5 + right / SIDE,
    sin * (x - 0.5) + cos * (y - 0.5) + 0.5 + down / SIDE,
  ];
  const changed = strokes.map((stroke) => stroke.map(place));
  return centring ? centred(changed) : ink(changed.map((stroke) => stroke.map(([x, y]) => [x * SIDE, y * SIDE])));
}

const STEPS = 8; // pixels that a digit is moved by at most to make the readers disagree
const DEGREES = 6; // of a step of a turn
const AROUND = ["1 0", "-1 0", "0 1", "0 -1", "1 1", "-1 -1", "1 -1", "-1 1"].map((way) => way.split(" ").map(Number));

/** Moves and turns to try, small ones first; those that centring would undo are left out. */
export function changes(centring) {
  return Array.from({ length: STEPS }, (_, i) => i + 1).flatMap((far) => [
    ...(centring ? [] : AROUND).map(([right, down]) => ({ right: far * right, down: far * down, turn: 0 })),
    ...[far, -far].map((steps) => ({ right: 0, down: 0, turn: DEGREES * steps })),
  ]);
}

// ---- the neighbours

/** The stored digits: the grey `levels` of each, 196 whole numbers from 0 to 15 of which the file packs two a byte, and their `labels`. */
export function storedDigits({ levels, labels }) {
  const [count, width] = levels.shape;
  const unpacked = Array.from({ length: count }, (_, n) =>
    Uint8Array.from({ length: 2 * width }, (_, i) => {
      const two = levels.data[n * width + (i >> 1)];
      return i % 2 ? two & MOST : two >> 4;
    }),
  );
  return { levels: unpacked, labels: [...labels.data] };
}

/** A digit at half the size, in grey levels from 0 to 15. */
export function halved(picture) {
  return Uint8Array.from({ length: SMALL ** 2 }, (_, i) => {
    const at = 2 * SIDE * Math.floor(i / SMALL) + 2 * (i % SMALL);
    const mean = (picture[at] + picture[at + 1] + picture[at + SIDE] + picture[at + SIDE + 1]) / 4;
    return Math.floor(mean * MOST + 0.5);
  });
}

/** Positions of the k stored digits nearest to a picture, the nearest first; of equally near ones the first that is stored. */
export function nearest({ levels }, picture, k) {
  const asked = halved(picture);
  const distances = levels.map((stored) => stored.reduce((sum, level, i) => sum + (level - asked[i]) ** 2, 0));
  return distances
    .map((_, i) => i)
    .sort((a, b) => distances[a] - distances[b])
    .slice(0, k);
}

// ---- the three readers

/** Three files of weights → the stored digits, and read(picture, k): ten shares of each reader, and the neighbours' positions. */
export function readers(dense, convnet, neighbours) {
  const networks = [dense, convnet].map((trained) => network(trained.meta.network, trained, "network"));
  const stored = storedDigits(neighbours);
  return {
    stored,
    read(picture, k) {
      const near = nearest(stored, picture, k);
      const votes = Array.from(
        { length: 10 },
        (_, digit) => near.filter((i) => stored.labels[i] === digit).length / near.length,
      );
      return { near, shares: [...networks.map((run) => [...run(picture)[0].data]), votes] };
    },
  };
}

/** The test digits of a file: { picture: 784 numbers from 0 to 1, label }. */
export const testDigits = ({ samples, meta }) =>
  meta.sample_labels.map((label, i) => ({
    label,
    picture: Float32Array.from(samples.data.subarray(i * SIDE ** 2, (i + 1) * SIDE ** 2), (grey) => grey / 255),
  }));

/** The digit with the largest share. */
export const best = (shares) => shares.indexOf(Math.max(...shares));

/** A picture from 0 to 1 of grey levels from 0 to 15. */
export const grey = (levels) => Array.from(levels, (level) => level / MOST);
