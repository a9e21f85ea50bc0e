/** Puts the server's HTML where it belongs: by id, or into the container that it names. */

import { refill, remove } from "clearcall/focus";
import { morph } from "clearcall/morph";

/** @typedef {{element: Element, before: string|undefined}} Placed what is now shown, and the `data-state` it had before */

/** @param {[string, string, string]} fragment @returns {Placed|null} null where nothing is shown now */
export function apply([id, into, html]) {
  const old = document.getElementById(id);
  if (!html) {
    if (old) remove(old);
    return null;
  }
  const wanted = parse(html).firstElementChild;
  if (old) {
    const before = old.dataset.state;
    const element = morph(old, wanted);
    settle(element);
    return { element, before };
  }
  const container = document.getElementById(into);
  if (!container || isUnloaded(container, wanted)) return null;
  container.append(wanted);
  settle(wanted);
  return { element: wanted, before: undefined };
}

/** Replaces the inside of an element: another branch was chosen, or the list was searched. */
export function replaceInside(id, html) {
  const container = document.getElementById(id);
  if (container) refill(container, parse(html));
  return container;
}

export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** A turn older than those on the page belongs to the part that is loaded on scroll; a search shows what it found. */
function isUnloaded(container, wanted) {
  if (container.hasAttribute("data-found")) return true;
  const first = container.firstElementChild?.dataset.turn;
  return Boolean(wanted.dataset.turn && first && Number(wanted.dataset.turn) < Number(first));
}

/** Moves a child to where its `data-order` says, in a container that is kept in falling order. */
function settle(element) {
  const container = element.parentElement;
  if (container?.dataset.order !== "desc" || inOrder(element)) return;
  const order = Number(element.dataset.order);
  const others = [...container.children].filter((other) => other !== element);
  container.insertBefore(element, others.find((other) => Number(other.dataset.order) < order) ?? null);
}

function inOrder({ dataset, previousElementSibling: above, nextElementSibling: below }) {
  const order = Number(dataset.order);
  return !(above && Number(above.dataset.order) < order) && !(below && Number(below.dataset.order) > order);
}
