"""The numbers beside each row of a list: counted by the database, in the query that lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from ..models import Message, ToolCall, Turn
from ..models.message import count_of
from .places import PLACES

State = ToolCall.State
WENT_WRONG = (State.INVALID, State.REFUSED, State.FAILED, State.TIMED_OUT, State.INTERRUPTED)
SPAN = ExpressionWrapper(F("ended_at") - F("started_at"), output_field=DurationField())


def counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Give each conversation or turn `calls`, and `errors` of tools and of the model together."""
    place = PLACES[rows.model]
    bad_calls = ToolCall.objects.filter(state__in=WENT_WRONG)
    bad_replies = Message.objects.filter(state=Message.State.FAILED)
    with_numbers: QuerySet[Any] = rows.annotate(
        calls=number_of(ToolCall.objects.all(), place.from_call),
        errors=number_of(bad_calls, place.from_call) + number_of(bad_replies, place.from_message),
    )
    return with_numbers


def number_of(parts: QuerySet[Any], path: str) -> Coalesce:
    """Count the parts that lead to the outer row by `path`."""
    own = parts.filter(**{path: OuterRef("pk")}).order_by().values(path)
    return Coalesce(Subquery(own.annotate(n=Count("pk")).values("n")), Value(0), output_field=IntegerField())


def longest_turn() -> Subquery:
    """Return how long the longest turn of the outer conversation took."""
    own = Turn.objects.filter(conversation=OuterRef("pk")).order_by().values("conversation")
    return Subquery(own.annotate(longest=Max(SPAN)).values("longest"), output_field=DurationField())


def add_tokens(rows: Iterable[Any]) -> None:
    """Give each row `tokens`, all that its model calls used: one query.

    Added up here, because what a server called a number may be none to the database.
    """
    rows = list(rows)
    if not rows:
        return
    path = PLACES[type(rows[0])].from_message
    used: dict[Any, int] = defaultdict(int)
    replies = Message.objects.filter(**{f"{path}__in": rows}).exclude(usage={})
    for row_id, usage in replies.order_by().values_list(path, "usage"):
        used[row_id] += count_of(usage, "total_tokens")
    for row in rows:
        row.tokens = used[row.pk]
