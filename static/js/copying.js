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
  const source = id ? document.getElementById(id) : button.closest("div")?.querySelector("code");
  return source ? textOf(source) : "";
}

/** What a person reads there: the words on buttons are none of it, and what is hidden has no part in innerText. */
function textOf(source) {
  const buttons = [...source.querySelectorAll("button:not([hidden])")];
  buttons.forEach((button) => (button.hidden = true));
  // What is not laid out has no innerText.
  const text = source.innerText || source.textContent;
  buttons.forEach((button) => (button.hidden = false));
  return text;
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
