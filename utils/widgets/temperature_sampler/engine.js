// A character-level recurrent network that reads and writes: the engine of TemperatureSampler, without a page around it.
//
// The weights' meta data say what they are: vocabulary (a string, one character for each index), recurrent ([[layer, "LSTM" or
// "GRU"], …], first to last), output (the dense layer that gives the logits) and, if there is one, embedding (a layer).

import { dense, layer, softmax, tensor } from "../nn/nn.js";
import { embedding, gruStep, lstmStep, recurrentState } from "../nn/recurrent.js";

// a letter is drawn with the number at its place, so that a text is the same however it was written
export * from "../nn/random.js";

const STEPS = { LSTM: lstmStep, GRU: gruStep };

/**
 * The network as a reader: `read(index)` takes one character in and returns the logits of the next one, in an array that the
 * next call fills again; `forget()` goes back to the zero state.
 */
export function reader(trained) {
  const { vocabulary, recurrent, output, embedding: table } = trained.meta;
  if (!vocabulary || !recurrent || !output)
    throw new Error("These weights do not belong to a text model of the course.");
  const letters = Array.from(vocabulary);
  const cells = recurrent.map(([name, kind]) => {
    const cell = layer(trained, name);
    return { cell, step: STEPS[kind], state: recurrentState(cell) };
  });
  const rows = table && layer(trained, table);
  const head = layer(trained, output);
  const logits = tensor([letters.length]);
  return {
    letters,
    read(index) {
      let x = rows ? tensor([rows.embeddings.shape[1]], embedding([index], rows).data) : index;
      for (const { cell, step, state } of cells) x = step(x, state, cell);
      return dense(x, head, logits).data;
    },
    forget() {
      for (const { state } of cells) for (const { data } of [state.h, state.c]) data.fill(0);
    },
  };
}

/**
 * The probabilities that the next character is drawn from. method "greedy": all on the likeliest; "temperature": softmax of the
 * logits at this temperature, 0 being the same as greedy; "top-k": likewise, among the k likeliest alone.
 */
export function distribution(logits, { method, temperature, k }, out = new Float32Array(logits.length)) {
  if (method === "greedy" || temperature === 0) {
    out.fill(0)[argmax(logits)] = 1;
    return out;
  }
  const n = logits.length;
  softmax(tensor([n], logits), temperature, tensor([n], out));
  if (method !== "top-k" || k >= n) return out;
  const order = ranking(logits);
  for (const index of order.slice(k)) out[index] = 0;
  const kept = order.slice(0, k).reduce((sum, index) => sum + out[index], 0);
  for (let i = 0; i < n; i++) out[i] /= kept;
  return out;
}

/** Indices from the largest value to the smallest; equal values in their order. */
export const ranking = (values) => Array.from(values, (_, i) => i).sort((a, b) => values[b] - values[a] || a - b);

function argmax(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** The index at which the running sum of the probabilities passes u, a number in [0, 1). */
export function choose(probabilities, u) {
  let sum = 0;
  let last = 0;
  for (let i = 0; i < probabilities.length; i++) {
    if (!probabilities[i]) continue;
    sum += probabilities[i];
    last = i;
    if (u < sum) break;
  }
  return last;
}

/** Entropy in nats. */
export function entropy(probabilities) {
  let sum = 0;
  for (const p of probabilities) if (p > 0) sum -= p * Math.log(p);
  return sum;
}

const TYPOGRAPHY = {
  "“": '"',
  "”": '"',
  "„": '"',
  "«": '"',
  "»": '"',
  "‘": "'",
  "’": "'",
  "–": "-",
  "—": "--",
  "…": "...",
  "\t": " ",
  "\r": "",
};

/**
 * What the network can read of a text: lower case, typographic signs and accents as plain ones. `refused` lists the characters
 * it does not know, each once; they are left out.
 */
export function readable(text, letters) {
  const known = new Set(letters);
  const refused = new Set();
  const plain = (letter) => {
    const stripped = TYPOGRAPHY[letter] ?? letter.normalize("NFD").replace(/\p{M}/gu, "");
    return Array.from(stripped).every((part) => known.has(part)) ? stripped : null;
  };
  const kept = Array.from(text.normalize("NFC").toLowerCase(), (letter) => {
    const read = known.has(letter) ? letter : plain(letter);
    if (read === null) refused.add(letter);
    return read ?? "";
  });
  return { text: kept.join(""), refused: [...refused] };
}
