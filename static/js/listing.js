/** Renames and deletes conversations in the list, and marks the one that is open. */

import { writeInPlace } from "clearcall/inline";

export function rename(button, { run, problem }) {
  const { conversation } = button.dataset;
  const entry = document.getElementById(`listing-${conversation}`);
  const link = entry.querySelector("a");
  writeInPlace({
    template: "rename-listing",
    covered: link,
    text: entry.querySelector(".title").textContent,
    done: async (title) => {
      const answer = await run("rename", { conversation, title });
      if (answer.t !== "done") problem(answer.message);
      return answer.t === "done";
    },
  });
}

export async function remove(button, { run, problem, open }) {
  const { conversation } = button.dataset;
  const answer = await run("delete", { conversation });
  if (answer.t !== "done") problem(answer.message);
  else if (conversation === open) location.assign("/");
}

/** The list's HTML is the same for every page: which entry is this one is the page's own knowledge. */
export function markOpen(conversation) {
  const link = document.querySelector(`#listing-${CSS.escape(conversation)} a`);
  link?.setAttribute("aria-current", "page");
}
