"""Decides what may be a link, and finds the bare ones in prose."""

import re
from functools import lru_cache
from html import escape

from conversations.rendering.cleaning import clean

_ALLOWED = re.compile(r"https?://[^\s/?#\\]|mailto:[^\s]", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w/@])https?://[^\s<>\"`\\|]{1,2000}+(?![^\s<>\"`\\|])", re.IGNORECASE)
_CLOSERS = {")": "(", "]": "[", "}": "{"}


@lru_cache(maxsize=1024)
def allowed(address: str) -> bool:
    """Tell whether `address` may be followed: http, https or mailto, never relative to this site.

    Cleaning is asked too, as it knows better what is an address: it would leave a link that leads nowhere.
    """
    return bool(_ALLOWED.match(address)) and clean(opening(address)).startswith("<a href=")


def opening(address: str, title: str = "") -> str:
    """Return the opening tag of a link; cleaning adds rel and target."""
    hint = f' title="{escape(title)}"' if title else ""
    return f'<a href="{escape(address)}"{hint}>'


def linked(text: str, *, growing: bool = False) -> str:
    """Escape `text`, its bare addresses made links; one that ends a growing text is not complete yet."""
    if "://" not in text:
        return escape(text, quote=False)
    parts, at = [], 0
    for found in _BARE.finditer(text):
        address = _without_trailing_marks(found[0])
        if not allowed(address) or (growing and found.end() == len(text)):
            continue
        parts.append(escape(text[at : found.start()], quote=False))
        parts.append(f"{opening(address)}{escape(address, quote=False)}</a>")
        at = found.start() + len(address)
    return "".join(parts) + escape(text[at:], quote=False)


def _without_trailing_marks(address: str) -> str:
    """Leave out the sentence's punctuation, and a closing bracket that opened before the address."""
    while address:
        last = address[-1]
        unbalanced = last in _CLOSERS and address.count(last) > address.count(_CLOSERS[last])
        if last not in ".,:;!?'*_~" and not unbalanced:
            break
        address = address[:-1]
    return address
