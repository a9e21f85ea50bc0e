"""How a state looks: always a picture and a word, and a colour beside them."""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..models import Message
from .icons import icon

register = template.Library()


class Look(NamedTuple):
    """The tone names the colour (static/css/state.css), the picture a symbol."""

    tone: str
    picture: str


LOOKS = {
    "waiting": Look("busy", "busy"),
    "streaming": Look("busy", "busy"),
    "checking": Look("busy", "busy"),
    "running": Look("busy", "busy"),
    "queued": Look("quiet", "clock"),
    "declined": Look("warn", "ban"),
    "expired": Look("warn", "clock"),
    "complete": Look("good", "check"),
    "completed": Look("good", "check"),
    "succeeded": Look("good", "check"),
    "incomplete": Look("warn", "warning"),
    "failed": Look("bad", "cross"),
    "invalid": Look("bad", "warning"),
    "timed_out": Look("bad", "clock"),
    "refused": Look("warn", "ban"),
    "stopped": Look("quiet", "stop"),
    "interrupted": Look("warn", "broken"),
    "withdrawn": Look("quiet", "back"),
}
ASKS = Look("warn", "lock")  # what waits for a person, not for the model
WENT_WRONG = frozenset({"failed", "invalid", "refused", "timed_out", "interrupted"})


@register.simple_tag
def badge(row: Any) -> SafeString:
    """Tell the state of a turn, message or tool call."""
    return _badge(_look(row), str(row.get_state_display()))


@register.filter
def tone(row: Any) -> str:
    """Name the colour of a row's state: busy, quiet, good, warn or bad."""
    return _look(row).tone


@register.filter
def went_wrong(row: Any) -> bool:
    """Say whether the row ended in a state that a person will want to look into."""
    return row.state in WENT_WRONG


@register.filter
def can_continue(turn: Any) -> bool:
    """Say whether the turn was cut off with words that the model could go on from."""
    replies = getattr(turn, "replies", [])
    return turn.state in ("stopped", "interrupted", "incomplete") and bool(replies and replies[-1].text)


@register.filter
def asked_again(reply: Any, turn: Any) -> bool:
    """Say whether the reply was cut off and a later attempt of its turn asked the model anew."""
    return bool(reply.state == "interrupted" and reply.attempt < turn.attempt)


@register.filter
def any_open(rows: Iterable[Any]) -> bool:
    """Say whether any of the calls is still under way."""
    return any(row.is_open for row in rows)


@cache
def _badge(look: Look, word: str) -> SafeString:
    return format_html(
        '<span class="state {}">{}<span class="word">{}</span></span>', look.tone, icon(look.picture), word
    )


def _look(row: Any) -> Look:
    return ASKS if row.state == "waiting" and not isinstance(row, Message) else LOOKS[row.state]
