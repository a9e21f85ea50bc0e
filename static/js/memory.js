/** What this browser remembers; where storage is forbidden or full, it forgets when the page closes. */

const PREFIX = "clearcall.";
const fallback = new Map();

export function recall(name, otherwise = null) {
  try {
    const kept = localStorage.getItem(PREFIX + name);
    if (kept !== null) return JSON.parse(kept);
  } catch {
    // Storage may be forbidden, or hold what another program wrote: both are as good as empty.
  }
  return fallback.has(name) ? fallback.get(name) : otherwise;
}

export function remember(name, value) {
  fallback.set(name, value);
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // The fallback has it for as long as the page lives.
  }
}

export function forget(name) {
  fallback.delete(name);
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // Nothing was stored then.
  }
}

/** Calls `changed` when another tab writes `name`. */
export function watch(name, changed) {
  addEventListener("storage", (event) => {
    if (event.key === PREFIX + name) changed();
  });
}
