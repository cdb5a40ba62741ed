// Draws a widget in its place, once, when the reader comes near it.

/** Says in the place of a widget that it is missing, and why. */
export function say(place, message) {
  const texts = ["A widget belongs here", `${message} The rest of the page does not need it.`];
  const box = document.createElement("div");
  box.className = "admonition warning";
  box.append(...texts.map((textContent) => Object.assign(document.createElement("p"), { textContent })));
  box.firstChild.className = "admonition-title";
  place.replaceChildren(box);
}

/** Draws a widget, once; resolves when it stands. */
export function render(widget) {
  widget.drawn ??= draw(widget);
  return widget.drawn;
}

async function draw({ place, model, module }) {
  const fallback = [...place.children];
  const el = place.appendChild(document.createElement("div"));
  const end = new AbortController();
  try {
    const loaded = globalThis.courseModules?.[module];
    if (!loaded) throw new Error(`The script ${module} is missing.`);
    await loaded.default.render({ model, el, signal: end.signal });
    for (const node of fallback) node.remove();
  } catch (error) {
    end.abort();
    say(place, error.message);
  }
}

const waiting = new Map(); // place → widget
const nearby = new IntersectionObserver(
  (entries) => {
    for (const { target } of entries.filter(({ isIntersecting }) => isIntersecting)) {
      nearby.unobserve(target);
      render(waiting.get(target));
    }
  },
  { rootMargin: "300px" },
);

/** Draws a widget when its place comes near. */
export function renderSoon(widget) {
  waiting.set(widget.place, widget);
  nearby.observe(widget.place);
}
