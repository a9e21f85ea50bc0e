"""Whose turn a queued turn becomes, and for how much longer an owner's turns are its own."""

from __future__ import annotations

from collections import Counter
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
    """Return queued turns with none open before them, of each person (or of this one) as many as may begin.

    Messages come before the texts of extractions, each oldest first.
    """
    # To try all would cost those who have much queued the square of it.
    if person_id is None:
        return _claimable_of_everybody()
    first = _first_of_each(_FREE_OF(person=person_id))
    if not first:
        return []
    may = Allowance.limits_of(person_id).running - count_of(person_id, Turn.State.RUNNING)
    return first[: max(may, 0)]


def renew(owner: str) -> tuple[set[int], list[int]]:
    """Renew all leases of an owner at once; returns its turns, and those that somebody wants stopped."""
    mine = Turn.objects.filter(state=Turn.State.RUNNING, lease_owner=owner)
    rows = list(mine.values_list("pk", "stop_requested_at"))
    if rows:  # an idle server writes nothing
        mine.update(lease_until=LeaseEnd())
    return {turn_id for turn_id, _ in rows}, [turn_id for turn_id, wish in rows if wish]


def _claimable_of_everybody() -> list[int]:
    running = _running()
    at_their_limit = [person for person, limit in _limits_of(running).items() if running[person] >= limit]
    free = _free().exclude(conversation__person__in=at_their_limit)
    rows = list(free.values_list("conversation", "pk", "conversation__person")[:AT_ONCE])
    person_of = {turn_id: person for _, turn_id, person in rows}
    places = Counter(_limits_of(person_of.values()))
    places.subtract(running)
    chosen = []
    for turn_id in _first_of_each((conversation, turn_id) for conversation, turn_id, _ in rows):
        if places[person_of[turn_id]] > 0:
            places[person_of[turn_id]] -= 1
            chosen.append(turn_id)
    return chosen


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


def _running() -> dict[int, int]:
    """Count the running turns of each person who has any."""
    running = Turn.objects.filter(state=Turn.State.RUNNING).values_list("conversation__person")
    return dict(running.annotate(Count("pk")).order_by())


def _limits_of(person_ids: Iterable[int]) -> dict[int, int]:
    """Say how many turns each of these people may have running."""
    people = set(person_ids)
    own = Allowance.objects.in_bulk(people)
    usual = usual_limits()
    return {person: (own[person].limits if person in own else usual).running for person in people}
