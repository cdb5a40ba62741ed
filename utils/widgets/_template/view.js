// What the reader sees: a slider, and a bar for each class.

import { element, mount, slider, spoken, stateOf } from "../kit/kit.js";
import { distribution } from "./engine.js";
import STYLE from "./style.css";

function render({ model, el, signal }) {
  const state = stateOf(model, signal);
  const box = mount(el, {
    name: "template",
    label: "Template",
    style: STYLE,
  });
  box.append(
    slider(state, "temperature", { label: "Temperature", step: 0.05, format: (value) => value.toFixed(2) }),
    bars(state),
  );
}

/** A bar for each class, as long as its probability. */
function bars(state) {
  const heard = spoken(state.signal);
  const list = element("ol", { class: "bars" });
  state.watch(["temperature", "logits"], () => {
    const shares = distribution(state.get("logits"), state.get("temperature"));
    const percent = shares.map((share) => `${(100 * share).toFixed(1)} %`);
    list.replaceChildren(
      ...shares.map((share, i) =>
        element("li", {}, element("i", { style: `width: ${100 * share}%`, "aria-hidden": "true" }), percent[i]),
      ),
    );
    heard.say(`Probabilities: ${percent.join(", ")}`);
  });
  return element("div", {}, list, heard.node);
}

export default { render };
