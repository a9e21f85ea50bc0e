/** The chat and its trace as one part: what they share, and what happens when something new is shown. */

import { announceEnd, complain, complainerOf } from "clearcall/announcing";
import { Clocks, clockAhead } from "clearcall/clocks";
import { Composer } from "clearcall/composer";
import { editLast, listenToEdits } from "clearcall/editing";
import { leaveHidden } from "clearcall/focus";
import { paint } from "clearcall/highlight";
import { loadOlder } from "clearcall/older";
import { Outbox } from "clearcall/outbox";
import { Pending } from "clearcall/pending";
import { Scrolling } from "clearcall/scrolling";
import { isBusy } from "clearcall/states";
import { followTitle } from "clearcall/title";
import { Turns } from "clearcall/turns";

const part = (id) => document.getElementById(id);

export class Chat {
  /** @param {import("clearcall/conversation").OpenConversation} conversation */
  constructor(conversation, { run, now }) {
    this.conversation = conversation;
    this.turns = new Turns();
    this.pending = new Pending();
    this.clocks = new Clocks(clockAhead(now));
    this.title = followTitle(conversation.id);
    this.scrolling = this.#follow();
    this.outbox = new Outbox(conversation.person, { conversation: conversation.id, hands: this.#postal(run) });
    this.composer = new Composer(part("composer"), {
      draft: `${conversation.person}.${conversation.isNew ? "new" : conversation.id}`,
      send: (text, choice) => this.#send(text, choice),
    });
    listenToEdits({ run, problem: complain });
    this.#listen();
    for (const id of ["transcript", "trace-turns"]) this.shown({ element: part(id) });
  }

  /** Something new is on the page. @param {import("clearcall/fragments").Placed} placed */
  shown({ element, before }) {
    if (element.closest("#transcript")) this.#inTranscript(element, before);
    else if (element.closest("#trace")) this.clocks.note(element);
    else this.title.renew();
    if (element.querySelector("code[data-tokens]")) paint(element);
  }

  /** More of a reply is on the page. */
  painted() {
    this.clocks.keepUp();
  }

  /** All of a frame is on the page. */
  finished() {
    this.turns.sweep();
    leaveHidden();
  }

  /** Brings an element into view, and stays there. */
  reveal(element) {
    if (element.closest("#trace")) this.trace.show(element);
    else this.scrolling.show(element);
  }

  /** Begins to load older turns as they are wanted. @param {(root: Element) => void} brought */
  loadOlder(brought) {
    const complainOfOlder = complainerOf("Earlier messages could not be loaded");
    loadOlder({
      button: part("older"),
      address: (turn) => `/conversations/${this.conversation.id}/older/?before=${turn}`,
      scrolling: this.scrolling,
      brought: (roots) => {
        complainOfOlder();
        roots.forEach(brought);
        roots.forEach((element) => this.shown({ element }));
      },
      failed: complainOfOlder,
    });
  }

  #inTranscript(element, before) {
    this.turns.note(element);
    this.pending.foundIn(element).forEach((id) => this.outbox.arrived(id));
    const { state } = element.dataset;
    if (!element.matches(".turn") || before === state) return;
    // A turn can come to wait before it was seen to run; its end alone was there all along, when older ones load.
    if (!isBusy(before) && !(before === "queued" && state === "waiting")) return;
    if (announceEnd(state)) this.title.ended();
  }

  #follow() {
    const jump = part("jump");
    const around = (id) => part(id).closest("[data-scroller]") ?? part(id);
    const atEnd = (is) => jump.toggleAttribute("hidden", is);
    const scrolling = new Scrolling(around("transcript"), [part("transcript"), part("pending")], atEnd);
    this.trace = new Scrolling(around("trace-turns"), [part("trace-turns")]);
    jump.addEventListener("click", () => scrolling.toEnd());
    return scrolling;
  }

  #postal(send) {
    return {
      send,
      show: (letters) => this.pending.show(letters),
      showOnly: (letters) => this.pending.showOnly(letters),
      taken: () => this.conversation.begun(),
      refused: ({ client_id, text }, { message }) => {
        this.pending.take(client_id);
        this.composer.putBack(text);
        complain(message);
      },
    };
  }

  #send(text, choice) {
    part("welcome")?.setAttribute("hidden", "");
    this.outbox.post(text, choice, { begins: this.conversation.isNew });
    this.scrolling.toEnd();
    this.trace.toEnd();
  }

  #listen() {
    document.addEventListener("click", (event) => {
      const prompt = event.target.closest("[data-prompt]");
      if (prompt) this.composer.submit(prompt.dataset.prompt);
    });
    part("composer").addEventListener("keydown", (event) => {
      if (event.isComposing || !this.composer.hasFocus) return;
      if (event.key === "Escape" && this.turns.running) part("stop")?.click();
      if (event.key === "ArrowUp" && this.composer.isEmpty) editLast();
    });
  }
}
