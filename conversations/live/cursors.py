"""Where one page stands, and the frames that bring it up to date."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from ..models import Conversation, Message, Shelf, Turn
from .fragments import body, listing, news


class Cursors:
    """What a page has been shown: up to which `seq` of its conversation and of its person's list."""

    def __init__(self, person_id: int, conversation_id: UUID | None, *, cursor: int, shelf: int) -> None:
        self.person_id = person_id
        self.conversation_id = conversation_id
        self.cursor = cursor
        self.shelf = shelf
        self._shown_open: set[int] = set()

    def catch_up(self) -> tuple[list[str], bool]:
        """Return the frames for all that is new, and whether a turn of the conversation is open."""
        frames = [*self._changes(), *self._listings()]
        if self.conversation_id is None:
            return frames, False
        return frames, Turn.objects.filter(conversation=self.conversation_id, state__in=Turn.OPEN).exists()

    def _changes(self) -> list[str]:
        if self.conversation_id is None:
            return []
        found = news(self.person_id, self.conversation_id, cursor=self.cursor)
        if found.seq == self.cursor:
            return []
        self.cursor = found.seq
        bodies = [body(reply) for reply in found.replies if self._needs_body(reply)]
        frame = {
            "t": "reset" if found.reset else "changes",
            "seq": found.seq,
            "fragments": found.fragments,
            "bodies": bodies,
        }
        return [encoded(frame)]

    def _needs_body(self, reply: Message) -> bool:
        """A page that has seen a reply open has its text from the flow, or notices that it has not."""
        if reply.is_open:
            self._shown_open.add(reply.pk)
            return bool(reply.text or reply.reasoning)
        seen = reply.pk in self._shown_open
        self._shown_open.discard(reply.pk)
        return not seen

    def _listings(self) -> list[str]:
        seq = Shelf.seq_of(self.person_id)
        if seq <= self.shelf:
            return []
        since, self.shelf = self.shelf, seq
        changed = Conversation.objects.filter(person=self.person_id, listed_seq__gt=since).order_by(
            "active_at"
        )
        fragments = [listing(conversation) for conversation in changed]
        return [encoded({"t": "shelf", "seq": seq, "fragments": fragments})]


def full_frame(message: Message) -> str:
    """Return a settled message as a full frame."""
    return encoded(["F", *body(message)])


def encoded(frame: Any) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
