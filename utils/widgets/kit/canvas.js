// Canvases, and what moves things in them: pointers and arrow keys.

import { element } from "./elements.js";
import { atEnd, onTheme, throttle } from "./state.js";

/**
 * A canvas as sharp as the screen. `draw(context, width, height)` works in CSS pixels and is called on every change of size or theme,
 * and by `redraw()`, until the signal aborts. Its width follows the box it stands in, its height is `ratio` times that.
 */
export function canvas(label, draw, { ratio = 0.5, maxWidth = 640, signal }) {
  const node = element("canvas", { class: "cw-canvas", role: "img", "aria-label": label });
  node.style.maxWidth = `${maxWidth}px`;
  node.style.aspectRatio = String(1 / ratio);
  const paint = () => {
    const { clientWidth: width, clientHeight: height } = node;
    if (!width) return;
    const scale = devicePixelRatio || 1;
    if (node.width !== Math.round(width * scale)) {
      node.width = Math.round(width * scale);
      node.height = Math.round(height * scale);
    }
    const context = node.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    draw(context, width, height);
  };
  const redraw = throttle(paint);
  const sizes = new ResizeObserver(redraw);
  sizes.observe(node);
  onTheme(paint, signal); // at once: paper does not wait for the next frame
  atEnd(signal, () => {
    sizes.disconnect();
    redraw.cancel();
  });
  return { node, redraw };
}

/**
 * Calls `take(event, first)` while a mouse, pen or finger presses a node: `first` is true for the press itself; `undo()` where the
 * press turns out to be a swipe that scrolls the page (see `touch-action`).
 */
export function drags(node, take, undo = () => {}) {
  let pointer = null;
  node.addEventListener("pointerdown", (event) => {
    if (event.button || pointer !== null) return;
    pointer = event.pointerId;
    node.setPointerCapture(pointer);
    take(event, true);
  });
  node.addEventListener("pointermove", (event) => event.pointerId === pointer && take(event, false));
  for (const end of ["pointerup", "pointercancel"]) {
    node.addEventListener(end, (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      if (end === "pointercancel") undo();
    });
  }
}

const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Lets the arrow keys move something in a node: `move([right, up], far)`, `far` with Shift; the key Home calls `home`, if there is one. */
export function arrows(node, move, home) {
  node.setAttribute("role", "application");
  node.setAttribute("tabindex", 0);
  node.setAttribute("data-lm-suppress-shortcuts", "");
  node.addEventListener("keydown", (event) => {
    const direction = DIRECTIONS[event.key];
    if (!direction && !(home && event.key === "Home")) return;
    event.preventDefault();
    if (direction) move(direction, event.shiftKey);
    else home();
  });
}
