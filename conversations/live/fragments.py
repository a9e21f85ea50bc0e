"""What has changed since a cursor, as the HTML that a page takes in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.utils.safestring import SafeString, mark_safe

from tools.toolbox import in_menu, settings_for

from ..extraction.definitions import choices
from ..models import Conversation, Grant, Message, Turn
from ..models.path import changed_since
from ..models.standing import Standing
from ..rendering.fragments import fragment
from ..rendering.markdown import blocks
from .window import Window, dress, load

Fragment = tuple[str, str, str]  # id, the container for a new one, HTML


@dataclass(frozen=True)
class News:
    """What a page must be shown to stand at `seq`: a whole window where that is set, else what changed.

    `replies` are those whose own row changed.
    """

    seq: int
    fragments: list[Fragment] = field(default_factory=list)
    replies: list[Message] = field(default_factory=list)
    window: Window | None = None


def news(conversation_id: UUID, standing: Standing, *, cursor: int) -> News:
    """Collect what changed after `cursor`. How the conversation stands was read first, the rows after it."""
    if cursor and (standing.head_seq > cursor or standing.seq < cursor):  # the future: that of another past
        window = load(conversation_id)
        return News(seq=window.seq, window=window)
    shown, withdrawn = changed_since(conversation_id, cursor, head_id=standing.head_id)
    turns = dress(shown, placed_after=cursor)
    for reply in (reply for turn in turns for reply in turn.replies):
        reply.blocks = []  # only shells: text travels as bodies and flow
    fragments = [each for turn in turns for each in _of_turn(turn, cursor)]
    replies = [reply for turn in turns for reply in turn.replies if reply.seq > cursor]
    return News(seq=standing.seq, fragments=_gone(withdrawn) + fragments, replies=replies)


def body(message: Message) -> list[Any]:
    """Return a message's text as a `bodies` entry: the whole of what its row holds."""
    slots: dict[str, Any] = {"b": blocks(message.text)}
    if message.reasoning:
        slots["r"] = message.reasoning
    return [message.pk, message.attempt, message.rev, slots]


def listing(conversation: Conversation) -> Fragment:
    """Return the conversation's entry in its person's list, empty once it has left it."""
    html = fragment("listing", listing=conversation) if conversation.is_listed else ""
    return f"listing-{conversation.pk}", "conversation-list", html


def heading(conversation: Conversation) -> Fragment:
    """Return the title above the conversation."""
    return f"heading-{conversation.pk}", "", fragment("heading", conversation=conversation)


def switches(person: AbstractUser, conversation_id: UUID | None) -> list[Fragment]:
    """Return the menu's switches as person and conversation have them, and the choice that is left."""
    off_here = Conversation.off_in(conversation_id) if conversation_id else None
    settings = settings_for(person, off_here, tools=in_menu(person, off_here or ()))
    granted = Grant.fingerprints_in(conversation_id)
    switched = [
        (f"switch-{one.tool.name}", "", fragment("switch", setting=one, granted=granted)) for one in settings
    ]
    return [*switched, ("choice", "", fragment("choice", tools=settings, extractions=choices(person.pk)))]


def whole(window: Window) -> list[Fragment]:
    """Return what takes the place of all that a page shows of its conversation."""
    return [("transcript", "", transcript(window)), ("trace-turns", "", trace(window))]


def transcript(window: Window) -> SafeString:
    return mark_safe("".join(fragment("turn", turn=turn) for turn in window.turns))


def trace(window: Window) -> SafeString:
    """Return the turns' calls; failed ones are unfolded in the conversation's newest turn only."""
    newest = window.turns[-1:] if window.is_newest else []
    return mark_safe(
        "".join(fragment("trace_turn", turn=turn, folded=turn not in newest) for turn in window.turns)
    )


def _gone(withdrawn: list[int]) -> list[Fragment]:
    """Take away the turns that were taken back."""
    return [(f"{part}-{turn_id}", "", "") for turn_id in withdrawn for part in ("turn", "trace-turn")]


def _of_turn(turn: Turn, cursor: int) -> Iterator[Fragment]:
    """Yield what changed in one turn, containers before what goes into them."""
    if turn.seq > cursor:
        yield f"turn-{turn.pk}", "transcript", fragment("turn", turn=turn, shell=True)
        yield f"trace-turn-{turn.pk}", "trace-turns", fragment("trace_turn", turn=turn, shell=True)
    elif any(reply.seq > cursor for reply in turn.replies):
        # What stands above and below the replies tells of them too: tokens used, that the turn has begun.
        yield f"head-of-{turn.pk}", "", fragment("trace_head", turn=turn)
        yield f"ending-{turn.pk}", "", fragment("ending", turn=turn)
    if turn.question and turn.question.seq > cursor:
        yield _message(turn, turn.question)
    for reply in turn.replies:
        yield from _of_reply(turn, reply, cursor=cursor)


def _of_reply(turn: Turn, reply: Message, *, cursor: int) -> Iterator[Fragment]:
    calls = [call for call in reply.calls if call.seq > cursor]
    # A new attempt of the turn folds the half replies of those before it, whose own rows are as they were.
    folds = turn.seq > cursor and reply.attempt < turn.attempt
    if reply.seq > cursor or calls or folds:
        yield _message(turn, reply)
    if reply.seq > cursor:
        html = fragment("model_call", turn=turn, reply=reply, shell=True)
        yield f"model-call-{reply.pk}", f"calls-of-{turn.pk}", html
    for call in calls:
        html = fragment("tool_call", turn=turn, reply=reply, call=call)
        yield f"call-{call.pk}", f"calls-of-message-{reply.pk}", html


def _message(turn: Turn, message: Message) -> Fragment:
    if message.role == Message.Role.USER:
        html = fragment("question", turn=turn, question=message)
    else:
        html = fragment("reply", turn=turn, reply=message, shell=True)
    return f"message-{message.pk}", f"messages-{turn.pk}", html
