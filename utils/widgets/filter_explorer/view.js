// FilterExplorer: the pattern that excites each filter of CourseNet most, and what every filter finds in a picture of the reader's.

import {
  arrows,
  button,
  canvas,
  checkbox,
  clamp,
  colour,
  element,
  figure,
  live,
  mount,
  row,
  spoken,
  stateOf,
  weights,
} from "../kit/kit.js";
import { channelOf, heat, layersOf, ranked, reading, sheet, summary, warmth } from "./engine.js";
import { pictures } from "./pictures.js";
import STYLE from "./style.css";

const BEST = 5; // classes that are shown
const COLUMNS = 12; // maps in a row of a sheet
const PIECE = 20; // milliseconds of work after which the page gets its turn

function render({ model, el, signal }) {
  const state = stateOf(model, signal);
  const box = mount(el, { name: "filter-explorer", label: "Filter explorer", style: STYLE });
  const layers = layersOf(state.rule("layer"));
  const eye = eyeOf(signal, layers[0].side);
  const source = pictures(state, box, eye);
  const answers = answersOf(state, eye);
  const strip = stripOf(state, layers, eye);
  const filters = filtersOf(state, layers, eye);
  box.append(
    source.shelf,
    source.note,
    source.camera,
    element("div", { class: "fe-top" }, source.drawing, answers.picture, answers.list),
    answers.classes,
    strip.node,
    ...filters.nodes,
  );
  eye.onPicture(answers.repaint);
  eye.onFailure(({ message }) => {
    source.say(`The network could not read this picture: ${message}`);
    answers.rest();
  });
  for (const found of [strip.found, answers.found, filters.found, source.seen]) eye.onSeen(found);
  state.watch(["answer", "heat"], answers.show);
  state.watch(["layer", "filter", "view"], () => {
    strip.mark();
    filters.show();
  });
  arrive(
    signal,
    answers.state,
    "network is",
    () => weights(state),
    (trained) => {
      answers.know(trained.meta.names);
      eye.learn(trained);
    },
  );
  arrive(
    signal,
    filters.state,
    "patterns are",
    () => weights(state, "coursenet-patterns"),
    async (atlas) => {
      source.stock(addresses(state, atlas));
      await filters.hang(atlas);
    },
  );
}

/** A file of weights that does not come is missed in its place. */
async function arrive(signal, where, what, load, use) {
  where.textContent = `The ${what} loading …`;
  try {
    const file = await load();
    if (signal.aborted) return;
    await use(file);
    where.textContent = "";
  } catch (error) {
    where.textContent = error.message;
  }
}

/** The bytes of a WebP file in an atlas. */
const picture = (atlas, name) => new Blob([atlas[name].data], { type: "image/webp" });

/** Addresses of the sample pictures by name. */
function addresses(state, atlas) {
  const made = atlas.meta.samples.map((name) => [name, URL.createObjectURL(picture(atlas, `samples/${name}`))]);
  state.end(() => {
    for (const [, address] of made) URL.revokeObjectURL(address);
  });
  return Object.fromEntries(made);
}

// ---- the eye

/**
 * The picture on show and CourseNet's reading of it: one reading at a time, always of the newest picture. `take(image)` shows it a picture,
 * `learn(trained)` gives it its weights; it calls back at each picture, at each reading, `seen`, and at each that fails.
 */
function eyeOf(signal, side) {
  const source = element("canvas", { width: side, height: side });
  const brush = source.getContext("2d", { willReadFrequently: true });
  brush.imageSmoothingQuality = "high";
  const [pictureListeners, seenListeners, failureListeners] = [[], [], []];
  const pixels = () => brush.getImageData(0, 0, side, side).data.filter((_, i) => i % 4 < 3);
  let newer = false; // than the picture that is read or was read last
  let busy = false;
  const eye = {
    source,
    trained: null,
    seen: null,
    onPicture: (listener) => pictureListeners.push(listener),
    onSeen: (listener) => seenListeners.push(listener),
    onFailure: (listener) => failureListeners.push(listener),
    take(image) {
      paste(brush, side, image);
      newer = true;
      for (const listener of pictureListeners) listener();
      look();
    },
    learn(trained) {
      eye.trained = trained;
      look();
    },
    isBehind: () => newer,
  };
  async function look() {
    if (busy || !newer || !eye.trained) return;
    busy = true;
    while (newer && !signal.aborted) {
      newer = false;
      try {
        await read();
      } catch (error) {
        for (const listener of failureListeners) listener(error);
      }
    }
    busy = false;
  }
  async function read() {
    const seen = await inPieces(reading(eye.trained, pixels()));
    eye.seen = { ...seen, top: ranked(seen.shares, BEST), about: seen.maps.map(summary) };
    for (const listener of seenListeners) listener();
  }
  return eye;
}

/** The middle square of a picture; white shows through. */
function paste(brush, side, image) {
  const width = image.videoWidth || image.naturalWidth || image.width;
  const height = image.videoHeight || image.naturalHeight || image.height;
  const taken = Math.min(width, height);
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, side, side);
  brush.drawImage(image, (width - taken) / 2, (height - taken) / 2, taken, taken, 0, 0, side, side);
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

/** What a generator returns; the page gets its turn now and then, and at the end. */
async function inPieces(run) {
  let until = performance.now() + PIECE;
  let now = run.next();
  while (!now.done) {
    if (performance.now() > until) {
      await turn();
      until = performance.now() + PIECE;
    }
    now = run.next();
  }
  await turn();
  return now.value;
}

/** A small canvas with pixels of the engine. */
function painted({ width, height, pixels }, node = element("canvas")) {
  Object.assign(node, { width, height });
  node.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height), 0, 0);
  return node;
}

const percent = (v) => `${(100 * v).toFixed(v > 0.9995 ? 0 : 1)} %`;

// ---- what the network says

/** The picture with the heat map, the most probable classes, and the list of all. */
function answersOf(state, eye) {
  const chosen = () => eye.seen.top.find((i) => eye.trained.meta.names[i] === state.get("answer")) ?? eye.seen.top[0];
  const map = heatOf(state, eye);
  const rows = Array.from({ length: BEST }, (_, place) =>
    answerOf(() => state.set({ answer: eye.trained.meta.names[eye.seen.top[place]] })),
  );
  const group = { class: "fe-answers", role: "group", "aria-label": "Most probable classes" };
  const list = element("div", group, ...rows.map(({ node }) => node));
  const [loading, said] = [live(), spoken(state.signal)];
  const classes = element("details", { class: "fe-classes", hidden: true });
  const show = () => {
    if (!eye.seen) return;
    const { names } = eye.trained.meta;
    rows.forEach((row, place) => {
      const i = eye.seen.top[place];
      row.show(names[i], eye.seen.shares[i], i === chosen());
    });
    map.show(chosen());
    said.say(`Most probable: ${names[eye.seen.top[0]]}.`);
  };
  const rest = () => list.setAttribute("aria-busy", eye.isBehind());
  return {
    picture: map.node,
    list: element("div", {}, loading, list, said.node),
    classes,
    state: loading,
    show,
    know(names) {
      const title = element("summary", {}, `The ${names.length} classes`);
      classes.replaceChildren(title, element("p", {}, `CourseNet knows these and no others: ${names.join(", ")}.`));
      classes.hidden = false;
    },
    repaint() {
      map.repaint();
      if (eye.trained) list.setAttribute("aria-busy", true);
    },
    rest,
    found() {
      show();
      rest();
    },
  };
}

/** One class and its probability; a click asks for its heat map. */
function answerOf(choose) {
  const [name, value, filled] = [element("span"), element("span"), element("i")];
  const node = button("", choose);
  node.append(name, value, element("span", { class: "fe-bar" }, filled));
  return {
    node,
    show(text, probability, isChosen) {
      name.textContent = text;
      value.textContent = percent(probability);
      filled.style.width = `${100 * probability}%`;
      node.setAttribute("aria-pressed", isChosen);
    },
  };
}

/** The picture as the network reads it, under the heat map of a class. */
function heatOf(state, eye) {
  let warm = null;
  const draw = (context, width) => {
    context.imageSmoothingEnabled = false;
    context.drawImage(eye.source, 0, 0, width, width);
    context.imageSmoothingEnabled = true;
    if (warm) context.drawImage(warm, 0, 0, width, width);
  };
  const { node, redraw } = canvas("The picture", draw, { ratio: 1, maxWidth: 260, signal: state.signal });
  const told = element("span");
  return {
    node: figure(node, checkbox(state, "heat", { label: "heat map:" }), told),
    repaint: redraw,
    show(chosen) {
      const name = eye.trained.meta.names[chosen];
      const places = heat(eye.trained, eye.seen, chosen);
      const speaks = places.some((v) => v > 0);
      warm = state.get("heat") ? painted(warmth(places)) : null;
      told.textContent = speaks ? `what speaks for “${name}”` : `no place speaks for “${name}”`;
      const over = warm ? `, with the heat map of ${name}` : "";
      node.setAttribute("aria-label", `The picture as the network reads it${over}`);
      redraw();
    },
  };
}

// ---- layers

/** All layers, with the map of the channel that is excited most. */
function stripOf(state, layers, eye) {
  const group = `fe-layer-${Math.random()}`; // a notebook loads this module once for each widget: a counter would begin again
  const chips = layers.map((layer) => chipOf(layer, group, () => state.set({ layer: layer.name })));
  const blocks = [...new Set(layers.map(({ block }) => block))].map((block) => {
    const inside = layers.flatMap((layer, i) => (layer.block === block ? [i] : []));
    const { side, filters } = layers[inside[0]];
    const title = element("p", { class: "cw-muted" }, `${side} × ${side} × ${filters}`);
    return element("div", {}, title, element("div", {}, ...inside.map((i) => chips[i].node)));
  });
  return {
    node: element("div", { class: "fe-strip", role: "radiogroup", "aria-label": "Layer" }, ...blocks),
    mark() {
      chips.forEach(({ mark }, i) => {
        mark(layers[i].name === state.get("layer"));
      });
    },
    found() {
      chips.forEach(({ found }, i) => {
        found(eye.seen.maps[i], eye.seen.about[i]);
      });
    },
  };
}

function chipOf({ title, place }, group, choose) {
  const radio = element("input", { type: "radio", name: group, "aria-label": title, onchange: choose });
  const [map, zeros] = [element("canvas", { "aria-hidden": "true" }), element("span", { class: "cw-muted" })];
  const node = element("label", { class: "fe-chip" }, radio, map, `conv ${place}`, zeros);
  return {
    node,
    mark(isChosen) {
      radio.checked = isChosen;
      node.setAttribute("data-chosen", isChosen);
    },
    found(maps, about) {
      painted(sheet(maps, [about.strongest], 1, about.top), map);
      zeros.textContent = `${Math.round(100 * about.zeros)} % zeros`;
    },
  };
}

// ---- filters

const VIEWS = { patterns: "What each filter looks for", activations: "What each finds in the picture" };

/** All patterns or all maps of the layer on show, and one filter's in large. */
function filtersOf(state, layers, eye) {
  const wall = wallOf(state, layers, eye);
  const grid = gridOf(state, wall);
  const large = largeOf(state, wall);
  const views = Object.entries(VIEWS).map(([view, text]) => button(text, () => state.set({ view })));
  const [title, facts, loading, said] = [element("b"), element("p"), live(), spoken(state.signal)];
  const tell = () => {
    const { layer, filter, index } = wall.now();
    if (!eye.seen) return;
    const about = summary(channelOf(eye.seen.maps[index], filter));
    facts.textContent = `Its map has ${layer.side} × ${layer.side} numbers, the largest ${about.top.toFixed(2)}; ${percent(about.zeros)} are zero. In the whole layer ${percent(eye.seen.about[index].zeros)} are zero.`;
  };
  const show = () => {
    const { layer, filter } = wall.now();
    views.forEach((key, i) => {
      key.setAttribute("aria-pressed", Object.keys(VIEWS)[i] === state.get("view"));
    });
    title.textContent = `${layer.title}: filter ${filter} of ${layer.filters}`;
    said.say(`Filter ${filter}`);
    grid.show();
    large.show();
    tell();
  };
  return {
    nodes: [
      row(...views),
      loading,
      element("div", { class: "fe-main" }, grid.node, element("div", {}, title, large.node)),
      facts,
      said.node,
    ],
    state: loading,
    show,
    found() {
      if (state.get("view") === "activations") grid.redraw();
      large.found();
      tell();
    },
    async hang(atlas) {
      await wall.hang(atlas);
      show();
    },
  };
}

/** The pictures of patterns and maps: tile(context, kind, filter, …place) draws one of the layer on show. */
function wallOf(state, layers, eye) {
  const patterns = {}; // layer → all its patterns beside and below one another
  let sheets = new Map(); // index of a layer → the same of its maps, as far as they were asked for
  let of = null; // what `sheets` were made of
  const maps = (index) => {
    if (of !== eye.seen) [of, sheets] = [eye.seen, new Map()];
    if (of && !sheets.has(index)) {
      const all = [...Array(layers[index].filters).keys()];
      sheets.set(index, painted(sheet(of.maps[index], all, COLUMNS, of.about[index].top)));
    }
    return { from: sheets.get(index), columns: COLUMNS };
  };
  const now = () => {
    const index = layers.findIndex(({ name }) => name === state.get("layer"));
    const layer = layers[index];
    return { index, layer, filter: Math.min(state.get("filter"), layer.filters - 1) };
  };
  let columns = 1;
  return {
    now,
    async hang(atlas) {
      ({ columns } = atlas.meta);
      const hung = layers.map(async ({ name }) => {
        patterns[name] = await createImageBitmap(picture(atlas, `patterns/${name}`));
      });
      await Promise.all(hung);
    },
    tile(context, kind, filter, ...place) {
      const { index, layer } = now();
      const all = kind === "patterns" ? { from: patterns[layer.name], columns } : maps(index);
      if (!all.from) return;
      const side = all.from.width / all.columns;
      const corner = [(filter % all.columns) * side, Math.floor(filter / all.columns) * side];
      context.imageSmoothingEnabled = kind === "patterns";
      context.drawImage(all.from, ...corner, side, side, ...place);
    },
    /** One filter's map alone: no need to make those of the others. */
    map(context, width) {
      const { index, filter } = now();
      if (!eye.seen) return;
      const { maps, about } = eye.seen;
      context.imageSmoothingEnabled = false;
      context.drawImage(painted(sheet(maps[index], [filter], 1, about[index].top)), 0, 0, width, width);
    },
  };
}

/** The filters of a layer beside and below one another; one is chosen by a click or by arrow keys. */
function gridOf(state, { now, tile }) {
  const columns = () => Math.ceil(Math.sqrt((4 * now().layer.filters) / 3));
  const place = (filter, size) => [(filter % columns()) * size, Math.floor(filter / columns()) * size];
  const choose = (filter) => state.set({ filter: clamp(filter, 0, now().layer.filters - 1) });
  const draw = (context, width) => {
    const size = width / columns();
    const { layer, filter } = now();
    for (let i = 0; i < layer.filters; i++) {
      const [x, y] = place(i, size);
      tile(context, state.get("view"), i, x + 1, y + 1, size - 2, size - 2);
    }
    for (const [name, lineWidth] of Object.entries({ ground: 5, accent: 3 })) {
      Object.assign(context, { strokeStyle: colour(grid.node, name), lineWidth });
      context.strokeRect(...place(filter, size).map((at) => at + 1.5), size - 3, size - 3);
    }
  };
  const grid = canvas("Filters", draw, { signal: state.signal });
  arrows(
    grid.node,
    ([right, up]) => choose(now().filter + right - up * columns()),
    () => choose(0),
  );
  grid.node.addEventListener("click", ({ clientX, clientY }) => {
    const { left, top, width } = grid.node.getBoundingClientRect();
    const [x, y] = [clientX - left, clientY - top].map((at) => Math.floor((at / width) * columns()));
    choose(y * columns() + clamp(x, 0, columns() - 1));
  });
  let shape = 0;
  return {
    ...grid,
    show() {
      const { filters } = now().layer;
      const ratio = columns() / Math.ceil(filters / columns());
      if (ratio !== shape) grid.node.width = 0; // so that the height is taken anew
      shape = ratio;
      grid.node.style.aspectRatio = ratio;
      grid.node.setAttribute("aria-label", `${state.get("view")} of the ${filters} filters: arrow keys choose one`);
      grid.redraw();
    },
  };
}

/** One filter's pattern and its map. */
function largeOf(state, { now, tile, map }) {
  const options = { ratio: 1, maxWidth: 220, signal: state.signal };
  const draw = (context, width) => tile(context, "patterns", now().filter, 0, 0, width, width);
  const [pattern, found] = [canvas("Pattern", draw, options), canvas("Map", map, options)];
  return {
    node: element(
      "div",
      { class: "fe-pair" },
      figure(pattern.node, "what it looks for"),
      figure(found.node, "what it finds; black is zero"),
    ),
    found: found.redraw,
    show() {
      pattern.node.setAttribute("aria-label", `Pattern of filter ${now().filter}`);
      found.node.setAttribute("aria-label", `Map of filter ${now().filter}`);
      pattern.redraw();
      found.redraw();
    },
  };
}

export default { render };
