// Where FilterExplorer's pictures come from: samples, files, the camera, a drawing. Each is brought to the size that the network reads.

import { button, element, live, row } from "../kit/kit.js";
import { pad } from "../kit/pad.js";

const INKS = {
  black: "#222",
  red: "#d32f2f",
  orange: "#f57c00",
  yellow: "#fbd02d",
  green: "#388e3c",
  blue: "#1976d2",
  brown: "#795548",
};
const QUIET = 300; // milliseconds without a stroke after which a drawing is saved

/** The image at an address, decoded. */
async function loaded(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  if (!image.naturalWidth) throw new Error("a picture without size");
  return image;
}

/**
 * Lets the reader choose a picture; `eye.take(image)` gets it. Returns the nodes, and stock(samples): the addresses of the samples by
 * name, once they have come.
 */
export function pictures(state, box, eye) {
  const desk = deskOf(state, eye);
  const drawing = drawingOf(state, desk, show);
  const camera = cameraOf(state, desk, show);
  const shelf = shelfOf(state, (sample) => (sample === state.get("sample") ? show() : state.set({ sample })));
  const chooser = files(box, desk);
  shelf.node.append(
    shelf.draw,
    button("Upload …", () => chooser.click()),
    camera.key,
    chooser,
  );
  let samples = {};
  async function show() {
    const current = desk.begin();
    const name = state.get("sample");
    drawing.node.hidden = name !== "drawing";
    shelf.mark();
    if (name === "drawing") return drawing.show();
    const address = name === "own" ? state.get("picture") : samples[name];
    if (!address) return; // the samples are still on their way
    try {
      const image = await loaded(address);
      if (current()) eye.take(image);
    } catch {
      if (current()) desk.say("What Python set as the picture is none that this browser can read.");
    }
  }
  state.watch(["sample", "picture"], show);
  return {
    shelf: shelf.node,
    note: desk.note,
    say: desk.say,
    camera: camera.node,
    drawing: drawing.node,
    seen: camera.count,
    stock(found) {
      samples = found;
      shelf.stock(found);
      show();
    },
  };
}

/** What all sources share: the note, and whose turn it is. */
function deskOf(state, eye) {
  const note = live();
  note.classList.add("fe-note");
  const home = state.get("blob")?.byteLength ? "goes to your own notebook alone" : "never leaves this page";
  const say = (text = `Your picture ${home}.`) => {
    if (note.textContent !== text) note.textContent = text;
  };
  let latest = 0;
  let leave = () => {};
  /** Begins something new; `end` ends it when the next begins. Returns whether it is still wanted: what comes late is not. */
  const begin = (end = () => {}) => {
    const mine = ++latest;
    leave();
    leave = end;
    say();
    return () => mine === latest && !state.signal.aborted;
  };
  return {
    note,
    say,
    begin,
    take: eye.take,
    /** Makes the picture that the eye has the reader's own. */
    keep: () => state.set({ picture: eye.source.toDataURL(), sample: "own" }),
  };
}

// ---- samples

/** One button for each picture that is there, and one for the drawing; `choose(name)` takes it. */
function shelfOf(state, choose) {
  const thumb = (name, label, src) => {
    const image = element("img", { src, alt: label });
    const key = button("", () => choose(name), { "data-name": name });
    key.append(image);
    return { key, image };
  };
  const own = thumb("own", "Your picture");
  const draw = button("Draw", () => choose("drawing"), { "data-name": "drawing" });
  const node = row(own.key);
  node.classList.add("fe-shelf");
  const mark = () => {
    own.key.hidden = !state.get("picture");
    if (state.get("picture")) own.image.src = state.get("picture");
    for (const key of node.querySelectorAll("[data-name]")) {
      key.setAttribute("aria-pressed", key.dataset.name === state.get("sample"));
    }
  };
  const stock = (samples) => {
    node.prepend(...Object.entries(samples).map(([name, src]) => thumb(name, `Sample: ${name}`, src).key));
    mark();
  };
  return { node, draw, mark, stock };
}

// ---- files: chosen, dropped or pasted

function files(box, desk) {
  const read = (event, [file]) => {
    if (!file) return;
    event.preventDefault();
    open(desk, file);
  };
  box.addEventListener("dragover", (event) => event.preventDefault());
  box.addEventListener("drop", (event) => read(event, event.dataTransfer.files));
  box.addEventListener("paste", (event) => read(event, event.clipboardData.files));
  const chooser = element("input", { type: "file", accept: "image/*", hidden: true });
  chooser.addEventListener("change", (event) => {
    read(event, [...chooser.files]);
    chooser.value = ""; // so that the same file can be chosen again
  });
  return chooser;
}

async function open(desk, file) {
  const current = desk.begin();
  desk.say(`Reading “${file.name}” …`);
  const url = URL.createObjectURL(file);
  try {
    const image = await loaded(url);
    if (!current()) return;
    desk.take(image);
    desk.keep();
  } catch {
    if (current()) desk.say(`“${file.name}” is no picture that this browser can read. The one before stays.`);
  } finally {
    URL.revokeObjectURL(url);
  }
}

// ---- the camera

/** Films while its panel is open: the eye gets every frame. `back` shows the picture from before. */
function cameraOf(state, desk, back) {
  const video = element("video", { muted: true, playsinline: true, "aria-label": "What the camera sees" });
  const meter = meterOf();
  const take = button("Take the picture", () => {
    desk.take(video);
    desk.keep();
    end();
    key.focus();
  });
  const cancel = button("Cancel", () => {
    back(); // which ends the filming
    key.focus();
  });
  const node = element("div", { class: "fe-camera", hidden: true }, video, row(take, cancel, meter.node));
  let stream = null;
  let waiting = false;
  /** Takes frame after frame of `mine`, until it ends or another stream follows it. */
  const follow = (mine) => {
    if (stream !== mine) return;
    desk.take(video);
    nextFrame(video, () => follow(mine));
  };
  const end = () => {
    stop(stream);
    stream = video.srcObject = null;
    node.hidden = true;
  };
  const film = async () => {
    if (stream || waiting) return;
    const current = desk.begin(end);
    desk.say("Waiting for the camera …");
    waiting = true;
    try {
      const found = await navigator.mediaDevices.getUserMedia({ video: { width: 320, facingMode: "environment" } });
      if (!current()) return stop(found); // the reader, or the widget, has gone on meanwhile
      stream = video.srcObject = found;
      await video.play();
      if (stream !== found) return;
      desk.say();
      meter.start();
      node.hidden = false;
      take.focus();
      follow(found);
    } catch (error) {
      if (!current()) return;
      end();
      desk.say(failure(error));
    } finally {
      waiting = false;
    }
  };
  const key = button("Camera …", film);
  state.end(end);
  return { node, key, count: () => stream && meter.count() };
}

const stop = (stream) => {
  for (const track of stream?.getTracks() ?? []) track.stop();
};

const nextFrame = (video, then) =>
  video.requestVideoFrameCallback ? video.requestVideoFrameCallback(then) : requestAnimationFrame(then);

const failure = ({ name }) =>
  navigator.mediaDevices && name === "NotAllowedError"
    ? "The camera was not allowed."
    : "No camera can be reached from this page.";

/** Says how many pictures a second the network reads, over the last second or two. */
function meterOf() {
  const node = element("span", { class: "fe-rate cw-muted" });
  let times = [];
  let said = 0;
  return {
    node,
    start() {
      times = [];
      said = 0;
      node.textContent = "";
    },
    count() {
      const now = performance.now();
      times = [...times.filter((time) => now - time < 2000), now];
      if (times.length < 3 || now - said < 500) return;
      said = now;
      node.textContent = `${Math.round((1000 * (times.length - 1)) / (now - times[0]))} pictures a second`;
    },
  };
}

// ---- the drawing

/** A pad with inks. The eye follows every stroke; the state is saved when the pen has rested for a moment. */
function drawingOf(state, desk, again) {
  const inks = inksOf();
  let drawn = state.get("strokes");
  let timer = 0;
  let current = () => false;
  const save = () => {
    clearTimeout(timer);
    if (drawn !== state.get("strokes")) state.set({ strokes: drawn });
  };
  const change = (strokes) => {
    if (!current()) current = desk.begin(save);
    drawn = strokes.map(inks.keep);
    desk.take(paper.canvas);
    clearTimeout(timer);
    timer = setTimeout(save, QUIET);
  };
  const paper = pad("Pad: draw with mouse, pen or finger", { strokes: () => drawn, change, ink: inks.colour });
  const clear = button("Clear", () => {
    paper.show([]);
    change([]);
  });
  state.on(["strokes"], () => {
    if (drawn === state.get("strokes")) return; // it was saved here
    drawn = state.get("strokes");
    again();
  });
  state.end(save);
  inks.node.append(clear);
  return {
    node: element("div", { class: "fe-desk", hidden: true }, paper.node, inks.node),
    show() {
      paper.show(drawn);
      desk.take(paper.canvas);
    },
  };
}

/** Buttons for the inks. A stroke's first point has the number of its ink as its third number. */
function inksOf() {
  const colours = Object.values(INKS);
  let ink = 0;
  const keys = Object.entries(INKS).map(([name, value], i) =>
    button("", () => choose(i), { "aria-label": name, style: `background: ${value}` }),
  );
  const choose = (chosen) => {
    ink = chosen;
    keys.forEach((key, i) => {
      key.setAttribute("aria-pressed", i === ink);
    });
  };
  choose(0);
  const node = element("div", { class: "cw-row fe-inks", role: "group", "aria-label": "Ink" }, ...keys);
  return {
    node,
    colour: ([[, , i = ink]]) => colours[i],
    keep: ([[x, y, i = ink], ...rest]) => [[x, y, i], ...rest],
  };
}
