"""How turns are found again and again while one is sent, claimed, run and shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.apps import apps
from django.db.models import DateTimeField, QuerySet, UUIDField

from .composed import Rows, Values, given

if TYPE_CHECKING:
    from datetime import datetime

    from .turn import Turn


def turn_of(turn_id: int) -> Turn | None:
    """Load a turn with its conversation and its person."""
    return _WITH_PERSON.first(turn=turn_id)


def sent_as(conversation_id: UUID, client_id: UUID) -> Turn | None:
    """Find the turn that a page has sent under this name before."""
    return _SENT_AS.first(conversation=conversation_id, client=client_id)


def in_order(turn_ids: Sequence[int]) -> list[Turn]:
    return _IN_ORDER(turns=list(turn_ids))


def children_of(conversation_id: UUID, parent_ids: Sequence[int]) -> list[tuple[int | None, int]]:
    """Pair parents with turns that were not taken back, oldest first; those without a parent come too."""
    found: list[tuple[int | None, int]] = _CHILDREN_OF(conversation=conversation_id, parents=list(parent_ids))
    return found


def is_in_the_way_of(turn: Turn) -> bool:
    """Say whether another turn of the conversation runs, waits for people or was queued before."""
    return bool(_IN_THE_WAY(conversation=turn.conversation_id, turn=turn.pk))


def count_of(person_id: int, state: str) -> int:
    """Count a person's turns in a state that is never that of many."""
    return len(_OF_PERSON(person=person_id, state=state))


def sent_since(person_id: int, moment: datetime) -> int:
    """Count what a person has sent since then: little, for there is a limit to it."""
    return len(_SENT_SINCE(person=person_id, moment=moment))


def _turns() -> QuerySet[Turn]:
    model: type[Turn] = apps.get_model("conversations", "Turn")
    return model.objects.all()


def _of_conversation() -> QuerySet[Turn]:
    return _turns().filter(conversation__pk=given("conversation", UUIDField()))


def _of_person() -> QuerySet[Turn]:
    return _turns().filter(conversation__person__pk=given("person"))


_WITH_PERSON = Rows(lambda: _turns().filter(pk=given("turn")).select_related("conversation__person"))
_SENT_AS = Rows(lambda: _of_conversation().filter(client_id=given("client", UUIDField())))
_IN_ORDER = Rows(lambda: _turns().filter(pk__in=[given("turns")]).order_by("pk"))
_CHILDREN_OF = Values(
    lambda: (
        (
            _of_conversation().filter(parent__pk__in=[given("parents")])
            | _of_conversation().filter(parent=None)
        )
        .exclude(state="withdrawn")
        .order_by("id")
        .values_list("parent_id", "id")
    )
)
_IN_THE_WAY = Values(
    lambda: (
        _of_conversation().filter(pk__lt=given("turn"), state="queued")
        | _of_conversation().filter(state__in=("running", "waiting"))
    ).values_list("pk")[:1]
)
_OF_PERSON = Values(lambda: _of_person().filter(state=given("state")).values_list("pk"))
_SENT_SINCE = Values(
    lambda: _of_person().filter(created_at__gte=given("moment", DateTimeField())).values_list("pk")
)
