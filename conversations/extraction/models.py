"""What people want extracted, and which conversations they had it extracted in."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from ..models import Conversation, Turn

NAME_LENGTH = 60
PREFIX = "extract:"  # of a tool choice; a definition's key follows


class Defining(models.Model):
    """Has a JSON Schema, as text: PostgreSQL's JSON forgets the order of properties, which is the table's."""

    name = models.CharField(max_length=NAME_LENGTH)
    written = models.TextField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def schema(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.written)
        return read


class SavedSchema(Defining):
    """What a person defined; it never changes, so that what was extracted by it stays what it is.

    One with `deleted_at` is offered no more; turns that name it still find it.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]

    @classmethod
    def of(cls, person_id: int | None) -> models.QuerySet[SavedSchema]:
        """Return what is offered to a person: not many, for there is a limit to it."""
        return cls.objects.filter(person=person_id, deleted_at=None)


class Extraction(Defining):
    """Texts from which the same was extracted; `key` names the definition, `written` is what it said then.

    One with `deleted_at` is gone for its person; staff still see its conversations.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["person", "-created_at"])]

    @classmethod
    def of(cls, person_id: int) -> models.QuerySet[Extraction]:
        """Return a person's, the latest first."""
        return cls.objects.filter(person=person_id, deleted_at=None)

    @classmethod
    def latest_of(cls, person_id: int) -> models.QuerySet[Extraction]:
        """Return a person's, with how many texts they have and whether one is under way."""
        here = Turn.objects.filter(conversation__extracted__extraction=models.OuterRef("pk"))
        under_way = here.filter(parent=None, tool_choice__startswith=PREFIX, state__in=Turn.OPEN)
        counted = cls.of(person_id).annotate(count=models.Count("texts"), is_open=models.Exists(under_way))
        return counted.order_by("-created_at", "pk")  # a count forgets the order that the model has

    @property
    def turns(self) -> models.QuerySet[Turn]:
        """Return what extracts: each text's first turn, and what was tried again beside it.

        Whatever else is asked in those conversations is no business of the table.
        """
        tries = Turn.objects.filter(parent=None, tool_choice=PREFIX + self.key)
        return tries.filter(conversation__extracted__extraction=self.pk)


class Text(models.Model):
    """One text of an extraction: the first question of a conversation of its own, which is in no list."""

    extraction = models.ForeignKey(Extraction, on_delete=models.CASCADE, related_name="texts")
    place = models.PositiveIntegerField()
    name = models.CharField(max_length=200, blank=True)  # of the file it came from
    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="extracted")

    class Meta:
        ordering = ["place"]

    def __str__(self) -> str:
        return f"text {self.place}"

    @classmethod
    def of(cls, conversation_id: uuid.UUID) -> Text | None:
        """Return the text that a conversation is about, for the way back to its table."""
        there = cls.objects.filter(conversation=conversation_id, extraction__deleted_at=None)
        return there.select_related("extraction").defer("extraction__written").first()
