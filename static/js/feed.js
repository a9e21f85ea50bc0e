/** Takes frames in, in the order in which they come, and hands each to whoever it concerns. */

import { apply, replaceInside } from "clearcall/fragments";
import { isBeingWritten } from "clearcall/states";

const REPLIES = '.message[data-role="assistant"]';

/**
 * @typedef {{
 *   flow: import("clearcall/flow").Flow,
 *   painter: import("clearcall/painter").Painter,
 *   cursors: {cursor: number, shelf: number},
 *   placed: (placed: import("clearcall/fragments").Placed) => void,
 *   finished: () => void,
 *   listed: () => void,
 *   answered: (frame: object) => void,
 *   resync: () => void,
 * }} Hands
 */
export class Feed {
  #hands;
  #stumbledAt = "";

  /** @param {Hands} hands */
  constructor(hands) {
    this.#hands = hands;
  }

  receive(data) {
    let frame;
    try {
      frame = JSON.parse(data);
      this.#take(frame);
    } catch (error) {
      this.#stumble(frame, error);
    }
  }

  /** Notes the open replies within a part of the page that came with all its text. */
  brought(root) {
    for (const reply of root.querySelectorAll(REPLIES)) if (isBeingWritten(reply.dataset.state)) this.#notice(reply);
  }

  #take(frame) {
    if (Array.isArray(frame)) this.#flow(frame);
    else if (frame.t === "changes" || frame.t === "shelf") this.#changes(frame);
    else if (frame.t === "reset") this.#reset(frame);
    else if ("re" in frame) this.#hands.answered(frame);
  }

  #flow([kind, message, attempt, rev, content]) {
    const { flow, painter } = this.#hands;
    const element = document.getElementById(`message-${message}`);
    const settled = element && !isBeingWritten(element.dataset.state);
    if (kind === "f" && settled) return;
    const changed = kind === "f" ? flow.splice(message, attempt, rev, content) : flow.whole(message, attempt, rev, content);
    if (changed) painter.mark(message, changed);
    if (settled) this.#settle(element);
  }

  #changes(frame) {
    for (const fragment of frame.fragments) this.#place(fragment);
    for (const body of frame.bodies ?? []) this.#body(body);
    this.#afterwards(frame);
  }

  #place(fragment) {
    const placed = apply(fragment);
    if (!placed) return;
    const { element, before } = placed;
    if (!element.matches(REPLIES)) this.brought(element);
    // A reply comes as a shell. One that was settled here before has its text, and be it none at all.
    else if (before === undefined || isBeingWritten(before)) this.#notice(element);
    this.#hands.placed(placed);
  }

  #body([message, attempt, rev, slots]) {
    if (!document.getElementById(`message-${message}`)) return;
    const changed = this.#hands.flow.whole(message, attempt, rev, slots);
    if (changed) this.#hands.painter.mark(message, changed);
  }

  #reset(frame) {
    this.#hands.flow.clear();
    for (const [id, , html] of frame.fragments) {
      const element = replaceInside(id, html);
      if (!element) continue;
      this.brought(element);
      this.#hands.placed({ element, before: undefined });
    }
    this.#afterwards(frame);
  }

  /** New elements may be waiting for text that came before them; what has ended needs no more of it. */
  #afterwards(frame) {
    const { flow, painter, cursors, finished, listed } = this.#hands;
    for (const message of flow.messages) {
      painter.mark(message, "all");
      const element = document.getElementById(`message-${message}`);
      if (element && !isBeingWritten(element.dataset.state)) this.#settle(element);
    }
    advance(cursors, frame);
    finished();
    if (frame.t === "shelf") listed();
  }

  #notice(reply) {
    const { message, attempt, rev, state } = reply.dataset;
    if (isBeingWritten(state)) this.#hands.flow.shown(Number(message), Number(attempt), isEmpty(message) ? 0 : Number(rev));
    else if (Number(rev) && isEmpty(message)) this.#hands.flow.shown(Number(message), Number(attempt), 0);
  }

  #settle(element) {
    const { flow, painter } = this.#hands;
    const message = Number(element.dataset.message);
    if (!flow.settled(message, Number(element.dataset.attempt), Number(element.dataset.rev))) return;
    painter.flush();
    flow.drop(message);
  }

  /** A frame that cannot be taken in is asked for once more; the second time it is passed over. */
  #stumble(frame, error) {
    console.error("A frame could not be shown.", error);
    const { cursors, resync } = this.#hands;
    const place = JSON.stringify([frame?.t, frame?.seq]);
    if (this.#stumbledAt === place && frame?.seq) advance(cursors, frame);
    this.#stumbledAt = place;
    resync();
  }
}

function advance(cursors, { t, seq }) {
  const cursor = t === "shelf" ? "shelf" : "cursor";
  cursors[cursor] = Math.max(cursors[cursor], seq);
}

function isEmpty(message) {
  const body = document.getElementById(`body-${message}`);
  return !body?.textContent && !document.getElementById(`reasoning-${message}`)?.textContent;
}
