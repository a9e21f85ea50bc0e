/** Asks the site for something over HTTP; what cannot be had is an `Unanswered` that says why. */

const LOST = "there is no connection";
const SIGNED_OUT = "you are signed out";
const REFUSED = "the server could not answer";

/** Its message completes a sentence: "The list could not be searched: …" */
export class Unanswered extends Error {}

/** @param {"json"|"text"} kind what the answer is read as */
export async function ask(address, kind, { signal } = {}) {
  try {
    const answer = await fetch(address, { signal });
    // Without a sign-in every address leads to the page that asks for one.
    if (answer.redirected) throw new Unanswered(SIGNED_OUT);
    if (!answer.ok) throw new Unanswered(REFUSED);
    return await answer[kind]();
  } catch (error) {
    // The browser's word for a network that is away, before the answer or in the middle of it.
    if (error instanceof TypeError) throw new Unanswered(LOST);
    if (error instanceof SyntaxError) throw new Unanswered(REFUSED);
    throw error;
  }
}
