// The picture of a race: contour lines, paths, racers with their names, the start.

import { colour } from "../kit/kit.js";
import { contours } from "./contours.js";
import { placed } from "./labels.js";
import { marker, RACERS } from "./racers.js";

const minusSign = (number) => String(number).replace("-", "−");

/** A function that draws { land, start, runs } (see race.js) into a context of so many pixels. The background is kept until it changes. */
export function painter() {
  const ground = { canvas: document.createElement("canvas") };
  return (context, width, height, { land, start, runs }) => {
    const view = { width, height, box: land.box };
    const inks = Object.fromEntries(["text", "muted", "ground"].map((name) => [name, colour(context.canvas, name)]));
    const key = `${width} ${devicePixelRatio} ${inks.text}`;
    if (ground.land !== land || ground.key !== key) {
      Object.assign(ground, { land, key });
      paintGround(ground.canvas, land, view, inks);
    }
    context.drawImage(ground.canvas, 0, 0, width, height);
    for (const [racer, { path }] of runs) drawPath(context, RACERS[racer], path, view);
    drawHeads(context, runs, view, inks);
    drawStart(context, toScreen(start, view), inks);
  };
}

function toScreen([x, y], { width, height, box: [left, right, bottom, top] }) {
  return [((x - left) / (right - left)) * width, ((top - y) / (top - bottom)) * height];
}

function paintGround(node, land, view, { text, muted }) {
  node.width = Math.round(view.width * devicePixelRatio);
  node.height = Math.round(view.height * devicePixelRatio);
  const context = node.getContext("2d");
  context.scale(devicePixelRatio, devicePixelRatio);
  Object.assign(context, { strokeStyle: muted, lineWidth: 0.7, globalAlpha: 0.6 });
  context.beginPath();
  for (const [x1, y1, x2, y2] of contours(land)) {
    context.moveTo(...toScreen([x1, y1], view));
    context.lineTo(...toScreen([x2, y2], view));
  }
  context.stroke();
  Object.assign(context, { globalAlpha: 1, fillStyle: muted, font: "11px system-ui, sans-serif" });
  drawTicks(context, view);
  Object.assign(context, { strokeStyle: text, lineWidth: 1.6 });
  for (const minimum of land.minima) drawMinimum(context, toScreen(minimum, view));
}

/** Whole numbers along the lower and the left side, every second one where there are many. */
function drawTicks(context, view) {
  const { width, height, box } = view;
  const [left, right, bottom, top] = box;
  const every = right - left < 8 ? 1 : 2;
  for (let x = Math.ceil(left / every) * every; x <= right; x += every) {
    const [at] = toScreen([x, 0], view);
    if (at > 20 && at < width - 14) context.fillText(minusSign(x), at - 4, height - 4);
  }
  for (let y = Math.ceil(bottom / every) * every; y <= top; y += every) {
    const [, at] = toScreen([0, y], view);
    if (at > 14 && at < height - 20) context.fillText(minusSign(y), 4, at + 4);
  }
}

function drawMinimum(context, [x, y]) {
  context.beginPath();
  context.arc(x, y, 7, 0, 2 * Math.PI);
  context.moveTo(x - 11, y);
  context.lineTo(x + 11, y);
  context.moveTo(x, y - 11);
  context.lineTo(x, y + 11);
  context.stroke();
}

/** A path as far as it stays near the picture: canvases dislike coordinates of a diverging run. */
function drawPath(context, racer, path, view) {
  const places = path.map((point) => toScreen(point, view));
  const far = places.findIndex((place) => !place.every((pixel) => Math.abs(pixel) < 1e5));
  const seen = far < 0 ? places : places.slice(0, far);
  Object.assign(context, { strokeStyle: racer.ink, lineWidth: 1.7, lineJoin: "round" });
  context.beginPath();
  for (const place of seen) context.lineTo(...place);
  context.stroke();
  let last = [-99, -99];
  for (const place of seen) {
    if (Math.hypot(place[0] - last[0], place[1] - last[1]) < 13) continue;
    marker(context, racer, place, 3);
    last = place;
  }
}

/** The racers where they are now, and their names. */
function drawHeads(context, runs, view, { text, ground }) {
  const { width, height } = view;
  context.font = "bold 12px system-ui, sans-serif";
  const heads = [...runs]
    .filter(([, { path }]) => path.length > 1)
    .map(([name, { path }]) => {
      const { title, short = title } = RACERS[name];
      const slot = Object.keys(RACERS).indexOf(name);
      return { name, label: short, at: toScreen(path.at(-1), view), size: context.measureText(short).width, slot };
    })
    .filter(({ at: [x, y] }) => x > -5 && x < width + 5 && y > -5 && y < height + 5);
  Object.assign(context, { strokeStyle: ground, lineWidth: 2.5 });
  for (const { name, at } of heads) {
    marker(context, RACERS[name], at, 6);
    context.stroke();
  }
  Object.assign(context, { lineWidth: 4, fillStyle: text, textBaseline: "middle" });
  placed(heads, width, height).forEach(({ left, top, bottom }, i) => {
    const place = [heads[i].label, left, (top + bottom) / 2];
    context.strokeText(...place);
    context.fillText(...place);
  });
  context.textBaseline = "alphabetic";
}

/** A cross, thin on thick, so that it is seen on every ground. */
function drawStart(context, [x, y], { text, ground }) {
  for (const [ink, thick] of [
    [ground, 5],
    [text, 2.2],
  ]) {
    Object.assign(context, { strokeStyle: ink, lineWidth: thick });
    context.beginPath();
    context.moveTo(x - 7, y - 7);
    context.lineTo(x + 7, y + 7);
    context.moveTo(x + 7, y - 7);
    context.lineTo(x - 7, y + 7);
    context.stroke();
  }
}
