"""A turn's answer as it grows, read from its rows: the same whoever runs the turn, here or in a server."""

from __future__ import annotations

from ..models import Message, Turn


class Reading:
    """Remembers what was read of one turn, so that each look brings only what is new."""

    def __init__(self, turn_id: int) -> None:
        self._turn_id = turn_id
        self._known: dict[int, str] = {}

    def look(self) -> tuple[Turn, str]:
        """Return the turn and the new text; the turn is read first, so that no text comes after its end."""
        turn = Turn.objects.get(pk=self._turn_id)
        replies = Message.objects.filter(turn=self._turn_id, role=Message.Role.ASSISTANT).order_by("pk")
        return turn, "".join(self._news_of(reply) for reply in replies)

    def _news_of(self, reply: Message) -> str:
        text = reply.text or reply.refusal
        known = self._known.get(reply.pk, "")
        if text == known:
            return ""
        gap = "\n\n" if self._known and reply.pk not in self._known else ""
        self._known[reply.pk] = text
        return gap + text[len(known) :]
