/** Writes one block of HTML, or one plain text, into its element with the least work. */

import { morphInside } from "clearcall/morph";

const shown = new WeakMap(); // element → the HTML or text that it was last given

/** Makes the children of `container` show `blocks`; `indices` names those that may differ. @returns elements written */
export function writeBlocks(container, blocks, indices = blocks.keys()) {
  while (container.children.length > blocks.length) container.lastElementChild.remove();
  while (container.children.length < blocks.length) container.append(newBlock());
  const written = [];
  for (const index of indices) {
    const element = container.children[index];
    if (element && writeBlock(element, blocks[index])) written.push(element);
  }
  return written;
}

/** @returns whether there was anything to write */
export function writeText(element, text) {
  const before = element.textContent;
  if (before === text) return false;
  const node = element.firstChild;
  const grows = node?.nodeType === Node.TEXT_NODE && !node.nextSibling && text.startsWith(before);
  if (grows) node.appendData(text.slice(before.length));
  else element.textContent = text;
  return true;
}

function newBlock() {
  const block = document.createElement("div");
  block.className = "block";
  block.dir = "auto";
  return block;
}

function writeBlock(element, html) {
  const before = shown.get(element);
  if (before === html) return false;
  shown.set(element, html);
  if (before === undefined || !appendWithin(element, before, html)) {
    const template = document.createElement("template");
    template.innerHTML = html;
    morphInside(element, template.content);
  }
  return true;
}

/**
 * The common case while text streams: the new HTML has more plain text before the closing tags, so that the last
 * text node grows and nothing needs to be parsed. @returns whether it was so
 */
function appendWithin(element, before, html) {
  const closing = before.match(/(?:\s*<\/[a-z0-9]+>)*\s*$/)[0];
  const head = before.length - closing.length;
  const added = html.slice(head, html.length - closing.length);
  if (html.length <= before.length || !html.endsWith(closing) || !html.startsWith(before.slice(0, head))) return false;
  if (/[<>&\r\0]/.test(added) || !endsInText(before, head)) return false;
  const node = lastText(element, closing);
  if (!node) return false;
  node.appendData(added);
  return true;
}

/** An insertion right behind a tag, or within a character reference, is left to the parser. */
function endsInText(html, end) {
  return end > 0 && html[end - 1] !== ">" && !/&[#\w]*$/.test(html.slice(Math.max(0, end - 40), end));
}

/** Finds the text node before the closing tags; null where the tree is not what these tags say. */
function lastText(element, closing) {
  const names = [...closing.matchAll(/<\/([a-z0-9]+)>/g)].map((match) => match[1]).reverse();
  let node = element;
  for (const name of names) {
    node = node.lastElementChild;
    if (node?.localName !== name) return null;
  }
  return node.lastChild?.nodeType === Node.TEXT_NODE ? node.lastChild : null;
}
