// What the course's widgets share, in one import. kit/pad.js and kit/drawing.js are for those that are drawn on.

export * from "./canvas.js";
export * from "./controls.js";
export * from "./elements.js";
export * from "./state.js";
export * from "./weights.js";
