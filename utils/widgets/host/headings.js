// Headings stay where a link leads, although widgets grow on the way.

/** What the address leads to: a heading, or the first widget whose state it holds. */
function target(widgets) {
  const hash = location.hash.slice(1);
  const named = [...document.querySelectorAll("[id]")].find(({ id }) => id === hash || encodeURIComponent(id) === hash);
  return named ?? widgets.find(({ id }) => hash.includes(`${id}.`))?.place;
}

let held = null; // where a link led, and where it stood then; null once the reader moves

function hold(node) {
  node?.scrollIntoView({ behavior: "instant" });
  held = node && { node, top: node.getBoundingClientRect().top, scroll: scrollY };
}

function keep() {
  if (!held) return;
  const moved = Math.abs(held.node.getBoundingClientRect().top - held.top) > 1;
  if (moved && Math.abs(scrollY - held.scroll) > 1)
    held = null; // the reader scrolled
  else hold(held.node);
}

/** From now on what a link leads to stays in place until the reader moves. */
export function holdTargets(widgets) {
  const release = () => hold(null);
  for (const kind of ["wheel", "touchstart", "pointerdown", "keydown"])
    addEventListener(kind, release, { passive: true });
  new ResizeObserver(keep).observe(document.body);
  addEventListener("hashchange", () => hold(target(widgets)));
  addEventListener(
    "click",
    (event) => event.target.closest?.("a[href^='#']") && setTimeout(() => hold(target(widgets))),
  );
  hold(target(widgets));
}
