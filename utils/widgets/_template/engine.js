// What the widget computes, without a page around it: tested under Node.

import { softmax, tensor } from "../nn/nn.js";

/** Probabilities of the classes: the softmax of their logits at a temperature. */
export const distribution = (logits, temperature) =>
  Array.from(softmax(tensor([logits.length], Float32Array.from(logits)), temperature).data);
