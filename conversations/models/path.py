"""Which turns lie on a branch: from its head up through the parents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from .turn import Turn

# A turn's id is always larger than its parent's, so a bound on ids bounds the walk.
_WALK = """
WITH RECURSIVE path(id, parent_id) AS (
    SELECT id, parent_id FROM conversations_turn WHERE id = %s
    UNION ALL
    SELECT turn.id, turn.parent_id FROM conversations_turn turn JOIN path ON turn.id = path.parent_id
    WHERE turn.id >= %s
)
SELECT id FROM path ORDER BY id DESC LIMIT %s
"""
_EVERYTHING = 1_000_000_000


def path_to(head_id: int | None, *, since: int = 0, limit: int = _EVERYTHING) -> list[int]:
    """Return the ids of the branch that ends in `head_id`, oldest first: the last `limit`, from `since` on.

    One query whose cost is the part asked for, not the conversation's length.
    """
    if head_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_WALK, [head_id, since, limit])
        return [row[0] for row in reversed(cursor.fetchall())]


def last_below(turn: Turn) -> int:
    """Return the id of the newest leaf under `turn`: where that branch was last taken. One query."""
    return _newest_leaf(turn.pk, _standing(turn).filter(pk__gt=turn.pk)) or turn.pk


def last_before(turn: Turn) -> int | None:
    """Return the id of the leaf that was shown when `turn` was sent, and is again without it. One query."""
    return _newest_leaf(turn.parent_id, _standing(turn).filter(pk__lt=turn.pk))


def siblings_of(turns: list[Turn]) -> dict[int, list[int]]:
    """Map each turn's id to the ids of all turns that share its parent, itself included: one query."""
    from .turn import Turn

    if not turns:
        return {}
    beside = Turn.objects.filter(conversation_id=turns[0].conversation_id).exclude(state=Turn.State.WITHDRAWN)
    parents = {turn.parent_id for turn in turns if turn.parent_id}
    rows = beside.filter(parent_id__in=parents) | beside.filter(parent_id=None)
    families: dict[int | None, list[int]] = {}
    for parent_id, turn_id in rows.order_by("id").values_list("parent_id", "id"):
        families.setdefault(parent_id, []).append(turn_id)
    return {turn.pk: families.get(turn.parent_id, [turn.pk]) for turn in turns}


def _standing(turn: Turn) -> QuerySet[Turn]:
    from .turn import Turn

    return Turn.objects.filter(conversation_id=turn.conversation_id).exclude(state=Turn.State.WITHDRAWN)


def _newest_leaf(start: int | None, turns: QuerySet[Turn]) -> int | None:
    """Follow the newest child from `start` down, within `turns`."""
    rows = turns.order_by("id").values_list("parent_id", "id")
    newest_child: dict[int | None, int] = dict(rows)
    while start in newest_child:
        start = newest_child[start]
    return start
