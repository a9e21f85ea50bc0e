/** Loads the turns before those on the page, when the person comes near them or asks. */

import { ask, Unanswered } from "clearcall/asking";
import { parse } from "clearcall/fragments";

/**
 * @param {{button: HTMLElement, address: (turn: string) => string, scrolling: object, brought: (roots: Element[]) => void,
 *   failed: (why: string) => void}} ends
 */
export function loadOlder({ button, address, scrolling, brought, failed }) {
  const transcript = document.getElementById("transcript");
  let loading = false;

  async function load() {
    const first = transcript.querySelector(":scope > [data-turn]");
    if (!first || loading || button.hidden) return;
    loading = true;
    try {
      const answer = await ask(address(first.dataset.turn), "json");
      // Another branch may have been chosen while this was loading.
      if (first.isConnected) put(first, answer);
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      failed(error.message);
    } finally {
      loading = false;
    }
  }

  function put(first, { transcript: turns, trace, more }) {
    const batches = [batchOf(turns), batchOf(trace)];
    scrolling.hold(first, () => {
      transcript.prepend(batches[0]);
      button.hidden = !more;
    });
    document.getElementById("trace-turns")?.prepend(batches[1]);
    brought(batches);
  }

  button.addEventListener("click", load);
  new IntersectionObserver(([seen]) => seen.isIntersecting && load(), { rootMargin: "400px" }).observe(button);
}

/** Turns that the browser passes over together while they are out of sight: it looks at each child in every frame. */
function batchOf(html) {
  const batch = document.createElement("div");
  batch.className = "batch";
  batch.append(parse(html));
  batch.dataset.turn = batch.firstElementChild?.dataset.turn ?? "";
  return batch;
}
