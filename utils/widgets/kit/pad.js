// A pad to draw on, with mouse, pen, finger or arrow keys. A drawing is a list of strokes, a stroke a list of points [x, y] between 0
// and 1 (right and down).

import { arrows, drags } from "./canvas.js";
import { colour, element } from "./elements.js";
import { clamp } from "./state.js";

const HOW = "arrow keys move the pen, Space puts it down and lifts it, Backspace takes a stroke back";
const part = (value) => Math.round(clamp(value, 0, 1) * 1000) / 1000;

/**
 * A square to draw on. `strokes()` are those drawn so far, `change(strokes)` takes the new ones while the reader draws; `ink(stroke)` is
 * a stroke's colour, by default that of the text. Returns the box { node }, its { canvas }, and show(strokes), which paints them.
 */
export function pad(label, { strokes, change, ink }) {
  const canvas = element("canvas", { class: "cw-pad", width: 336, height: 336, "aria-label": `${label}; or ${HOW}` });
  const show = (drawn) => paint(canvas, drawn, ink);
  const take = (now) => {
    show(now);
    change(now);
  };
  drags(canvas, (event, first) => {
    const points = (first ? [event] : (event.getCoalescedEvents?.() ?? [event])).map((one) => place(canvas, one));
    const before = strokes();
    take(first ? [...before, points] : [...before.slice(0, -1), [...(before.at(-1) ?? []), ...points]]);
  });
  const ring = keyPen(canvas, strokes, take);
  return { node: element("div", { class: "cw-pad-box" }, canvas, ring), canvas, show };
}

function place(canvas, { clientX, clientY }) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return [part((clientX - left) / width), part((clientY - top) / height)];
}

function paint(canvas, strokes, ink) {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.lineWidth = canvas.width / 12;
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) {
    context.strokeStyle = ink?.(stroke) ?? colour(canvas, "text");
    context.beginPath();
    for (const [x, y] of [stroke[0], ...stroke]) context.lineTo(x * canvas.width, y * canvas.height);
    context.stroke();
  }
}

/** The pen of the keyboard: returns the ring that shows where it is. */
function keyPen(canvas, strokes, take) {
  let at = [0.5, 0.3];
  let down = false;
  const ring = element("i", { class: "cw-pen", "aria-hidden": "true", hidden: true });
  const show = () => {
    ring.style.left = `${100 * at[0]}%`;
    ring.style.top = `${100 * at[1]}%`;
    ring.toggleAttribute("data-down", down);
    ring.hidden = canvas.getRootNode().activeElement !== canvas || !canvas.matches(":focus-visible");
  };
  canvas.addEventListener("focus", show);
  canvas.addEventListener("blur", () => {
    down = false;
    show();
  });
  arrows(canvas, ([right, up], far) => {
    const step = far ? 0.1 : 0.02;
    at = [part(at[0] + step * right), part(at[1] - step * up)];
    if (down) take([...strokes().slice(0, -1), [...(strokes().at(-1) ?? []), at]]);
    show();
  });
  canvas.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Backspace") return;
    event.preventDefault();
    down = event.key === " " && !down;
    if (down) take([...strokes(), [at]]);
    else if (event.key === "Backspace") take(strokes().slice(0, -1));
    show();
  });
  return ring;
}
