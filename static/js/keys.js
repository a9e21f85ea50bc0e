/** The page's keys; single letters count only where nothing is being written. */

const WRITING = "input, textarea, select, [contenteditable]";

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

/** On a Mac Alt and a letter type another one: "ą" in Polish, where a person who writes means just that. */
function typesAnother({ altKey, key }) {
  return altKey && [...key].length === 1 && !/^[a-z]$/i.test(key);
}

/** Alt changes what a key types on some systems, so there the place of the key counts. */
function nameOf(event) {
  if (event.altKey) return event.code.replace(/^Key/, "Alt+");
  if (event.ctrlKey || event.metaKey) return `Ctrl+${event.key.toUpperCase()}`;
  return event.key;
}
