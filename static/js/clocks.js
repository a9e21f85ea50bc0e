/** Keeps the clocks of what runs going, and the bars of its turn; at rest it does nothing. */

import { placeBars } from "clearcall/bars";

const TICK = 250;
const NEARLY = 200; // of a tick's milliseconds
const CLOCKS = "time[data-clock]";

/** Shows clocks and bars as they stood at one moment, on a page that does not follow what runs. */
export function drawOnce(root, now) {
  for (const clock of root.querySelectorAll(CLOCKS)) draw(clock, now);
  for (const turn of root.querySelectorAll(".trace-turn")) placeBars(turn, now);
}

export class Clocks {
  #behind;
  #running = new Set();
  #turns = new Set();
  #timer = 0;
  #tickedAt = 0;

  /** @param {number} behind how far this computer's clock is ahead of the server's, in ms */
  constructor(behind) {
    this.#behind = behind;
  }

  /** Takes note of the clocks and bars at or within an element of the trace. */
  note(root) {
    const turn = root.closest(".trace-turn");
    for (const each of turn ? [turn] : root.querySelectorAll(".trace-turn")) this.#turns.add(each);
    for (const clock of root.querySelectorAll(CLOCKS)) this.#running.add(clock);
    this.#tick();
  }

  /** Goes along with what is painted anyway, if a tick is nearly due: the page is laid out once for both. */
  keepUp() {
    if (this.#timer && Date.now() - this.#tickedAt >= NEARLY) this.#tick();
  }

  #tick() {
    this.#tickedAt = Date.now();
    clearTimeout(this.#timer);
    this.#timer = 0;
    const now = Date.now() - this.#behind;
    for (const clock of this.#running) {
      if (clock.isConnected && clock.matches(CLOCKS)) draw(clock, now);
      else this.#running.delete(clock);
    }
    for (const turn of this.#turns) if (!turn.isConnected || !placeBars(turn, now)) this.#turns.delete(turn);
    if (this.#running.size || this.#turns.size) this.#timer = setTimeout(() => this.#tick(), TICK);
  }
}

/** The text node stays: with a new one, all that is styled by what its ancestors hold would be judged again. */
function draw(clock, now) {
  const shown = elapsed(now - Number(clock.dataset.since));
  if (clock.firstChild) clock.firstChild.nodeValue = shown;
  else clock.textContent = shown;
}

/** Milliseconds as a running clock shows them. */
function elapsed(milliseconds) {
  const seconds = Math.max(0, milliseconds) / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/** How far this computer's clock is ahead: the page carries the server's time of when it was made. */
export function clockAhead(serverTime) {
  const [navigation] = performance.getEntriesByType("navigation");
  const received = performance.timeOrigin + (navigation?.responseStart ?? 0);
  return serverTime ? received - Number(serverTime) : 0;
}
