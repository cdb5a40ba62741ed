// Lets a trained character model write, and shows the distribution each letter is drawn from.

import { choose, distribution, entropy, ranking, readable, reader, uniform } from "./engine.js";
import { button, choice, clamp, connect, element, live, mount, reducedMotion, save, slider, weights } from "../kit/kit.js";

// letters a second when the reader watches
const PACE = 40;
// milliseconds of computing between two moments in which the page may react
const SLICE = 40;
// letters that one text may have
const LONGEST = 20000;
// bars shown
const ROWS = 12;
// lowest probability of each colour
const LEVELS = [0.5, 0.1, 0.02, 0];

const NAMES = { " ": "space", "\n": "new line" };
const percent = (p) => (p && p < 0.0005 ? "< 0.1 %" : `${(100 * p).toFixed(p && p < 0.0995 ? 1 : 0)} %`);
const grouped = (n) => Math.round(n).toLocaleString("en");

async function render({ model, el }) {
  const network = reader(await weights(model));
  const { letters } = network;
  const count = letters.length;

  const settings = () => ({
    method: model.get("method"),
    temperature: clamp(model.get("temperature"), 0, 2, 1),
    k: Math.round(clamp(model.get("k"), 1, count, 5)),
  });

  // ---- what has been written: indices, and for each the logits it was drawn from, to look back at
  let written = [];
  // Float32Array of logits, [i] before letter i; the last one belongs to the letter to come
  let past = [];
  let target = 0;
  // index of the letter whose distribution is shown; null: the one to come
  let looking = null;

  function start() {
    pause();
    network.forget();
    const { text, refused } = readable(model.get("seed_text").slice(0, 1000), letters);
    const seed = Array.from(text || "\n").map((letter) => Math.max(letters.indexOf(letter), 0));
    let logits;
    for (const index of seed) logits = network.read(index);
    written = [];
    past = [logits.slice()];
    target = 0;
    looking = null;
    prompt.textContent = text;
    output.replaceChildren(prompt);
    refusal.textContent = refused.length
      ? `Left out, because the network has never seen ${refused.length > 1 ? "them" : "it"}: ${refused.join(" ")}`
      : text
        ? ""
        : "The network starts after a line break.";
    refusal.hidden = !refusal.textContent;
    report("");
    publish();
    drawBars();
  }

  function writeLetter() {
    const logits = past[written.length];
    const index = choose(distribution(logits, settings()), uniform(model.get("random_seed"), written.length));
    written.push(index);
    past.push(network.read(index).slice());
  }

  /** Puts letters from position `from` on the page. */
  function showLetters(from) {
    const fresh = [];
    for (let i = from; i < written.length; i++) {
      const p = own(i);
      const title = `${name(written[i])}: ${percent(p)}, ${(-Math.log2(p)).toFixed(1)} bits`;
      fresh.push(
        element("span", { class: `cw-p${LEVELS.findIndex((lowest) => p >= lowest)}`, title }, letters[written[i]]),
      );
    }
    output.append(...fresh);
    if (from) output.scrollTop = output.scrollHeight;
  }

  const PLAIN = { method: "temperature", temperature: 1 };
  // the probability that the network gave to letter i
  const own = (i) => distribution(past[i], PLAIN)[written[i]];
  const name = (index) => NAMES[letters[index]] ?? letters[index];
  const publish = () => {
    const text = written.map((index) => letters[index]).join("");
    if (text !== model.get("text")) save(model, { text });
  };

  // ---- writing
  // stops what is running
  let cancel = null;

  function play() {
    if (written.length >= target)
      target = Math.min(written.length + clamp(model.get("length"), 1, LONGEST, 400), LONGEST);
    if (written.length >= target) return report("This is the longest text there can be.");
    mark(null);
    write.textContent = "Pause";
    if (model.get("pace") === "at once" || reducedMotion()) bulk(written.length, performance.now());
    else watch(performance.now());
  }

  function bulk(first, began) {
    const from = written.length;
    const until = performance.now() + SLICE;
    while (written.length < target && performance.now() < until) writeLetter();
    showLetters(from);
    const timer = written.length < target && setTimeout(bulk, 0, first, began);
    cancel = () => clearTimeout(timer);
    if (timer) return;
    const seconds = (performance.now() - began) / 1000;
    const n = written.length - first;
    finish(`${grouped(n)} letters in ${seconds.toFixed(2)} s, ${grouped(n / seconds)} a second.`);
  }

  function watch(before, owed = 0) {
    const frame = requestAnimationFrame((now) => {
      const from = written.length;
      // 5: the page may have been out of sight
      const due = Math.min(owed + ((now - before) / 1000) * PACE, 5, target - from);
      for (let i = 1; i <= due; i++) writeLetter();
      if (written.length > from) {
        showLetters(from);
        drawBars();
      }
      if (written.length < target) watch(now, due % 1);
      else finish(`${grouped(written.length)} letters written.`);
    });
    cancel = () => cancelAnimationFrame(frame);
  }

  function pause() {
    if (cancel) finish(`Paused after ${grouped(written.length)} letters.`);
  }

  function finish(message) {
    cancel();
    cancel = null;
    write.textContent = "Write";
    report(message);
    publish();
    drawBars();
  }

  function step() {
    pause();
    if (written.length >= LONGEST) return;
    mark(null);
    writeLetter();
    showLetters(written.length - 1);
    report(`${name(written.at(-1))}, ${percent(own(written.length - 1))}`);
    publish();
    drawBars();
  }

  // ---- the distribution
  const bars = Array.from({ length: Math.min(ROWS, count) }, () => {
    const [label, fill, tick, value] = ["span", "i", "b", "span"].map((tag) => element(tag));
    return {
      label,
      fill,
      tick,
      value,
      node: element("li", {}, label, element("span", { class: "cw-bar", "aria-hidden": "true" }, fill, tick), value),
    };
  });

  function drawBars() {
    const at = looking ?? written.length;
    const logits = past[at];
    const plain = distribution(logits, PLAIN);
    const { method, temperature, k } = settings();
    const drawn = distribution(logits, { method, temperature, k });
    const order = ranking(logits);
    bars.forEach(({ label, fill, tick, value, node }, row) => {
      const index = order[row];
      label.textContent = name(index);
      fill.style.width = `${100 * drawn[index]}%`;
      tick.style.left = `${100 * plain[index]}%`;
      value.textContent = percent(drawn[index]);
      node.classList.toggle("cw-chosen", looking !== null && written[at] === index);
    });
    const rest = order.slice(bars.length).reduce((sum, index) => sum + drawn[index], 0);
    others.textContent = `The other ${count - bars.length} characters: ${percent(rest)}`;
    const nats = entropy(drawn);
    measure.textContent = `Entropy ${nats.toFixed(2)} nats = ${(nats / Math.LN2).toFixed(2)} bits: as open as a fair draw among ${Math.exp(nats).toFixed(1)}.`;
    heading.textContent =
      looking === null ? "The next letter" : `Letter ${looking + 1} of ${written.length}: ${name(written[looking])}`;
    onward.hidden = looking === null;
    heat.querySelector("input").disabled = method === "greedy";
    kept.hidden = method !== "top-k";
    rule.textContent =
      method === "greedy" || temperature === 0
        ? "Greedy: always the likeliest letter."
        : `At temperature ${temperature.toFixed(2)}${method === "top-k" ? `, among the ${k} likeliest` : ""}.`;
  }

  /** Looks at a letter, or with null at the one to come. */
  function mark(index) {
    looking = index;
    output.querySelector(".cw-looked-at")?.classList.remove("cw-looked-at");
    if (looking === null) return;
    const node = output.children[looking + 1];
    node.classList.add("cw-looked-at");
    node.scrollIntoView({ block: "nearest" });
  }

  function look(index) {
    if (!written.length) return;
    pause();
    mark(index === null || index >= written.length ? null : Math.max(index, 0));
    drawBars();
    report(looking === null ? "" : `${heading.textContent}, ${percent(own(looking))}`);
  }

  // ---- controls
  const seedText = element("textarea", {
    rows: 2,
    maxlength: 1000,
    spellcheck: "false",
    oninput: () => save(model, { seed_text: seedText.value }),
  });
  const number = (trait, low, high) => {
    const input = element("input", { type: "number", min: low, max: high, step: 1 });
    input.addEventListener("change", () => {
      save(model, { [trait]: Math.round(clamp(input.valueAsNumber, low, high, model.get(trait))) });
      input.value = model.get(trait);
    });
    return input;
  };
  const randomSeed = number("random_seed", 0, 2 ** 31 - 1);
  const length = number("length", 1, LONGEST);
  const labelled = (text, control) => element("label", { class: "cw-field" }, element("span", {}, text), control);

  const method = choice(model, "method", {
    label: "Choose",
    options: [
      ["greedy", "the likeliest (greedy)"],
      ["temperature", "at random"],
      ["top-k", "at random, top k"],
    ],
  });
  const heat = slider(model, "temperature", {
    label: "Temperature",
    min: 0,
    max: 2,
    step: 0.05,
    format: (t) => (t ? Number(t).toFixed(2) : "0, greedy"),
  });
  const kept = slider(model, "k", { label: "k", min: 1, max: Math.min(20, count) });
  const pace = choice(model, "pace", { label: "Pace", options: ["letter by letter", "at once"] });
  const write = button("Write", () => (cancel ? pause() : play()), { class: "cw-main" });
  const one = button("One letter", step);
  const again = button("Start again", start);

  const prompt = element("span", { class: "cw-prompt" });
  const output = element(
    "div",
    {
      class: "cw-text",
      tabindex: 0,
      role: "group",
      "aria-label": "The text. Arrow keys look back at its letters, Escape returns.",
    },
    prompt,
  );
  output.addEventListener("click", ({ target: letter }) => {
    const index = [...output.children].indexOf(letter) - 1;
    if (index >= 0) look(index);
  });
  output.addEventListener("keydown", (event) => {
    const at = looking ?? written.length;
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: written.length - 1, Escape: null }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    look(to);
  });

  const refusal = element("p", { class: "cw-note", role: "status", hidden: true });
  const status = live();
  const report = (message) => (status.textContent = message);
  const heading = element("strong");
  const onward = button("Back to the next letter", () => look(null), { hidden: true });
  const muted = (...children) => element("p", { class: "cw-muted" }, ...children);
  const [rule, others, measure] = [muted(), muted(), element("p")];
  const legend = element("p", { class: "cw-legend cw-muted" }, "Letters the network found ");
  ["likely (50 % and more)", "plausible (from 10 %)", "unlikely (from 2 %)", "surprising (less)"].forEach(
    (text, level) => legend.append(level ? ", " : "", element("span", { class: `cw-p${level}` }, text)),
  );
  legend.append(". Touch a letter to see what else it could have been.");

  const box = mount(el, "Temperature sampler", STYLE);
  box.classList.add("cw-sampler");
  box.append(
    labelled("Seed text", seedText),
    refusal,
    element("div", { class: "cw-row" }, method, labelled("Random seed", randomSeed)),
    heat,
    kept,
    element("div", { class: "cw-row" }, write, one, again, pace, labelled("Letters", length)),
    element(
      "div",
      { class: "cw-halves" },
      element("div", {}, output, legend, status),
      element(
        "div",
        {},
        element("div", { class: "cw-row" }, heading, onward),
        rule,
        element(
          "ol",
          { class: "cw-bars", "aria-label": "Probabilities of the next letter" },
          ...bars.map(({ node }) => node),
        ),
        others,
        measure,
        muted(element("b"), " the network's own probability, at temperature 1"),
      ),
    ),
  );

  // ---- the model
  const disconnect = [
    connect(model, ["seed_text", "random_seed"], () => {
      if (seedText.value !== model.get("seed_text")) seedText.value = model.get("seed_text");
      randomSeed.value = model.get("random_seed");
      start();
    }),
    connect(model, ["method", "temperature", "k"], drawBars),
    connect(model, ["length"], () => (length.value = model.get("length"))),
  ];
  return () => {
    pause();
    disconnect.forEach((end) => end());
  };
}

const STYLE = `
.cw-sampler [hidden] { display: none !important; }
.cw-sampler p { margin: 6px 0; }
.cw-sampler > * + * { margin-top: 10px; }
.cw-sampler label { font-weight: 600; }
.cw-field { display: inline-flex; gap: 8px; align-items: center; }
.cw-field > * + * { font-weight: 400; }
.cw-field input { width: 6.5em; }
.cw-sampler > .cw-field { display: flex; flex-wrap: wrap; }
.cw-field textarea { font-family: ui-monospace, monospace; flex: 1 1 260px; min-width: 0; resize: vertical; }
.cw-sampler .cw-choice { max-width: 100%; }
.cw-choice select { min-width: 0; }
.cw .cw-main { min-width: 6em; font-weight: 600; color: var(--cw-ground); background: var(--cw-accent); }
.cw-halves { display: flex; flex-wrap: wrap; gap: 14px 24px; }
.cw-halves > * { flex: 1 1 260px; min-width: 0; }
.cw-text { font: 15px/1.7 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; height: 330px; overflow-y: auto;
  border: 1px solid var(--cw-line); border-radius: 4px; padding: 6px 10px; }
.cw-prompt { font-weight: 700; }
.cw-legend span { color: var(--cw-text); }
.cw-p1, .cw-p2, .cw-p3 { text-decoration: underline dotted; text-underline-offset: 3px; background: rgb(230 159 0 / .14); }
.cw-p2 { text-decoration-style: solid; background: rgb(230 159 0 / .34); }
.cw-p3 { text-decoration-style: wavy; background: rgb(213 94 0 / .42); }
.cw-looked-at, .cw-chosen { outline: 2px solid var(--cw-accent); border-radius: 2px; }
.cw-note { color: var(--cw-bad); }
.cw ol.cw-bars { list-style: none; margin: 6px 0; padding: 0; }
.cw-bars li { display: grid; grid-template-columns: 5em 1fr 4.2em; gap: 8px; align-items: center; margin: 0; padding: 0 2px; }
.cw-bars span { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.cw-bar { position: relative; height: 14px; background: var(--cw-surface); }
.cw-bar i { position: absolute; inset: 0 auto 0 0; background: #0072b2; }
.cw-sampler b { display: inline-block; width: 2px; height: 16px; background: var(--cw-text); vertical-align: -3px; margin: 0 6px; }
.cw-bar b { position: absolute; top: -1px; margin: 0 -1px; }
`;

export default { render };
