/** Turns a button with `data-do` into its command, and asks first where it says so. */

import { uuid } from "clearcall/ids";

const NUMBERS = ["turn", "message"];
const WORDS = ["conversation", "tool"];
const MAKES_A_TURN = new Set(["try_again", "continue"]);

const busy = new WeakSet();
const madeUp = new WeakMap(); // button → client_id, kept until an answer comes, so that trying twice makes one turn

/**
 * @param {{run: Function, confirm: (question: string, yes: string) => Promise<boolean>, own: Record<string, Function>,
 *   answered: (name: string, answer: object) => void}} hands `own` are the commands that are more than their button
 */
export function listenToButtons({ run, confirm, own, answered }) {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-do]");
    if (!button || busy.has(button)) return;
    const name = button.dataset.do;
    busy.add(button);
    const { confirm: question, yes } = button.dataset;
    if (!question || (await confirm(question, yes))) {
      if (own[name]) await own[name](button);
      else answered(name, await command(button, run));
    }
    busy.delete(button);
  });
}

async function command(button, run) {
  const name = button.dataset.do;
  const fields = fieldsOf(button);
  if (MAKES_A_TURN.has(name)) fields.client_id = madeUp.get(button) ?? uuid();
  madeUp.set(button, fields.client_id);
  const answer = await run(name, fields);
  if (answer.t !== "lost") madeUp.delete(button);
  return answer;
}

function fieldsOf({ dataset }) {
  const numbers = NUMBERS.filter((name) => dataset[name]).map((name) => [name, Number(dataset[name])]);
  const words = WORDS.filter((name) => name in dataset).map((name) => [name, dataset[name]]);
  return Object.fromEntries([...numbers, ...words]);
}
