"""Where one page stands, and the frames that bring it up to date."""

from __future__ import annotations

import json
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractUser
from django.utils import timezone

from tools.zones import zone_of

from ..models import Conversation, Message
from ..models.standing import Standing, standing_of
from .drafts import Draft
from .fragments import Fragment, body, heading, listing, news, switches, whole
from .window import Window


class Cursors:
    """What a page has been shown: up to which `seq` of its conversation and of its person's list."""

    def __init__(
        self, person: AbstractUser, conversation_id: UUID | None, *, cursor: int, shelf: int
    ) -> None:
        self.person = person
        self.person_id = person.pk
        self.conversation_id = conversation_id
        self.cursor = cursor
        self.shelf = shelf
        self._shown_open: set[int] = set()

    def catch_up(self) -> tuple[list[Draft], bool]:
        """Return drafts of the frames for all that is new, and whether a turn of the conversation is open."""
        standing = standing_of(self.person_id, self.conversation_id)
        with timezone.override(zone_of(self.person)):
            drafts = [*self._changes(standing), *self._beside(standing)]
        return drafts, standing.is_open

    def _changes(self, standing: Standing) -> list[Draft]:
        if self.conversation_id is None or standing.seq == self.cursor:
            return []
        found = news(self.conversation_id, standing, cursor=self.cursor)
        self.cursor = found.seq
        if found.window:
            return [partial(_reset, found.window, zone_of(self.person))]
        replies = [reply for reply in found.replies if self._needs_body(reply)]
        changes = partial(_changes, found.seq, found.fragments, replies=replies)
        return [changes if replies else changes()]

    def _needs_body(self, reply: Message) -> bool:
        """A page that has seen a reply open has its text from the flow, or notices that it has not."""
        if reply.is_open:
            self._shown_open.add(reply.pk)
            return bool(reply.text or reply.reasoning)
        seen = reply.pk in self._shown_open
        self._shown_open.discard(reply.pk)
        return not seen

    def _beside(self, standing: Standing) -> list[Draft]:
        if standing.shelf <= self.shelf:
            return []
        since, self.shelf = self.shelf, standing.shelf
        fragments: list[Fragment] = []
        for conversation in Conversation.listed_since(self.person_id, since):
            fragments.append(listing(conversation))
            if conversation.pk == self.conversation_id:
                fragments.append(heading(conversation))
        if standing.tools > since:
            fragments += switches(self.person, self.conversation_id)
        return [encoded({"t": "shelf", "seq": self.shelf, "fragments": fragments})]


def full_frame(message: Message) -> str:
    """Return a settled message as a full frame."""
    return encoded(["F", *body(message)])


def _changes(seq: int, fragments: list[Fragment], *, replies: list[Message]) -> str:
    bodies = [body(reply) for reply in replies]
    return encoded({"t": "changes", "seq": seq, "fragments": fragments, "bodies": bodies})


def _reset(window: Window, zone: ZoneInfo) -> str:
    with timezone.override(zone):
        return encoded({"t": "reset", "seq": window.seq, "fragments": whole(window), "bodies": []})


def encoded(frame: Any) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
