/** Knows which turns of the chat are open, so that Stop is there exactly while one runs. */

import { isBusy, isOpen } from "clearcall/states";

export class Turns {
  #states = new Map();
  #stop = document.getElementById("stop");

  get running() {
    return [...this.#states].find(([, state]) => isBusy(state))?.[0];
  }

  /** Takes note of the turns at or within an element. */
  note(root) {
    for (const turn of [root, ...root.querySelectorAll(".turn")]) {
      if (!turn.matches(".turn[id]")) continue;
      const { turn: number, state } = turn.dataset;
      if (isOpen(state)) this.#states.set(number, state);
      else this.#states.delete(number);
    }
    this.#show();
  }

  /** Forgets turns that are no longer on the page. */
  sweep() {
    for (const number of this.#states.keys()) {
      if (!document.getElementById(`turn-${number}`)) this.#states.delete(number);
    }
    this.#show();
  }

  /** To the turn, and not into the box: on a phone that would bring the keyboard up. */
  #leaveStop() {
    document.getElementById(`turn-${this.#stop.dataset.turn}`)?.focus({ preventScroll: true });
  }

  #show() {
    if (!this.#stop) return;
    const turn = this.running;
    if (!turn && this.#stop.contains(document.activeElement)) this.#leaveStop();
    this.#stop.hidden = !turn;
    this.#stop.dataset.turn = turn ?? "";
  }
}
