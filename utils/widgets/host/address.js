// The state that readers changed, in the address, to be shared: #Frames.frame=3&Frames-2.frame=1

import { allowed } from "./state.js";

const shared = (rules) => Object.entries(rules).filter(([, rule]) => !rule.local);

export function readAddress(widgets) {
  const said = new URLSearchParams(location.hash.slice(1));
  for (const { id, rules, initial, model } of widgets) {
    for (const [trait, rule] of shared(rules)) {
      const text = said.get(`${id}.${trait}`);
      if (text === null) continue;
      try {
        const value = allowed(typeof initial[trait] === "string" ? text : JSON.parse(text), rule, initial);
        if (value !== undefined) model.set(trait, value);
      } catch {
        // a damaged address: the widget keeps its own value
      }
    }
  }
}

function writeAddress(widgets) {
  const values = new URLSearchParams();
  for (const { id, rules, initial, model } of widgets) {
    for (const [trait, rule] of shared(rules)) {
      const now = model.get(trait);
      const text = typeof now === "string" ? now : JSON.stringify(now);
      const told = JSON.stringify(now) !== JSON.stringify(initial[trait]) && text.length <= 200;
      // what could not be read back says nothing to others: a drawing is chosen, but stays with the one who drew it
      const read = JSON.stringify(allowed(now, rule, initial)) === JSON.stringify(now);
      if (told && read) values.set(`${id}.${trait}`, text);
    }
  }
  const mine = widgets.some(({ id }) => location.hash.includes(`${id}.`));
  if (values.size || mine) history.replaceState(history.state, "", `#${values}`);
}

let timer;

/** Browsers refuse more than some hundred changes of the address in half a minute. */
export const writeSoon = (widgets) => {
  clearTimeout(timer);
  timer = setTimeout(() => writeAddress(widgets), 300);
};
