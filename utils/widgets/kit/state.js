// The state of a widget, as its parts see it. It was declared once, in Python; the host and traitlets keep it inside its bounds.

/**
 * The state over anywidget's model, until the signal aborts:
 * - get(trait); set({ trait: value, … }) writes and sends;
 * - rule(trait): what the value may be, { kind, min, max, choices, … }, see utils/widgets/state.py;
 * - on(traits, listener): called at each change;
 * - watch(traits, draw): called now, and in the next animation frame after any of the traits changed;
 * - end(clean): called when the widget goes; at once if it has gone.
 */
export function stateOf(model, signal = new AbortController().signal) {
  const end = (clean) => atEnd(signal, clean);
  const on = (traits, listener) => {
    for (const trait of traits) model.on(`change:${trait}`, listener);
    end(() => {
      for (const trait of traits) model.off(`change:${trait}`, listener);
    });
  };
  return {
    signal,
    get: (trait) => model.get(trait),
    set(values) {
      for (const [trait, value] of Object.entries(values)) model.set(trait, value);
      model.save_changes();
    },
    rule: (trait) => model.get("_rules")[trait],
    on,
    watch(traits, draw) {
      const redraw = throttle(() => draw());
      on(traits, redraw);
      end(redraw.cancel);
      draw();
    },
    end,
  };
}

/** At most one call per animation frame, with the latest arguments. */
export function throttle(draw) {
  let frame = 0;
  let latest = [];
  const call = (...values) => {
    latest = values;
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      draw(...latest);
    });
  };
  call.cancel = () => {
    cancelAnimationFrame(frame);
    frame = 0;
  };
  return call;
}

/** Calls `clean` when the signal aborts; at once if it has: no event would come. */
export const atEnd = (signal, clean) => (signal.aborted ? clean() : signal.addEventListener("abort", clean));

/** Calls `draw` when the page changes between light and dark, before a dark page is printed too, until the signal aborts. */
export function onTheme(draw, signal) {
  const watch = new MutationObserver(() => draw());
  const options = { attributes: true, attributeFilter: ["class", "data-theme", "data-jp-theme-light", "theme"] };
  for (const node of [document.documentElement, document.body]) watch.observe(node, options);
  // where a script prints, the observer is called only after the page has gone to paper
  const now = () => watch.takeRecords().length && draw();
  addEventListener("beforeprint", now);
  atEnd(signal, () => {
    watch.disconnect();
    removeEventListener("beforeprint", now);
  });
}

export const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** A number between `low` and `high`. */
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** 12345 as "12,345". */
export const grouped = (number) => Math.round(number).toLocaleString("en");
