/**
 * Turns one element into another in place, so that focus, selection and what a person unfolded stay.
 *
 * Left alone: the content of elements with `data-flow` on both sides, elements with `data-keep` (the script's own), the
 * attribute `style` (the server never sends one), and `open` of a `<details>` that the person has toggled.
 */

import { keepingFocus } from "clearcall/focus";

const toggled = new WeakSet();

/** From now on this `<details>` is opened and closed by the person alone. */
export function leaveToPerson(details) {
  toggled.add(details);
}

/** @returns the element that is now on the page */
export function morph(from, to) {
  if (from.nodeName !== to.nodeName) {
    from.replaceWith(to);
    return to;
  }
  rescueFlow(from, to);
  keepingFocus(from, () => morphElement(from, to));
  return from;
}

export function morphInside(from, to) {
  keepingFocus(from, () => morphChildren(from, to));
}

/** Text that has moved to another place (an interrupted answer is folded away) takes its content along. */
function rescueFlow(from, to) {
  for (const wanted of to.querySelectorAll("[data-flow][id]")) {
    const old = from.querySelector(`#${CSS.escape(wanted.id)}`);
    const stays = old && (old.parentElement === from ? wanted.parentElement === to : alike(old.parentElement, wanted.parentElement));
    if (old && !stays) wanted.replaceChildren(...old.childNodes);
  }
}

function morphElement(from, to) {
  const keepsContent = from.hasAttribute("data-flow") && to.hasAttribute("data-flow");
  syncAttributes(from, to);
  if (!keepsContent) morphChildren(from, to);
}

function syncAttributes(from, to) {
  const own = (name) => name === "style" || (name === "open" && toggled.has(from));
  for (const { name } of [...from.attributes]) if (!to.hasAttribute(name) && !own(name)) from.removeAttribute(name);
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value && !own(name)) from.setAttribute(name, value);
  }
  if (from.type === "checkbox") from.checked = to.checked;
}

function morphChildren(from, to) {
  const wanted = [...to.childNodes];
  const ids = new Set(wanted.map((node) => node.id).filter(Boolean));
  for (const child of [...from.children]) if (child.id && !ids.has(child.id) && !isKept(child)) child.remove();
  const named = new Map([...from.children].filter((child) => child.id).map((child) => [child.id, child]));
  let next = past(from.firstChild);
  for (const node of wanted) {
    const match = node.id ? named.get(node.id) : firstAlike(next, node);
    if (match && match === next) next = past(next.nextSibling);
    else place(from, match ?? node, next);
    if (match) morphNode(match, node);
  }
  while (next) {
    const rest = next;
    next = past(next.nextSibling);
    rest.remove();
  }
}

function morphNode(from, to) {
  if (from.nodeType === Node.ELEMENT_NODE) {
    if (from.nodeName === to.nodeName) morphElement(from, to);
    else from.replaceWith(to);
  } else if (from.nodeValue !== to.nodeValue) {
    // Appending leaves a selection within the node alone; assigning would collapse it.
    if (to.nodeValue.startsWith(from.nodeValue)) from.appendData(to.nodeValue.slice(from.nodeValue.length));
    else from.nodeValue = to.nodeValue;
  }
}

function firstAlike(node, wanted) {
  while (node && (node.id || !alike(node, wanted))) node = past(node.nextSibling);
  return node;
}

function alike(one, other) {
  if (one.nodeName !== other.nodeName || one.id !== other.id) return false;
  return one.nodeType !== Node.ELEMENT_NODE || one.classList[0] === other.classList[0];
}

function past(node) {
  while (node && isKept(node)) node = node.nextSibling;
  return node;
}

function isKept(node) {
  return node.nodeType === Node.ELEMENT_NODE && node.hasAttribute("data-keep");
}

function place(parent, node, before) {
  // moveBefore, where there is one, keeps focus and animations of what it moves.
  if (node.parentNode === parent && parent.moveBefore) parent.moveBefore(node, before);
  else parent.insertBefore(node, before);
}
