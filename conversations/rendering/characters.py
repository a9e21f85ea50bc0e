"""Shows text as it is: escaped, with the characters that no one would see made visible by their code point.

Invisible and bidirectional characters hide instructions in a tool's result, or make its text read as another.
"""

import re
import unicodedata
from html import escape

# Joiners belong to the spelling of scripts from Arabic to Sinhala, and to emoji: between those they stay.
_JOINED = "\u0600-\u0dff\u2190-\U0010ffff"
_HIDDEN = re.compile(
    f"(?<![{_JOINED}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINED}])|"
    "[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)


def visible(text: str) -> str:
    """Return `text` as HTML in which every character can be seen."""
    return _HIDDEN.sub(_named, escape(text))


def _named(found: re.Match[str]) -> str:
    name = unicodedata.name(found[0], "control character").lower()
    return f'<span class="hidden-character" title="{name}">U+{ord(found[0]):04X}</span>'
