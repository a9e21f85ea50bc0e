/** Shows whether the page is connected, and counts down to the next try. */

const SOON = 1_000; // a connection that is back within this was not worth a word

/** @returns {(state: import("clearcall/socket").State) => void} */
export function connectionLine(element, signedOut = "You are signed out. Sign in again in another tab, then reload this page.") {
  let ticking = 0;

  function countDown({ until, away }) {
    const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1_000));
    const when = seconds ? `Trying again in ${seconds} s.` : "Trying again…";
    if (away) say(`Clearcall cannot use its database. What you write is kept. ${when}`);
    else if (Date.now() - lostAt >= SOON) say(`Connection lost. ${when}`);
  }

  function say(sentence) {
    element.textContent = sentence;
    element.hidden = !sentence;
  }

  let lostAt = 0;
  return (state) => {
    clearInterval(ticking);
    if (state.name === "lost") {
      lostAt ||= Date.now();
      countDown(state);
      ticking = setInterval(() => countDown(state), 500);
    } else {
      lostAt = 0;
      say(state.name === "signed_out" ? signedOut : "");
    }
  };
}
