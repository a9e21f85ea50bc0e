// What makes a staff record alive: bars on their axis, links that open what they lead to, coloured code, copies.
import { paint } from "clearcall/highlight";

for (const turn of document.querySelectorAll("[data-start]")) placeBars(turn);
paint(document.body);
open(location.hash.slice(1));

addEventListener("hashchange", () => open(location.hash.slice(1)));
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-opens]");
  if (link) open(link.dataset.opens);
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

/** Say for each bar where it begins and ends, as shares of its turn's length. */
function placeBars(turn) {
  const bars = [...turn.querySelectorAll("[data-bar]")];
  const length = Math.max(1, ...bars.flatMap((bar) => [Number(bar.dataset.from), Number(bar.dataset.to)]));
  for (const bar of bars) {
    bar.style.setProperty("--from", bar.dataset.from / length);
    bar.style.setProperty("--to", (bar.dataset.to === "" ? length : bar.dataset.to) / length);
  }
}

/** Unfold an element and all that it lies in, and go there. */
function open(id) {
  const target = id && document.getElementById(id);
  if (!target) return;
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  const own = target.querySelector(":scope > details");
  if (own) own.open = true;
  target.scrollIntoView({ block: "start" });
  target.focus({ preventScroll: true });
}

function copy(button) {
  const named = button.dataset.copy;
  const source = named ? document.getElementById(named) : button.parentElement.querySelector("code, pre");
  if (source) navigator.clipboard?.writeText(source.innerText);
}
