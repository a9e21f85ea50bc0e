"""The part of a conversation that a page shows, loaded in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.utils.functional import lazy

from ..models import Conversation, Message, ToolCall, Turn
from ..models.lookup import in_order
from ..models.path import path_to, siblings_of
from ..rendering.markdown import blocks

Row = TypeVar("Row", Message, ToolCall)

# Most rows are loaded for their facts: text becomes HTML only where a template asks for it.
_blocks_when_shown = lazy(blocks, list)

TURNS_AT_ONCE = 20  # a few screens; older ones load on scroll


@dataclass(frozen=True)
class Window:
    """Turns of the branch shown, oldest first; `more` says whether older ones exist.

    `seq` was read before any row was: what changes in between is sent twice, never missed.
    """

    seq: int
    turns: list[Turn]
    more: bool
    is_newest: bool = True


def load(conversation_id: UUID, *, before: int | None = None, limit: int = TURNS_AT_ONCE) -> Window:
    """Load the newest turns of the branch shown, or those before the turn `before`."""
    row = Conversation.objects.filter(pk=conversation_id).values_list("seq", "head_id").first()
    seq, end = row or (0, None)
    if before is not None:
        end = Turn.objects.values_list("parent_id", flat=True).get(pk=before, conversation=conversation_id)
    ids = path_to(end, limit=limit + 1)
    return Window(seq=seq, turns=dress(ids[-limit:]), more=len(ids) > limit, is_newest=before is None)


def dress(turn_ids: Sequence[int], *, placed_after: int = -1) -> list[Turn]:
    """Load turns with question, replies, calls and siblings: four queries, whatever their number.

    A turn that has not changed after the `seq` `placed_after` is not shown itself, and stands alone.
    """
    turns = in_order(turn_ids)
    families = siblings_of([turn for turn in turns if turn.seq > placed_after])
    messages = _by(Message.of_turns(turn_ids), "turn_id")
    _dress_messages([message for group in messages.values() for message in group])
    for turn in turns:
        _place_among(turn, families.get(turn.pk, [turn.pk]))
        own = messages[turn.pk]
        turn.question = next((message for message in own if message.role == Message.Role.USER), None)
        turn.replies = [message for message in own if message.role == Message.Role.ASSISTANT]
        _number(turn)
    return turns


def _number(turn: Turn) -> None:
    """Count for each reply how often it has been asked for: going on after a decision is no new beginning."""
    nth = 1
    for reply in turn.replies:
        reply.nth = nth
        nth += reply.state == Message.State.INTERRUPTED and reply.attempt < turn.attempt


def _dress_messages(messages: Sequence[Message]) -> None:
    """Give each message its calls and, for replies, its text as HTML: one query."""
    calls = _by(ToolCall.of_messages([message.pk for message in messages]), "message_id")
    for message in messages:
        message.calls = calls[message.pk]
        message.blocks = _blocks_when_shown(message.text) if message.role == Message.Role.ASSISTANT else []


def _place_among(turn: Turn, family: list[int]) -> None:
    """Say where a turn stands among its siblings."""
    here = family.index(turn.pk) if turn.pk in family else 0
    turn.place, turn.places = here + 1, len(family)
    turn.previous_id = family[here - 1] if here else None
    turn.next_id = family[here + 1] if turn.place < turn.places else None


def _by(rows: Iterable[Row], key: str) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, key)].append(row)
    return groups
