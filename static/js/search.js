/** Finds conversations by their title, while one types. */

import { replaceInside } from "clearcall/fragments";

const PAUSE = 150; // ms between keys that are one thought

/** @param {() => void} shown the list has been replaced */
export function listenToSearch(field, { shown, failed }) {
  let asking = new AbortController();
  let waiting = 0;

  async function find() {
    asking.abort();
    asking = new AbortController();
    const words = field.value.trim();
    try {
      const answer = await fetch(`/conversations/?q=${encodeURIComponent(words)}`, { signal: asking.signal });
      if (!answer.ok || answer.redirected) throw new TypeError(`status ${answer.status}`);
      const list = replaceInside("conversation-list", await answer.text());
      list.toggleAttribute("data-found", words !== "");
      shown();
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!(error instanceof TypeError)) throw error;
      failed();
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, PAUSE);
  });
}
