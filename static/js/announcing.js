/** Says things once, politely, to those who listen to the page; streamed text is never among them. */

const ENDINGS = {
  completed: "The answer is complete.",
  stopped: "The answer was stopped.",
  failed: "The answer failed.",
  incomplete: "The answer was cut short.",
  interrupted: "The answer was interrupted.",
  waiting: "A tool call waits for a decision.",
};

export function announce(sentence) {
  const status = document.getElementById("status");
  if (!status) return;
  // The same words twice would not be a change, and go unsaid.
  status.textContent = status.textContent === sentence ? `${sentence}\u00a0` : sentence;
}

/** Shows why something was not done, where the page has room for it. */
export function complain(sentence) {
  const line = problemLine();
  line.textContent = sentence;
  line.hidden = !sentence;
}

/** @returns says why that failed, beside a refusal that stands there; without a reason, takes back only what it said */
export function complainerOf(failure) {
  const own = document.createElement("span");
  return (why = "") => {
    const line = problemLine();
    own.textContent = ` ${failure}: ${why}.`;
    if (why) line.append(own);
    else own.remove();
    line.hidden = !line.textContent;
  };
}

/** @returns whether that state is one to tell of */
export function announceEnd(state) {
  if (!(state in ENDINGS)) return false;
  announce(ENDINGS[state]);
  return true;
}

function problemLine() {
  return document.getElementById("composer-problem") ?? document.getElementById("connection");
}
