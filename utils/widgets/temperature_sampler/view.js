// Lets a trained character model write, and shows the distribution each letter is drawn from.

import {
  button,
  choice,
  element,
  grouped,
  live,
  mount,
  number,
  reducedMotion,
  row,
  slider,
  stateOf,
  weights,
} from "../kit/kit.js";
import { entropy, ranking, reader } from "./engine.js";
import { manuscript } from "./manuscript.js";
import STYLE from "./style.css";

const PACE = 40; // letters a second when the reader watches
const SLICE = 40; // milliseconds of computing between two moments in which the page may react
const SEED = 1000; // letters of a seed text that are read
const ROWS = 12; // bars shown
const LEVELS = [0.5, 0.1, 0.02, 0]; // lowest probability of each colour
const METHODS = { greedy: "the likeliest (greedy)", temperature: "at random", "top-k": "at random, top k" };

const nameOf = (letter) => ({ " ": "space", "\n": "new line" })[letter] ?? letter;
const percent = (p) => (p && p < 0.0005 ? "< 0.1 %" : `${(100 * p).toFixed(p && p < 0.0995 ? 1 : 0)} %`);

async function render({ model, el, signal }) {
  const state = stateOf(model, signal);
  const trained = await weights(state);
  if (signal.aborted) return;
  const network = reader(trained);
  const desk = deskOf(state, network);
  const box = mount(el, { name: "temperature-sampler", label: "Temperature sampler", style: STYLE });
  box.append(
    desk.seed,
    ...drawingControls(state, network),
    row(...desk.buttons, choice(state, "pace", { label: "Pace" }), number(state, "length", { label: "Letters" })),
    element("div", { class: "ts-halves" }, element("div", {}, desk.paper, legend(), desk.status), desk.chart),
  );
  state.watch(["seed_text", "random_seed"], desk.start);
  state.watch(["method", "temperature", "k"], desk.show);
}

/** How the next letter is drawn; `count` letters are known. */
const settingsNow = (state, count) => ({
  method: state.get("method"),
  temperature: state.get("temperature"),
  k: Math.min(state.get("k"), count),
  random_seed: state.get("random_seed"),
});

/** The text, the chart of its next letter, and what the reader does with both. */
function deskOf(state, network) {
  const settings = () => settingsNow(state, network.letters.length);
  const script = manuscript(network, settings);
  const seed = seedField(state);
  const paper = paperOf(script, look);
  const chart = chartOf(script, settings, () => look(null));
  const status = live();
  const write = button("Write", () => pen.toggle(), { class: "ts-main" });
  const pen = penOf(state, script, {
    begins() {
      mark(null);
      write.textContent = "Pause";
    },
    wrote(from) {
      paper.add(from);
      if (state.get("pace") !== "at once") chart.draw();
    },
    ends(message) {
      write.textContent = "Write";
      done(message);
    },
  });
  let looking = null; // position of the letter whose distribution is shown; null: the one to come

  function done(message) {
    status.textContent = message;
    if (script.text() !== state.get("text")) state.set({ text: script.text() });
    chart.draw(looking);
  }
  function mark(position) {
    looking = position;
    paper.mark(position);
  }
  function start() {
    pen.stop();
    pen.forget();
    const found = script.begin(state.get("seed_text").slice(0, SEED));
    seed.show(found);
    looking = null;
    paper.begin(found.text);
    done("");
  }
  function step() {
    pen.stop();
    mark(null);
    const last = pen.one();
    done(last === null ? TOO_LONG : `${nameOf(script.letters[script.index(last)])}, ${percent(script.own(last))}`);
  }
  function look(position) {
    if (!script.length()) return;
    pen.stop();
    mark(position === null || position >= script.length() ? null : Math.max(position, 0));
    done(looking === null ? "" : `${title(script, looking)}, ${percent(script.own(looking))}`);
  }
  const buttons = [write, button("One letter", step), button("Start again", start)];
  const show = () => chart.draw(looking);
  return { seed: seed.node, paper: paper.node, chart: chart.node, status, buttons, start, show };
}

// ---- writing

const TOO_LONG = "This is the longest text there can be.";

/** Writes letters, while the reader watches or at once; `begins()`, `wrote(from)` and `ends(message)` are told of it. */
function penOf(state, script, { begins, wrote, ends }) {
  const most = state.rule("length").max;
  let target = 0;
  let cancel = null; // stops what is running

  function play() {
    if (script.length() >= target) target = Math.min(script.length() + state.get("length"), most);
    if (script.length() >= target) return ends(TOO_LONG);
    begins();
    if (state.get("pace") === "at once" || reducedMotion()) bulk(script.length(), performance.now());
    else watch(performance.now());
  }
  function write(count) {
    const from = script.length();
    for (let i = 1; i <= count; i++) script.write();
    if (script.length() > from) wrote(from);
  }
  function bulk(first, began) {
    const from = script.length();
    const until = performance.now() + SLICE;
    while (script.length() < target && performance.now() < until) script.write();
    wrote(from);
    const timer = script.length() < target && setTimeout(bulk, 0, first, began);
    cancel = () => clearTimeout(timer);
    if (timer) return;
    const seconds = (performance.now() - began) / 1000;
    const count = script.length() - first;
    finish(`${grouped(count)} letters in ${seconds.toFixed(2)} s, ${grouped(count / seconds)} a second.`);
  }
  function watch(before, owed = 0) {
    const frame = requestAnimationFrame((now) => {
      // 5: the page may have been out of sight
      const due = Math.min(owed + ((now - before) / 1000) * PACE, 5, target - script.length());
      write(due);
      if (script.length() < target) watch(now, due % 1);
      else finish(`${grouped(script.length())} letters written.`);
    });
    cancel = () => cancelAnimationFrame(frame);
  }
  function finish(message) {
    cancel();
    cancel = null;
    ends(message);
  }
  function stop() {
    if (cancel) finish(`Paused after ${grouped(script.length())} letters.`);
  }
  const forget = () => {
    target = 0;
  };
  /** Writes one letter and returns its position, or null where the text is full. */
  function one() {
    if (script.length() >= most) return null;
    write(1);
    return script.length() - 1;
  }
  state.end(() => cancel?.());
  return { toggle: () => (cancel ? stop() : play()), stop, one, forget };
}

// ---- the text

/** The letters on the page, coloured by their probability; `look(position)` is called when the reader asks about one. */
function paperOf(script, look) {
  const prompt = element("span", { class: "ts-prompt" });
  const label = "The text. Arrow keys look back at its letters, Escape returns.";
  const node = element("div", { class: "ts-text", tabindex: 0, role: "group", "aria-label": label }, prompt);
  const marked = () => [...node.children].findIndex((letter) => letter.classList.contains("ts-looked-at")) - 1;
  node.addEventListener("click", ({ target }) => {
    const position = [...node.children].indexOf(target) - 1;
    if (position >= 0) look(position);
  });
  node.addEventListener("keydown", (event) => {
    const at = marked() < 0 ? script.length() : marked();
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: script.length() - 1, Escape: null }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    look(to);
  });
  return {
    node,
    begin(text) {
      prompt.textContent = text;
      node.replaceChildren(prompt);
    },
    add(from) {
      for (let i = from; i < script.length(); i++) node.append(letterAt(script, i));
      if (from) node.scrollTop = node.scrollHeight;
    },
    mark(position) {
      node.querySelector(".ts-looked-at")?.classList.remove("ts-looked-at");
      if (position === null) return;
      node.children[position + 1].classList.add("ts-looked-at");
      node.children[position + 1].scrollIntoView({ block: "nearest" });
    },
  };
}

function letterAt(script, position) {
  const letter = script.letters[script.index(position)];
  const p = script.own(position);
  const title = `${nameOf(letter)}: ${percent(p)}, ${(-Math.log2(p)).toFixed(1)} bits`;
  return element("span", { class: `ts-p${LEVELS.findIndex((lowest) => p >= lowest)}`, title }, letter);
}

function legend() {
  const node = element("p", { class: "ts-legend cw-muted" }, "Letters the network found ");
  ["likely (50 % and more)", "plausible (from 10 %)", "unlikely (from 2 %)", "surprising (less)"].forEach((text, i) => {
    node.append(i ? ", " : "", element("span", { class: `ts-p${i}` }, text));
  });
  node.append(". Touch a letter to see what else it could have been.");
  return node;
}

// ---- the distribution

const muted = (...children) => element("p", { class: "cw-muted" }, ...children);

/** The bars of the likeliest letters: `draw(position)`, or without a position those of the letter to come. */
function chartOf(script, settings, back) {
  const bars = Array.from({ length: Math.min(ROWS, script.letters.length) }, bar);
  const heading = element("strong");
  const onward = button("Back to the next letter", back, { hidden: true });
  const [rule, others, measure] = [muted(), muted(), element("p")];
  const list = element(
    "ol",
    { class: "ts-bars", "aria-label": "Probabilities of the next letter" },
    ...bars.map(({ node }) => node),
  );
  const own = muted(element("b"), " the network's own probability, at temperature 1");
  const node = element("div", {}, row(heading, onward), rule, list, others, measure, own);
  function draw(position = null) {
    const at = position ?? script.length();
    const drawn = script.drawn(at);
    const plain = script.plain(at);
    const order = ranking(script.logits(at));
    bars.forEach(({ show }, i) => {
      const index = order[i];
      show(nameOf(script.letters[index]), drawn[index], plain[index], script.index(at) === index);
    });
    const rest = order.slice(bars.length).reduce((sum, index) => sum + drawn[index], 0);
    others.textContent = `The other ${order.length - bars.length} characters: ${percent(rest)}`;
    measure.textContent = openness(entropy(drawn));
    rule.textContent = ruleOf(settings());
    heading.textContent = title(script, position);
    onward.hidden = position === null;
  }
  return { node, draw };
}

function bar() {
  const [label, fill, tick, value] = ["span", "i", "b", "span"].map((tag) => element(tag));
  const track = element("span", { class: "ts-bar", "aria-hidden": "true" }, fill, tick);
  const node = element("li", {}, label, track, value);
  const show = (name, drawn, plain, chosen) => {
    label.textContent = name;
    fill.style.width = `${100 * drawn}%`;
    tick.style.left = `${100 * plain}%`;
    value.textContent = percent(drawn);
    node.classList.toggle("ts-chosen", chosen);
  };
  return { node, show };
}

function title(script, position) {
  if (position === null) return "The next letter";
  return `Letter ${position + 1} of ${script.length()}: ${nameOf(script.letters[script.index(position)])}`;
}

const openness = (nats) =>
  `Entropy ${nats.toFixed(2)} nats = ${(nats / Math.LN2).toFixed(2)} bits: as open as a fair draw among ${Math.exp(nats).toFixed(1)}.`;

function ruleOf({ method, temperature, k }) {
  if (method === "greedy" || temperature === 0) return "Greedy: always the likeliest letter.";
  return `At temperature ${temperature.toFixed(2)}${method === "top-k" ? `, among the ${k} likeliest` : ""}.`;
}

// ---- controls

/** The field of the seed text, and below it what the network could not read of it. */
function seedField(state) {
  const properties = { rows: 2, maxlength: SEED, spellcheck: "false" };
  const field = element("textarea", { ...properties, oninput: () => state.set({ seed_text: field.value }) });
  const refusal = element("p", { class: "ts-note", role: "status", hidden: true });
  const label = element("label", { class: "ts-field" }, element("span", {}, "Seed text"), field);
  const show = ({ text, refused }) => {
    if (field.value !== state.get("seed_text")) field.value = state.get("seed_text");
    const unknown = `Left out, because the network has never seen ${refused.length > 1 ? "them" : "it"}: ${refused.join(" ")}`;
    refusal.textContent = refused.length ? unknown : text ? "" : "The network starts after a line break.";
    refusal.hidden = !refusal.textContent;
  };
  return { node: element("div", {}, label, refusal), show };
}

/** How a letter is chosen: method, random seed, temperature and k. */
function drawingControls(state, { letters }) {
  const options = state.rule("method").choices.map((method) => [method, METHODS[method]]);
  const heat = slider(state, "temperature", {
    label: "Temperature",
    step: 0.05,
    format: (temperature) => (temperature ? temperature.toFixed(2) : "0, greedy"),
  });
  const kept = slider(state, "k", { label: "k", max: Math.min(20, letters.length) });
  state.watch(["method"], () => {
    heat.querySelector("input").disabled = state.get("method") === "greedy";
    kept.hidden = state.get("method") !== "top-k";
  });
  const method = choice(state, "method", { label: "Choose", options });
  return [row(method, number(state, "random_seed", { label: "Random seed" })), heat, kept];
}

export default { render };
