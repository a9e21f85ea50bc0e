"""Writes a block of code: its language, a copy button, and plain text with its colours beside it."""

from collections.abc import Callable
from html import escape
from typing import NamedTuple

COPYING = '<button type="button" class="copy" data-copy="">Copy</button><pre tabindex="0">'


class Code(NamedTuple):
    """A block of code and the language its fence names, "" for none."""

    language: str
    source: str


# Gives the tokens of a block of code ("" for plain text), or None while they are not known yet.
Colours = Callable[[Code], str | None]


def language_of(info: str) -> str:
    """Return the language that a fence's info string names, in lower case."""
    words = info.replace(",", " ").split()
    return words[0].strip("{}.").lower()[:40] if words else ""


def code_block(code: Code, tokens: str) -> str:
    """Return the HTML of a block of code; the page's script paints `data-tokens` and serves the button."""
    painted = f' data-tokens="{tokens}"' if tokens else ""
    return (
        f'<div class="code" data-language="{escape(code.language)}">{COPYING}'
        f"<code{painted}>{escape(code.source, quote=False)}</code></pre></div>"
    )
