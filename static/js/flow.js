/** What streams, message by message: splices and whole bodies become text. It knows no element and no socket. */

import { spellOut } from "clearcall/shorthand";

const ASK_AGAIN = 2_000;
const MOST_UNSEEN = 50; // messages that stream without ever appearing on the page

/**
 * @typedef {number|"r"|string} Slot a block's index, "r" for reasoning, "c7" for the arguments of call 7
 * @typedef {[Slot, number, string, number]} Splice
 * @typedef {{attempt: number, rev: number, based: boolean, asked: boolean, askedAt: number, blocks: string[], texts: Map<string, string>}} Store
 */
export class Flow {
  #stores = new Map();
  #ask;
  #shorthand;
  #now;

  /**
   * @param {(message: number) => void} ask asks the server for a full frame
   * @param {string[]} shorthand the markup that splices of blocks have as single characters
   */
  constructor(ask, shorthand, now = Date.now) {
    this.#ask = ask;
    this.#shorthand = shorthand;
    this.#now = now;
  }

  /** @returns {Store|undefined} */
  get(message) {
    return this.#stores.get(message);
  }

  get messages() {
    return [...this.#stores.keys()];
  }

  /** The page shows a message up to `rev`, but not as text that a splice could be based on. */
  shown(message, attempt, rev) {
    if (!this.#stores.has(message)) this.#keep(message, { ...fresh(attempt), rev, based: rev === 0 });
  }

  /** Takes a flow frame in. @returns {Slot[]|"all"|null} the slots that changed */
  splice(message, attempt, rev, splices) {
    const store = this.#stores.get(message) ?? fresh(0);
    if (attempt < store.attempt || (attempt === store.attempt && rev <= store.rev)) return null;
    if (attempt > store.attempt && rev === 1) return this.#begin(message, attempt, splices);
    const follows = attempt === store.attempt && rev === store.rev + 1 && store.based;
    if (follows && applyAll(store, splices, this.#shorthand)) {
      store.rev = rev;
      return splices.map(([slot]) => slot);
    }
    store.based = false;
    this.#keep(message, store);
    this.#miss(message, { store, since: store.asked ? store.askedAt : -Infinity });
    return null;
  }

  /** Takes a full frame or a body in. @returns {"all"|null} */
  whole(message, attempt, rev, slots) {
    const old = this.#stores.get(message) ?? fresh(attempt);
    if (attempt < old.attempt || (attempt === old.attempt && rev < old.rev)) return null;
    const store = { ...(attempt > old.attempt ? fresh(attempt) : old), attempt, rev, based: true, asked: false };
    for (const [slot, content] of Object.entries(slots)) {
      if (slot === "b") store.blocks = content;
      else store.texts.set(slot, content);
    }
    this.#keep(message, store);
    return "all";
  }

  /** The message has ended at `rev`: lets go of it, or asks for what is missing. @returns whether all is there */
  settled(message, attempt, rev) {
    const store = this.#stores.get(message);
    if (!store) return true;
    const whole = store.attempt > attempt || (store.attempt === attempt && store.rev >= rev);
    if (!whole) this.#miss(message, { store, since: store.askedAt });
    return whole;
  }

  drop(message) {
    this.#stores.delete(message);
  }

  clear() {
    this.#stores.clear();
  }

  /** Asks again where a full frame has not come; call it now and then. @returns whether any is still awaited */
  remind() {
    for (const [message, store] of this.#stores) if (store.asked) this.#miss(message, { store, since: store.askedAt });
    return [...this.#stores.values()].some((store) => store.asked);
  }

  #begin(message, attempt, splices) {
    const store = { ...fresh(attempt), rev: 1 };
    this.#keep(message, store);
    store.based = applyAll(store, splices, this.#shorthand);
    return "all";
  }

  /** A new gap is asked for at once; what was asked for already, `since` then, only after a while. */
  #miss(message, { store, since }) {
    store.asked = true;
    if (this.#now() - since < ASK_AGAIN) return;
    store.askedAt = this.#now();
    this.#ask(message);
  }

  #keep(message, store) {
    this.#stores.set(message, store);
    if (this.#stores.size > MOST_UNSEEN) this.drop(this.#stores.keys().next().value);
  }
}

/** @returns {Store} */
function fresh(attempt) {
  return { attempt, rev: 0, based: true, asked: false, askedAt: -Infinity, blocks: [], texts: new Map() };
}

function content(store, slot) {
  return (typeof slot === "number" ? store.blocks[slot] : store.texts.get(slot)) ?? "";
}

/** Applies splices in order; a splice of something longer than what is here was meant for something else. */
function applyAll(store, splices, shorthand) {
  return splices.every(([slot, keep, tail, end]) => {
    const old = content(store, slot);
    if (keep + end > old.length) return false;
    const isBlock = typeof slot === "number";
    const next = old.slice(0, keep) + (isBlock ? spellOut(tail, shorthand) : tail) + old.slice(old.length - end);
    if (isBlock) place(store.blocks, slot, next);
    else store.texts.set(slot, next);
    return true;
  });
}

/** A block spliced to nothing is gone; only the last ones ever go. */
function place(blocks, index, html) {
  while (blocks.length < index) blocks.push("");
  blocks[index] = html;
  while (blocks.length && blocks.at(-1) === "") blocks.pop();
}
