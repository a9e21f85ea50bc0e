"""How every durable change is made: one transaction, one `seq`, news only after commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import connection, transaction

from .signals import changed
from .standing import adapted

_NEXT = "UPDATE conversations_conversation SET seq = seq + 1 WHERE id = %s RETURNING seq, person_id"


class _Missed(Exception):
    """The row was no longer in the state that the change was for."""


@dataclass
class Change:
    """One change under way; `happened` is known once its block has ended."""

    seq: int
    happened: bool = False

    def only_if(self, touched: int) -> None:
        """Roll everything back, `seq` too, when a compare-and-set touched no row."""
        if not touched:
            raise _Missed


@contextmanager
def change(conversation_id: UUID) -> Iterator[Change]:
    """Lock the conversation and take its next `seq`; a missed compare-and-set leaves no trace at all.

    Raises Conversation.DoesNotExist where it was deleted for good: with its person, say, by staff.
    Taking `seq` first makes every writer of a conversation wait in line: numbers commit in their order.
    """
    from .conversation import Conversation

    it = Change(seq=0)
    try:
        with transaction.atomic():
            taken = _take_number(conversation_id)
            if taken is None:
                raise Conversation.DoesNotExist(conversation_id)
            it.seq, person_id = taken
            yield it
            transaction.on_commit(
                partial(
                    changed.send,
                    sender=Conversation,
                    conversation_id=conversation_id,
                    person_id=person_id,
                    seq=it.seq,
                )
            )
        it.happened = True
    except _Missed:
        it.happened = False


def _take_number(conversation_id: UUID) -> tuple[int, int] | None:
    """Move the conversation's number, which locks it; returns it and the person, None without such a row."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [adapted(conversation_id)])
        taken: list[tuple[int, int]] = cursor.fetchall()
    return taken[0] if taken else None
