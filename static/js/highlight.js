// Paints code by the run lengths in data-tokens, over the plain text: no element is added for a colour.
// "K4.NS1c" reads: 4 units keyword, 1 plain, 1 name, 48 string (base 36; a length of 1 is left out).

const supported = typeof CSS !== "undefined" && "highlights" in CSS && typeof StaticRange !== "undefined";
const RUN = /([A-Z.])([0-9a-z]*)/g;

// Each painted element with the text node and tokens it was painted for, and its ranges.
const painted = new Map();

/** Paint every block of code in or at `root`, and forget those that have left the page. */
export function paint(root) {
  if (!supported) return;
  for (const [code, { text }] of painted) {
    if (!code.isConnected || !text.isConnected) forget(code);
  }
  if (root.matches?.("code[data-tokens]")) paintCode(root);
  for (const code of root.querySelectorAll("code[data-tokens]")) paintCode(code);
}

function paintCode(code) {
  const text = code.firstChild;
  const tokens = code.dataset.tokens;
  const before = painted.get(code);
  if (before && before.text === text && before.tokens === tokens) return;
  if (before) forget(code);
  // Anything but one text node is not what the tokens were counted for.
  if (!text || text.nodeType !== Node.TEXT_NODE || text.nextSibling) return;
  const ranges = rangesOf(text, tokens);
  for (const [letter, range] of ranges) highlightFor(letter).add(range);
  painted.set(code, { text, tokens, ranges });
}

function rangesOf(text, tokens) {
  const ranges = [];
  let at = 0;
  for (const [, letter, digits] of tokens.matchAll(RUN)) {
    const end = at + (digits ? parseInt(digits, 36) : 1);
    if (end > text.length) return [];
    if (letter !== ".") ranges.push([letter, rangeOf(text, at, end)]);
    at = end;
  }
  return ranges;
}

// A static range is not kept up to date by the browser, which is what makes thousands of them cheap.
function rangeOf(text, start, end) {
  return new StaticRange({ startContainer: text, startOffset: start, endContainer: text, endOffset: end });
}

function highlightFor(letter) {
  const name = `code-${letter.toLowerCase()}`;
  if (!CSS.highlights.has(name)) CSS.highlights.set(name, new Highlight());
  return CSS.highlights.get(name);
}

function forget(code) {
  for (const [letter, range] of painted.get(code).ranges) highlightFor(letter).delete(range);
  painted.delete(code);
}
