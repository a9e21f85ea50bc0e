/** Shows messages that are on their way, until their turns are on the page. */

export class Pending {
  #place = document.getElementById("pending");
  #template = document.getElementById("pending-message");
  #shown = new Map();

  /** Shows these; one that was sent stays until its turn comes, so that it never blinks. */
  show(letters) {
    for (const { client_id, text } of letters) if (!this.#shown.has(client_id)) this.#add(client_id, text);
  }

  /** Shows these and no others: another tab has had an answer. */
  showOnly(letters) {
    const ids = new Set(letters.map((letter) => letter.client_id));
    for (const id of [...this.#shown.keys()]) if (!ids.has(id)) this.take(id);
    this.show(letters);
  }

  take(clientId) {
    this.#shown.get(clientId)?.remove();
    this.#shown.delete(clientId);
  }

  /** A part of the page has come: what it holds is on its way no more. @returns the ids that were found */
  foundIn(root) {
    const found = [...this.#shown.keys()].filter(
      (id) => root.dataset.client === id || root.querySelector(`[data-client="${CSS.escape(id)}"]`),
    );
    found.forEach((id) => this.take(id));
    return found;
  }

  #add(clientId, text) {
    const element = this.#template.content.firstElementChild.cloneNode(true);
    element.querySelector(".body").textContent = text;
    element.dataset.client = clientId;
    this.#shown.set(clientId, element);
    this.#place.append(element);
  }
}
