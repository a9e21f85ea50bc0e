/** Keeps each message until the server has taken it, over lost connections and closed pages. */

import { uuid } from "clearcall/ids";
import { forget, recall, remember, remembered, watch } from "clearcall/memory";

const LEFT_ALONE = 10_000; // a message this old was left behind by a page that is gone

/** @typedef {{client_id: string, conversation: string, text: string, choice: string, begins: boolean, at: number}} Letter */
export class Outbox {
  #person;
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
    this.#person = person;
    this.#conversation = conversation;
    this.#hands = hands;
    watch(named(person, ""), () => hands.showOnly(this.#own()));
    hands.show(this.#own());
  }

  /** Takes a message to be sent, now or when there is a connection. */
  post(text, choice, { begins = false } = {}) {
    const at = Math.max(Date.now(), 1 + (this.#own().at(-1)?.at ?? 0)); // in order, however fast they are written
    const letter = { client_id: uuid(), conversation: this.#conversation, text, choice, begins, at };
    remember(named(this.#person, letter.client_id), letter);
    this.#hands.show(this.#own());
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
    forget(named(this.#person, clientId));
  }

  #own() {
    return lettersOf(this.#person).filter((letter) => letter.conversation === this.#conversation);
  }
}

/** @returns the conversation that a message, left behind unsent, was to begin; a page for a new one takes it over */
export function leftBehind(person) {
  const letters = lettersOf(person);
  return letters.find((letter) => letter.begins && Date.now() - letter.at > LEFT_ALONE)?.conversation;
}

/** Each letter has a key of its own: tabs that read and wrote one list would erase each other's letters. */
function named(person, clientId) {
  return `outbox.${person}.${clientId}`;
}

function lettersOf(person) {
  unbundle(person);
  const letters = remembered(named(person, "")).map((name) => recall(name)).filter((letter) => letter?.client_id);
  return letters.sort((one, other) => one.at - other.at);
}

/** Takes letters over from an earlier version, which kept them in one list. */
function unbundle(person) {
  const bundle = `outbox.${person}`;
  const letters = recall(bundle);
  if (letters === null) return;
  forget(bundle); // whether or not its letters fit: a list that stays would bring back each one that was sent
  if (!Array.isArray(letters)) return;
  for (const letter of letters) if (letter?.client_id) remember(named(person, letter.client_id), letter);
}
