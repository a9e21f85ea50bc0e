/** Keeps one websocket alive: back-off, heartbeats, and the state it is in. It knows no element. */

const FIRST_DELAY = 500;
const LONGEST_DELAY = 15_000;
const QUIET = 25_000; // ask for a sign of life after this long without one
const PATIENCE = 5_000; // a phone that slept keeps sockets that look open and are not
const STEADY = 10_000; // a connection that held this long was a good one
const SIGNED_OUT = 4401;
const AWAY = 4503; // the server lives, and its database does not

/**
 * @typedef {{name: "connected"|"signed_out"} | {name: "lost", until: number, away: boolean}} State
 * @typedef {{address: () => string, received: (data: string) => void, changed: (state: State) => void}} Ends
 */
export class Socket {
  #ends;
  #ws = null;
  #failures = 0;
  #openedAt = Infinity;
  #heartbeat = 0;
  #retry = 0;
  #ended = false;

  /** @param {Ends} ends */
  constructor(ends) {
    this.#ends = ends;
  }

  open() {
    clearTimeout(this.#retry);
    const ws = new WebSocket(this.#ends.address());
    this.#ws = ws;
    this.#openedAt = Infinity;
    this.#expect(QUIET, () => this.drop());
    ws.onopen = () => this.#opened();
    ws.onclose = ({ code }) => this.#closed(code);
    ws.onmessage = ({ data }) => {
      this.#heard();
      this.#ends.received(data);
    };
  }

  get isOpen() {
    return this.#ws?.readyState === WebSocket.OPEN;
  }

  /** Says whether the frame was handed to an open socket. */
  send(frame) {
    if (this.isOpen) this.#ws.send(JSON.stringify(frame));
    return this.isOpen;
  }

  /** Gives the connection up and comes back with the cursors of that moment. */
  drop() {
    const ws = this.#ws;
    if (!ws) return;
    ws.onopen = ws.onmessage = ws.onclose = null;
    ws.close();
    this.#closed();
  }

  /** Something says that the network may be back, or may have gone unnoticed. */
  wake() {
    if (this.#ended) return;
    if (!this.#ws) this.open();
    else if (this.isOpen) this.#ping();
  }

  #opened() {
    this.#openedAt = Date.now();
    this.#heard();
    this.#ends.changed({ name: "connected" });
  }

  #heard() {
    this.#expect(QUIET, () => this.#ping());
  }

  #ping() {
    this.send({ do: "ping", n: 0 });
    this.#expect(PATIENCE, () => this.drop());
  }

  #expect(within, otherwise) {
    clearTimeout(this.#heartbeat);
    this.#heartbeat = setTimeout(otherwise, within);
  }

  #closed(code) {
    clearTimeout(this.#heartbeat);
    this.#ws = null;
    this.#ended = code === SIGNED_OUT;
    if (this.#ended) {
      this.#ends.changed({ name: "signed_out" });
      return;
    }
    if (Date.now() - this.#openedAt > STEADY) this.#failures = 0;
    const delay = Math.min(FIRST_DELAY * 2 ** this.#failures++, LONGEST_DELAY) * (0.7 + 0.6 * Math.random());
    this.#retry = setTimeout(() => this.open(), delay);
    this.#ends.changed({ name: "lost", until: Date.now() + delay, away: code === AWAY });
  }
}

/** Wakes the socket whenever the browser has a reason to think that the network is back. */
export function wakeOnReturn(socket) {
  addEventListener("online", () => socket.wake());
  addEventListener("pageshow", (event) => event.persisted && socket.wake());
  document.addEventListener("visibilitychange", () => document.hidden || socket.wake());
}
