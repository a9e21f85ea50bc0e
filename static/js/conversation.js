/** Which conversation the page shows; a new one gets its own address with its first message. */

import { leftBehind } from "clearcall/outbox";

export class OpenConversation {
  /** A page for a new conversation takes over the one that a message, left unsent, was to begin. */
  constructor({ conversation, live, person = "" }) {
    this.isNew = location.pathname === "/";
    this.person = person;
    this.id = (this.isNew && leftBehind(person)) || conversation;
    this.live = live.replace(conversation, this.id);
    if (this.id !== conversation) this.#rename(conversation);
  }

  /** The server has it now, so it has an address. */
  begun() {
    if (!this.isNew) return;
    this.isNew = false;
    history.replaceState(null, "", `/conversations/${this.id}/`);
  }

  #rename(before) {
    const heading = document.getElementById(`heading-${before}`);
    if (heading) heading.id = `heading-${this.id}`;
    for (const link of document.querySelectorAll(`a[href*="${CSS.escape(before)}"]`)) {
      link.setAttribute("href", link.getAttribute("href").replace(before, this.id));
    }
  }
}
