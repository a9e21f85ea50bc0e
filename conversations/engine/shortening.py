"""What goes first when the context is full: old tool results, then all of them."""

import json
from dataclasses import replace

from .values import Answer, Item, Reply

KEPT = 400  # characters: enough to see what a result was about
_NOTE = "shortened to fit the model's context"
_MARK = f'{{"note": "{_NOTE}'


def shorten(items: list[Item]) -> tuple[list[Item], int]:
    """Cut the results before the last reply, or all where those are short already; say how many were cut."""
    last_reply = max((place for place, item in enumerate(items) if isinstance(item, Reply)), default=0)
    for end in (last_reply, len(items)):
        shorter = [_cut(item) if place < end else item for place, item in enumerate(items)]
        cut = sum(new is not old for new, old in zip(shorter, items, strict=True))
        if cut:
            return shorter, cut
    return items, 0


def _cut(item: Item) -> Item:
    if not isinstance(item, Answer) or len(item.content) <= 2 * KEPT or item.content.startswith(_MARK):
        return item
    note = f"{_NOTE}: the first {KEPT} of {len(item.content)} characters"
    return replace(item, content=json.dumps({"note": note, "start": item.content[:KEPT]}, ensure_ascii=False))
