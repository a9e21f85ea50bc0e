/** Keeps focus near where it was when a change takes away what had it: it would fall to the page's very top. */

const TAKES_FOCUS = "a[href], button:not(:disabled), input, textarea, select, summary, [tabindex]";

/** Runs a change of what `root` holds; focus stays where it is, or goes to what lay around it. */
export function keepingFocus(root, change) {
  const focused = document.activeElement;
  const line = root.contains(focused) ? lineOf(focused) : [];
  change();
  if (line.length && document.activeElement !== focused) give(focused.isConnected ? focused : nearest(line));
}

/** Takes an entry away; focus within it goes to the next one. */
export function remove(element) {
  const line = element.contains(document.activeElement) ? lineOf(element) : [];
  const neighbour = element.nextElementSibling ?? element.previousElementSibling;
  element.remove();
  if (line.length) give((neighbour && firstIn(neighbour)) ?? nearest(line));
}

/** Replaces all that a container holds; focus goes to what stands at the same place: the same button, if it has one. */
export function refill(container, content) {
  const focused = document.activeElement;
  const line = container.contains(focused) ? lineOf(focused) : [];
  const place = [...container.children].findIndex((child) => line.includes(child));
  container.replaceChildren(content);
  const there = place < 0 ? null : (container.children[place] ?? container.lastElementChild);
  if (line.length) give((there && (sameButton(there, focused) ?? firstIn(there))) ?? nearest(line));
}

/** Gives focus back, also to what shows only while focus is somewhere around it. */
export function returnTo(element) {
  give(element);
  if (document.activeElement === element || !element.isConnected) return;
  give(nearest(lineOf(element.parentElement)));
  give(element);
}

/** Lets go of what was hidden while it had focus. */
export function leaveHidden() {
  const focused = document.activeElement;
  if (focused?.checkVisibility?.() === false) give(nearest(lineOf(focused.parentElement)));
}

function give(element) {
  element?.focus({ preventScroll: true });
}

/** An element and all that it lies in. */
function lineOf(element) {
  const line = [];
  for (let each = element; each && each !== document.body; each = each.parentElement) line.push(each);
  return line;
}

/** What is made to be returned to, such as a turn; else whatever takes focus in the closest surroundings. */
function nearest(line) {
  const left = line.filter((element) => element.isConnected);
  return left.find((element) => element.hasAttribute("tabindex")) ?? left.map(firstIn).find(Boolean);
}

function firstIn(element) {
  if (element.matches(TAKES_FOCUS)) return element;
  return [...element.querySelectorAll(TAKES_FOCUS)].find((each) => each.checkVisibility?.() ?? true);
}

function sameButton(element, { dataset, ariaLabel }) {
  const alike = [...element.querySelectorAll("button[data-do]:not(:disabled)")];
  return alike.find((button) => button.dataset.do === dataset.do && button.ariaLabel === ariaLabel);
}
