/** Asks a question in the page's own dialog. */

import { returnTo } from "clearcall/focus";

/** @param {string} yes what will be done, as the button says it @returns {Promise<boolean>} */
export function confirm(question, yes) {
  const dialog = document.getElementById("confirm");
  document.getElementById("confirm-question").textContent = question;
  document.getElementById("confirm-yes").textContent = yes;
  dialog.returnValue = "no";
  const opener = document.activeElement;
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        returnTo(opener);
        resolve(dialog.returnValue === "yes");
      },
      { once: true },
    );
  });
}
