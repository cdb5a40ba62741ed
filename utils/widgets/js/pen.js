// A pen moved by arrow keys, for the pad in drawing.js: whoever has no mouse draws too.

import { clamp, element } from "./kit.js";

/**
 * Lets the keyboard draw on a pad: arrow keys move the pen (with Shift further), Space puts it down and lifts it, Backspace takes
 * the last stroke back. `strokes()` are those drawn so far, `change(strokes)` takes the new ones. Returns the box that holds the pad.
 */
export function keyPen({ node }, strokes, change) {
  let at = [0.5, 0.3];
  let down = false;
  for (const [name, value] of [["role", "application"], ["tabindex", 0], ["data-lm-suppress-shortcuts", ""]]) node.setAttribute(name, value);
  const ring = element("i", { "aria-hidden": "true" });
  const show = () => {
    ring.style.cssText = `position: absolute; left: ${100 * at[0]}%; top: ${100 * at[1]}%; width: 18px; height: 18px; margin: -9px; pointer-events: none;
      border-radius: 50%; border: ${down ? 6 : 2}px solid var(--cw-accent)`;
    ring.hidden = node.getRootNode().activeElement !== node || !node.matches(":focus-visible");
    if (ring.hidden) ring.style.display = "none";
  };
  node.addEventListener("focus", show);
  node.addEventListener("blur", () => {
    down = false;
    show();
  });
  node.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 0.1 : 0.02;
    const move = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (!move && event.key !== " " && event.key !== "Backspace") return;
    event.preventDefault();
    const drawn = strokes();
    if (event.key === "Backspace") {
      down = false;
      change(drawn.slice(0, -1));
    } else if (!move) {
      down = !down;
      if (down) change([...drawn, [at]]);
    } else {
      at = at.map((v, axis) => Math.round(clamp(v + move[axis], 0, 1) * 1000) / 1000);
      if (down) change([...drawn.slice(0, -1), [...(drawn.at(-1) ?? []), at]]);
    }
    show();
  });
  const box = element("div", {}, node, ring);
  box.style.position = "relative";
  show();
  return box;
}
