// A pen moved by arrow keys, for the pad in pad.js: whoever has no mouse draws too.

import { arrows, clamp, element } from "./kit.js";

/**
 * Lets the keyboard draw on a pad: arrow keys move the pen (with Shift further), Space puts it down and lifts it, Backspace takes
 * the last stroke back. `strokes()` are those drawn so far, `change(strokes)` takes the new ones. Returns the box that holds the pad.
 */
export function keyPen({ node }, strokes, change) {
  let at = [0.5, 0.3];
  let down = false;
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
  arrows(node, ([right, up], far) => {
    const step = far ? 0.1 : 0.02;
    at = [at[0] + step * right, at[1] - step * up].map((v) => Math.round(clamp(v, 0, 1) * 1000) / 1000);
    if (down) change([...strokes().slice(0, -1), [...(strokes().at(-1) ?? []), at]]);
    show();
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Backspace") return;
    event.preventDefault();
    down = event.key === " " && !down;
    if (down) change([...strokes(), [at]]);
    else if (event.key === "Backspace") change(strokes().slice(0, -1));
    show();
  });
  const box = element("div", {}, node, ring);
  box.style.position = "relative";
  show();
  return box;
}
