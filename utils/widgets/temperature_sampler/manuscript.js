// What a network has written: its letters, and for each the logits it was drawn from, to look back at.

import { choose, distribution, readable, uniform } from "./engine.js";

const PLAIN = { method: "temperature", temperature: 1 };

/**
 * A text in the making. `settings()` are { method, temperature, k, random_seed } at the moment; positions are counted from 0, and the
 * one after the last belongs to the letter to come.
 */
export function manuscript({ letters, read, forget }, settings) {
  let written = []; // indices of letters
  let past = []; // logits, [i] before letter i
  const at = (i) => past[i ?? written.length];
  const script = {
    letters,
    length: () => written.length,
    text: () => written.map((index) => letters[index]).join(""),
    /** Starts again behind a seed text. Returns what the network could read of it, see `readable`. */
    begin(seed) {
      const found = readable(seed, letters);
      forget();
      let logits;
      for (const letter of found.text || "\n") logits = read(Math.max(letters.indexOf(letter), 0));
      written = [];
      past = [logits.slice()];
      return found;
    },
    write() {
      const index = choose(script.drawn(), uniform(settings().random_seed, written.length));
      written.push(index);
      past.push(read(index).slice());
    },
    index: (i) => written[i],
    logits: at,
    /** The probabilities that the letter at position i was or will be drawn from. */
    drawn: (i) => distribution(at(i), settings()),
    /** The network's own probabilities, at temperature 1. */
    plain: (i) => distribution(at(i), PLAIN),
    /** The probability that the network gave to the letter at position i. */
    own: (i) => script.plain(i)[written[i]],
  };
  return script;
}
