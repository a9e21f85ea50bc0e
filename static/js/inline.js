/** Puts a small form in the place of an element, until it is sent or given up. */

/**
 * The form is marked `data-keep`, and what it covers is hidden by `style`: the two things that a fragment which arrives
 * meanwhile leaves alone.
 * @param {(text: string) => Promise<boolean>} done is given the text; the form goes if it says so
 */
export function writeInPlace({ template, covered, text, done }) {
  if (covered.previousElementSibling?.hasAttribute("data-keep")) return;
  const form = document.getElementById(template).content.firstElementChild.cloneNode(true);
  const field = form.querySelector("textarea, input");
  const cameFrom = document.activeElement;
  form.dataset.keep = "";
  field.defaultValue = text;
  covered.before(form);
  covered.style.display = "none";
  field.focus();
  field.setSelectionRange(text.length, text.length);

  function leave() {
    covered.style.removeProperty("display");
    // Before the form goes: what shows only where focus is would be gone with it.
    if (form.contains(document.activeElement)) goBack();
    form.remove();
  }

  /** Safari focuses no button that is pressed. */
  function goBack() {
    const back = cameFrom !== document.body && cameFrom.isConnected ? cameFrom : covered.closest("a, [tabindex]");
    back?.focus({ preventScroll: true });
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await done(field.value)) leave();
  });
  form.querySelector("[data-cancel]").addEventListener("click", leave);
  form.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") leave();
    else if (event.key === "Enter" && !event.shiftKey && field.matches("textarea")) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}
