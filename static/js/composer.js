/** The box in which a person writes; whatever goes wrong, the text is not lost. */

import { announce, complain } from "clearcall/announcing";
import { counter, length } from "clearcall/counting";
import { forget, recall, remember } from "clearcall/memory";

export class Composer {
  #form;
  #box;
  #choice;
  #draft;
  #send;
  #count = counter(document.getElementById("length"), announce);

  /** `draft` names what is remembered; `send(text, choice)` is told of each message that may be sent. */
  constructor(form, { draft, send }) {
    this.#form = form;
    this.#box = form.elements.text;
    this.#choice = form.elements.choice;
    this.#draft = `draft.${draft}`;
    this.#send = send;
    this.#box.value ||= recall(this.#draft, "");
    this.#listen();
    this.#written();
    if ("early" in form.dataset) this.submit(this.#box.value);
  }

  get isEmpty() {
    return this.#box.value === "";
  }

  get hasFocus() {
    return document.activeElement === this.#box;
  }

  focus() {
    this.#box.focus();
  }

  /** Puts text that could not be sent back, before what was written since. */
  putBack(text) {
    const since = this.#box.value.trim() ? `\n\n${this.#box.value}` : "";
    this.#box.value = text + since;
    this.#written();
    this.focus();
  }

  submit(text) {
    complain("");
    if (!text.trim()) return;
    const long = length(text);
    if (long > this.#limit) {
      complain(`A message may have ${this.#limit.toLocaleString("en")} characters; this one has ${long.toLocaleString("en")}.`);
      return;
    }
    const choice = this.#choice?.value || "auto";
    if (this.#choice) this.#choice.value = "auto";
    if (text === this.#box.value) this.#box.value = "";
    this.#written();
    this.#send(text, choice);
  }

  #listen() {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit(this.#box.value);
    });
    this.#box.addEventListener("input", () => this.#written());
    this.#box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
      event.preventDefault();
      this.submit(this.#box.value);
    });
  }

  #written() {
    const { value } = this.#box;
    if (value) remember(this.#draft, value);
    else forget(this.#draft);
    this.#grow();
    this.#count(this.#limit - length(value));
  }

  get #limit() {
    return Number(this.#box.dataset.limit) || Infinity;
  }

  /** Where the browser cannot size the box by its content, the script does. */
  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.#box.style.blockSize = "auto";
    this.#box.style.blockSize = `${this.#box.scrollHeight}px`;
  }
}

/** Enter that ends the choice of a character must not send; Safari reports it after the composition, with code 229. */
function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}
