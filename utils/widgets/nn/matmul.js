// The matrix product under the layers: WebAssembly SIMD (matmul.wat) where the browser has it, the same in plain JavaScript elsewhere.
//
// Both work on a memory of their own. At its bottom lie kernels, packed and kept from one call to the next; above them the numbers
// of the call under way. The kernels are a cache: when they fill their room all are forgotten, and each comes back with its next
// use. So nothing is freed one by one, networks that the page has dropped take no room for long, and there is no limit to how many
// share a page. Numbers of a kernel must not change after its first use: a new kernel is a new tensor.

import WASM from "./matmul.wasm";

const PAGE = 1 << 16; // bytes by which a memory grows
const ROOM = 1 << 25; // bytes for kernels: CourseNet, the largest of the course, takes an eighth
const PANEL = 8; // columns that matmul.wat takes at a time

/** The exports of matmul.wasm; null without WebAssembly, without SIMD, or where the page's security policy forbids both. */
function compiled() {
  try {
    const bytes = Uint8Array.from(atob(WASM), (letter) => letter.charCodeAt(0));
    return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  } catch {
    return null;
  }
}

/** What matmul.wasm exports, in plain JavaScript. */
function plain() {
  const memory = {
    buffer: new ArrayBuffer(PAGE),
    grow(pages) {
      const larger = new Uint8Array(memory.buffer.byteLength + pages * PAGE);
      larger.set(new Uint8Array(memory.buffer));
      memory.buffer = larger.buffer;
    },
  };
  return { memory, product: (...given) => plainProduct(new Float32Array(memory.buffer), ...given) };
}

/** The product that matmul.wat describes, on `m`; addresses and distances are bytes. */
function plainProduct(m, a, b, c, bias, lines, windows, strips, strip, across, down, line, columns) {
  for (let j = 0, panel = b / 4; j < columns; j += PANEL, panel += strips * strip * PANEL) {
    let to = c / 4 + j;
    for (let y = 0; y < lines; y++) {
      for (let x = 0; x < windows; x++, to += columns) {
        addWindow(m, (a + y * down + x * across) / 4, panel, to, bias / 4 + j, strips, strip, line / 4);
      }
    }
  }
}

/** Eight columns of one window: as many sums as the processor can hold. */
function addWindow(m, from, panel, to, bias, strips, strip, line) {
  let a = m[bias];
  let b = m[bias + 1];
  let c = m[bias + 2];
  let d = m[bias + 3];
  let e = m[bias + 4];
  let f = m[bias + 5];
  let g = m[bias + 6];
  let h = m[bias + 7];
  for (let s = 0, k = panel; s < strips; s++) {
    for (let i = from + s * line, end = i + strip; i < end; i++, k += PANEL) {
      const v = m[i];
      a += v * m[k];
      b += v * m[k + 1];
      c += v * m[k + 2];
      d += v * m[k + 3];
      e += v * m[k + 4];
      f += v * m[k + 5];
      g += v * m[k + 6];
      h += v * m[k + 7];
    }
  }
  m[to] = a;
  m[to + 1] = b;
  m[to + 2] = c;
  m[to + 3] = d;
  m[to + 4] = e;
  m[to + 5] = f;
  m[to + 6] = g;
  m[to + 7] = h;
}

/** `kernel`'s numbers, row after row, as panels of eight columns; zeros fill the last panel. `turned`: they lie column after column. */
function pack(kernel, rows, columns, turned, out) {
  for (let j = 0, to = 0; j < columns; j += PANEL) {
    for (let i = 0; i < rows; i++, to += PANEL) {
      for (let n = j; n < j + PANEL; n++) {
        out[to + n - j] = n < columns ? kernel[turned ? n * rows + i : i * columns + n] : 0;
      }
    }
  }
}

/** A memory with kernels in it, and the function that multiplies there. */
function machine({ memory, product }) {
  let places; // of kernels that lie row after row, and of turned ones: bytes
  let top; // bytes that kernels take
  const forget = () => {
    places = [new WeakMap(), new WeakMap()];
    top = 0;
  };
  forget();

  // a memory that grows detaches its views: they are made when they are needed, and kept by none
  const view = (at, length) => new Float32Array(memory.buffer, at, length);

  function reserve(bytes) {
    const missing = bytes - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  }

  function place(kernel, rows, columns, turned) {
    const known = places[Number(turned)];
    if (known.has(kernel)) return known.get(kernel);
    const bytes = 4 * rows * wide(columns);
    if (top + bytes > ROOM) forget();
    reserve(top + bytes);
    pack(kernel.data, rows, columns, turned, view(top, bytes / 4));
    places[Number(turned)].set(kernel, top);
    top += bytes;
    return top - bytes;
  }

  return (kernel, columns, bias, layout, fill, turned) => {
    const { length, lines = 1, windows, strips = 1, strip, across = strip, down = 0, line = 0 } = layout;
    const width = wide(columns);
    if (bias && bias.length !== columns) throw new RangeError(`there are ${bias.length} biases for ${columns} columns`);
    const at = place(kernel, strips * strip, columns, turned);
    const to = top + 4 * width;
    const rows = lines * windows;
    const from = to + 4 * rows * width;
    reserve(from + 4 * length);
    const first = view(top, width);
    if (bias) first.set(bias);
    else first.fill(0);
    const sums = view(to, rows * width);
    if (length && columns) {
      fill(view(from, length));
      product(from, at, to, top, lines, windows, strips, strip, 4 * across, 4 * down, 4 * line, width);
    } else for (let i = 0; i < rows; i++) sums.set(first, i * width); // matmul.wat counts from one
    return sums;
  };
}

/** `columns` with those that fill the last panel: the length of a row of a product. */
export const wide = (columns) => PANEL * Math.ceil(columns / PANEL);

const machines = { plain: machine(plain()) };
const simd = compiled();
if (simd) machines.wasm = machine(simd);
let multiply = machines.wasm ?? machines.plain;

/** Whether products go through WebAssembly from now on: where it is wanted, and to be had. */
export function useWasm(wanted) {
  multiply = (wanted && machines.wasm) || machines.plain;
  return multiply === machines.wasm;
}

/**
 * Windows of some numbers times a kernel, plus bias. `fill(input)` writes the numbers into an array of layout.length, which holds
 * anything before. The layout, in numbers: a window has `strips` strips of `strip` numbers, `line` apart; there are `lines` lines
 * of `windows` windows, `across` apart, and lines begin `down` apart. The kernel is a tensor with strips · strip rows of `columns`
 * numbers, or, if `turned`, with `columns` rows of that many.
 * Returns rows of wide(columns) numbers, one for each window, in an array that the next call overwrites.
 */
export function product(kernel, columns, bias, layout, fill, turned = false) {
  return multiply(kernel, columns, bias, layout, fill, turned);
}

/** Takes the columns that count out of a product. */
export function unpack(sums, columns, out) {
  const width = wide(columns);
  if (width === columns) out.set(sums);
  else
    for (let i = 0, from = 0; i < out.length; i += columns, from += width) {
      for (let j = 0; j < columns; j++) out[i + j] = sums[from + j];
    }
}
