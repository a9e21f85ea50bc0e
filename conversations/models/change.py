"""How every durable change is made: one transaction, one `seq`, news only after commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import F

from .signals import changed


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
    rows = Conversation.objects.filter(pk=conversation_id)
    try:
        with transaction.atomic():
            if not rows.update(seq=F("seq") + 1):
                raise Conversation.DoesNotExist(conversation_id)
            it.seq, person_id = rows.values_list("seq", "person_id").get()
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
