/** Brings what streams onto the page: at once, and then at most once per message and animation frame. */

import { writeBlocks, writeText } from "clearcall/writing";

const AT_THE_LATEST = 300; // animation frames do not come while the tab is hidden

export class Painter {
  #flow;
  #written;
  #marked = new Map();
  #frame = 0;
  #timer = 0;

  /** `written` is told of each element whose content has changed. */
  constructor(flow, written) {
    this.#flow = flow;
    this.#written = written;
  }

  /** @param {import("clearcall/flow").Slot[]|"all"} slots */
  mark(message, slots) {
    const before = this.#marked.get(message);
    if (slots === "all" || before === "all") this.#marked.set(message, "all");
    else this.#marked.set(message, new Set([...(before ?? []), ...slots]));
    if (!this.#frame) this.#next();
  }

  flush() {
    const marked = this.#marked;
    this.#marked = new Map();
    for (const [message, slots] of marked) this.#paint(message, slots);
  }

  /** Paints what is marked, and after that nothing until the next animation frame. */
  #next() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = 0;
    if (!this.#marked.size) return;
    this.#frame = requestAnimationFrame(() => this.#next());
    this.#timer = setTimeout(() => this.#next(), AT_THE_LATEST);
    this.flush();
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
