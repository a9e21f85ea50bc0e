/** Tells the server how much was taken in, so that it never floods a page that cannot keep up. */

const AT_MOST_EVERY = 1_000;

export class Ack {
  #tell;
  #taken = 0;
  #told = 0;
  #timer = 0;

  /** @param {(bytes: number) => void} tell */
  constructor(tell) {
    this.#tell = tell;
  }

  /** Counting begins anew with each socket. */
  restart() {
    clearTimeout(this.#timer);
    this.#timer = this.#taken = this.#told = 0;
  }

  took(length) {
    this.#taken += length;
    // Timers may sleep for long in a hidden tab; frames that arrive do not.
    if (Date.now() - this.#told >= AT_MOST_EVERY) this.#say();
    else this.#timer ||= setTimeout(() => this.#say(), AT_MOST_EVERY);
  }

  #say() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#told = Date.now();
    this.#tell(this.#taken);
  }
}
