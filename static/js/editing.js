/** Lets a person write a question anew: the edited one becomes a sibling of the first. */

import { uuid } from "clearcall/ids";
import { writeInPlace } from "clearcall/inline";

export function listenToEdits({ run, problem }) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-edit]");
    if (button) edit(button);
  });

  function edit({ dataset }) {
    const body = document.getElementById(dataset.edit)?.querySelector(".body");
    if (!body) return;
    const client_id = uuid();
    writeInPlace({
      template: "edit-message",
      covered: body,
      text: body.textContent,
      done: async (text) => {
        const answer = await run("edit", { turn: Number(dataset.turn), client_id, text });
        problem(answer.t === "done" ? "" : answer.message);
        return answer.t === "done";
      },
    });
  }
}

/** Opens the last question of the chat for editing. */
export function editLast() {
  const buttons = document.querySelectorAll("#transcript [data-edit]");
  buttons[buttons.length - 1]?.click();
}
