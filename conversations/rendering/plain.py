"""Shows text that is no Markdown, such as a tool's result: as it is, and bounded."""

from django.utils.safestring import SafeString, mark_safe

from conversations.rendering.characters import visible

# What a person reads at a glance; longer strings unfold.
GLANCE = 300
# What a browser lays out without a pause.
LONGEST_TEXT = 50_000
# Of what is longer the end is shown too: there it says that a result was cut.
LAST_WORDS = 200


def plain(text: str) -> SafeString:
    """Return `text` in a block that keeps its lines."""
    text = text.replace("\r\n", "\n")
    last = text[LONGEST_TEXT:][-LAST_WORDS:]
    shown = bounded(text.removesuffix(last), most=LONGEST_TEXT)
    return mark_safe(f'<pre class="plain" tabindex="0" dir="auto">{shown}{visible(last)}</pre>')


def bounded(text: str, *, most: int) -> str:
    """Return the HTML of the first `most` characters, and say how many are left out."""
    left_out = len(text) - most
    if left_out <= 0:
        return visible(text)
    return f'{visible(text[:most])}<span class="left-out">… and {left_out:,} more characters</span>'
