"""Who may open a socket for what, and do what by it: asked anew at every command and heartbeat."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError

from ..models import Conversation, Message
from ..refusals import NOT_FOUND, SIGNED_OUT, Refusal
from . import feed
from .commands import Command, Visitor
from .cursors import full_frame
from .drafts import Draft
from .sessions import person_of

Answer = Refusal | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Visit:
    """One socket's right to be there: its session, and the conversation it was opened for (None without one).

    Every method is one unit of work.
    """

    session_key: str | None
    conversation_id: UUID | None
    channel: str

    def person(self) -> AbstractUser | None:
        """Return whose session this is right now; None once it ended, or the password was changed."""
        return person_of(self.session_key)

    def begin(self, zone: str) -> tuple[AbstractUser | None, bool]:
        """Return the person, and whether they may follow the conversation; keep their browser's time zone."""
        person = self.person()
        if person is None or not self._may_follow(person):
            return person, False
        _note_zone(person, zone)
        return person, True

    def carry_out(self, command: Command) -> Answer:
        """Check the sign-in and do it."""
        person = self.person()
        if person is None:
            return SIGNED_OUT
        try:
            return command.carry_out(Visitor(person, self.conversation_id))
        except (Conversation.DoesNotExist, IntegrityError):
            if self.person() is not None:
                raise
            return SIGNED_OUT  # deleted for good meanwhile

    def full(self, message_id: int) -> tuple[Answer, Draft]:
        """Give a settled message whole, or have its runner do so: only it knows what has been sent."""
        person = self.person()
        if person is None:
            return SIGNED_OUT, ""
        # The person too: when the socket opened, its conversation may not have been there yet.
        theirs = Message.objects.filter(conversation=self.conversation_id, conversation__person=person.pk)
        message = theirs.filter(pk=message_id).first()
        if message is None:
            return NOT_FOUND, ""
        if message.is_open:
            feed.control("full", message=message.pk, to=self.channel)
            return {}, ""
        return {}, partial(full_frame, message)

    def _may_follow(self, person: AbstractUser) -> bool:
        """A conversation that does not exist yet is theirs to begin."""
        if self.conversation_id is None:
            return True
        rows = Conversation.objects.filter(pk=self.conversation_id)
        row = rows.values_list("person_id", "deleted_at").first()
        return row is None or row == (person.pk, None)


def _note_zone(person: AbstractUser, zone: str) -> None:
    """Keep the browser's time zone for a person who has named none."""
    if zone in _zones() and not getattr(person, "time_zone", ""):
        person.time_zone = zone  # type: ignore[attr-defined]
        get_user_model().objects.filter(pk=person.pk, time_zone="").update(time_zone=zone)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())  # which reads hundreds of files
