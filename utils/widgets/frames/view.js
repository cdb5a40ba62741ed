// A slider over pictures that were computed in Python.

import { button, connect, element, mount, reducedMotion, save, slider } from "../kit/kit.js";

const STYLE = `.cw-frame { display: block; max-width: 100%; height: auto; margin: 0 auto 8px; }`;

function render({ model, el }) {
  const frames = model.get("frames");
  const last = frames.length - 1;
  const current = () => Math.min(Math.max(Math.round(model.get("frame")), 0), last);
  const go = (frame) => save(model, { frame });

  const box = mount(el, model.get("title"), STYLE);
  const picture = element("img", { class: "cw-frame" });
  const play = button("Play", () => (timer ? pause() : start()));
  let timer = 0;

  function pause() {
    timer = clearInterval(timer);
    play.textContent = "Play";
  }

  function start() {
    if (current() === last) go(0);
    timer = setInterval(() => (current() < last ? go(current() + 1) : pause()), reducedMotion() ? 2000 : 800);
    play.textContent = "Pause";
  }

  const position = slider(model, "frame", {
    label: model.get("title"),
    min: 0,
    max: last,
    format: () => model.get("labels")[current()],
  });
  position.addEventListener("pointerdown", pause);
  box.append(picture, element("div", { class: "cw-bar" }, play, position));

  const disconnect = connect(model, ["frame"], () => {
    picture.src = frames[current()];
    picture.alt = model.get("alts")[current()];
  });
  return () => {
    pause();
    disconnect();
  };
}

export default { render };
