// Lines of equal value of a surface.

const GRID = 110; // points along a side
const LINES = 16;

/** Line segments [x1, y1, x2, y2] of a surface (see engine.js) in its own coordinates, by marching squares. */
export function contours({ at, box: [left, right, bottom, top], lowest }) {
  const x = (i) => left + ((right - left) * i) / (GRID - 1);
  const y = (j) => bottom + ((top - bottom) * j) / (GRID - 1);
  const values = Array.from({ length: GRID }, (_, j) => Array.from({ length: GRID }, (_, i) => at([x(i), y(j)]).value));
  const levels = heights(values.flat(), lowest);
  const segments = [];
  for (let j = 0; j < GRID - 1; j++) {
    for (let i = 0; i < GRID - 1; i++) {
      for (const level of levels) {
        const points = crossings(values, i, j, level).map(([a, b]) => [x(a), y(b)]);
        for (let k = 0; k + 1 < points.length; k += 2) segments.push([...points[k], ...points[k + 1]]);
      }
    }
  }
  return segments;
}

/** The values of the lines: dense in the valleys, where a race is decided. */
function heights(values, lowest) {
  const sorted = values.sort((a, b) => a - b);
  const part = (k) => Math.floor((sorted.length - 1) * ((k + 0.6) / LINES) ** 1.4);
  const levels = Array.from({ length: LINES }, (_, k) => sorted[part(k)]);
  return [lowest + (levels[0] - lowest) / 5, ...levels];
}

const CORNERS = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

/** Where a line of one level crosses the sides of the cell (i, j), in cells; none, two or four places. */
function crossings(values, i, j, level) {
  const found = [];
  CORNERS.forEach(([across, up], k) => {
    const [nextAcross, nextUp] = CORNERS[(k + 1) % 4];
    const from = values[j + up][i + across] - level;
    const to = values[j + nextUp][i + nextAcross] - level;
    if (from < 0 === to < 0) return;
    const part = from / (from - to);
    found.push([i + across + part * (nextAcross - across), j + up + part * (nextUp - up)]);
  });
  return found;
}
