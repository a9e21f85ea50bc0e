/** The page's keys; single letters count only where nothing is being written. */

const WRITING = "input, textarea, select, [contenteditable]";
const ON_A_MAC = /^(Mac|iP)/.test(navigator.platform);

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

/**
 * With AltGr, and with Alt on a Mac, a letter types another one: "ą" in Polish, where a person who writes means just
 * that. Elsewhere Alt types nothing, whatever letters the keyboard has.
 */
function typesAnother(event) {
  const types = ON_A_MAC ? event.altKey : event.getModifierState("AltGraph") || (event.altKey && event.ctrlKey);
  return types && [...event.key].length === 1 && !/^[a-z]$/i.test(event.key);
}

/** Alt changes what a key types on some systems, so there the place of the key counts. */
function nameOf(event) {
  if (event.altKey) return event.code.replace(/^Key/, "Alt+");
  if (event.ctrlKey || event.metaKey) return `Ctrl+${event.key.toUpperCase()}`;
  return event.key;
}
