"""What has changed since a cursor, as the HTML that a page takes in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.template.loader import render_to_string

from tools.toolbox import settings_for

from ..models import Conversation, Message, ToolCall, Turn
from ..models.path import path_to
from ..rendering.markdown import blocks
from .window import Window, dress, load

Fragment = tuple[str, str, str]  # id, the container for a new one, HTML


@dataclass(frozen=True)
class News:
    """What a page must be shown to stand at `seq`; `replies` are those whose own row changed."""

    seq: int
    fragments: list[Fragment] = field(default_factory=list)
    reset: bool = False
    replies: list[Message] = field(default_factory=list)


def news(person_id: int, conversation_id: UUID, *, cursor: int) -> News:
    """Collect what changed after `cursor`. The conversation's own `seq` is read first, the rows after it."""
    theirs = Conversation.objects.filter(pk=conversation_id, person=person_id)
    seq, head_id, head_seq = theirs.values_list("seq", "head_id", "head_seq").first() or (0, None, 0)
    if seq == cursor:
        return News(seq=seq)
    if cursor and (head_seq > cursor or seq < cursor):  # a cursor of the future is one of another past
        return _reset(conversation_id)
    turns = _turns_changed(conversation_id, cursor, head_id)
    fragments = [fragment for turn in turns for fragment in _of_turn(turn, cursor)]
    replies = [reply for turn in turns for reply in turn.replies if reply.seq > cursor]
    return News(seq=seq, fragments=_gone(conversation_id, cursor) + fragments, replies=replies)


def body(message: Message) -> list[Any]:
    """Return a message's text as a `bodies` entry: the whole of what its row holds."""
    slots: dict[str, Any] = {"b": blocks(message.text)}
    if message.reasoning:
        slots["r"] = message.reasoning
    return [message.pk, message.attempt, message.rev, slots]


def listing(conversation: Conversation) -> Fragment:
    """Return the conversation's entry in its person's list, empty once it was deleted."""
    html = "" if conversation.deleted_at else _render("listing", listing=conversation)
    return f"listing-{conversation.pk}", "conversation-list", html


def heading(conversation: Conversation) -> Fragment:
    """Return the title above the conversation."""
    return f"heading-{conversation.pk}", "", _render("heading", conversation=conversation)


def switches(person: AbstractUser) -> list[Fragment]:
    """Return every tool's switch as the person has set it, and the choice that is left."""
    settings = settings_for(person)
    switched = [
        (f"switch-{one.tool.name}", "", render_to_string("tools/switch.html", {"setting": one}).strip())
        for one in settings
    ]
    return [*switched, ("choice", "", _render("choice", tools=settings))]


def transcript(window: Window) -> str:
    return "".join(_render("turn", turn=turn) for turn in window.turns)


def trace(window: Window) -> str:
    """Return the turns' calls; failed ones are unfolded in the conversation's newest turn only."""
    newest = window.turns[-1:] if window.is_newest else []
    return "".join(_render("trace_turn", turn=turn, folded=turn not in newest) for turn in window.turns)


def _reset(conversation_id: UUID) -> News:
    window = load(conversation_id)
    fragments = [("transcript", "", transcript(window)), ("trace-turns", "", trace(window))]
    return News(seq=window.seq, fragments=fragments, reset=True)


def _turns_changed(conversation_id: UUID, cursor: int, head_id: int | None) -> list[Turn]:
    """Load the turns in which anything changed after `cursor`, if they lie on the branch shown."""
    since = {"conversation": conversation_id, "seq__gt": cursor}
    ids = set(Turn.objects.filter(**since).values_list("pk", flat=True))
    ids |= set(Message.objects.filter(**since).values_list("turn_id", flat=True))
    ids |= set(ToolCall.objects.filter(**since).values_list("message__turn_id", flat=True))
    shown = path_to(head_id, since=min(ids, default=0))
    turns = dress([turn_id for turn_id in shown if turn_id in ids])
    for reply in (reply for turn in turns for reply in turn.replies):
        reply.blocks = []  # only shells: text travels as bodies and flow
    return turns


def _gone(conversation_id: UUID, cursor: int) -> list[Fragment]:
    """Take away the turns that were withdrawn after `cursor`."""
    withdrawn = Turn.objects.filter(conversation=conversation_id, seq__gt=cursor, state=Turn.State.WITHDRAWN)
    ids = withdrawn.values_list("pk", flat=True)
    return [(f"{part}-{turn_id}", "", "") for turn_id in ids for part in ("turn", "trace-turn")]


def _of_turn(turn: Turn, cursor: int) -> Iterator[Fragment]:
    """Yield what changed in one turn, containers before what goes into them."""
    if turn.seq > cursor:
        yield f"turn-{turn.pk}", "transcript", _render("turn", turn=turn, shell=True)
        yield f"trace-turn-{turn.pk}", "trace-turns", _render("trace_turn", turn=turn, shell=True)
    elif any(reply.seq > cursor for reply in turn.replies):
        # What stands above and below the replies tells of them too: tokens used, that the turn has begun.
        yield f"head-of-{turn.pk}", "", _render("trace_head", turn=turn)
        yield f"ending-{turn.pk}", "", _render("ending", turn=turn)
    if turn.question and turn.question.seq > cursor:
        yield _message(turn, turn.question)
    for reply in turn.replies:
        yield from _of_reply(turn, reply, cursor=cursor)


def _of_reply(turn: Turn, reply: Message, *, cursor: int) -> Iterator[Fragment]:
    calls = [call for call in reply.calls if call.seq > cursor]
    if reply.seq > cursor or calls:
        yield _message(turn, reply)
    if reply.seq > cursor:
        html = _render("model_call", turn=turn, reply=reply, shell=True)
        yield f"model-call-{reply.pk}", f"calls-of-{turn.pk}", html
    for call in calls:
        html = _render("tool_call", turn=turn, reply=reply, call=call)
        yield f"call-{call.pk}", f"calls-of-message-{reply.pk}", html


def _message(turn: Turn, message: Message) -> Fragment:
    html = _render("message", turn=turn, message=message, shell=message.role == Message.Role.ASSISTANT)
    return f"message-{message.pk}", f"messages-{turn.pk}", html


def _render(partial: str, **context: Any) -> str:
    return render_to_string(f"conversations/{partial}.html", context).strip()
