/** Says whether a call that waits may run: as it was shown, with other arguments, or not at all. */

const SLOW = 1_000; // ms after which a press that has not been heard of says so

const OUTRUN = new Set(["decided", "changed"]);

const deciding = new Set(); // calls, for each has a card in the chat and one in the trace

export async function decide(button, { run, problem }) {
  const card = button.closest("[data-approval]");
  const { call, shown } = card.dataset;
  if (deciding.has(call)) return;
  const said = card.querySelector("[role=alert]");
  said.textContent = "";
  deciding.add(call);
  const slow = setTimeout(() => (said.textContent = "Waiting for the server…"), SLOW);
  const answer = await run(button.dataset.do, { call: Number(call), shown, ...wordsOf(button, card) });
  clearTimeout(slow);
  deciding.delete(call);
  said.textContent = "";
  if (answer.t === "done") return;
  // Whoever was quicker takes the card away or renews it, before the answer or after it, and what it says goes too.
  if (card.isConnected && !OUTRUN.has(answer.code)) said.textContent = answer.message;
  else problem(answer.message);
}

function wordsOf({ dataset }, card) {
  if (dataset.do === "decline") return { reason: card.querySelector("input").value };
  if (dataset.edited) return { arguments: card.querySelector("textarea").value };
  return { always: dataset.always === "true" };
}

/** Goes to the first call that waits: to its card, so that no button is pressed by a key meant for something else. */
export function goToWaiting() {
  const card = document.querySelector("#transcript [data-approval]");
  card?.scrollIntoView({ block: "nearest" });
  // Browsers show no focus for keys with Alt by themselves.
  card?.focus({ preventScroll: true, focusVisible: true });
  return Boolean(card);
}
