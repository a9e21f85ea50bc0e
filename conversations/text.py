"""What a person typed, made fit to be kept and shown."""

import re

TITLE_CHARACTERS = 60
# Overrides, embeddings and isolates; marks that only say which way they read are part of some spellings.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Replace what no database or wire takes: NUL and halves of surrogate pairs."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "\N{REPLACEMENT CHARACTER}")


def one_line(text: str) -> str:
    """Make a name of a text: one line, without what would turn round the words that stand beside it."""
    return " ".join(_TURNING.sub("", clean(text)).split())


def title_from(text: str) -> str:
    """Make a title of a first question: its first line, cut between words."""
    line = next((line for line in map(one_line, text.splitlines()) if line), "")
    if len(line) <= TITLE_CHARACTERS:
        return line
    return line[:TITLE_CHARACTERS].rsplit(None, 1)[0].rstrip(",;:.–-") + "…"
