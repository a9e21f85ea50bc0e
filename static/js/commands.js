/** Numbers commands and matches each answer to its own; an answer is a value, never an exception. */

/** @typedef {{t: "done"|"refused"|"lost", code?: string, message?: string}} Answer */

const LOST = Object.freeze({ t: "lost", message: "The connection was lost. Please try again." });

export class Commands {
  #send;
  #last = 0;
  #waiting = new Map();

  /** @param {(frame: object) => boolean} send says whether the frame went out */
  constructor(send) {
    this.#send = send;
  }

  /** @returns {Promise<Answer>} */
  run(name, fields = {}) {
    const n = ++this.#last;
    if (!this.#send({ ...fields, do: name, n })) return Promise.resolve(LOST);
    return new Promise((resolve) => this.#waiting.set(n, resolve));
  }

  /** Sends what has no answer, or whose answer nobody waits for. */
  tell(name, fields = {}) {
    this.#send({ ...fields, do: name, n: ++this.#last });
  }

  answered(frame) {
    this.#waiting.get(frame.re)?.(frame);
    this.#waiting.delete(frame.re);
  }

  lost() {
    for (const resolve of this.#waiting.values()) resolve(LOST);
    this.#waiting.clear();
  }
}
