"""Shows a JSON value as a tree that unfolds: escaped, typed by class, bounded in every direction."""

import json
from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from conversations.rendering.characters import visible
from conversations.rendering.plain import GLANCE, bounded, plain

DEEPEST = 20
MOST_ENTRIES = 1_000
MOST_CHARACTERS = 100_000
LONGEST_KEY = 200
# Containers this deep and this small are open from the start.
OPEN_DEPTH, OPEN_ENTRIES = 2, 20


def tree(value: Any) -> SafeString:
    """Return a parsed JSON value as nested, unfolding lists."""
    return mark_safe(f'<div class="tree">{_Tree().value(value, depth=0)}</div>')


def is_whole(value: Any) -> bool:
    """Say whether a tree of this value shows all of it: whoever allows something must know."""
    drawn = _Tree()
    drawn.value(value, depth=0)
    return drawn.is_whole


def from_text(text: str) -> SafeString:
    """Return `text` as a tree if it is a JSON object or array, as plain text otherwise."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return plain(text)
    return tree(value) if isinstance(value, dict | list) else plain(text)


class _Tree:
    """Writes one tree, counting what it may still show."""

    def __init__(self) -> None:
        self._entries = MOST_ENTRIES
        self._characters = MOST_CHARACTERS
        self.is_whole = True

    def value(self, value: Any, *, depth: int) -> str:
        match value:
            case dict():
                return self._container("object", list(value.items()), depth)
            case list() | tuple():
                return self._container("array", list(enumerate(value)), depth)
            case bool():
                return f'<span class="boolean">{str(value).lower()}</span>'
            case None:
                return '<span class="null">null</span>'
            case int() | float():
                return f'<span class="number">{_digits(value)}</span>'
        return self._string(str(value))

    def _container(self, kind: str, entries: list[tuple[Any, Any]], depth: int) -> str:
        size = _counted(len(entries), "key" if kind == "object" else "item")
        if not entries:
            return f'<span class="{kind}">{"{}" if kind == "object" else "[]"}</span>'
        if depth >= DEEPEST or self._entries <= 0:
            self.is_whole = False
            return f'<span class="{kind} left-out">{size}, not shown</span>'
        opened = " open" if depth < OPEN_DEPTH and len(entries) <= OPEN_ENTRIES else ""
        rows = "".join(self._rows(entries, depth))
        return f'<details class="{kind}"{opened}><summary>{size}</summary><ul>{rows}</ul></details>'

    def _rows(self, entries: list[tuple[Any, Any]], depth: int) -> Iterable[str]:
        for number, (key, value) in enumerate(entries):
            if self._entries <= 0 or self._characters <= 0:
                self.is_whole = False
                yield f'<li class="left-out">… and {len(entries) - number:,} more</li>'
                return
            self._entries -= 1
            name = str(key)
            self._characters -= len(name)
            shown = self._bounded(name, most=LONGEST_KEY)
            yield f'<li><span class="key" dir="auto">{shown}</span> {self.value(value, depth=depth + 1)}</li>'

    def _string(self, text: str) -> str:
        most = max(self._characters, 0)
        self._characters -= len(text)
        if not text:
            return '<span class="string left-out">""</span>'
        if len(text) <= GLANCE:
            return f'<span class="string" dir="auto">{self._bounded(text, most=most)}</span>'
        return (
            f'<details class="string"><summary><span dir="auto">{visible(text[:GLANCE])}…</span> '
            f'<span class="size">{_counted(len(text), "character")}</span></summary>'
            f'<pre tabindex="0" dir="auto">{self._bounded(text, most=most)}</pre></details>'
        )

    def _bounded(self, text: str, *, most: int) -> str:
        self.is_whole = self.is_whole and len(text) <= most
        return bounded(text, most=most)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _digits(number: int | float) -> str:
    """Return the digits; Python refuses to print integers of several thousand."""
    try:
        return bounded(str(number), most=GLANCE)
    except ValueError:
        return f"an integer of {int(number).bit_length():,} bits"
