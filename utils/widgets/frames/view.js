// A slider over pictures that were computed in Python.

import { bar, button, element, mount, reducedMotion, slider, stateOf } from "../kit/kit.js";
import STYLE from "./style.css";

function render({ model, el, signal }) {
  const state = stateOf(model, signal);
  const box = mount(el, { name: "frames", label: state.get("title"), style: STYLE });
  const picture = element("img", { class: "cw-frame" });
  const { play, pause } = player(state);
  const position = slider(state, "frame", {
    label: state.get("title"),
    max: state.get("frames").length - 1,
    format: (frame) => state.get("labels")[frame],
  });
  position.addEventListener("input", pause); // the reader took over, by pointer or by key
  box.append(picture, bar(play, position));
  state.watch(["frame"], () => {
    picture.src = state.get("frames")[state.get("frame")];
    picture.alt = state.get("alts")[state.get("frame")];
  });
}

/** The button that lets the frames follow one another, and what stops them. */
function player(state) {
  const last = state.get("frames").length - 1;
  let timer = 0;
  const play = button("Play", () => (timer ? pause() : start()));
  const advance = () => (state.get("frame") < last ? state.set({ frame: state.get("frame") + 1 }) : pause());
  function pause() {
    timer = clearInterval(timer);
    play.textContent = "Play";
  }
  function start() {
    if (state.get("frame") === last) state.set({ frame: 0 });
    timer = setInterval(advance, reducedMotion() ? 2000 : 800);
    play.textContent = "Pause";
  }
  state.end(pause);
  return { play, pause };
}

export default { render };
