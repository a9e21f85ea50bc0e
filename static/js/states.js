/** What the states that the server prints mean for the page. */

const OPEN_TURNS = new Set(["queued", "running", "waiting"]);
const BUSY_TURNS = new Set(["running", "waiting"]);
const OPEN_REPLIES = new Set(["waiting", "streaming"]);

/** Whether a turn has not ended. */
export function isOpen(turnState) {
  return OPEN_TURNS.has(turnState);
}

/** Whether a turn was begun and has not ended, so that there is something to stop. */
export function isBusy(turnState) {
  return BUSY_TURNS.has(turnState);
}

/** Whether a reply's text may still grow. */
export function isBeingWritten(replyState) {
  return OPEN_REPLIES.has(replyState);
}
