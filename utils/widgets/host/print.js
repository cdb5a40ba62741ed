// On paper every widget stands, visited or not.

import { render } from "./drawing.js";

/** Has printing wait for the widgets, where the browser lets it: what its menu prints may come before those that load weights. */
export function printAll(widgets) {
  const renderAll = () => Promise.all(widgets.map(render));
  const print = window.print.bind(window);
  window.print = () => renderAll().then(print);
  addEventListener("beforeprint", renderAll);
  addEventListener("keydown", (event) => {
    if (event.key !== "p" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    window.print();
  });
}
