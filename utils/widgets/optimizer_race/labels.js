// Where names stand beside the points that they name, so that those who meet stay readable.

const LINE = 16; // pixels from one line of text to the next
const GAP = 11; // from a point to its name
const ROWS = Array.from({ length: 33 }, (_, i) => ((i % 2 ? -1 : 1) * Math.ceil(i / 2)) / 2); // 0, -½, ½, -1, … lines away
const PREFERRED = [
  [1, -1],
  [1, 0],
  [1, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
]; // [side, row] of the first point's name, the second's, …

/**
 * A box { left, right, top, bottom } for each name, in pixels: inside the picture, and on no other name as long as there is room. A
 * point is { at: [x, y], size: width of its name, slot: which place it prefers, 0 to 5 }.
 */
export function placed(points, width, height) {
  const boxes = [];
  for (const point of points) {
    const found = places(point).map((box, i) => ({ box, cost: cost(box, { points, boxes, width, height }) + i }));
    boxes.push(found.reduce((best, one) => (one.cost < best.cost ? one : best)).box);
  }
  return boxes;
}

/** All places for a name: the preferred one first, then those near to the point before those far away. */
function places({ at: [x, y], size, slot }) {
  const [side, row] = PREFERRED[slot % PREFERRED.length];
  const others = ROWS.flatMap((other) => [side, -side].map((way) => [way, other]));
  return [[side, row], ...others].map(([way, line]) => {
    const left = way > 0 ? x + GAP : x - GAP - size;
    const top = y + line * LINE - LINE / 2;
    return { left, right: left + size, top, bottom: top + LINE };
  });
}

/** How bad a place is: outside the picture is worse than on another name, and that worse than on another point. */
function cost(box, { points, boxes, width, height }) {
  const outside = box.left < 2 || box.right > width - 2 || box.top < 1 || box.bottom > height - 1;
  const names = boxes.filter((other) => overlap(box, other)).length;
  const heads = points.filter(({ at: [x, y] }) =>
    overlap(box, { left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 }),
  ).length;
  return 1e4 * outside + 1e3 * names + 30 * heads;
}

const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
