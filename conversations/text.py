"""What a person typed, made fit to be kept and shown."""

TITLE_CHARACTERS = 60


def clean(text: str) -> str:
    """Replace what no database or wire takes: NUL and halves of surrogate pairs."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "\N{REPLACEMENT CHARACTER}")


def title_from(text: str) -> str:
    """Make a title of a first question: its first line, cut between words."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= TITLE_CHARACTERS:
        return line
    return line[:TITLE_CHARACTERS].rsplit(None, 1)[0].rstrip(",;:.–-") + "…"
