"""Whether a message may be sent: what it says, which tool it asks for, and how many came before."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.utils import timezone

from tools.toolbox import Toolbox

from .models import Allowance, Turn
from .refusals import EMPTY, NO_SUCH_TOOL, Refusal
from .turns.choices import parse


def refuse_message(person: AbstractUser, text: str, choice: str) -> Refusal | None:
    """Say why this message may not be sent; cheap reasons first."""
    if not text.strip():
        return EMPTY
    if len(text) > settings.MESSAGE_LIMIT_CHARACTERS:
        limit = f"{settings.MESSAGE_LIMIT_CHARACTERS:,}"
        return Refusal("too_long", f"This is {len(text):,} characters long; {limit} is the limit.")
    return refuse_choice(person, choice) or _refuse_flood(person)


def refuse_choice(person: AbstractUser, choice: str) -> Refusal | None:
    """Say why this tool choice cannot be made: it is none, or names a tool that is not offered."""
    try:
        wanted = parse(choice)
    except ValueError:
        return NO_SUCH_TOOL
    if wanted.mode == "tool" and wanted.name not in {
        tool.name for tool in Toolbox.for_person(person).offered
    }:
        return NO_SUCH_TOOL
    return None


def _refuse_flood(person: AbstractUser) -> Refusal | None:
    limits = Allowance.limits_of(person.pk)
    waiting = Turn.objects.filter(conversation__person=person.pk, state=Turn.State.QUEUED).count()
    if waiting >= limits.queued:
        return Refusal(
            "too_many_queued", f"{waiting} messages wait already. Let one finish, or take one back."
        )
    if Turn.sent_since(person.pk, timezone.now() - timedelta(minutes=1)) >= limits.per_minute:
        return Refusal("too_fast", f"More than {limits.per_minute} messages a minute. Wait a little.")
    return None
