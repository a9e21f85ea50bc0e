/** The tab's title: the conversation's, with a mark while an end, or a call that waits, has not been seen. */

const MARK = "• ";

export function followTitle(conversation) {
  document.addEventListener("visibilitychange", () => document.hidden || mark(false));
  return {
    /** Takes over the title that the page's heading shows. */
    renew() {
      const heading = document.getElementById(`heading-${conversation}`);
      if (!heading) return;
      const marked = document.title.startsWith(MARK);
      document.title = `${marked ? MARK : ""}${heading.textContent.trim()} · Clearcall`;
    },
    ended() {
      if (document.hidden) mark(true);
    },
  };
}

function mark(on) {
  const bare = document.title.replace(MARK, "");
  document.title = on ? MARK + bare : bare;
}
