// What the optimizers look like: colour, marker and name tell them apart, each alone.

const star = Array.from({ length: 10 }, (_, i) => {
  const [angle, radius] = [(i * Math.PI) / 5, i % 2 ? 0.6 : 1.6];
  return [radius * Math.sin(angle), -radius * Math.cos(angle)];
});

/** Optimizer → its title, its short name beside the path, its colour, the corners of its marker (none: a disc). */
export const RACERS = {
  sgd: { title: "SGD", ink: "#0072b2", corners: [] },
  momentum: { title: "momentum", ink: "#e69f00", corners: polygon(4, 1.41, Math.PI / 4) },
  rmsprop: { title: "RMSprop", ink: "#009e73", corners: polygon(3, 1.45) },
  adam: { title: "Adam", ink: "#d55e00", corners: polygon(4, 1.4) },
  "conjugate gradient": {
    title: "conjugate gradient",
    short: "CG",
    ink: "#cc79a7",
    corners: polygon(3, 1.45, Math.PI),
  },
  "l-bfgs": { title: "L-BFGS", ink: "#56b4e9", corners: star },
};

/** Corners of a regular polygon, the first one at the top, then turned by an angle. */
function polygon(count, radius, turned = 0) {
  return Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count + turned;
    return [radius * Math.sin(angle), -radius * Math.cos(angle)];
  });
}

/** Fills a racer's marker and leaves its outline as the context's path. */
export function marker(context, { ink, corners }, [x, y], size) {
  context.beginPath();
  if (!corners.length) context.arc(x, y, 1.1 * size, 0, 2 * Math.PI);
  for (const [dx, dy] of corners) context.lineTo(x + size * dx, y + size * dy);
  context.closePath();
  context.fillStyle = ink;
  context.fill();
}
