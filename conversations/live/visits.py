"""Who may open a socket for what, asked anew at every command and heartbeat."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import available_timezones

from django.contrib import auth
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from ..models import Conversation


def person_of(session_key: str) -> AbstractUser | None:
    """Return who a session belongs to right now; None once it ended, or the password was changed."""
    request = HttpRequest()
    request.session = SessionStore(session_key)
    person = auth.get_user(request)
    return person if person.is_authenticated and person.is_active else None


def may_follow(person: AbstractUser, conversation_id: UUID) -> bool:
    """Say whether a person may see a conversation; one that does not exist yet is theirs to begin."""
    row = Conversation.objects.filter(pk=conversation_id).values_list("person_id", "deleted_at").first()
    return row is None or row == (person.pk, None)


def note_zone(person: AbstractUser, zone: str) -> None:
    """Keep the browser's time zone for a person who has named none."""
    if zone in available_timezones():
        get_user_model().objects.filter(pk=person.pk, time_zone="").update(time_zone=zone)
