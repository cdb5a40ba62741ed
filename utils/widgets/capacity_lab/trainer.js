// What trains, when: in front of the reader's eyes, or as far as the state says.

import { grouped, reducedMotion } from "../kit/kit.js";
import { experiment } from "./experiment.js";

const PER_FRAME = 20; // steps at most, so that the eye can follow
const FRAME_BUDGET = 8; // milliseconds of training in one frame
const SLICE = 30; // milliseconds of training without a picture
const STRETCH = 1000; // steps of one press of Train where motion is not wanted

/** The traits that make a training; `steps` says how far it goes. */
export const SETTINGS = ["depth", "units", "samples", "noise", "l2", "dropout", "learning_rate", "seed"];

/**
 * A training and what its buttons do. `lab` is the experiment, `before` the history of losses of the one before it. The view is told
 * when to `draw()`, and what to `say(message)` beside it.
 */
export class Trainer {
  constructor(state, view) {
    Object.assign(this, { state, view, before: null, frame: 0, timer: 0, watching: false });
    this.longest = state.rule("steps").max;
    this.begin();
    state.end(() => this.halt());
  }

  get busy() {
    return Boolean(this.frame || this.timer);
  }

  settings() {
    const said = Object.fromEntries(SETTINGS.map((trait) => [trait, this.state.get(trait)]));
    return { ...said, learningRate: said.learning_rate };
  }

  /** A new experiment, with the settings as they are. */
  begin() {
    if (this.lab?.steps) this.before = this.lab.history;
    this.lab = experiment(this.settings());
    this.key = JSON.stringify(this.settings());
  }

  halt() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.frame = this.timer = 0;
  }

  /** Trains a little in every animation frame. */
  watch() {
    this.watching = true;
    this.frame = requestAnimationFrame(() => {
      const until = performance.now() + FRAME_BUDGET;
      const last = Math.min(this.lab.steps + PER_FRAME, this.longest);
      do this.lab.advance(1);
      while (this.lab.steps < last && performance.now() < until);
      this.view.draw();
      if (this.lab.steps < this.longest) this.watch();
      else this.pause(`That is the longest training: ${grouped(this.longest)} steps.`);
    });
  }

  /** Trains up to a step without pictures on the way. */
  reach(goal) {
    this.timer = setTimeout(() => {
      const until = performance.now() + SLICE;
      while (this.lab.steps < goal && performance.now() < until) this.lab.advance(1);
      if (this.lab.steps >= goal) return void this.pause();
      this.reach(goal);
      this.view.say(`Training: step ${grouped(this.lab.steps)} of ${grouped(goal)}`);
    });
  }

  play() {
    const { steps } = this.lab;
    if (steps >= this.longest) {
      return void this.view.say(`${grouped(steps)} steps are the most. Start again, or change a setting.`);
    }
    if (reducedMotion()) this.reach(Math.min(steps + STRETCH, this.longest));
    else this.watch();
    this.view.say("");
  }

  pause(message = "") {
    this.halt();
    this.watching = false;
    this.state.set({ steps: this.lab.steps });
    this.view.draw();
    this.view.say(message);
  }

  step() {
    this.halt();
    if (this.lab.steps < this.longest) this.lab.advance(1);
    this.pause();
  }

  again() {
    this.halt();
    this.begin();
    this.pause();
  }

  /** Brings the training to what the state says, after a setting was changed by hand or from outside. */
  follow() {
    const goal = this.state.get("steps");
    const same = JSON.stringify(this.settings()) === this.key;
    if (same && (goal === this.lab.steps || (goal > this.lab.steps && this.busy))) return;
    this.halt();
    if (!same || goal < this.lab.steps) this.begin();
    if (this.watching) this.watch();
    else if (goal > this.lab.steps) this.reach(goal);
    this.view.draw();
    this.view.say("");
  }
}
