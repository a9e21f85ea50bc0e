/** What this browser remembers; where storage is forbidden or full, it forgets when the page closes. */

const PREFIX = "clearcall.";
const unstored = new Map(); // what could not be stored, which is newer than what may be

export function recall(name, otherwise = null) {
  if (unstored.has(name)) return unstored.get(name);
  try {
    const kept = localStorage.getItem(PREFIX + name);
    if (kept !== null) return JSON.parse(kept);
  } catch {
    // Storage may be forbidden, or hold what another program wrote: both are as good as empty.
  }
  return otherwise;
}

/** @returns whether it outlives the page */
export function remember(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    unstored.set(name, value);
    return false;
  }
  unstored.delete(name);
  return true;
}

export function forget(name) {
  unstored.delete(name);
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // Nothing was stored then.
  }
}

/** All names that begin so. */
export function remembered(beginning) {
  const names = new Set(unstored.keys());
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) names.add(key.slice(PREFIX.length));
  } catch {
    // Nothing was stored then.
  }
  return [...names].filter((name) => name.startsWith(beginning));
}

/** Calls `changed` when another tab writes or forgets a name that begins so. */
export function watch(beginning, changed) {
  addEventListener("storage", (event) => {
    if (event.key?.startsWith(PREFIX + beginning)) changed();
  });
}
