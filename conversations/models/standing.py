"""Where a conversation and its person's list stand, read at every look for news."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.db import connection

# By hand, because sockets ask this more often than anything else, and composing it takes ten times as long.
_STANDING = """
SELECT conversation.seq, conversation.head_id, conversation.head_seq, EXISTS (
    SELECT 1 FROM conversations_turn turn
    WHERE turn.conversation_id = conversation.id AND turn.state IN ({open})
), shelf.seq, shelf.tools_seq
FROM (SELECT 1) one
LEFT JOIN conversations_conversation conversation ON conversation.id = %s AND conversation.person_id = %s
LEFT JOIN conversations_shelf shelf ON shelf.person_id = %s
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A conversation's numbers (0 without one), whether a turn of it is open, and its person's numbers."""

    seq: int
    head_id: int | None
    head_seq: int
    is_open: bool
    shelf: int
    tools: int


def standing_of(person_id: int, conversation_id: UUID | None) -> Standing:
    """Read all of it in one query, before any row that these numbers speak of."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [adapted(conversation_id), person_id, person_id])
        seq, head_id, head_seq, is_open, shelf, tools = cursor.fetchone()
    return Standing(seq or 0, head_id, head_seq or 0, bool(is_open), shelf or 0, tools or 0)


@cache
def _statement() -> str:
    from .turn import Turn

    return _STANDING.format(open=", ".join(f"'{state.value}'" for state in Turn.OPEN))


def adapted(conversation_id: UUID | None) -> str | UUID | None:
    """Return an id as this database's statements take it."""
    from .conversation import Conversation

    key: str | UUID | None = Conversation._meta.pk.get_db_prep_value(conversation_id, connection)
    return key
