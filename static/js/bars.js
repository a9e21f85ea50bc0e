/** Places the bars of a turn on its time axis, by the variables `--from` and `--to` (0 to 1 of its length). */

const SHORTEST = 1; // ms, so that nothing is divided by zero

/** @returns whether any of them still grows */
export function placeBars(turn, now) {
  const sofar = now - Number(turn.dataset.start);
  const spans = [...turn.querySelectorAll("[data-bar]")].map((bar) => spanOf(bar, sofar));
  const length = Math.max(SHORTEST, ...spans.map(({ to }) => to));
  for (const { bar, from, to } of spans) {
    bar.style.setProperty("--from", share(from, length));
    bar.style.setProperty("--to", share(to, length));
  }
  return spans.some(({ grows }) => grows);
}

function spanOf(bar, sofar) {
  const from = Math.max(0, Number(bar.dataset.from));
  const grows = bar.dataset.to === "";
  return { bar, from, grows, to: Math.max(from, grows ? sofar : Number(bar.dataset.to)) };
}

function share(milliseconds, length) {
  return (milliseconds / length).toFixed(4);
}
