"""Colours code without adding HTML: a string of run lengths, painted by the browser over the plain text.

`K4.NS1c` reads: four units of keyword, one plain, one name, 48 of string. A letter names the class, base-36
digits the length in UTF-16 units, left out where it is 1. The lengths add up to the text.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from time import thread_time

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import (
    Comment,
    Error,
    Generic,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    String,
    _TokenType,
)
from pygments.util import ClassNotFound

from conversations.rendering.code import Code
from conversations.rendering.shelf import Shelf
from conversations.rendering.splice import units

PLAIN = "."
# The most exact entry wins: a token's class is looked up from itself towards the root.
_LETTERS = {
    Keyword: "K",
    Keyword.Constant: "B",
    Name.Builtin: "B",
    Name.Class: "N",
    Name.Function: "N",
    Name.Decorator: "N",
    Name.Tag: "K",
    Name.Attribute: "N",
    Name.Namespace: "N",
    Name.Exception: "B",
    String: "S",
    Literal: "S",
    Comment: "C",
    Number: "D",
    Operator: "O",
    Operator.Word: "K",
    Generic.Deleted: "X",
    Generic.Inserted: "I",
    Generic.Heading: "H",
    Generic.Subheading: "H",
    Generic.Prompt: "C",
    Error: PLAIN,
}
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LANGUAGE = re.compile(r"[a-z0-9][a-z0-9_+#.-]*")
# A lexer takes about 1 ms for 1,000 characters, and a single match of it lets no other thread run.
LONGEST_SOURCE = 20_000
# Many matches take time by the square of a line's length or of a run of white space: 20,000 empty lines of C
# took 9 s.
_COSTLY = re.compile(r"[^\n]{500}|\s{100}")
# Others are slow in small steps: 10,000 one-letter lines of Java took 7 s. Then the whole stays plain;
# only the thread's own time counts, so that a busy machine gives the same answer.
_PATIENCE = 0.5

_known: Shelf[Code, str] = Shelf(limit=256)


def highlight(code: Code) -> str:
    """Return the tokens of `code`, "" where it stays plain. Slow the first time: run it in a thread."""
    tokens = peek(code)
    if tokens is None:
        tokens = _tokens(code)
        _known.put(code, tokens)
    return tokens


def peek(code: Code) -> str | None:
    """Return the tokens of `code` if that costs nothing: "" where it stays plain, None while not computed."""
    return _known.get(code) if _worth_it(code) else ""


def _worth_it(code: Code) -> bool:
    return (
        0 < len(code.source) <= LONGEST_SOURCE
        and _LANGUAGE.fullmatch(code.language) is not None
        and not _COSTLY.search(code.source)
    )


def _tokens(code: Code) -> str:
    try:
        lexer = get_lexer_by_name(code.language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return ""
    return _encoded(_runs(lexer, code.source), code.source)


def _runs(lexer: Lexer, source: str) -> list[tuple[str, str]]:
    """Return (class, text) pairs; none where the lexer (of hundreds of authors) fails or is slow."""
    runs, deadline = [], thread_time() + _PATIENCE
    try:
        for kind, text in lexer.get_tokens(source):
            runs.append((_letter(kind), text))
            if thread_time() > deadline:
                return []
    except Exception:  # noqa: BLE001  any failure of a lexer means: plain
        return []
    return runs


def _letter(kind: _TokenType) -> str:
    while kind.parent is not None and kind not in _LETTERS:
        kind = kind.parent
    return _LETTERS.get(kind, PLAIN)


def _encoded(runs: list[tuple[str, str]], source: str) -> str:
    if "".join(text for _, text in runs) != source:
        return ""
    parts = []
    for letter, group in groupby(_joined(runs), key=lambda run: run[0]):
        length = sum(units(text) for _, text in group)
        parts.append(letter + (_base36(length) if length > 1 else "") if length else "")
    encoded = "".join(parts)
    return "" if set(encoded) <= {PLAIN, *_DIGITS} else encoded


def _joined(runs: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Let white space go on with the class before it: it shows no colour, and the runs get fewer."""
    last = PLAIN
    for letter, text in runs:
        last = last if text.isspace() else letter
        yield last, text


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits
