/** Numbers commands and matches each answer to its own; an answer is a value, never an exception. */

/** @typedef {{t: "done"|"refused"|"lost", code?: string, message?: string}} Answer */

const HOLD = 10_000; // a press while the socket opens counts, one that was made long ago surprises
const LOST = Object.freeze({ t: "lost", message: "The connection was lost. Please try again." });
const UNSENT = Object.freeze({ t: "lost", message: "There is no connection, so nothing was done. Please try again." });

export class Commands {
  #send;
  #last = 0;
  #waiting = new Map();
  #held = new Map();

  /** @param {(frame: object) => boolean} send says whether the frame went out */
  constructor(send) {
    this.#send = send;
  }

  /** Sends a command, now or when there is a connection soon. @returns {Promise<Answer>} */
  run(name, fields = {}) {
    const n = ++this.#last;
    return new Promise((resolve) => {
      this.#waiting.set(n, resolve);
      const frame = { ...fields, do: name, n };
      if (!this.#send(frame)) this.#hold(frame);
    });
  }

  /** Sends what has no answer, or whose answer nobody waits for. */
  tell(name, fields = {}) {
    this.#send({ ...fields, do: name, n: ++this.#last });
  }

  answered(frame) {
    this.#waiting.get(frame.re)?.(frame);
    this.#waiting.delete(frame.re);
  }

  /** There is a connection: what waited for it goes out, in order. */
  connected() {
    for (const [n, frame] of this.#held) if (this.#send(frame)) this.#held.delete(n);
  }

  /** Whatever was sent and has no answer may have happened or not. */
  lost() {
    for (const n of [...this.#waiting.keys()]) if (!this.#held.has(n)) this.answered({ ...LOST, re: n });
  }

  #hold(frame) {
    this.#held.set(frame.n, frame);
    setTimeout(() => this.#held.delete(frame.n) && this.answered({ ...UNSENT, re: frame.n }), HOLD);
  }
}
