/** The page's keys; single letters count only where nothing is being written. */

const WRITING = "input, textarea, select, [contenteditable]";
const ON_MAC = /^(mac|ip)/i.test(navigator.userAgentData?.platform || navigator.platform); // or an iPad's keyboard

/** @param {Record<string, () => void>} keys by name: "/", "?", "Ctrl+K", "Alt+A" */
export function listenToKeys(keys) {
  document.addEventListener("keydown", (event) => {
    const name = nameOf(event);
    const single = name.length === 1;
    if (!keys[name] || event.isComposing) return;
    if ((single || typesAnother(event)) && event.target.closest?.(WRITING)) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    keys[name]();
  });
}

/** On a Mac Alt types ("†" for T), elsewhere only what stands for AltGr; Alt with the "ф" of a layout types nothing. */
function typesAnother(event) {
  if (!event.altKey || /^[a-z]$/i.test(event.key)) return false;
  return ON_MAC || event.ctrlKey || event.getModifierState("AltGraph");
}

/** Alt changes what a key types on some systems, so there the place of the key counts. */
function nameOf(event) {
  if (event.altKey) return event.code.replace(/^Key/, "Alt+");
  if (event.ctrlKey || event.metaKey) return `Ctrl+${event.key.toUpperCase()}`;
  return event.key;
}
