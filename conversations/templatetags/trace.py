"""What the trace says of calls: values as trees and in one line, tokens, words."""

import json
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString

from conversations.rendering import plain as plain_text
from conversations.rendering import tree as json_tree

register = template.Library()

PREVIEW_LENGTH = 140  # more than one line of the panel at its widest
UNITS = ((1_000_000, "M"), (1_000, "k"))


@register.filter
def tree(value: Any) -> SafeString:
    """Show a JSON value as a tree that unfolds."""
    return json_tree.tree(value)


@register.filter
def from_json(text: str) -> Any:
    """Read a stored result; what is no JSON after all stays text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


@register.filter
def plain(text: str) -> SafeString:
    """Show text as it is, with what hides in it made visible."""
    return plain_text.plain(text)


@register.filter
def in_one_line(value: Any) -> str:
    """Write a value so that a glance is enough: `city: "Paris", days: 3`."""
    if isinstance(value, Mapping):
        line = ", ".join(f"{key}: {json.dumps(part, ensure_ascii=False)}" for key, part in value.items())
    elif isinstance(value, str):
        line = " ".join(value.split())
    else:
        line = json.dumps(value, ensure_ascii=False)
    return _printable(line[:PREVIEW_LENGTH]) + ("…" if len(line) > PREVIEW_LENGTH else "")


@register.filter
def written_otherwise(call: Any) -> bool:
    """Say whether the arguments ran other than the model wrote them (a default filled in, say)."""
    if call.arguments_run is None:
        return False
    return bool(from_json(call.arguments_written or "{}") != call.arguments_run)


@register.filter
def first_words(text: str, length: int = 60) -> str:
    """Return the beginning of a text on one line, cut between words."""
    line = _printable(" ".join(text.split()))
    if len(line) <= length:
        return line
    head, _, _ = line[: length + 1].rpartition(" ")
    return f"{head or line[:length]}…"


@register.filter
def compact(number: int) -> str:
    """Write a count briefly: 950, 1.2k, 12k, 3.4M."""
    for size, unit in UNITS:
        if number >= 10 * size:
            return f"{number // size}{unit}"
        if number >= size:
            return f"{number // (size // 10) / 10:g}{unit}"
    return str(number)


@register.filter
def tokens(turn: Any) -> int:
    """Add up the tokens that all model calls of a turn used, 0 where no server said."""
    return sum(reply.usage.get("total_tokens") or 0 for reply in turn.replies)


def _printable(line: str) -> str:
    """Keep characters that would turn or hide others from a line that names a call."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line)
