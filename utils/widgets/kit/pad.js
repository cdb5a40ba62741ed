// A pad to draw on. A drawing is a list of strokes, a stroke a list of points [x, y] between 0 and 1 (right and down).

import { clamp, colour, drags, element } from "./kit.js";

/**
 * A square to draw on with mouse, pen or finger. Calls `change(strokes)` while the reader draws; `ink(stroke)` is a stroke's colour,
 * by default that of the text. `show(strokes)` paints others.
 */
export function pad(label, change, ink) {
  const node = element("canvas", { class: "cw-pad", width: 336, height: 336, role: "img", "aria-label": label });
  let strokes = [];

  const paint = () => {
    const context = node.getContext("2d");
    context.clearRect(0, 0, node.width, node.height);
    context.lineWidth = node.width / 12;
    context.lineCap = context.lineJoin = "round";
    for (const stroke of strokes) {
      context.strokeStyle = ink?.(stroke) ?? colour(node, "text");
      context.beginPath();
      for (const [x, y] of [stroke[0], ...stroke]) context.lineTo(x * node.width, y * node.height);
      context.stroke();
    }
  };
  const place = ({ clientX, clientY }) => {
    const { left, top, width, height } = node.getBoundingClientRect();
    const part = (value) => Math.round(clamp(value, 0, 1) * 1000) / 1000;
    return [part((clientX - left) / width), part((clientY - top) / height)];
  };
  drags(node, (event, first) => {
    const points = first ? [event] : (event.getCoalescedEvents?.() ?? [event]);
    strokes = [...(first ? strokes : strokes.slice(0, -1)), [...(first ? [] : strokes.at(-1)), ...points.map(place)]];
    paint();
    change(strokes);
  });
  return {
    node,
    show(others) {
      strokes = others;
      paint();
    },
  };
}
