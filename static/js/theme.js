/** Lets a person choose light or dark; without a choice the system's holds. */

import { recall, remember } from "clearcall/memory";

export function listenToTheme(form) {
  const chosen = recall("theme", "auto");
  const radio = form.querySelector(`input[value="${CSS.escape(chosen)}"]`);
  if (radio) radio.checked = true;
  form.addEventListener("change", (event) => {
    remember("theme", event.target.value);
    show(event.target.value);
  });
  show(chosen);
}

function show(theme) {
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}
