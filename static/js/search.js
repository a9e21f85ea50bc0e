/** Finds conversations by their title, while one types. */

import { ask, Unanswered } from "clearcall/asking";
import { replaceInside } from "clearcall/fragments";

const PAUSE = 150; // ms between keys that are one thought

/** @param {{shown: () => void, failed: (why: string) => void}} hands `shown`: the list has been replaced */
export function listenToSearch(field, { shown, failed }) {
  let asking = new AbortController();
  let waiting = 0;

  async function find() {
    asking.abort();
    asking = new AbortController();
    const words = field.value.trim();
    try {
      const found = await ask(`/conversations/?q=${encodeURIComponent(words)}`, "text", { signal: asking.signal });
      const list = replaceInside("conversation-list", found);
      list.toggleAttribute("data-found", words !== "");
      shown();
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!(error instanceof Unanswered)) throw error;
      failed(error.message);
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, PAUSE);
  });
}
