"""What a person may do about extractions; every door calls these. All are sync."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone

from .. import actions, stopping
from ..models import Conversation, Message, Shelf, Turn
from ..refusals import EMPTY, NO_SUCH_TOOL, NOT_FOUND, TOO_LATE, Refusal
from ..text import clean, one_line
from .definitions import PREFIX, Definition, definition_of, definitions
from .models import NAME_LENGTH, Extraction, SavedSchema, Text

MOST_TEXTS = 100
MOST_SAVED = 50  # all of them are in every menu
BUSY = Refusal("busy", "Another extraction of yours is still under way. Wait for its end, or stop it.")
NAMESAKE = Refusal("name_taken", "There is a definition of this name. Choose another, or delete it first.")
Named = tuple[str, str]  # a text's name, "" where it has none, and the text


def save(
    person: AbstractUser, name: str, schema: dict[str, Any], *, listed: bool = True
) -> Definition | Refusal:
    """Keep a definition for the person; one that is not `listed` is for a single extraction.

    The same sent twice is kept once.
    """
    from .schemas import fault_of  # with what checks schemas, which takes long to import

    name = one_line(name)[:NAME_LENGTH]
    if not name:
        return Refusal("no_name", "Give it a name.")
    if fault := fault_of(schema):
        return Refusal("bad_schema", fault)
    written = json.dumps(schema)
    with transaction.atomic():
        Shelf.touch(person.pk, tools=listed)  # locks it, and has menus in other tabs brought up to date
        if listed and (found := _namesake(person, name)) is not None:
            return found if json.dumps(found.schema) == written else NAMESAKE
        if listed and SavedSchema.of(person.pk).count() >= MOST_SAVED:
            return Refusal("too_many", f"You have {MOST_SAVED} definitions. Delete one first.")
        saved = SavedSchema.objects.create(
            person_id=person.pk, name=name, written=written, deleted_at=None if listed else timezone.now()
        )
    return Definition(str(saved.pk), saved.name, saved.schema)


def forget(person: AbstractUser, key: str) -> Refusal | None:
    """Take a definition off the person's list; what was extracted by it stays."""
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return NOT_FOUND
    if not SavedSchema.of(person.pk).filter(pk=int(key)).update(deleted_at=timezone.now()):
        return NOT_FOUND
    Shelf.touch(person.pk, tools=True)
    return None


def begin(person: AbstractUser, choice: str, texts: Sequence[Named]) -> Extraction | Refusal:
    """Queue each text as the first turn of a conversation of its own; all of them, or none.

    The same sent twice, by a button pressed twice say, is begun once.
    """
    wanted = definition_of(person.pk, choice)
    if wanted is None:
        return NO_SUCH_TOOL
    cleaned = [(one_line(name)[:200], clean(text)) for name, text in texts if text.strip()]
    if refusal := _refuse_texts(cleaned):
        return refusal
    with transaction.atomic():
        Shelf.touch(person.pk)  # locks it: of two that come at the same moment one sees the other
        if under_way := _under_way(person):
            return under_way if _is_the_same(under_way, wanted, cleaned) else BUSY
        return _begun(person, wanted, cleaned)


def stop(person: AbstractUser, extraction_id: UUID) -> Refusal | None:
    """Stop all that is under way of an extraction; what is extracted stays."""
    extraction = Extraction.of(person.pk).filter(pk=extraction_id).first()
    if extraction is None:
        return NOT_FOUND
    any_was_open = stopping.stop_all(extraction.turns.filter(state__in=Turn.OPEN))
    Shelf.touch(person.pk)  # for pages that show it: what had not begun ends without a word of its own
    return None if any_was_open else TOO_LATE


def delete(person: AbstractUser, extraction_id: UUID) -> Refusal | None:
    """Take an extraction and its conversations away from the person; what runs of it is stopped."""
    gone = Extraction.of(person.pk).filter(pk=extraction_id)
    if not gone.update(deleted_at=timezone.now()):
        return NOT_FOUND
    texts = Text.objects.filter(extraction=extraction_id).order_by("-place")
    for conversation in texts.values_list("conversation", flat=True):
        actions.delete(person, conversation)
    return None


def _namesake(person: AbstractUser, name: str) -> Definition | None:
    return next((each for each in definitions(person.pk) if each.name.casefold() == name.casefold()), None)


def _refuse_texts(texts: Sequence[Named]) -> Refusal | None:
    if not texts:
        return EMPTY
    if len(texts) > MOST_TEXTS:
        return Refusal("too_many", f"These are {len(texts):,} texts; {MOST_TEXTS} at once is the limit.")
    limit = settings.MESSAGE_LIMIT_CHARACTERS
    for place, (name, text) in enumerate(texts, 1):
        if len(text) > limit:
            which = name or f"Text {place}"
            return Refusal("too_long", f"{which} is {len(text):,} characters long; {limit:,} is the limit.")
    return None


def _under_way(person: AbstractUser) -> Extraction | None:
    tries = Turn.objects.filter(state__in=Turn.OPEN, parent=None, tool_choice__startswith=PREFIX)
    open_ones = tries.filter(conversation__extracted__extraction__person=person.pk)
    return (
        Extraction.of(person.pk)
        .filter(pk__in=open_ones.values("conversation__extracted__extraction"))
        .first()
    )


def _is_the_same(extraction: Extraction, wanted: Definition, texts: Sequence[Named]) -> bool:
    asked = Message.objects.filter(turn__in=extraction.turns, role=Message.Role.USER)
    sent = asked.order_by("turn").values_list("conversation__extracted__name", "text")
    return extraction.key == wanted.key and list(sent) == list(texts)


def _begun(person: AbstractUser, wanted: Definition, texts: Sequence[Named]) -> Extraction:
    extraction = Extraction.objects.create(
        person_id=person.pk, key=wanted.key, name=wanted.name, written=json.dumps(wanted.schema)
    )
    for place, (name, text) in enumerate(texts, 1):
        conversation = Conversation.objects.create(person_id=person.pk)
        Text.objects.create(extraction=extraction, place=place, name=name, conversation=conversation)
        actions.queue(conversation, client_id=uuid.uuid4(), text=text, choice=wanted.choice)
    actions.submit_queued(person)
    return extraction
