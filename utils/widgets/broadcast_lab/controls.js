// Choosing a shape: typed, or axis by axis.

import { button, element } from "../kit/kit.js";
import { axisName, parse, valid, written } from "./engine.js";

/** The controls of one shape, the trait `name`. */
export function shapeControls(state, name) {
  const rule = state.rule(name);
  const put = (shape) => valid(shape, rule) && state.set({ [name]: shape });
  const { field, hint, show: showText } = typed(state, name, put);
  const { nodes, show: showSteps } = stepped(state, name, put);
  const label = element("label", { class: `bl-name bl-${name}` }, element("strong", {}, name), field);
  state.watch([name], () => {
    showText(state.get(name));
    showSteps(state.get(name));
  });
  return element("div", { class: "bl-choose" }, label, ...nodes, hint);
}

function typed(state, name, put) {
  const rule = state.rule(name);
  const { min, max } = rule.item;
  const hint = element(
    "p",
    { class: "bl-hint", role: "status", hidden: true },
    `Write a shape like (2, 1, 3): up to ${rule.most} lengths, each from ${min} to ${max}.`,
  );
  const refuse = (wrong) => {
    field.setAttribute("aria-invalid", wrong);
    hint.hidden = !wrong;
  };
  const read = () => parse(field.value, rule);
  const field = element("input", {
    type: "text",
    size: 9,
    spellcheck: "false",
    autocomplete: "off",
    oninput: () => read() && put(read()),
    onchange: () => {
      if (!read()) return refuse(true);
      field.value = written(state.get(name));
      refuse(false);
    },
  });
  const show = (shape) => {
    if (String(read()) !== String(shape)) field.value = written(shape); // not while the same is being typed
    refuse(false);
  };
  return { field, hint, show };
}

function stepped(state, name, put) {
  const { most, least, item } = state.rule(name);
  const own = () => state.get(name);
  const rank = stepper("rank", [`${name}: one axis fewer`, `${name}: one axis more, in front`], (by) =>
    put(by > 0 ? [1, ...own()] : own().slice(1)),
  );
  const place = (i, shape) => i - most + shape.length; // which of a shape's axes the stepper i stands for, if any
  const axes = Array.from({ length: most }, (_, i) => {
    const title = axisName(i, most);
    return stepper(title, [`${name}, ${title}: shorter`, `${name}, ${title}: longer`], (by) =>
      put(own().map((n, axis) => (axis === place(i, own()) ? n + by : n))),
    );
  });
  const show = (shape) => {
    rank.show(shape.length, [least, most]);
    axes.forEach((axis, i) => {
      const n = shape[place(i, shape)];
      axis.node.hidden = n === undefined;
      axis.show(n, [item.min, item.max]);
    });
  };
  return { nodes: [rank.node, ...axes.map(({ node }) => node)], show };
}

/** A number between the buttons − and +, which stay focusable at the ends. */
function stepper(label, [fewer, more], change) {
  const value = element("output");
  const buttons = [
    button("−", () => change(-1), { "aria-label": fewer }),
    button("+", () => change(1), { "aria-label": more }),
  ];
  const title = element("span", { class: "cw-muted" }, label);
  const node = element("span", { class: "bl-stepper" }, title, buttons[0], value, buttons[1]);
  const show = (now, ends) => {
    value.textContent = now;
    buttons.forEach((one, i) => {
      one.setAttribute("aria-disabled", now === ends[i]);
    });
  };
  return { node, show };
}
