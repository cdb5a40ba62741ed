// Uniform random numbers in [0, 1), the same in every browser: mulberry32, as a stream or by place.

const STEP = 0x6d2b79f5;

function mulberry32(state) {
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

/** A function that gives the next number of the sequence that belongs to `seed`. */
export function stream(seed) {
  let state = seed | 0;
  return () => {
    state = (state + STEP) | 0;
    return mulberry32(state);
  };
}

/** The number at place `i` of a sequence that belongs to `seed`. */
export const uniform = (seed, i) => mulberry32((Math.imul(seed, 0x9e3779b9) + Math.imul(i + 1, STEP)) | 0);
