"""Which turns lie on a branch: from its head up through the parents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from .lookup import children_of
from .standing import adapted

if TYPE_CHECKING:
    from uuid import UUID

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
# Which turns changed in any of their rows, whether each lies on the branch shown or was taken back.
_CHANGED = """
WITH RECURSIVE changed(id) AS (
    SELECT id FROM conversations_turn WHERE conversation_id = %(conversation)s AND seq > %(since)s
    UNION SELECT turn_id FROM conversations_message
    WHERE conversation_id = %(conversation)s AND seq > %(since)s
    UNION SELECT message.turn_id FROM conversations_toolcall call
    JOIN conversations_message message ON message.id = call.message_id
    WHERE call.conversation_id = %(conversation)s AND call.seq > %(since)s
), path(id, parent_id) AS (
    SELECT id, parent_id FROM conversations_turn WHERE id = %(head)s
    UNION ALL
    SELECT turn.id, turn.parent_id FROM conversations_turn turn JOIN path ON turn.id = path.parent_id
    WHERE turn.id >= (SELECT MIN(id) FROM changed)
)
SELECT changed.id, path.id IS NOT NULL, turn.state = 'withdrawn' AND turn.seq > %(since)s
FROM changed JOIN conversations_turn turn ON turn.id = changed.id LEFT JOIN path ON path.id = changed.id
ORDER BY changed.id
"""


def path_to(head_id: int | None, *, since: int = 0, limit: int = _EVERYTHING) -> list[int]:
    """Return the ids of the branch that ends in `head_id`, oldest first: the last `limit`, from `since` on.

    One query whose cost is the part asked for, not the conversation's length.
    """
    if head_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_WALK, [head_id, since, limit])
        return [row[0] for row in reversed(cursor.fetchall())]


def changed_since(conversation_id: UUID, seq: int, *, head_id: int | None) -> tuple[list[int], list[int]]:
    """Return the turns shown in which anything changed after `seq`, and those taken back: one query."""
    facts = {"conversation": adapted(conversation_id), "since": seq, "head": head_id}
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, facts)
        rows = cursor.fetchall()
    return [turn for turn, shown, _ in rows if shown], [turn for turn, _, withdrawn in rows if withdrawn]


def last_below(turn: Turn) -> int:
    """Return the id of the newest leaf under `turn`: where that branch was last taken. One query."""
    return _newest_leaf(turn.pk, _standing(turn).filter(pk__gt=turn.pk)) or turn.pk


def last_before(turn: Turn) -> int | None:
    """Return the id of the leaf that was shown when `turn` was sent, and is again without it. One query."""
    return _newest_leaf(turn.parent_id, _standing(turn).filter(pk__lt=turn.pk))


def siblings_of(turns: list[Turn]) -> dict[int, list[int]]:
    """Map each turn's id to the ids of all turns that share its parent, itself included: one query."""
    if not turns:
        return {}
    parents = [turn.parent_id for turn in turns if turn.parent_id]
    families: dict[int | None, list[int]] = {}
    for parent_id, turn_id in children_of(turns[0].conversation_id, parents):
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
