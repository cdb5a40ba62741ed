// The numbers behind LatentExplorer: where the encoded digits lie, which are near, and where their labels find room.

const NEIGHBOURS = 10;
const APART = 20; // pixels between the middles of two labels

/** The pair a part `t` of the way from one to another. */
export const mix = (from, to, t) => from.map((value, i) => value + (to[i] - value) * t);

/** A number with two decimals, a minus as typographers write it. */
export const figures = (value, digits = 2) => value.toFixed(digits).replace("-", "−");

export const inBrackets = (pair) => `(${Array.from(pair, (value) => figures(value)).join(", ")})`;

/**
 * The encoded digits: `all` of them as { z, label }, the `classes` that occur and their `centres` (medians), and the square of the
 * plane that holds nearly all: its `middle` and `half` its side.
 */
export function cloud({ points, labels }) {
  const all = Array.from(labels.data, (label, i) => ({ z: [points.data[2 * i], points.data[2 * i + 1]], label }));
  const ranges = [0, 1].map((axis) => [quantile(all, axis, 0.002), quantile(all, axis, 0.998)]);
  const classes = [...new Set(labels.data)].sort((a, b) => a - b);
  const centres = classes.map((digit) => {
    const own = all.filter(({ label }) => label === digit);
    return [0, 1].map((axis) => quantile(own, axis, 0.5));
  });
  const half = Math.max(...ranges.map(([low, high]) => high - low)) * 0.53 || 1;
  return { all, classes, centres, middle: ranges.map(([low, high]) => (low + high) / 2), half };
}

function quantile(points, axis, part) {
  const sorted = points.map(({ z }) => z[axis]).sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * part)];
}

/** The point of the square that is nearest to `z`. */
export const inside = (z, { middle, half }) =>
  z.map((value, i) => Math.min(Math.max(value, middle[i] - half), middle[i] + half));

/** Where a point of the plane lies in a square of `width` pixels, from its upper left corner. */
export const toPixels = ([x, y], { middle, half }, width) => [
  ((1 + (x - middle[0]) / half) * width) / 2,
  ((1 - (y - middle[1]) / half) * width) / 2,
];

/** Inverse of `toPixels`. */
export const toPlane = ([left, top], { middle, half }, width) => [
  middle[0] + ((left / width) * 2 - 1) * half,
  middle[1] - ((top / width) * 2 - 1) * half,
];

/** "8 of the 10 nearest digits are 3s, 2 are 5s" */
export function neighbours({ all }, [x, y]) {
  const byDistance = all.map(({ z, label }) => [(z[0] - x) ** 2 + (z[1] - y) ** 2, label]).sort((a, b) => a[0] - b[0]);
  const counts = new Map();
  for (const [, label] of byDistance.slice(0, NEIGHBOURS)) counts.set(label, (counts.get(label) ?? 0) + 1);
  const verb = (label, n) => (n > 1 ? `are ${label}s` : `is ${label === 8 ? "an" : "a"} ${label}`);
  const [[label, n], ...others] = [...counts].sort((a, b) => b[1] - a[1]);
  const first = `${n} of the ${Math.min(NEIGHBOURS, all.length)} nearest digits ${verb(label, n)}`;
  return [first, ...others.map(([label, n]) => `${n} ${verb(label, n)}`)].join(", ");
}

/**
 * The labels of a plane of `width` pixels, as { text, at: [left, top] }: one for the centre of each class (or of the `chosen` one
 * alone), A and B just beyond the ends of the walk; those that would overlap are pushed apart.
 */
export function labels(plane, walk, chosen, width) {
  const digits = plane.classes.map((digit, i) => ({ text: String(digit), digit, at: plane.centres[i] }));
  const shown = digits.filter(({ digit }) => chosen === null || chosen === digit);
  const places = shown.map(({ at }) => toPixels(at, plane, width));
  const [a, b] = walk.map((end) => toPixels(end, plane, width));
  const beyond = 12 / (Math.hypot(b[0] - a[0], b[1] - a[1]) || 1);
  const free = apart([...places, mix(a, b, -beyond), mix(b, a, -beyond)], APART, width);
  return [...shown.map(({ text }) => text), "A", "B"].map((text, i) => ({ text, at: free[i] }));
}

/** Moves places in a square of `width` pixels as little as need be, until any two of them are `least` apart. */
export function apart(places, least, width) {
  const moved = places.map((place) => [...place]);
  const keep = (value) => Math.min(Math.max(value, least / 2), width - least / 2);
  for (let round = 0; round < 200; round++) {
    let pushed = false;
    for (let i = 0; i < moved.length; i++)
      for (let j = 0; j < i; j++) pushed = push(moved[i], moved[j], least) || pushed;
    for (const place of moved) for (const axis of [0, 1]) place[axis] = keep(place[axis]);
    if (!pushed) break;
  }
  return moved;
}

/** Pushes two places apart by half of what they lack each, and says whether they lacked anything. */
function push(one, other, least) {
  const [dx, dy] = [one[0] - other[0], one[1] - other[1]];
  const distance = Math.hypot(dx, dy);
  if (distance >= least - 0.01) return false;
  const step = (least - distance) / 2;
  const [x, y] = distance ? [dx / distance, dy / distance] : [1, 0]; // on one another: to the sides
  one[0] += x * step;
  one[1] += y * step;
  other[0] -= x * step;
  other[1] -= y * step;
  return true;
}
