/** Brings what streams onto the page: at once, but at most once per message and animation frame. */

import { writeBlocks, writeText } from "clearcall/writing";

const FRAME = 16; // ms: to ask for an animation frame where none is needed has the browser make one for nothing
const AT_THE_LATEST = 300; // animation frames do not come while the tab is hidden

export class Painter {
  #flow;
  #written;
  #painted;
  #marked = new Map();
  #frame = 0;
  #timer = 0;
  #flushedAt = -Infinity;

  /** `written` is told of each element whose content has changed, `painted` when all of a frame is there. */
  constructor(flow, { written, painted }) {
    this.#flow = flow;
    this.#written = written;
    this.#painted = painted;
  }

  /** @param {import("clearcall/flow").Slot[]|"all"} slots */
  mark(message, slots) {
    const before = this.#marked.get(message);
    if (slots === "all" || before === "all") this.#marked.set(message, "all");
    else this.#marked.set(message, new Set([...(before ?? []), ...slots]));
    if (!this.#frame) this.#plan();
  }

  flush() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = 0;
    this.#flushedAt = performance.now();
    const marked = this.#marked;
    this.#marked = new Map();
    for (const [message, slots] of marked) this.#paint(message, slots);
    this.#painted();
  }

  #plan() {
    if (performance.now() - this.#flushedAt >= FRAME) return this.flush();
    this.#frame = requestAnimationFrame(() => this.flush());
    this.#timer = setTimeout(() => this.flush(), AT_THE_LATEST);
  }

  #paint(message, slots) {
    const store = this.#flow.get(message);
    if (!store) return;
    const all = slots === "all";
    this.#paintBlocks(message, store, all ? undefined : [...slots].filter((slot) => typeof slot === "number"));
    for (const [slot, text] of store.texts) {
      if (all || slots.has(slot)) this.#paintText(message, slot, text);
    }
  }

  #paintBlocks(message, store, indices) {
    const body = document.getElementById(`body-${message}`);
    if (!body || !store.based) return;
    for (const element of writeBlocks(body, store.blocks, indices)) this.#written(element);
  }

  #paintText(message, slot, text) {
    const id = slot === "r" ? `reasoning-${message}` : `arguments-${slot.slice(1)}`;
    const element = document.getElementById(id);
    if (element && writeText(element, text)) this.#written(element);
  }
}
