"""How a turn whose runner is gone goes on in another, or ends by name where it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from ..models import Conversation, Message, ToolCall, Turn, change
from ..models.turn import LEASE
from . import remains
from .remains import End

if TYPE_CHECKING:
    from django.db.models import QuerySet

AT_ONCE = 50  # turns looked at in one sweep


def abandoned(owner: str, *, is_start: bool = False) -> list[Turn]:
    """Return turns that nobody runs: handed over, or with a lease that has run out, or that nobody can have.

    At the start of the one process that may run turns on an SQLite file, which the server's lock proves,
    every other owner is dead: their leases need not run out.
    """
    free = Q(lease_until=None) | Q(lease_until__lt=Now())
    # The clock was set back, or its owner would have renewed it by this clock; it must not hold for so long.
    free |= Q(lease_until__gt=Now() + 2 * LEASE)
    if is_start and connection.vendor == "sqlite":
        free |= ~Q(lease_owner=owner)
    return list(_running().filter(free).order_by("pk")[:AT_ONCE])


def held(owner: str, turn_ids: set[int]) -> list[Turn]:
    """Return those turns of an owner: it does not run them, for a runner could not begin, or not end them."""
    return list(_running().filter(lease_owner=owner, pk__in=turn_ids))


def take_over(turn: Turn, owner: str) -> Turn | None:
    """Make a turn this owner's, `turn` being its row from when nobody ran it; None where it is not to be run.

    One change does it all: it is missed if anybody took or renewed the lease since. A wish to stop that
    nobody was there to hear comes first; a turn that was interrupted too often ends.
    """
    try:
        if turn.stop_requested_at:
            _end(turn, remains.STOPPED)
        elif turn.interruptions >= settings.ATTEMPT_LIMIT:
            _end(turn, _too_often(turn.interruptions))
        else:
            return _go_on(turn, owner)
    except Conversation.DoesNotExist:  # deleted for good, and the turn with it
        return None
    return None


def _go_on(turn: Turn, owner: str) -> Turn | None:
    with change(turn.conversation_id) as it:
        turn.take_over(it, owner)
        remains.keep(turn, it.seq)
        # Now that the model is asked again, all halves of replies are folded away on the pages.
        Message.objects.filter(turn=turn, state=Message.State.INTERRUPTED).update(seq=it.seq)
        return _running().get(pk=turn.pk)  # before the commit: after it the turn may have become another's
    return None


def _end(turn: Turn, ending: End) -> None:
    with change(turn.conversation_id) as it:
        turn.seize(it, **ending.fields())
        remains.end(turn, it.seq, ending)


def _running() -> QuerySet[Turn]:
    return Turn.objects.select_related("conversation__person").filter(state=Turn.State.RUNNING)


def _too_often(times: int) -> End:
    often = "once" if times == 1 else f"{times} times"
    return End(
        Turn.State.INTERRUPTED,
        "attempts",
        f"The server stopped {often} while this was running, so it was not begun again.",
        reply_state=Message.State.INTERRUPTED,
        call_state=ToolCall.State.INTERRUPTED,
        problem=remains.UNKNOWN,
    )
