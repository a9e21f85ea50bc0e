/** Leads from the chat to a call and back: unfolds, scrolls, and shows for a moment what was meant. */

import { onceSeen } from "clearcall/drawers";
import { leaveToPerson } from "clearcall/morph";

const FLASH = 1_500;

/** @param {(element: Element) => void} reveal brings the part of the page forward in which the element lies */
export function listenToOpeners(reveal) {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener && open(opener.dataset.opens, reveal)) event.preventDefault();
    const details = event.target.closest("summary")?.parentElement;
    if (details) leaveToPerson(details);
  });
}

/** Opens an element and all that it lies folded in. @returns whether it is on the page */
export function open(id, reveal) {
  const element = document.getElementById(id);
  if (!element) return false;
  unfold(element.querySelector(":scope > details"));
  for (let fold = element.closest("details"); fold; fold = fold.parentElement.closest("details")) unfold(fold);
  reveal(element);
  if (!element.hasAttribute("tabindex")) element.tabIndex = -1;
  onceSeen(() => element.focus({ preventScroll: true }));
  element.classList.add("flash");
  setTimeout(() => element.classList.remove("flash"), FLASH);
  return true;
}

function unfold(details) {
  if (!details) return;
  leaveToPerson(details);
  details.open = true;
}
