// Graded questions. Answers are kept in the browser, and given again when the page is opened again.

import { button, element, mount, newId, row, stateOf } from "../kit/kit.js";
import { isComplete, isRight, storage } from "./engine.js";
import STYLE from "./style.css";

const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\$([^$]+)\$/g;

/** A text with `code`, *emphasis*, **strong emphasis** and $mathematics$ as nodes. */
function inline(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const [all, code, strong, emphasis, maths] = match;
    parts.push(text.slice(end, match.index));
    if (code) parts.push(element("code", {}, code));
    else if (strong) parts.push(element("strong", {}, strong));
    else if (emphasis) parts.push(element("em", {}, emphasis));
    else parts.push(element("span", { class: "math notranslate" }, hasMathJax() ? `\\(${maths}\\)` : maths));
    end = match.index + all.length;
  }
  return [...parts, text.slice(end)];
}

// Where MathJax is still on its way it will find the formulas by itself.
const hasMathJax = () => globalThis.MathJax?.typesetPromise || document.querySelector("script[src*=mathjax]");
const typeset = (node) => globalThis.MathJax?.typesetPromise?.([node]);

/** The field for a number, or a line for each choice: { rows, read(), close(given), mark(right) }. */
function fields(question, id) {
  if (question.kind === "number") {
    const named = { inputmode: "decimal", size: 12, autocomplete: "off", "aria-labelledby": id };
    const input = element("input", { type: "text", ...named });
    const close = (given) => Object.assign(input, { value: given, disabled: true });
    const rows = [element("label", { class: "cw-number" }, input, ...inline(question.unit))];
    return { rows, read: () => input.value, close, mark: () => {} };
  }
  const type = question.kind === "one" ? "radio" : "checkbox";
  const inputs = question.choices.map((_, value) => element("input", { type, name: id, value }));
  const rows = question.choices.map((text, i) =>
    element("label", { class: "cw-option" }, inputs[i], element("span", {}, ...inline(text))),
  );
  return {
    rows,
    read: () => inputs.flatMap(({ checked }, i) => (checked ? [i] : [])),
    close(given) {
      for (const [i, input] of inputs.entries()) Object.assign(input, { checked: given.includes(i), disabled: true });
    },
    mark(right) {
      for (const [i, { checked }] of inputs.entries()) {
        const wanted = right.includes(i);
        if (!wanted && !checked) continue;
        rows[i].classList.add(wanted ? "cw-right" : "cw-wrong");
        rows[i].append(
          element("span", { class: "cw-mark" }, `${wanted ? "✓" : "✗"} ${checked ? "your choice" : "right"}`),
        );
      }
    },
  };
}

const verdict = (right, wanted) => {
  if (right) return "Right. ";
  return Array.isArray(wanted)
    ? "Not quite. "
    : `Not quite: it is ${wanted.toLocaleString("en", { maximumSignificantDigits: 12 })}. `;
};

/** One question as a form; `onAnswer(given)` is told the first complete answer. `grade` shows its result and closes the question. */
function ask(question, answer, number, onAnswer) {
  const id = newId("question");
  const { rows, read, close, mark } = fields(question, id);
  const feedback = element("div", { class: "cw-feedback", role: "status", tabindex: -1 });
  const check = element("button", { type: "submit" }, "Check");
  const submit = (event) => {
    event.preventDefault();
    if (check.hidden) return;
    if (isComplete(question, read())) onAnswer(read());
    else feedback.textContent = question.kind === "number" ? "Type a number first." : "Choose an answer first.";
  };
  const several = question.kind === "several" ? [element("p", { class: "cw-muted" }, "Choose all that apply.")] : [];
  const legend = element("legend", { id }, `${number}. `, ...inline(question.question));
  const form = element(
    "form",
    { class: "cw-question", novalidate: true, onsubmit: submit },
    element("fieldset", {}, legend, ...several, ...rows),
    check,
    feedback,
  );
  function grade(given) {
    const right = isRight(given, answer);
    const focused = form.contains(document.activeElement);
    check.hidden = true;
    close(given);
    mark(answer.right);
    feedback.className = `cw-feedback ${right ? "cw-right" : "cw-wrong"}`;
    feedback.replaceChildren(element("strong", {}, verdict(right, answer.right)), ...inline(answer.explanation));
    typeset(feedback);
    if (focused) feedback.focus({ preventScroll: true }); // the field that had it is closed now
    return right;
  }
  return { form, grade };
}

/** The answers and explanations, which Python packed out of sight. */
const unpack = (key) =>
  JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(key), (letter) => letter.charCodeAt(0))));

function render({ model, el, signal }) {
  const state = stateOf(model, signal);
  const questions = state.get("questions");
  const answers = unpack(state.get("key"));
  const memory = storage(state.get("name"), questions);
  const box = mount(el, { name: "quiz", label: "Quiz", style: STYLE });
  const score = element("p", { class: "cw-score", role: "status" });
  const again = button("Start again", () => {
    memory.write([]);
    open([]);
    box.querySelector("input").focus();
  });

  function open(given) {
    const right = [];
    const asked = questions.map((question, i) =>
      ask(question, answers[i], i + 1, (now) => {
        given[i] = now;
        memory.write(given);
        right[i] = asked[i].grade(now);
        report();
      }),
    );
    function report() {
      const open = questions.length - given.filter((answer) => answer !== undefined && answer !== null).length;
      const points = right.filter(Boolean).length;
      score.textContent = `${points} of ${questions.length} right${open ? `, ${open} to go` : ""}`;
      again.hidden = open === questions.length;
      state.set({ score: points });
    }
    box.replaceChildren(...asked.map(({ form }) => form), row(score, again));
    for (const [i, answer] of given.entries()) if (answer !== undefined) right[i] = asked[i].grade(answer);
    report();
    typeset(box);
  }

  open(memory.read());
}

export default { render };
