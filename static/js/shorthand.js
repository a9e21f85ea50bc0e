/** Reads markup that is sent as one character each: the places of the page's own list, from U+0080 on. */

const FIRST = 0x80;
// A character that stands for itself, an address that is a link's words too, one of the list.
const SHORT = /\x9f([\x80-\x9f])|\x9e([^\x80-\x9f]*)|[\x80-\x9d]/g;

/** @param {string[]} list its last three are what stands around a link's address and after its words */
export function spellOut(tail, list) {
  const [before, between] = list.slice(-3);
  return tail.replace(SHORT, (mark, itself, address) => {
    if (itself !== undefined) return itself;
    if (address !== undefined) return before + address + between + address;
    return list[mark.charCodeAt(0) - FIRST];
  });
}
