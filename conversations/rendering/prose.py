"""Paragraphs without any markup, which is most of a reply: they need neither a parser nor a cleaner."""

import re

from conversations.rendering.markdown import Block

# What may mean anything in Markdown or in HTML, wherever it stands; and what does only there:
# two slashes (an address), two spaces at a line's end, a line that does not begin with a letter.
_MARKUP = re.compile(r"[\0-\x09\x0b-\x1f\x7f-\xa0&<>*_`\[\]\\|~]|(?<=/)/|(?<=  \n)[^\n]|(?<=\n)(?!\n)[\W\d_]")
_END = "\n"
_PARAGRAPH = re.compile(r"[^\n]+(?:\n[^\n]+)*")


class Prose:
    """Looks through a growing text, and at no character twice."""

    def __init__(self) -> None:
        self._seen = 0
        self._is_plain = True

    def is_plain(self, text: str) -> bool:
        """Say whether `text`, which begins as it did the last time, has no markup."""
        if self._is_plain and self._seen < len(text):
            begins = self._seen > 0 or text[0].isalpha()
            self._is_plain = begins and _MARKUP.search(text, self._seen) is None
            self._seen = len(text)
        return self._is_plain


def paragraphs(text: str) -> list[Block]:
    """Return the blocks of `text`, which has no markup."""
    counts_as_bytes = text.isascii()
    return [
        Block(
            f"<p>{found[0].rstrip(' ').replace(f' {_END}', _END)}</p>",
            found.start() if counts_as_bytes else len(text[: found.start()].encode()),
        )
        for found in _PARAGRAPH.finditer(text)
    ]
