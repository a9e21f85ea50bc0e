"""Whose turn a queued turn becomes, and for how much longer an owner's turns are its own."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, F, QuerySet

from ..models import Allowance, Conversation, Turn
from ..models.allowance import usual_limits
from ..models.composed import Values, given
from ..models.lookup import count_of, turn_of
from ..models.turn import LeaseEnd

AT_ONCE = 200  # turns looked at in one sweep


def claim(turn_id: int, owner: str) -> Turn | None:
    """Claim a queued turn; None when it is not its turn yet, taken, or its person runs enough already."""
    turn = turn_of(turn_id)
    if turn is None or turn.state != Turn.State.QUEUED:
        return None
    limits = Allowance.limits_of(turn.conversation.person_id)
    try:
        return turn.claim(owner, at_most=limits.running)
    except Conversation.DoesNotExist:  # deleted for good, and the turn with it
        return None


def claimable(person_id: int | None = None) -> list[int]:
    """Return queued turns with none open before them and a person who may run more, as many as may begin.

    Messages come before the texts of extractions, each oldest first.
    """
    if person_id is None:
        free = _free().exclude(conversation__person__in=_at_their_limit()).values_list("conversation", "pk")
        return _first_of_each(free[:AT_ONCE])
    first = _first_of_each(_FREE_OF(person=person_id))
    if not first:
        return []
    # To try all would cost those who have much queued the square of it.
    may = Allowance.limits_of(person_id).running - count_of(person_id, Turn.State.RUNNING)
    return first[: max(may, 0)]


def renew(owner: str) -> tuple[set[int], list[int]]:
    """Renew all leases of an owner at once; returns its turns, and those that somebody wants stopped."""
    mine = Turn.objects.filter(state=Turn.State.RUNNING, lease_owner=owner)
    rows = list(mine.values_list("pk", "stop_requested_at"))
    if rows:  # an idle server writes nothing
        mine.update(lease_until=LeaseEnd())
    return {turn_id for turn_id, _ in rows}, [turn_id for turn_id, wish in rows if wish]


def _first_of_each(rows: Iterable[tuple[object, int]]) -> list[int]:
    first: dict[object, int] = {}
    for conversation, turn_id in rows:
        first.setdefault(conversation, turn_id)
    return list(first.values())


def _free() -> QuerySet[Turn]:
    """Return queued turns of conversations in which none runs or waits for people."""
    busy = Turn.objects.filter(state__in=Turn.BUSY).values("conversation")
    queued = Turn.objects.filter(state=Turn.State.QUEUED).exclude(conversation__in=busy)
    return queued.order_by(F("conversation__extracted").asc(nulls_first=True), "pk")


_FREE_OF = Values(
    lambda: (
        _free().filter(conversation__person__pk=given("person")).values_list("conversation", "pk")[:AT_ONCE]
    )
)


def _at_their_limit() -> list[int]:
    """Return the people who run as many turns as they may."""
    running = Turn.objects.filter(state=Turn.State.RUNNING).values_list("conversation__person")
    counts: dict[int, int] = dict(running.annotate(Count("pk")).order_by())
    own = Allowance.objects.in_bulk(counts)
    usual = usual_limits()
    return [
        person_id
        for person_id, count in counts.items()
        if count >= (own[person_id].limits if person_id in own else usual).running
    ]
