/** Keeps each message until the server has taken it, over lost connections and closed pages. */

import { uuid } from "clearcall/ids";
import { recall, remember, watch } from "clearcall/memory";

const LEFT_ALONE = 10_000; // a message this old was left behind by a page that is gone

/** @typedef {{client_id: string, conversation: string, text: string, choice: string, begins: boolean, at: number}} Letter */
export class Outbox {
  #name;
  #conversation;
  #hands;
  #sending = false;

  /**
   * Several tabs may try the same message; the server takes a `client_id` once.
   * @param {string} person whose messages these are, so that nobody else's sign-in sends them
   * @param {{send: Function, show: (letters: Letter[]) => void, showOnly: (letters: Letter[]) => void,
   *   taken: (answer: object) => void, refused: (letter: Letter, answer: object) => void}} hands
   */
  constructor(person, { conversation, hands }) {
    this.#name = `outbox.${person}`;
    this.#conversation = conversation;
    this.#hands = hands;
    watch(this.#name, () => hands.showOnly(this.#own()));
    hands.show(this.#own());
  }

  /** Takes a message to be sent, now or when there is a connection. */
  post(text, choice, { begins = false } = {}) {
    const letter = { client_id: uuid(), conversation: this.#conversation, text, choice, begins, at: Date.now() };
    this.#write([...this.#all(), letter]);
    return this.deliver();
  }

  /** Sends what waits, in order, one after the other. */
  async deliver() {
    if (this.#sending) return;
    this.#sending = true;
    for (let letter = this.#own()[0]; letter; letter = this.#own()[0]) {
      const { client_id, text, choice } = letter;
      const answer = await this.#hands.send("send", { client_id, text, choice });
      if (answer.t === "lost") break;
      this.arrived(client_id);
      if (answer.t === "done") this.#hands.taken(answer);
      else this.#hands.refused(letter, answer);
    }
    this.#sending = false;
  }

  /** The server has it: an answer said so, or the turn is on the page. */
  arrived(clientId) {
    const rest = this.#all().filter((letter) => letter.client_id !== clientId);
    if (rest.length < this.#all().length) this.#write(rest);
  }

  #own() {
    return this.#all().filter((letter) => letter.conversation === this.#conversation);
  }

  #all() {
    return recall(this.#name, []);
  }

  #write(letters) {
    remember(this.#name, letters);
    this.#hands.show(this.#own());
  }
}

/** @returns the conversation that a message, left behind unsent, was to begin; a page for a new one takes it over */
export function leftBehind(person) {
  const letters = recall(`outbox.${person}`, []);
  return letters.find((letter) => letter.begins && Date.now() - letter.at > LEFT_ALONE)?.conversation;
}
