/** Puts a tool into the tool choice by its name, where there are more than the list has room for. */

import { ask, Unanswered } from "clearcall/asking";

const PAUSE = 150; // ms between keys that are one thought

/** @param {{address: (words: string) => string, done: () => void}} hands */
export function listenToChoosing(dialog, select, { address, done }) {
  if (!dialog) return;
  const form = dialog.querySelector("form");
  const field = form.elements.name;
  const problem = form.querySelector("[role=alert]");
  let waiting = 0;

  async function find() {
    const words = field.value.trim();
    try {
      const { tools } = await ask(address(words), "json");
      if (words === field.value.trim()) field.list.replaceChildren(...tools.map(offered));
      return tools;
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      problem.textContent = `The tools could not be searched: ${error.message}.`;
      return null;
    }
  }

  async function choose() {
    problem.textContent = "";
    const wanted = field.value.trim();
    const found = await find();
    if (!found) return;
    if (!found.some(({ name }) => name === wanted)) {
      problem.textContent = `There is no tool named “${wanted}” that may be used here.`;
      return;
    }
    put(select, wanted);
    dialog.close();
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    choose();
  });
  form.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    form.reset();
    problem.textContent = "";
    done();
  });
}

function offered({ name, title }) {
  return new Option(title, name);
}

/** An option of the script's own stays when the others are renewed. */
function put(select, name) {
  const value = `tool:${name}`;
  if (![...select.options].some((option) => option.value === value)) {
    const option = new Option(name, value);
    option.dataset.keep = "";
    select.querySelector("optgroup").append(option);
  }
  select.value = value;
}
