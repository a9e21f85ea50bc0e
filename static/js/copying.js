/** Copies the text of an element, also where the page is no secure context and has no clipboard. */

const SHOWN = 2_000;

/** @param {(sentence: string) => void} say */
export function listenToCopies(say) {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const copied = await copy(textFor(button));
    say(copied ? "Copied" : "The browser did not allow copying.");
    if (!copied) return;
    button.classList.add("copied");
    setTimeout(() => button.classList.remove("copied"), SHOWN);
  });
}

function textFor(button) {
  const { copy: id } = button.dataset;
  const source = id ? document.getElementById(id) : button.closest(".block, figure, pre, div")?.querySelector("code");
  // What is not laid out has no innerText.
  return source?.innerText || source?.textContent || "";
}

async function copy(text) {
  if (!navigator.clipboard) return copyBySelection(text);
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    if (error instanceof DOMException) return copyBySelection(text);
    throw error;
  }
}

function copyBySelection(text) {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  focused?.focus();
  return copied;
}
