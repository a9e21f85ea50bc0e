/** Stays at the end of what grows, as long as the person is there. */

const NEAR = 40; // pixels from the end that still count as being there

export class Scrolling {
  #scroller;
  #changed;
  #last = 0;
  #attached = true;

  /** Follows `contents` within `scroller`; `changed` is told when the person leaves the end or comes back. */
  constructor(scroller, contents, changed = () => {}) {
    this.#scroller = scroller;
    this.#changed = changed;
    const sizes = new ResizeObserver(() => this.#keep());
    for (const element of [scroller, ...contents]) sizes.observe(element);
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // Whoever unfolds something reads that, not the end.
    scroller.addEventListener("click", (event) => event.target.closest("summary") && this.#attach(false));
    this.toEnd();
  }

  toEnd() {
    this.#attach(true);
    this.#keep();
  }

  /** Shows an element of the content, and stays there. */
  show(element) {
    this.#attach(false);
    const fits = element.offsetHeight < this.#scroller.clientHeight;
    element.scrollIntoView({ block: fits ? "center" : "start" });
  }

  /** Runs a change above what is being read, without moving that. */
  hold(anchor, change) {
    const before = anchor.getBoundingClientRect().top;
    change();
    this.#scroller.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  get #atEnd() {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroller;
    return scrollTop + clientHeight >= scrollHeight - NEAR;
  }

  #keep() {
    if (this.#attached) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    else if (this.#atEnd) this.#attach(true);
  }

  /** Only going up leaves the end: the content may have grown since the browser reported a scroll of our own. */
  #scrolled() {
    const { scrollTop } = this.#scroller;
    if (this.#atEnd) this.#attach(true);
    else if (scrollTop < this.#last - 1) this.#attach(false);
    this.#last = scrollTop;
  }

  #attach(attached) {
    if (this.#attached === attached) return;
    this.#attached = attached;
    this.#changed(attached);
  }
}
