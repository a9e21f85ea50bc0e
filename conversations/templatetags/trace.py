"""What the trace says of calls: values as trees and in one line, tokens, words."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from conversations.rendering import plain as plain_text
from conversations.rendering import tree as trees
from conversations.rendering.characters import spelled, visible

register = template.Library()

PREVIEW_LENGTH = 140  # more than one line of the panel at its widest
LONGEST_READ = 10_000  # characters of a result that are read for the sake of one line
UNITS = ((1_000_000, "M"), (1_000, "k"))


@register.filter
def tree(value: Any) -> SafeString:
    """Show a JSON value as a tree that unfolds."""
    return trees.tree(value)


@register.filter
def is_whole(value: Any) -> bool:
    """Say whether the tree of a value leaves nothing out."""
    return trees.is_whole(value)


@register.filter
def in_json(value: Any) -> str:
    """Write a value as JSON to be edited, every character of it to be seen."""
    return spelled(json.dumps(value, indent=2, ensure_ascii=False))


@register.filter
def json_tree(text: str) -> SafeString:
    """Show stored JSON as a tree; what is no object or list after all stays text."""
    return trees.from_text(text)


@register.filter
def plain(text: str) -> SafeString:
    """Show text as it is, with what hides in it made visible."""
    return plain_text.plain(text)


@register.filter
def seen(text: str) -> SafeString:
    """Show a sentence that somebody else wrote, with what hides in it made visible."""
    return mark_safe(visible(text))


@register.filter
def in_one_line(value: Any) -> SafeString:
    """Write a value so that a glance is enough: `city: "Paris", days: 3`."""
    if isinstance(value, Mapping):
        line = ", ".join(f"{key}: {json.dumps(part, ensure_ascii=False)}" for key, part in value.items())
    else:
        # No more of a long text is tidied than can be shown.
        line = " ".join(str(value)[: 10 * PREVIEW_LENGTH].split())
    return mark_safe(visible(line[:PREVIEW_LENGTH]) + ("…" if len(line) > PREVIEW_LENGTH else ""))


@register.filter
def result_line(call: Any) -> SafeString:
    """Write a call's result as its arguments are written, if that is what it is made of."""
    if call.result_format == "json" and len(call.result) <= LONGEST_READ:
        with suppress(ValueError, RecursionError):
            value = json.loads(call.result)
            return in_one_line(value if isinstance(value, Mapping) else call.result)
    return in_one_line(call.result)


@register.filter
def progress_in_words(progress: Mapping[str, Any]) -> SafeString:
    """Write how far a call has come: "3 of 10: reading"."""
    done, total, message = (progress.get(part) for part in ("done", "total", "message"))
    words = f"{done:g} of {total:g}" if total else f"{done:g}"
    return in_one_line(f"{words}: {message}" if message else words)


@register.filter
def written_otherwise(call: Any) -> bool:
    """Say whether the arguments ran other than the model wrote them (a default filled in, say)."""
    if call.arguments_run is None:
        return False
    try:
        return bool(json.loads(call.arguments_written or "{}") != call.arguments_run)
    except (ValueError, RecursionError):
        return True


@register.filter
def first_words(text: str, length: int = 60) -> str:
    """Return the beginning of a text on one line, cut between words."""
    line = " ".join(text.split())
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
    return sum(reply.tokens for reply in turn.replies)
