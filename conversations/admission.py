"""Whether a message may be sent: what it says, which tool it asks for, and how many came before."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.utils import timezone

from tools.toolbox import Toolbox

from .extraction.definitions import PREFIX, definition_of
from .models import Allowance, Conversation, Turn
from .models.lookup import count_of, sent_since
from .refusals import EMPTY, NO_SUCH_TOOL, Refusal
from .turns.choices import parse


def refuse_message(
    person: AbstractUser, text: str, choice: str, conversation: Conversation | None
) -> Refusal | None:
    """Say why this message may not be sent; cheap reasons first."""
    if not text.strip():
        return EMPTY
    if len(text) > settings.MESSAGE_LIMIT_CHARACTERS:
        limit = f"{settings.MESSAGE_LIMIT_CHARACTERS:,}"
        return Refusal("too_long", f"This is {len(text):,} characters long; {limit} is the limit.")
    return refuse_choice(person, choice, conversation) or _refuse_flood(person)


def refuse_choice(person: AbstractUser, choice: str, conversation: Conversation | None) -> Refusal | None:
    """Say why this tool choice cannot be made: it is none, or names a tool that is not offered."""
    if choice.startswith(PREFIX):
        return None if definition_of(person.pk, choice) else NO_SUCH_TOOL
    try:
        wanted = parse(choice)
    except ValueError:
        return NO_SUCH_TOOL
    if wanted.mode != "tool":
        return None
    toolbox = Toolbox.for_person(person, off_here=conversation.tools_off if conversation else ())
    return None if wanted.name in {tool.name for tool in toolbox.offered} else NO_SUCH_TOOL


def _refuse_flood(person: AbstractUser) -> Refusal | None:
    limits = Allowance.limits_of(person.pk)
    waiting = count_of(person.pk, Turn.State.QUEUED)
    if waiting >= limits.queued and (waiting := _messages(person, state=Turn.State.QUEUED)) >= limits.queued:
        return Refusal(
            "too_many_queued", f"{waiting} messages wait already. Let one finish, or take one back."
        )
    now = timezone.now()
    # Without an end, what was sent before the clock was set back would count for as long as that.
    minute = (now - timedelta(minutes=1), now)
    sent = sent_since(person.pk, minute[0])
    if sent >= limits.per_minute and _messages(person, created_at__range=minute) >= limits.per_minute:
        return Refusal("too_fast", f"More than {limits.per_minute} messages a minute. Wait a little.")
    return None


def _messages(person: AbstractUser, **which: object) -> int:
    """Count turns but for the texts of extractions; asked only where all together are too many."""
    return Turn.objects.filter(conversation__person=person.pk, conversation__extracted=None, **which).count()
