/** Slides the side parts over the chat on narrow screens, and folds the trace away on wide ones. */

import { recall, remember } from "clearcall/memory";

/** What slides in is hidden, and cannot be focused, until its transition has had its first frame. */
export function onceSeen(callback) {
  requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(callback)));
}

export class Drawers {
  #buttons = [...document.querySelectorAll("button[data-drawer]")];
  #scrim = document.getElementById("scrim");
  #opener = null;

  constructor() {
    this.#fold(recall("trace") === "closed");
    for (const button of this.#buttons) button.addEventListener("click", () => this.toggle(button.dataset.drawer));
    document.addEventListener("click", (event) => event.target.closest("[data-close], #scrim") && this.close());
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.#open && this.close());
    addEventListener("resize", () => this.#show());
    this.#show();
  }

  toggle(name) {
    const part = document.getElementById(name);
    if (!this.#slides(name)) this.#choose(!this.#isFolded);
    else if (part.hasAttribute("data-open")) this.close();
    else this.open(part);
  }

  /** Brings a part forward, wherever it was. */
  reveal(part) {
    if (part.id === "trace" && !this.#slides("trace")) this.#choose(false);
    else if (part.id && this.#slides(part.id)) this.open(part);
    else this.close();
  }

  open(part) {
    if (part.hasAttribute("data-open")) return;
    this.close();
    this.#opener = document.activeElement;
    part.setAttribute("data-open", "");
    this.#show();
    onceSeen(() => part.querySelector("[data-close]")?.focus());
  }

  close() {
    if (!this.#open) return;
    this.#open.removeAttribute("data-open");
    this.#show();
    this.#opener?.focus();
  }

  get #parts() {
    return this.#buttons.map((button) => document.getElementById(button.dataset.drawer));
  }

  get #open() {
    return this.#parts.find((part) => part.hasAttribute("data-open") && this.#slides(part.id));
  }

  /** A part slides where its style takes it out of the page's flow. */
  #slides(name) {
    return getComputedStyle(document.getElementById(name)).position === "fixed";
  }

  #choose(away) {
    this.#fold(away);
    remember("trace", away ? "closed" : "open");
    this.#show();
  }

  /** On <html>, where early.js can say so before there is a trace. */
  #fold(away) {
    if (away) document.documentElement.dataset.trace = "shut";
    else delete document.documentElement.dataset.trace;
  }

  get #isFolded() {
    return document.documentElement.dataset.trace === "shut";
  }

  #show() {
    const open = this.#open;
    for (const part of this.#parts) part.inert = this.#slides(part.id) && part !== open;
    for (const under of document.querySelectorAll("main, header.bar")) under.inert = Boolean(open);
    for (const button of this.#buttons) button.setAttribute("aria-expanded", String(this.#isShown(button.dataset.drawer)));
    if (this.#scrim) this.#scrim.hidden = !open;
  }

  #isShown(name) {
    if (this.#slides(name)) return document.getElementById(name).hasAttribute("data-open");
    return name !== "trace" || !this.#isFolded;
  }
}
