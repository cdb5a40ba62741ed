// What the course's widgets share: their weights, their styles, and controls bound to the model.

// ---- weights

/**
 * The weights of a widget: { "dense/kernel": { shape, data: Float32Array }, …, meta }. With a kernel they come from the trait
 * `blob`; in the page from the file that the trait `weights` names, which the host loads once.
 */
export async function weights(model) {
  const bytes = model.get("blob");
  if (bytes?.byteLength) return readBlob(bytes);
  const name = model.get("weights");
  if (!name) throw new Error("The model shown here lives in the notebook: run the cell to bring it back.");
  if (!globalThis.courseBlob) throw new Error(`This page cannot load the weights ${name}.`);
  return readBlob(await globalThis.courseBlob(name));
}

/** Reads what `blobs.py` wrote, from an ArrayBuffer or a view of one. Throws an Error that says what is wrong with it. */
export function readBlob(bytes) {
  const view = new DataView(bytes.buffer ?? bytes, bytes.byteOffset ?? 0, bytes.byteLength);
  if (view.byteLength < 8 || view.getUint32(0) !== 0x444c5954)
    throw new Error("This is not a weight file of the course.");
  const start = 8 + view.getUint32(4, true);
  const truncated = (expected) => new Error(`The weight file is truncated: ${view.byteLength} bytes of ${expected}.`);
  if (view.byteLength < start) throw truncated(`more than ${start}`);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + 8, start - 8)));
  const width = header.dtype === "float16" ? 2 : 4;
  const trained = { meta: header.meta };
  let at = start;
  for (const [name, shape] of header.tensors) {
    const count = shape.reduce((product, n) => product * n, 1);
    if (at + count * width > view.byteLength) throw truncated("more");
    const data = new Float32Array(count);
    for (let i = 0; i < count; i++, at += width) {
      data[i] = width === 2 ? float16(view.getUint16(at, true)) : view.getFloat32(at, true);
    }
    trained[name] = { shape, data };
  }
  if (crc32(new Uint8Array(view.buffer, view.byteOffset + start, at - start)) !== header.crc32) {
    throw new Error("The weight file is damaged: its checksum does not fit.");
  }
  return trained;
}

/** The number that 16 bits of IEEE 754 stand for. */
function float16(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return sign * (exponent ? 2 ** (exponent - 25) * (1024 + fraction) : fraction * 2 ** -24);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, value) => {
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes) {
  let sum = -1;
  for (const byte of bytes) sum = (sum >>> 8) ^ CRC_TABLE[(sum ^ byte) & 255];
  return ~sum >>> 0;
}

// ---- model

/**
 * Calls `draw` now, and in the next animation frame after any of the traits changed. Returns the function that ends it.
 */
export function connect(model, traits, draw) {
  const redraw = throttle(draw);
  for (const trait of traits) model.on(`change:${trait}`, redraw);
  draw();
  return () => {
    redraw.cancel();
    for (const trait of traits) model.off(`change:${trait}`, redraw);
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
  call.cancel = () => cancelAnimationFrame(frame);
  return call;
}

export function save(model, values) {
  for (const [trait, value] of Object.entries(values)) model.set(trait, value);
  model.save_changes();
}

/** A number made safe: between `low` and `high`, and `otherwise` where it is none. */
export const clamp = (value, low, high, otherwise = low) =>
  Number.isFinite(value) ? Math.min(Math.max(value, low), high) : otherwise;

/** Calls `draw` when the page changes between light and dark. Returns the function that ends it. */
export function onTheme(draw) {
  const watch = new MutationObserver(() => draw());
  const options = { attributes: true, attributeFilter: ["class", "data-theme", "data-jp-theme-light", "theme"] };
  for (const node of [document.documentElement, document.body]) watch.observe(node, options);
  return () => watch.disconnect();
}

export const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// ---- elements

/** element("label", { class: "cw-row", onclick: f }, "text", child, …) */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (typeof value === "boolean") node.toggleAttribute(name, value);
    else if (value !== undefined) node.setAttribute(name, value);
  }
  // JupyterLab would take arrow keys and Enter for its own, were it not told that they belong to the focused element
  if (/^(button|input|select|textarea)$/.test(tag) || "tabindex" in properties)
    node.setAttribute("data-lm-suppress-shortcuts", "");
  node.append(...children);
  return node;
}

/** Makes `el` a widget and returns the box that everything goes into. `label` names it for screen readers, `css` are its own styles. */
export function mount(el, label, css = "") {
  const root = el.getRootNode();
  const home = root instanceof ShadowRoot ? root : document.head;
  for (const text of [STYLE, css]) {
    if (text && ![...home.querySelectorAll("style")].some((style) => style.textContent === text))
      home.append(element("style", {}, text));
  }
  const box = element("div", { class: "cw", role: "group", "aria-label": label });
  el.append(box);
  return box;
}

export const button = (text, onclick, properties = {}) =>
  element("button", { type: "button", onclick, ...properties }, text);

let count = 0;

/**
 * A labelled slider bound to a trait. `format` writes the value, for the eye and for screen readers; `min`, `max` and `step` as
 * in html.
 */
export function slider(model, trait, { label, min, max, step = 1, format = String }) {
  const id = `cw-${trait}-${count++}`;
  const input = element("input", {
    type: "range",
    id,
    min,
    max,
    step,
    oninput: () => save(model, { [trait]: Number(input.value) }),
  });
  const output = element("output", { for: id });
  const show = () => {
    input.value = model.get(trait);
    output.textContent = format(model.get(trait));
    input.setAttribute("aria-valuetext", output.textContent);
  };
  model.on(`change:${trait}`, show);
  show();
  return element("div", { class: "cw-slider" }, element("label", { for: id }, label), input, output);
}

/** A labelled choice bound to a trait. `options` are values, or [value, text] pairs. */
export function choice(model, trait, { label, options }) {
  const id = `cw-${trait}-${count++}`;
  const pairs = options.map((option) => (Array.isArray(option) ? option : [option, String(option)]));
  const select = element("select", { id, onchange: () => save(model, { [trait]: pairs[select.selectedIndex][0] }) });
  for (const [, text] of pairs) select.append(element("option", {}, text));
  const show = () => (select.selectedIndex = pairs.findIndex(([value]) => value === model.get(trait)));
  model.on(`change:${trait}`, show);
  show();
  return element("div", { class: "cw-choice" }, element("label", { for: id }, label), select);
}

/** A region that screen readers read out when its text changes; with `visible` it is also seen. */
export function live(visible = true) {
  return element("div", { class: visible ? "cw-live" : "cw-hidden", role: "status", "aria-live": "polite" });
}

/**
 * A canvas as sharp as the screen. `draw(context, width, height)` works in CSS pixels and is called now, on every change of size or
 * theme, and by `redraw()`. Its width follows the box it stands in, its height is `ratio` times that.
 */
export function canvas(label, draw, { ratio = 0.5, maxWidth = 640 } = {}) {
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
  const ignoreTheme = onTheme(redraw);
  const stop = () => {
    sizes.disconnect();
    ignoreTheme();
    redraw.cancel();
  };
  return { node, redraw, stop };
}

/** Calls `take(event, first)` while a mouse, pen or finger presses a node: `first` is true for the press itself. */
export function drags(node, take) {
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
      if (event.pointerId === pointer) pointer = null;
    });
  }
}

/** Lets the arrow keys move something in a node: `move([right, up], far)`, `far` with Shift; the key Home calls `home`, if there is one. */
export function arrows(node, move, home) {
  for (const [name, value] of [
    ["role", "application"],
    ["tabindex", 0],
    ["data-lm-suppress-shortcuts", ""],
  ])
    node.setAttribute(name, value);
  node.addEventListener("keydown", (event) => {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!direction && !(home && event.key === "Home")) return;
    event.preventDefault();
    if (direction) move(direction, event.shiftKey);
    else home();
  });
}

/** The current value of a colour of the theme, for canvases: colour(node, "text"). */
export const colour = (node, name) => getComputedStyle(node).getPropertyValue(`--cw-${name}`).trim();

// The variables take the colours of the book, else of JupyterLab, else of Colab, else of a white page.
const STYLE = `
.cw {
  --cw-text: var(--pst-color-text-base, var(--jp-ui-font-color1, var(--colab-primary-text-color, #212121)));
  --cw-muted: var(--pst-color-text-muted, var(--jp-ui-font-color2, var(--colab-secondary-text-color, #5f6368)));
  --cw-ground: var(--pst-color-background, var(--jp-layout-color1, var(--colab-primary-surface-color, #fff)));
  --cw-surface: var(--pst-color-surface, var(--jp-layout-color2, var(--colab-secondary-surface-color, #f3f4f5)));
  --cw-line: var(--pst-color-border, var(--jp-border-color1, var(--colab-border-color, #c4c7ca)));
  --cw-accent: var(--pst-color-link, var(--jp-brand-color1, #0072b2));
  --cw-good: var(--pst-color-success, #00785a);
  --cw-bad: var(--pst-color-danger, #c23b00);
  color: var(--cw-text); border: 1px solid var(--cw-line); border-radius: 6px; padding: 12px 14px; margin: 4px 0 16px;
  font: 15px/1.5 var(--pst-font-family-base, var(--jp-ui-font-family, system-ui, sans-serif)); box-sizing: border-box; max-width: 100%; display: flow-root;
}
.cw *, .cw *::before { box-sizing: border-box; }
.cw button, .cw select, .cw input:not([type]), .cw input[type=text], .cw input[type=number], .cw textarea {
  font: inherit; color: inherit; background: var(--cw-surface); border: 1px solid var(--cw-line); border-radius: 4px;
  padding: 4px 12px; min-height: 36px; max-width: 100%;
}
.cw-bar button { min-width: 80px; }
.cw button { cursor: pointer; }
.cw button:hover:not(:disabled) { border-color: var(--cw-accent); }
.cw [aria-pressed=true] { border-color: var(--cw-accent); box-shadow: inset 0 0 0 1px var(--cw-accent); }
.cw button:disabled { opacity: .55; cursor: default; }
.cw :focus-visible { outline: 2px solid var(--cw-accent); outline-offset: 2px; }
.cw input[type=range] { accent-color: var(--cw-accent); width: 100%; min-width: 0; height: 28px; margin: 0; }
.cw input[type=radio], .cw input[type=checkbox] { accent-color: var(--cw-accent); }
.cw-slider { display: grid; grid-template-columns: auto minmax(80px, 1fr) auto; gap: 2px 12px; align-items: center; }
.cw-slider label, .cw-choice label { font-weight: 600; }
.cw-slider output { font-variant-numeric: tabular-nums; min-width: 3em; text-align: right; overflow-wrap: anywhere; }
.cw-choice { display: inline-flex; gap: 8px; align-items: center; }
.cw-bar { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; }
.cw-bar .cw-slider { flex: 1 1 180px; }
.cw-row { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: center; }
.cw-live { min-height: 1.5em; }
.cw-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.cw-canvas { width: 100%; display: block; }
.cw figure { margin: 0; padding: 0; }
.cw figcaption { padding: 0; margin-top: 4px; color: var(--cw-muted); font-size: 13px; line-height: 1.35; text-align: start; }
.cw-muted { color: var(--cw-muted); }
@media (max-width: 480px) {
  .cw-slider { grid-template-columns: 1fr auto; }
  .cw-slider input { grid-row: 2; grid-column: 1 / -1; }
}
@media (prefers-reduced-motion: no-preference) { .cw button { transition: border-color .15s; } }
`;
