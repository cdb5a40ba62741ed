// FilterExplorer: the pattern that excites each filter of CourseNet most, and what every filter finds in a picture of the reader's.

import { arrows, button, canvas, clamp, colour, connect, element, live, mount, save, weights } from "../kit/kit.js";
import { pad } from "../kit/pad.js";
import { keyPen } from "../kit/pen.js";
import { BLOCKS, heat, LAYERS, reading, SIDE, summary, zeros } from "./engine.js";

const SHEET = 12; // patterns or maps in a row of a stored picture
const BEST = 5; // classes that are shown
const INKS = {
  black: "#222",
  red: "#d32f2f",
  orange: "#f57c00",
  yellow: "#fbd02d",
  green: "#388e3c",
  blue: "#1976d2",
  brown: "#795548",
};

// ---- pictures

/** From 0 to 1: black, violet, red, orange, yellow. */
const COLOURS = Uint32Array.from({ length: 256 }, (_, i) => {
  const t = i / 255;
  const [red, green, blue] = [Math.sin(1.57 * t), t ** 2.2, 0.45 * Math.sin(5 * t)].map((v) => 255 * clamp(v, 0, 1));
  return red | (green << 8) | (blue << 16);
});

/** A canvas whose pixels have the colours of `value(x, y)`, from 0 to 1, and are as opaque as `opacity(value)`. */
function raster(width, height, value, opacity = () => 1) {
  const node = element("canvas", { width, height });
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  pixels.forEach((_, i) => {
    const v = value(i % width, Math.floor(i / width));
    pixels[i] = COLOURS[Math.round(255 * v)] + (Math.round(255 * opacity(v)) << 24);
  });
  node.getContext("2d").putImageData(image, 0, 0);
  return node;
}

/** The maps of some channels of a layer beside and below one another. Roots, so that weak responses show too. */
const sheet = ({ shape: [side, , channels], data }, chosen, top) =>
  raster(Math.min(chosen.length, SHEET) * side, Math.ceil(chosen.length / SHEET) * side, (x, y) => {
    const channel = chosen[SHEET * Math.floor(y / side) + Math.floor(x / side)];
    return Math.sqrt(data[((y % side) * side + (x % side)) * channels + channel] / (top || 1));
  });

async function loaded(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  if (!image.naturalWidth) throw new Error("a picture without size");
  return image;
}

const percent = (v) => `${(100 * v).toFixed(v > 0.9995 ? 0 : 1)} %`;
const figure = (node, ...caption) => element("figure", {}, node, element("figcaption", {}, ...caption));

// ---- the widget

function render({ model, el }) {
  const oneOf = (trait, allowed, otherwise = allowed[0]) =>
    allowed.includes(model.get(trait)) ? model.get(trait) : otherwise;
  const layerNow = () =>
    Math.max(
      LAYERS.findIndex(({ name }) => name === model.get("layer")),
      0,
    );
  const filterNow = () => clamp(Math.round(model.get("filter")), 0, LAYERS[layerNow()].filters - 1);
  const viewNow = () => oneOf("view", ["patterns", "activations"]);
  const strokesNow = () => (model.get("strokes") ?? []).filter((stroke) => stroke.length);
  const ownNow = () => (/^data:image/.test(model.get("picture")) ? model.get("picture") : "");
  const sampleNow = () => oneOf("sample", [...Object.keys(samples ?? {}), "drawing", ...(ownNow() ? ["own"] : [])]);
  const choose = (filter) => save(model, { filter });

  let samples = null; // name → address of the picture, once they have come
  const patterns = {}; // name of a layer → picture of all its patterns
  let trained = null;
  let seen = null; // what `reading` returned for the picture on show
  const box = mount(el, "Filter explorer", STYLE);
  box.classList.add("fe");

  // ---- the picture

  const source = element("canvas", { width: SIDE, height: SIDE });
  const brush = source.getContext("2d", { willReadFrequently: true });
  brush.imageSmoothingQuality = "high";

  /** The middle square of a picture, 64 × 64; white shows through. */
  function take(image) {
    const [width, height] = [
      image.videoWidth || image.naturalWidth || image.width,
      image.videoHeight || image.naturalHeight || image.height,
    ];
    const side = Math.min(width, height);
    brush.fillStyle = "#fff";
    brush.fillRect(0, 0, SIDE, SIDE);
    brush.drawImage(image, (width - side) / 2, (height - side) / 2, side, side, 0, 0, SIDE, SIDE);
  }
  const keep = () => save(model, { picture: source.toDataURL(), sample: "own" });

  let asked = 0;
  async function show() {
    const mine = ++asked;
    const name = sampleNow();
    drawing.show(strokesNow());
    desk.hidden = name !== "drawing";
    own.hidden = !ownNow();
    own.firstChild.src = ownNow();
    for (const key of shelf.querySelectorAll("[data-name]"))
      key.setAttribute("aria-pressed", key.dataset.name === name);
    if (!samples) return; // they are still on their way
    try {
      const image = name === "drawing" ? drawing.node : await loaded(samples[name] ?? ownNow());
      if (mine !== asked) return;
      take(image);
      look();
    } catch {
      says("What Python set as the picture is none that this browser can read.");
    }
  }

  // ---- the network looks at it, in pieces of some milliseconds so that the page stays quick

  let timer = 0;
  let stale = false;
  function look() {
    picture.redraw();
    stale = Boolean(timer);
    if (timer || !trained) return;
    answers.setAttribute("aria-busy", true);
    const run = reading(
      trained,
      brush.getImageData(0, 0, SIDE, SIDE).data.filter((_, i) => i % 4 < 3),
    );
    const step = () => {
      const until = performance.now() + 15;
      let now = run.next();
      while (!now.done && performance.now() < until) now = run.next();
      timer = now.done ? 0 : setTimeout(step);
      if (timer) return;
      seen = { ...now.value, about: now.value.maps.map(summary), sheets: {} };
      answers.setAttribute("aria-busy", false);
      found();
      if (stale) look(); // the picture has changed meanwhile
    };
    step();
  }

  // ---- where pictures come from

  const privacy = `Your picture ${model.get("blob")?.byteLength ? "goes to your own notebook alone" : "never leaves this page"}.`;
  const says = (text = privacy) => (note.textContent = text);

  async function open(file) {
    const url = URL.createObjectURL(file);
    try {
      take(await loaded(url));
      says();
      keep();
    } catch {
      says(`“${file.name}” is no picture that this browser can read. The one before stays.`);
    }
    URL.revokeObjectURL(url);
  }
  const file = element("input", {
    type: "file",
    accept: "image/*",
    hidden: true,
    onchange: () => {
      if (file.files[0]) open(file.files[0]);
      file.value = ""; // so that the same file can be chosen again
    },
  });
  box.addEventListener("dragover", (event) => event.preventDefault());
  for (const [kind, from] of [
    ["drop", "dataTransfer"],
    ["paste", "clipboardData"],
  ]) {
    box.addEventListener(kind, (event) => {
      const [dropped] = event[from].files;
      if (!dropped) return;
      event.preventDefault();
      open(dropped);
    });
  }

  const video = element("video", { muted: true, playsinline: true, "aria-label": "What the camera sees" });
  let cut = null; // ends the filming under way
  async function film() {
    if (cut) return;
    says("Waiting for the camera …");
    let stream;
    const end = (cut = () => {
      stream?.getTracks().forEach((track) => track.stop());
      camera.hidden = true;
      cut = null;
    });
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { width: 320, facingMode: "environment" } });
      if (!cut) return end(); // the widget has gone meanwhile
      video.srcObject = stream;
      await video.play();
      says();
      camera.hidden = false;
      camera.querySelector("button").focus();
    } catch (error) {
      end();
      says(
        navigator.mediaDevices && error.name === "NotAllowedError"
          ? "The camera was not allowed."
          : "No camera can be reached from this page.",
      );
    }
  }
  const snap = () => {
    take(video);
    cut();
    keep();
  };
  const camera = element(
    "div",
    { class: "fe-camera", hidden: true },
    video,
    element(
      "div",
      { class: "cw-row" },
      button("Take the picture", snap),
      button("Cancel", () => cut()),
    ),
  );

  let ink = 0;
  const inks = Object.entries(INKS).map(([name, value], i) =>
    button(
      "",
      () => {
        ink = i;
        inks.forEach((key, j) => key.setAttribute("aria-pressed", j === ink));
      },
      { "aria-label": name, "aria-pressed": String(!i), style: `background: ${value}` },
    ),
  );
  const draws = (strokes) =>
    save(model, {
      sample: "drawing",
      strokes: strokes.map(([start, ...rest]) => [start.length > 2 ? start : [...start, ink], ...rest]), // a stroke's first point names its ink
    });
  const drawing = pad(
    "Pad: draw with mouse, pen or finger; or arrow keys move the pen, Space puts it down and lifts it, Backspace takes a stroke back",
    draws,
    ([[, , i]]) => Object.values(INKS)[i ?? ink],
  );
  const desk = element(
    "div",
    { class: "fe-desk" },
    keyPen(drawing, strokesNow, draws),
    element(
      "div",
      { class: "cw-row fe-inks", role: "group", "aria-label": "Ink" },
      ...inks,
      button("Clear", () => draws([])),
    ),
  );

  const thumb = (name, label, src) => {
    const key = button("", () => save(model, { sample: name }), { "data-name": name });
    key.append(element("img", { src, alt: label }));
    return key;
  };
  const own = thumb("own", "Your picture");
  const shelf = element(
    "div",
    { class: "cw-row fe-shelf" },
    own,
    button("Draw", () => save(model, { sample: "drawing" }), { "data-name": "drawing" }),
    button("Upload …", () => file.click()),
    button("Camera …", film),
    file,
  );
  const note = live();
  note.classList.add("fe-note");

  // ---- what the network says

  const chosenNow = () => {
    const { names } = trained.meta;
    const top = [...seen.shares.keys()].sort((a, b) => seen.shares[b] - seen.shares[a]).slice(0, BEST);
    return { names, top, chosen: top.find((i) => names[i] === model.get("answer")) ?? top[0] };
  };
  let warm = null; // the heat map, a small canvas
  const picture = canvas(
    "",
    (context, width) => {
      context.imageSmoothingEnabled = false;
      context.drawImage(source, 0, 0, width, width);
      context.imageSmoothingEnabled = true;
      if (warm) context.drawImage(warm, 0, 0, width, width);
    },
    { ratio: 1, maxWidth: 260 },
  );
  const warmth = element("input", { type: "checkbox", onchange: () => save(model, { heat: warmth.checked }) });
  const verdict = live();
  const answers = element("div", { class: "fe-answers", role: "group", "aria-label": "Most probable classes" });
  const rows = Array.from({ length: BEST }, (_, i) => {
    const [name, bar, value] = ["span", "i", "span"].map((tag) => element(tag));
    const row = button("", () => save(model, { answer: trained.meta.names[chosenNow().top[i]] }));
    row.append(name, value, element("span", { class: "fe-bar" }, bar));
    answers.append(row);
    return { row, name, bar, value };
  });

  function answered() {
    if (!seen) return;
    const { names, top, chosen } = chosenNow();
    const places = heat(trained, seen, chosen);
    const most = Math.max(...places);
    const side = Math.sqrt(places.length);
    warm =
      model.get("heat") &&
      raster(
        side,
        side,
        (x, y) => places[y * side + x] / (most || 1),
        (v) => 0.6 - 0.2 * v,
      );
    warmth.checked = Boolean(model.get("heat"));
    rows.forEach(({ row, name, bar, value }, i) => {
      const p = seen.shares[top[i]];
      name.textContent = names[top[i]];
      value.textContent = percent(p);
      bar.style.width = `${100 * p}%`;
      row.setAttribute("aria-pressed", top[i] === chosen);
    });
    verdict.textContent = `Most probable: ${names[top[0]]}.`;
    told.textContent = most ? `what speaks for “${names[chosen]}”` : `no place speaks for “${names[chosen]}”`;
    picture.node.setAttribute(
      "aria-label",
      `The picture as the network reads it${warm ? `, with the heat map of ${names[chosen]}` : ""}`,
    );
    picture.redraw();
  }

  // ---- layers and filters

  const group = `fe-${Math.random()}`;
  const chips = LAYERS.map(({ name, title }, i) => {
    const radio = element("input", {
      type: "radio",
      name: group,
      "aria-label": title,
      onchange: () => save(model, { layer: name }),
    });
    const [map, zeros] = [element("canvas", { "aria-hidden": "true" }), element("span", { class: "cw-muted" })];
    return {
      radio,
      map,
      zeros,
      node: element("label", { class: "fe-chip" }, radio, map, `conv ${name.at(-1)}`, zeros),
    };
  });
  const strip = element(
    "div",
    { class: "fe-strip", role: "radiogroup", "aria-label": "Layer" },
    ...BLOCKS.map(([filters], b) =>
      element(
        "div",
        {},
        element("p", { class: "cw-muted" }, `${SIDE >> b} × ${SIDE >> b} × ${filters}`),
        element("div", {}, ...chips.filter((_, i) => LAYERS[i].name[5] === String(b + 1)).map(({ node }) => node)),
      ),
    ),
  );

  const mapsOf = (i) =>
    seen && (seen.sheets[i] ??= sheet(seen.maps[i], [...Array(LAYERS[i].filters).keys()], seen.about[i].top));
  const patternsOf = (i) => patterns[LAYERS[i].name];
  function tile(context, from, filter, smooth, ...place) {
    const side = (from?.naturalWidth ?? from?.width ?? 0) / SHEET;
    context.imageSmoothingEnabled = smooth;
    if (side) context.drawImage(from, (filter % SHEET) * side, Math.floor(filter / SHEET) * side, side, side, ...place);
  }

  let shape = 0; // of the grid
  const columns = () => Math.ceil(Math.sqrt((4 * LAYERS[layerNow()].filters) / 3));
  const grid = canvas("", (context, width) => {
    const i = layerNow();
    const size = width / columns();
    const view = viewNow();
    const place = (filter) => [(filter % columns()) * size, Math.floor(filter / columns()) * size];
    for (let filter = 0; filter < LAYERS[i].filters; filter++) {
      const [x, y] = place(filter);
      tile(
        context,
        view === "patterns" ? patternsOf(i) : mapsOf(i),
        filter,
        view === "patterns",
        x + 1,
        y + 1,
        size - 2,
        size - 2,
      );
    }
    for (const [name, lineWidth] of [
      ["ground", 5],
      ["accent", 3],
    ]) {
      Object.assign(context, { strokeStyle: colour(box, name), lineWidth });
      context.strokeRect(...place(filterNow()).map((at) => at + 1.5), size - 3, size - 3);
    }
  });
  arrows(
    grid.node,
    ([right, up]) => choose(clamp(filterNow() + right - up * columns(), 0, LAYERS[layerNow()].filters - 1)),
    () => choose(0),
  );
  grid.node.addEventListener("click", ({ clientX, clientY }) => {
    const { left, top, width } = grid.node.getBoundingClientRect();
    const [x, y] = [clientX - left, clientY - top].map((at) => Math.floor((at / width) * columns()));
    choose(clamp(y * columns() + clamp(x, 0, columns() - 1), 0, LAYERS[layerNow()].filters - 1));
  });
  const large = [patternsOf, mapsOf].map((from, which) =>
    canvas("", (context, width) => tile(context, from(layerNow()), filterNow(), !which, 0, 0, width, width), {
      ratio: 1,
      maxWidth: 220,
    }),
  );
  const views = ["patterns", "activations"].map((view) =>
    button(view === "patterns" ? "What each filter looks for" : "What each finds in the picture", () =>
      save(model, { view }),
    ),
  );
  const state = live();
  const [title, told, facts] = [element("b"), element("span"), element("p")];
  const spoken = live(false);

  function found() {
    chips.forEach(({ map, zeros }, i) => {
      const { zeros: part, strongest, top } = seen.about[i];
      const small = sheet(seen.maps[i], [strongest], top);
      [map.width, map.height] = [small.width, small.height];
      map.getContext("2d").drawImage(small, 0, 0);
      zeros.textContent = `${Math.round(100 * part)} % zeros`;
    });
    answered();
    explored();
  }

  function explored() {
    const i = layerNow();
    const { title: name, filters, side } = LAYERS[i];
    chips.forEach(({ radio, node }, j) => {
      radio.checked = j === i;
      node.setAttribute("data-chosen", j === i);
    });
    views.forEach((key, j) => key.setAttribute("aria-pressed", (j === 0) === (viewNow() === "patterns")));
    const ratio = columns() / Math.ceil(filters / columns());
    if (ratio !== shape) grid.node.width = 0; // so that the height is taken anew
    grid.node.style.aspectRatio = shape = ratio;
    grid.node.setAttribute("aria-label", `${viewNow()} of the ${filters} filters: arrow keys choose one`);
    title.textContent = `${name}: filter ${filterNow()} of ${filters}`;
    if (seen) {
      const own = seen.maps[i].data.filter((_, at) => at % filters === filterNow());
      facts.textContent = `Its map has ${side} × ${side} numbers, the largest ${Math.max(...own).toFixed(2)}; ${percent(zeros(own))} are zero. In the whole layer ${percent(seen.about[i].zeros)} are zero.`;
    }
    spoken.textContent = `Filter ${filterNow()}`;
    large.forEach(({ node }, j) =>
      node.setAttribute("aria-label", `${["Pattern", "Map"][j]} of filter ${filterNow()}`),
    );
    for (const part of [grid, ...large]) part.redraw();
  }

  box.append(
    shelf,
    note,
    camera,
    element(
      "div",
      { class: "fe-top" },
      desk,
      figure(picture.node, element("label", {}, warmth, "heat map: "), told),
      element("div", {}, verdict, answers),
    ),
    strip,
    element("div", { class: "cw-row" }, ...views),
    state,
    element(
      "div",
      { class: "fe-main" },
      grid.node,
      element(
        "div",
        {},
        title,
        element(
          "div",
          { class: "fe-pair" },
          figure(large[0].node, "what it looks for"),
          figure(large[1].node, "what it finds; black is zero"),
        ),
      ),
    ),
    facts,
    spoken,
  );
  says();

  // ---- two files of weights; one that does not come is missed in its place

  async function arrive(where, what, home, use) {
    where.textContent = `The ${what} loading …`;
    try {
      use(await weights(home));
      where.textContent = "";
    } catch (error) {
      where.textContent = error.message;
    }
  }
  // a live view brings a second blob, the page loads a second file
  const atlas = {
    get: (key) => (key === "weights" ? "coursenet-patterns" : model.get(key === "blob" ? "_patterns" : key)),
  };
  arrive(state, "patterns are", atlas, ({ meta }) => {
    samples = meta.samples;
    shelf.prepend(...Object.entries(samples).map(([name, src]) => thumb(name, `Sample: ${name}`, src)));
    for (const [name, src] of Object.entries(meta.patterns)) {
      patterns[name] = element("img", { onload: explored, src });
    }
  }).then(() => {
    samples ??= {};
    show();
  });
  arrive(verdict, "network is", model, (found) => {
    trained = found;
    look();
  });

  const ended = [
    connect(model, ["sample", "strokes", "picture"], show),
    connect(model, ["answer", "heat"], answered),
    connect(model, ["layer", "filter", "view"], explored),
    ...[picture, grid, ...large].map(({ stop }) => stop),
    () => clearTimeout(timer),
    () => cut?.(),
  ];
  return () => ended.forEach((end) => end());
}

const STYLE = `
.fe [hidden] { display: none; }
.cw.fe p { margin: 0; }
.fe figcaption label { color: var(--cw-text); }
.cw .fe-shelf { gap: 6px; }
.cw .fe-shelf [data-name]:has(img) { padding: 2px; width: 48px; height: 48px; }
.fe-shelf img { display: block; width: 100%; border-radius: 2px; margin: 0; }
.fe-camera video { display: block; width: 260px; max-width: 100%; margin: 6px 0; border-radius: 4px; }
.fe-top { display: flex; flex-wrap: wrap; gap: 10px 20px; margin-top: 8px; }
.fe-top > * { flex: 1 1 200px; max-width: 260px; }
.fe-top > :last-child { max-width: 420px; }
.fe .cw-pad { display: block; width: 100%; aspect-ratio: 1; touch-action: none; cursor: crosshair; background: #fff; border: 1px solid var(--cw-line); border-radius: 4px; }
.cw .fe-inks { gap: 4px; margin-top: 6px; }
.cw .fe-inks [aria-label] { width: 28px; min-height: 36px; padding: 0; }
.cw .fe-inks [aria-pressed=true] { box-shadow: inset 0 0 0 3px var(--cw-ground); }
.cw .fe-answers button { display: grid; grid-template-columns: 1fr auto; width: 100%; margin-top: 4px; text-align: start; gap: 0 8px; background: none; }
.fe-answers span { font-variant-numeric: tabular-nums; }
.fe-bar { grid-column: 1 / -1; height: 4px; border-radius: 2px; background: var(--cw-surface); }
.fe-bar i { display: block; height: 100%; border-radius: 2px; background: var(--cw-accent); }
.fe .cw-live:empty { min-height: 0; }
.fe-top .cw-live { font-weight: 600; }
.fe .fe-note { color: var(--cw-muted); font-size: 13px; margin-top: 4px; }
.fe-strip { display: flex; flex-wrap: wrap; gap: 8px 14px; margin: 14px 0; font-size: 12px; }
.fe-strip > div > div { display: flex; gap: 4px; }
.fe-chip { display: grid; justify-items: center; width: 64px; padding: 5px 0 2px; white-space: nowrap; border: 1px solid var(--cw-line); border-radius: 4px; line-height: 1.35; cursor: pointer; }
.fe-chip input { position: absolute; opacity: 0; }
.fe-chip span { font-size: 11px; }
.fe-chip canvas { width: 48px; height: 48px; image-rendering: pixelated; background: var(--cw-surface); border-radius: 2px; }
.fe-chip[data-chosen=true] { border-color: var(--cw-accent); box-shadow: inset 0 0 0 1px var(--cw-accent); }
.fe-chip:focus-within:has(:focus-visible) { outline: 2px solid var(--cw-accent); outline-offset: 2px; }
.fe-main { display: grid; grid-template-columns: minmax(0, 1fr) minmax(130px, 200px); gap: 10px 20px; margin-top: 10px; }
.fe-main canvas { border-radius: 3px; cursor: pointer; touch-action: manipulation; }
.fe-pair { display: grid; gap: 8px; margin: 4px 0 8px; }
@media (max-width: 640px) {
  .fe-main { grid-template-columns: 1fr; }
  .fe-pair { grid-template-columns: 1fr 1fr; }
}
`;

export default { render };
