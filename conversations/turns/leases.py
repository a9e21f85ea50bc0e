"""Whose turn a turn is: claims, renewals, and what becomes of turns whose owner is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from ..models import Allowance, Turn
from ..models.turn import LEASE
from .recorder import LeaseLost, Recorder

if TYPE_CHECKING:
    from django.db.models import QuerySet

AT_ONCE = 200  # turns looked at in one sweep


def claim(turn_id: int, owner: str) -> Turn | None:
    """Claim a queued turn; None when it is not its turn yet, taken, or its person runs enough already."""
    turns = Turn.objects.select_related("conversation__person").filter(pk=turn_id)
    turn = turns.first()
    if turn is None or turn.state != Turn.State.QUEUED:
        return None
    person_id = turn.conversation.person_id
    if Turn.running_of(person_id) >= Allowance.limits_of(person_id).running:
        return None
    return turns.get() if turn.claim(owner) else None


def claimable(person_id: int | None = None) -> list[int]:
    """Return queued turns, oldest first, that have none open before them in their conversation."""
    queued = Turn.objects.filter(state=Turn.State.QUEUED).order_by("pk")
    if person_id is not None:
        queued = queued.filter(conversation__person=person_id)
    busy = Turn.objects.filter(state=Turn.State.RUNNING).values("conversation")
    first: dict[object, int] = {}
    rows = queued.exclude(conversation__in=busy).values_list("conversation", "pk")
    for conversation, turn_id in rows[:AT_ONCE]:
        first.setdefault(conversation, turn_id)
    return list(first.values())


def renew(owner: str) -> tuple[set[int], list[int]]:
    """Renew all leases of an owner at once; returns its turns, and those that somebody wants stopped."""
    mine = Turn.objects.filter(state=Turn.State.RUNNING, lease_owner=owner)
    rows = list(mine.values_list("pk", "stop_requested_at"))
    if rows:  # an idle server writes nothing
        mine.update(lease_until=timezone.now() + LEASE)
    return {turn_id for turn_id, _ in rows}, [turn_id for turn_id, wish in rows if wish]


def end_abandoned(owner: str) -> int:
    """End the turns that a process before this one left running; says how many.

    Only for an executor that is alone on its database, which the server's lock file sees to.
    """
    running = Turn.objects.filter(state=Turn.State.RUNNING)
    return _end(running.exclude(lease_owner=owner), "The server stopped while this was running.")


def end_lost(turn_ids: set[int]) -> int:
    """End turns that a process holds and does not run: their runner could not begin, or not end them."""
    running = Turn.objects.filter(state=Turn.State.RUNNING, pk__in=turn_ids)
    return _end(running, "The server lost track of this. Its log has the details; please try again.")


def _end(turns: QuerySet[Turn], detail: str) -> int:
    ended = 0
    for turn in turns.select_related("conversation"):
        try:
            Recorder(turn).interrupt(detail)
            ended += 1
        except LeaseLost:
            continue
    return ended
