// Reads weight files: safetensors as utils/weights.py writes them, with one JSON string of meta data and a checksum in it.

/**
 * The weights of a widget: { "dense/kernel": { shape, data: Float32Array }, …, meta }; pictures are Uint8Arrays. Without a name the
 * file that the trait `weights` names, else one of the class's `_more_weights`. With a kernel the bytes come from the traits `blob`
 * and `_more_blobs`; in the page from the file, which the host loads once.
 */
export async function weights(state, name = "") {
  const bytes = name ? state.get("_more_blobs")?.[name] : state.get("blob");
  if (bytes?.byteLength) return readWeights(bytes, name || state.get("weights"));
  const file = name || state.get("weights");
  if (!file) throw new Error("The model shown here lives in the notebook: run the cell to bring it back.");
  if (!globalThis.courseWeightFile) throw new Error(`This page cannot load the weights ${file}.`);
  return readWeights(await globalThis.courseWeightFile(file), file);
}

const MARK = '{\\"crc32\\":\\"'; // what stands before the checksum, as the header's JSON writes it

/**
 * Reads a weight file from an ArrayBuffer or a view of one. Throws an Error that names the file and says what is wrong with it and
 * what to do.
 */
export function readWeights(source, name = "") {
  const bytes = new Uint8Array(source.buffer ?? source, source.byteOffset ?? 0, source.byteLength);
  const wrong = (how) => new Error(`The weight file ${name} ${how}: get it again.`.replace("  ", " "));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = bytes.length < 8 ? 8 : 8 + Number(view.getBigUint64(0, true));
  if (bytes.length < start) throw wrong(`is truncated or none, ${bytes.length} bytes of ${start} or more`);
  const text = Array.from(bytes.subarray(8, start), (byte) => String.fromCharCode(byte)).join("");
  const place = text.indexOf(MARK) + MARK.length;
  if (place < MARK.length) throw wrong("is not one of the course");
  const parts = [bytes.subarray(0, 8 + place), new Uint8Array(8).fill(48), bytes.subarray(16 + place)];
  if (crc32(parts).toString(16).padStart(8, "0") !== text.slice(place, place + 8)) {
    throw wrong(`is damaged, its checksum does not fit its ${bytes.length} bytes`);
  }
  try {
    return tensors(view, start, JSON.parse(new TextDecoder().decode(bytes.subarray(8, start))));
  } catch (error) {
    throw wrong(`is damaged (${error.message})`);
  }
}

/** The tensors that a header describes, and the meta data; an Error of any kind where it does not describe the file. */
function tensors(view, start, { __metadata__: about, ...described }) {
  const meta = JSON.parse(about.course);
  if (!Object.hasOwn(meta, "crc32")) throw new Error("its meta data lack the checksum");
  const trained = { meta };
  for (const [name, { dtype, shape, data_offsets: place }] of Object.entries(described)) {
    const [from, to] = place.map((offset) => start + offset);
    const wanted = shape.reduce((product, n) => product * n, WIDTHS.get(dtype));
    if (to - from !== wanted || from < start || to > view.byteLength)
      throw new Error(`${name} does not fit its ${dtype}`);
    trained[name] = { shape, data: READERS[dtype](view, from, to) };
  }
  return trained;
}

const WIDTHS = new Map([
  ["U8", 1],
  ["F16", 2],
  ["F32", 4],
]);

const READERS = {
  U8: (view, from, to) => new Uint8Array(view.buffer, view.byteOffset + from, to - from),
  F16: (view, from, to) =>
    Float32Array.from({ length: (to - from) / 2 }, (_, i) => float16(view.getUint16(from + 2 * i, true))),
  F32: (view, from, to) =>
    Float32Array.from({ length: (to - from) / 4 }, (_, i) => view.getFloat32(from + 4 * i, true)),
};

/** The number that 16 bits of IEEE 754 stand for. */
function float16(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return sign * (exponent ? 2 ** (exponent - 25) * (1024 + fraction) : fraction * 2 ** -24);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, value) => {
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(parts) {
  let sum = -1;
  for (const part of parts) for (const byte of part) sum = (sum >>> 8) ^ CRC_TABLE[(sum ^ byte) & 255];
  return ~sum >>> 0;
}
