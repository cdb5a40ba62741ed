// Shapes: what broadcasting makes of two of them, where their numbers meet, and what to do where they clash.

/** The operands' names, as the traits have them. */
export const NAMES = ["first", "second"];

/** What their numbers are multiples of: 1, 2, 3, … and 10, 20, 30, …, so that a sum tells where it comes from. */
export const UNITS = [1, 10];

/** How many numbers a tensor of this shape holds. */
export const size = (shape) => shape.reduce((product, n) => product * n, 1);

/** Whether a shape keeps the rule { most: axes, item: { min, max } } of its trait. */
export const valid = (shape, { most, item }) =>
  shape.length <= most && shape.every((n) => n >= item.min && n <= item.max);

/** [3] → "(3,)", as Python writes it. NumPy's errors leave the spaces out: `comma` is "," there. */
export const written = (shape, comma = ", ") => `(${shape.join(comma)}${shape.length === 1 ? "," : ""})`;

/** "(2, 1, 3)", or "2 1 3" → [2, 1, 3]; null for what is no shape, or one that the rule of its trait forbids. */
export function parse(text, rule) {
  const lengths = (text.match(/\d+/g) ?? []).map(Number);
  const known = !/[^\d\s,()[\]]/.test(text) && (lengths.length || /\(\s*\)/.test(text));
  return known && valid(lengths, rule) ? lengths : null;
}

/**
 * What broadcasting makes of two shapes: the resulting `shape`, null where they clash, and all `axes` from left to right:
 * { lengths: [a, b], marks: ["equal" | "kept" | "stretched" | "added" | "clash", …], length }, length null at a clash.
 */
export function broadcast(...shapes) {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const axes = Array.from({ length: rank }, (_, axis) => {
    const own = shapes.map((shape) => shape[axis - rank + shape.length]); // undefined where the axis is missing
    const lengths = own.map((n) => n ?? 1);
    const clash = lengths[0] !== lengths[1] && !lengths.includes(1);
    const length = clash ? null : lengths[lengths[0] === 1 ? 1 : 0];
    const mark = (n) => {
      if (n === undefined) return "added";
      if (clash) return "clash";
      return own[0] === own[1] ? "equal" : n === length ? "kept" : "stretched";
    };
    return { lengths, marks: own.map(mark), length };
  });
  const shape = axes.map(({ length }) => length);
  return { axes, shape: shape.includes(null) ? null : shape };
}

/** The index of the number at a position, counted with the last axis fastest. */
export const unravel = (position, shape) =>
  shape.map((n, axis) => Math.floor(position / size(shape.slice(axis + 1))) % n);

/** The position of the number at an index. */
export const ravel = (index, shape) => index.reduce((position, i, axis) => position * shape[axis] + i, 0);

/** The index in an operand of its own `shape` from which the number at `index` of the result comes. */
export const source = (index, shape) =>
  shape.map((n, axis) => (n === 1 ? 0 : index[axis - shape.length + index.length]));

/** NumPy's own words, with the space at the end. */
export const complaint = (shapes) =>
  `operands could not be broadcast together with shapes ${shapes.map((shape) => `${written(shape, ",")} `).join("")}`;

/** All ways to put new axes, written null, into a shape until it has `rank` axes; those that add at the end come first. */
function widened(shape, rank) {
  if (shape.length >= rank) return shape.length > rank ? [] : [shape];
  const later = shape.length ? widened(shape.slice(1), rank - 1).map((rest) => [shape[0], ...rest]) : [];
  return [...later, ...widened(shape, rank - 1).map((rest) => [null, ...rest])];
}

/**
 * Axes of length 1 that let two clashing shapes fit, as few as will do and `most` in all: { which, shape, expression }, such as
 * { which: 1, shape: [3, 1], expression: "second[:, None]" }, or null if no such axes help.
 */
export function repair(shapes, most) {
  for (let rank = Math.max(...shapes.map((shape) => shape.length)); rank <= most; rank++) {
    for (const which of [0, 1]) {
      for (const way of widened(shapes[which], rank)) {
        const shape = way.map((n) => n ?? 1);
        if (!broadcast(shape, shapes[1 - which]).shape) continue;
        return {
          which,
          shape,
          expression: `${NAMES[which]}[${way.map((n) => (n === null ? "None" : ":")).join(", ")}]`,
        };
      }
    }
  }
  return null;
}

/** The same in NumPy. */
export function code(shapes, operation) {
  const made = shapes.map((shape, which) => {
    if (!shape.length) return `np.array(${UNITS[which]})`;
    const count = `np.arange(1, ${size(shape) + 1})${shape.length > 1 ? `.reshape${written(shape)}` : ""}`;
    return which ? `${UNITS[which]} * ${count}` : count;
  });
  const last = operation === "pairs" ? "np.broadcast_arrays(first, second)" : `first ${operation} second`;
  return [...made.map((expression, which) => `${NAMES[which]} = ${expression}`), last].join("\n");
}

/** "first[2, 0]"; "first" for the one number of a shape without axes. */
export const at = (name, index) => (index.length ? `${name}[${index.join(", ")}]` : name);

/** The number of an operand of its own shape that stands at a position of the stretched `shape`. */
export const value = (which, own, position, shape) =>
  (ravel(source(unravel(position, shape), own), own) + 1) * UNITS[which];

/** Whether the number at an index of a stretched operand is stored only once, elsewhere. */
export const ghost = (index, own) => index.some((i, axis) => i && !(own[axis - index.length + own.length] > 1));

/** "12 numbers, 48 B" as float32. */
export const bytes = (n) => `${n} number${n === 1 ? "" : "s"}, ${4 * n} B`;

/** "axis −1" for the last of `rank` axes. */
export const axisName = (axis, rank) => `axis −${rank - axis}`;
