/** Counts how much of a message's length is left: to see at every key, to hear now and then. */

const TELL_WITHIN = 500; // characters from the limit at which the page begins to count
const SAID_AT = [500, 50, 20, 5, 1, -1]; // whoever listens would hear nothing else if each key were answered

/** Characters as the server counts them, which are not JavaScript's units. */
export function length(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** @param {(sentence: string) => void} say @returns {(left: number) => void} */
export function counter(element, say) {
  let before = -Infinity; // what a page begins with is no news
  return (left) => {
    if (element) element.textContent = left > TELL_WITHIN ? "" : inWords(left);
    if (SAID_AT.some((place) => left <= place && before > place)) say(`${inSentence(left)}.`);
    before = left;
  };
}

function inWords(left) {
  return left < 0 ? `${number(-left)} too many` : number(left);
}

function inSentence(left) {
  const characters = Math.abs(left) === 1 ? "1 character" : `${number(Math.abs(left))} characters`;
  return left < 0 ? `${characters} too many` : `${characters} left`;
}

function number(count) {
  return count.toLocaleString("en");
}
