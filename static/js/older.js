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
    const chat = parse(turns);
    const roots = [...chat.children];
    scrolling.hold(first, () => {
      transcript.prepend(chat);
      button.hidden = !more;
    });
    document.getElementById("trace-turns")?.prepend(parse(trace));
    const inTrace = roots.map((turn) => document.getElementById(`trace-${turn.id}`)).filter(Boolean);
    brought([...roots, ...inTrace]);
  }

  button.addEventListener("click", load);
  new IntersectionObserver(([seen]) => seen.isIntersecting && load(), { rootMargin: "400px" }).observe(button);
}
