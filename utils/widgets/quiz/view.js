// Graded questions. Answers are kept in the browser, and given again when the page is opened again.

import { button, element, mount, save } from "../kit/kit.js";

const STYLE = `
.cw-question { margin: 0 0 20px; }
.cw-question fieldset { border: 0; margin: 0 0 8px; padding: 0; min-width: 0; }
.cw-question legend { font-weight: 600; font-size: inherit; padding: 0; margin: 0 0 6px; float: none; width: 100%; }
.cw-question p { margin: 0 0 4px; }
.cw-option { display: flex; gap: 10px; align-items: baseline; padding: 5px 10px; margin: 0 0 2px; border: 1px solid transparent; border-radius: 4px; }
.cw-option:has(input:enabled) { cursor: pointer; }
.cw-option:has(input:enabled):hover { background: var(--cw-surface); }
.cw-option.cw-right { border-color: var(--cw-good); }
.cw-option.cw-wrong { border-color: var(--cw-bad); }
.cw-mark { margin-left: auto; white-space: nowrap; font-weight: 600; }
.cw-right > .cw-mark, .cw-feedback.cw-right > strong { color: var(--cw-good); }
.cw-wrong > .cw-mark, .cw-feedback.cw-wrong > strong { color: var(--cw-bad); }
.cw-number { display: flex; gap: 8px; align-items: center; }
.cw-feedback { margin-top: 8px; }
.cw-feedback.cw-right, .cw-feedback.cw-wrong { border-left: 3px solid var(--cw-good); padding-left: 10px; }
.cw-feedback.cw-wrong { border-color: var(--cw-bad); }
.cw-score { margin: 0; font-weight: 600; }
`;

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

/** What the reader chose in earlier visits, one entry a question; private windows and full disks may refuse to say. */
function storage(name, questions) {
  const place = `course-quiz:${name}`;
  const version = JSON.stringify(questions);
  return {
    read() {
      try {
        const kept = JSON.parse(localStorage.getItem(place));
        return kept?.version === version ? kept.given : [];
      } catch {
        return [];
      }
    },
    write(given) {
      try {
        localStorage.setItem(place, JSON.stringify({ version, given }));
      } catch {
        // the quiz works without memory
      }
    },
  };
}

/** The number someone typed: "401,920", "401 920" and "0,5" are numbers too. */
function parseNumber(text) {
  const plain = text.trim().replace(/[\s_]/g, "").replace("−", "-");
  return plain
    ? Number(/^-?\d{1,3}(,\d{3})+(\.|$)/.test(plain) ? plain.replaceAll(",", "") : plain.replace(",", "."))
    : NaN;
}

/** Whether an answer is right: the indices of the chosen ones, or the text typed for a number. */
function isRight(answer, { right, tolerance }) {
  return Array.isArray(right) ? String(answer) === String(right) : Math.abs(parseNumber(answer) - right) <= tolerance;
}

let count = 0;

/** One question as a form; `onAnswer(answer)` is told the first complete answer. */
function ask(question, answer, number, onAnswer) {
  const id = `cw-question-${count++}`;
  const feedback = element("div", { class: "cw-feedback", role: "status", tabindex: -1 });
  const check = element("button", { type: "submit" }, "Check");
  const inputs = [];
  const rows = [];

  if (question.kind === "number") {
    const input = element("input", {
      type: "text",
      inputmode: "decimal",
      size: 12,
      autocomplete: "off",
      "aria-labelledby": id,
    });
    inputs.push(input);
    rows.push(element("label", { class: "cw-number" }, input, ...inline(question.unit)));
  } else {
    question.choices.forEach((text, i) => {
      const input = element("input", { type: question.kind === "one" ? "radio" : "checkbox", name: id, value: i });
      inputs.push(input);
      rows.push(element("label", { class: "cw-option" }, input, element("span", {}, ...inline(text))));
    });
  }

  const read = () =>
    question.kind === "number" ? inputs[0].value : inputs.flatMap((input, i) => (input.checked ? [i] : []));
  const complete = (value) => (question.kind === "number" ? Number.isFinite(parseNumber(value)) : value.length > 0);

  /** Shows the result of an answer, and the explanation; the question is closed then. */
  function grade(value) {
    const right = isRight(value, answer);
    const focused = form.contains(document.activeElement);
    check.hidden = true;
    inputs.forEach((input, i) => {
      if (question.kind === "number") input.value = value;
      else input.checked = value.includes(i);
      input.disabled = true;
      const wanted = question.kind !== "number" && answer.right.includes(i);
      const chosen = question.kind !== "number" && input.checked;
      if (wanted || chosen) {
        rows[i].classList.add(wanted ? "cw-right" : "cw-wrong");
        rows[i].append(
          element("span", { class: "cw-mark" }, `${wanted ? "✓" : "✗"} ${chosen ? "your choice" : "right"}`),
        );
      }
    });
    const verdict = right
      ? "Right. "
      : question.kind === "number"
        ? `Not quite: it is ${answer.right.toLocaleString("en", { maximumSignificantDigits: 12 })}. `
        : "Not quite. ";
    feedback.className = `cw-feedback ${right ? "cw-right" : "cw-wrong"}`;
    feedback.replaceChildren(element("strong", {}, verdict), ...inline(answer.explanation));
    typeset(feedback);
    if (focused) feedback.focus({ preventScroll: true }); // the field that had it is closed now
    return right;
  }

  const form = element(
    "form",
    {
      class: "cw-question",
      novalidate: true,
      onsubmit: (event) => {
        event.preventDefault();
        if (check.hidden) return;
        if (complete(read())) onAnswer(read());
        else feedback.textContent = question.kind === "number" ? "Type a number first." : "Choose an answer first.";
      },
    },
    element(
      "fieldset",
      {},
      element("legend", { id }, `${number}. `, ...inline(question.question)),
      question.kind === "several" ? element("p", { class: "cw-muted" }, "Choose all that apply.") : "",
      ...rows,
    ),
    check,
    feedback,
  );
  return { form, grade };
}

function render({ model, el }) {
  const questions = model.get("questions");
  const answers = JSON.parse(
    new TextDecoder().decode(Uint8Array.from(atob(model.get("key")), (letter) => letter.charCodeAt(0))),
  );
  const memory = storage(model.get("name"), questions);
  const box = mount(el, "Quiz", STYLE);
  const score = element("p", { class: "cw-score", role: "status" });

  function open(given) {
    const right = questions.map(() => false);
    const asked = questions.map((question, i) =>
      ask(question, answers[i], i + 1, (answer) => {
        given[i] = answer;
        memory.write(given);
        right[i] = asked[i].grade(answer);
        report();
      }),
    );

    function report() {
      const done = given.filter((answer) => answer != null).length;
      const points = right.filter(Boolean).length;
      score.textContent =
        `${points} of ${questions.length} right` +
        (done < questions.length ? `, ${questions.length - done} to go` : "");
      again.hidden = done === 0;
      save(model, { score: points });
    }

    const again = button("Start again", () => {
      memory.write([]);
      open([]);
      box.querySelector("input").focus();
    });
    box.replaceChildren(...asked.map(({ form }) => form), element("div", { class: "cw-row" }, score, again));
    given.forEach((answer, i) => answer != null && (right[i] = asked[i].grade(answer)));
    report();
    typeset(box);
  }

  open(memory.read());
}

export default { render };
