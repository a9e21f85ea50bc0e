"""A turn's answer as it grows, read from its rows: the same whoever runs the turn, here or in a server."""

from __future__ import annotations

from itertools import pairwise

from ..models import Message, Turn

ASKED_AGAIN = "\n\n[Interrupted, asked again]\n\n"


class Reading:
    """Remembers what was read of one turn, so that each look brings only what is new."""

    def __init__(self, turn_id: int) -> None:
        self._turn_id = turn_id
        self._known: dict[int, str] = {}

    def look(self) -> tuple[Turn, str]:
        """Return the turn and the new text; the turn is read first, so that no text comes after its end."""
        turn = Turn.objects.get(pk=self._turn_id)
        replies = Message.objects.filter(turn=self._turn_id, role=Message.Role.ASSISTANT).order_by("pk")
        pairs = pairwise([None, *replies])
        return turn, "".join(self._news_of(reply, before) for before, reply in pairs if reply)

    def _news_of(self, reply: Message, before: Message | None) -> str:
        text = reply.text or reply.refusal
        known = self._known.get(reply.pk, "")
        if text == known:
            return ""
        gap = self._gap_before(reply, before)
        self._known[reply.pk] = text
        return gap + text[len(known) :]

    def _gap_before(self, reply: Message, before: Message | None) -> str:
        if not self._known or reply.pk in self._known:
            return ""
        return ASKED_AGAIN if before and before.state == Message.State.INTERRUPTED else "\n\n"
