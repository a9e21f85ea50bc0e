/** Keeps the results of an extraction up to date: news of the person's list tell when to look, the rows tell what. */

import { announce, complain } from "clearcall/announcing";
import { parse } from "clearcall/fragments";
import { morphInside } from "clearcall/morph";

const PAUSE = 500; // ms at least between two looks, for texts that end in a burst
const LONGEST_PAUSE = 30_000; // ms between two tries while the server cannot be reached

export class Results {
  #element;
  #stale = false;
  #looking = false;

  /** @param {HTMLElement | null} element has the address of its rows; null where a page shows none */
  constructor(element) {
    this.#element = element;
    document.addEventListener("visibilitychange", () => this.#look());
  }

  /** Looks soon, once for all news that come until then; a page that nobody sees looks when it is seen again. */
  heard() {
    this.#stale = true;
    this.#look();
  }

  async #look() {
    if (this.#looking) return;
    this.#looking = true;
    for (let pause = PAUSE; this.#stale && this.#element && !document.hidden; ) {
      this.#stale = false;
      const loaded = await this.#load();
      this.#stale ||= !loaded;
      pause = loaded ? PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    this.#looking = false;
  }

  /** @returns whether the server answered */
  async #load() {
    const answer = await fetch(this.#element.dataset.rows).catch(() => null);
    const html = await answer?.text().catch(() => null);
    if (html == null) return false; // the network is away
    if (answer.redirected || answer.status === 404) return this.#leave(answer);
    if (answer.ok) this.#show(html);
    return answer.status < 500;
  }

  /** Nothing more will come: it was deleted, or the sign-in has ended, which the socket tells. */
  #leave({ status }) {
    this.#element = null;
    if (status === 404) complain("This extraction was deleted.");
    return true;
  }

  #show(html) {
    const isOpen = () => this.#element.querySelector("[data-open]") !== null;
    const wasOpen = isOpen();
    morphInside(this.#element, parse(html));
    if (wasOpen && !isOpen()) announce("Every text is done.");
  }
}
