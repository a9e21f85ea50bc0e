"""Shows text as it is: escaped, with the characters that no one would see made visible by their code point.

Invisible and bidirectional characters hide instructions in a tool's result, or make its text read as another.
"""

import re
import unicodedata
from html import escape

# Joiners belong to the spelling of scripts from Arabic to Mongolian, and to emoji: between those they stay.
_JOINED = "\u0600-\u109f\u1780-\u18af\u2190-\u2bff\ufe0f\U00011000-\U00011fff\U0001f000-\U0001faff"
_HIDDEN = re.compile(
    f"(?<![{_JOINED}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINED}])|"
    "[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    "\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def visible(text: str) -> str:
    """Return `text` as HTML in which every character can be seen."""
    return _HIDDEN.sub(_named, escape(text))


def spelled(json: str) -> str:
    """Return JSON text with what cannot be seen spelled as escapes, so that whoever edits it sees it."""
    return _HIDDEN.sub(lambda found: _escaped(found[0]), json)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", errors="surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _named(found: re.Match[str]) -> str:
    name = unicodedata.name(found[0], "control character").lower()
    return f'<span class="hidden-character" title="{name}">U+{ord(found[0]):04X}</span>'
