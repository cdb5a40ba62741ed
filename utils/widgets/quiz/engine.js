// Grading, and what a browser remembers of a quiz.

/** The number someone typed: "401,920", "401 920" and "0,5" are numbers too. */
export function parseNumber(text) {
  const plain = text.trim().replace(/[\s_]/g, "").replace("−", "-");
  if (!plain) return NaN;
  return Number(/^-?\d{1,3}(,\d{3})+(\.|$)/.test(plain) ? plain.replaceAll(",", "") : plain.replace(",", "."));
}

/** Whether an answer is right: the indices of the chosen ones, or the text typed for a number. */
export function isRight(given, { right, tolerance }) {
  return Array.isArray(right) ? String(given) === String(right) : Math.abs(parseNumber(given) - right) <= tolerance;
}

/** Whether a question has been answered: something chosen, or a number typed. */
export const isComplete = ({ kind }, given) =>
  kind === "number" ? Number.isFinite(parseNumber(given)) : given.length > 0;

/** A remembered answer as this question can take it, or undefined: a browser's store may hold anything. */
export function remembered(question, given) {
  if (question.kind === "number") return typeof given === "string" && isComplete(question, given) ? given : undefined;
  const { length } = question.choices;
  const fine = Array.isArray(given) && given.every((i) => Number.isInteger(i) && i >= 0 && i < length);
  return fine && given.length && (question.kind === "several" || given.length === 1) ? given : undefined;
}

/** What the reader answered in earlier visits, one entry a question; private windows and full disks may refuse to say. */
export function storage(name, questions) {
  const place = `course-quiz:${name}`;
  const version = JSON.stringify(questions);
  return {
    read() {
      try {
        const kept = JSON.parse(localStorage.getItem(place));
        return kept.version === version ? questions.map((question, i) => remembered(question, kept.given[i])) : [];
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
