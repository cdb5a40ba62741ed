// What MNIST did to its digits, done to a drawing: the longer side made 20 pixels, the centre of the ink put in the middle of 28 × 28.
//
// A drawing is a list of strokes, a stroke a list of points [x, y] between 0 and 1 (right and down); see pad.js.

import { clamp } from "./state.js";

const SIDE = 28;
const DIGIT = 20; // longest side of a digit, pen included
const PEN = 1.25; // radius of the pen, in pixels of the finished picture
const SMALLEST = 0.15; // a drawing smaller than this part of the pad, such as a dot, is not enlarged any further

/** The drawing as MNIST would have it: 28 × 28 grey values from 0 (paper) to 1 (ink), row by row. */
export function centred(strokes) {
  const points = strokes.flat();
  if (!points.length) return new Float32Array(SIDE * SIDE);
  const range = (axis) => {
    const values = points.map((point) => point[axis]);
    return [Math.min(...values), Math.max(...values)];
  };
  const [left, right] = range(0);
  const [top, bottom] = range(1);
  const scale = (DIGIT - 2 * PEN) / Math.max(right - left, bottom - top, SMALLEST);
  const placed = (x, y) =>
    strokes.map((stroke) =>
      stroke.map(([px, py]) => [(px - (left + right) / 2) * scale + x, (py - (top + bottom) / 2) * scale + y]),
    );
  const picture = ink(placed(SIDE / 2, SIDE / 2));
  let [sum, x, y] = [0, 0, 0];
  picture.forEach((value, i) => {
    sum += value;
    x += value * ((i % SIDE) + 0.5);
    y += value * (Math.floor(i / SIDE) + 0.5);
  });
  return ink(placed(SIDE - x / sum, SIDE - y / sum));
}

/** A round pen along every stroke, whose points are in pixels of the picture; the edge of the ink is one pixel soft. */
export function ink(strokes) {
  const picture = new Float32Array(SIDE * SIDE);
  for (const stroke of strokes) {
    stroke.forEach((to, i) => {
      const from = stroke[Math.max(i - 1, 0)];
      const near = (axis) => [
        Math.max(Math.floor(Math.min(from[axis], to[axis]) - PEN - 1), 0),
        Math.min(Math.ceil(Math.max(from[axis], to[axis]) + PEN + 1), SIDE),
      ];
      const [[firstX, lastX], [firstY, lastY]] = [near(0), near(1)];
      for (let y = firstY; y < lastY; y++) {
        for (let x = firstX; x < lastX; x++) {
          const value = clamp(PEN + 0.5 - distance(x + 0.5, y + 0.5, from, to), 0, 1);
          picture[y * SIDE + x] = Math.max(picture[y * SIDE + x], value);
        }
      }
    });
  }
  return picture;
}

/** From a point to the line between `from` and `to`. */
function distance(x, y, [fromX, fromY], [toX, toY]) {
  const [dx, dy] = [toX - fromX, toY - fromY];
  const along = ((x - fromX) * dx + (y - fromY) * dy) / (dx * dx + dy * dy || 1);
  const t = clamp(along, 0, 1);
  return Math.hypot(x - fromX - t * dx, y - fromY - t * dy);
}
