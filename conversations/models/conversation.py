"""A person's thread."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone

from .change import change
from .composed import Given, Rows, Update, Values, given
from .shelf import Shelf

if TYPE_CHECKING:
    from .turn import Turn

TITLE_LENGTH = 120


class Conversation(models.Model):
    """Owns `seq`; `head` ends the branch that is shown, `head_seq` says when another branch was chosen."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conversations"
    )
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    head = models.ForeignKey("Turn", on_delete=models.SET_NULL, null=True, related_name="+")
    seq = models.PositiveBigIntegerField(default=0)
    head_seq = models.PositiveBigIntegerField(default=0)
    listed_seq = models.PositiveBigIntegerField(default=0)
    tools_off = models.JSONField(default=list, blank=True)  # names that are switched off here
    created_at = models.DateTimeField(default=timezone.now)
    active_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-active_at"]
        indexes = [
            models.Index(fields=["person", "-active_at"]),
            models.Index(fields=["person", "listed_seq"]),
        ]
        permissions = [("view_unmasked", "Can see tokens and card numbers unmasked")]

    is_running: bool = False  # both set by `listed`
    is_asking: bool = False

    def __str__(self) -> str:
        return self.title or "New conversation"

    @classmethod
    def listed(cls, person_id: int | Given) -> models.QuerySet[Conversation]:
        """Return the conversations in a person's list with what it shows of them.

        One in which nothing was asked, but a tool switched off, is not in the list, nor is a text of an
        extraction, which has a page of its own.
        """
        return cls._entries(person_id).filter(head__isnull=False, deleted_at=None)

    @classmethod
    def _entries(cls, person_id: int | Given) -> models.QuerySet[Conversation]:
        """Return those in the list and those that were, so that their entries can be taken away."""
        from .turn import Turn

        running = Turn.objects.filter(conversation=models.OuterRef("pk"), state=Turn.State.RUNNING)
        asking = Turn.objects.filter(conversation=models.OuterRef("pk"), state=Turn.State.WAITING)
        of_person = cls.objects.filter(person=person_id, extracted=None)
        return of_person.annotate(is_running=models.Exists(running), is_asking=models.Exists(asking))

    @classmethod
    def find(cls, conversation_id: UUID) -> Conversation | None:
        return _ROW.first(conversation=conversation_id)

    @classmethod
    def listed_since(cls, person_id: int, seq: int) -> list[Conversation]:
        """Return those whose entries in the list changed or went after `seq`, the last one used last."""
        return _LISTED(person=person_id, since=seq)

    @property
    def is_listed(self) -> bool:
        return self.head_id is not None and self.deleted_at is None

    @property
    def state(self) -> str:
        return "waiting" if self.is_asking else "running" if self.is_running else "idle"

    def list_again(self, **fields: object) -> None:
        """Put the conversation's entry in its person's list anew; call it inside a change."""
        _WRITE({**fields, "listed_seq": Shelf.touch(self.person_id)}, conversation=self.pk)

    def rename(self, title: str) -> bool:
        with change(self.pk) as it:
            it.only_if(Conversation.objects.filter(pk=self.pk, deleted_at=None).update(title=title))
            self.list_again()
        return it.happened

    @classmethod
    def off_in(cls, conversation_id: UUID) -> list[str]:
        """Name the tools that are switched off in a conversation, which may be yet to begin."""
        return next(iter(_OFF.column(conversation=conversation_id)), [])

    def switch_tool(self, name: str, *, on: bool) -> bool:
        """Switch a tool on or off in this conversation, for all its pages."""
        with change(self.pk) as it:
            self.refresh_from_db(fields=["tools_off"])
            it.only_if((name in self.tools_off) == on)
            off = [other for other in self.tools_off if other != name] if on else [*self.tools_off, name]
            Conversation.objects.filter(pk=self.pk).update(tools_off=off)
            Shelf.touch(self.person_id, tools=True)
        return it.happened

    def delete_for_person(self) -> bool:
        """Take the conversation off the person's list; staff still see it."""
        with change(self.pk) as it:
            gone = Conversation.objects.filter(pk=self.pk, deleted_at=None)
            it.only_if(gone.update(deleted_at=timezone.now()))
            self.list_again()
        return it.happened

    def show_branch(self, turn: Turn) -> bool:
        """Show the branch that `turn` lies on, as far down as it was last taken."""
        from .path import last_below

        with change(self.pk) as it:
            turn.refresh_from_db(fields=["state"])
            it.only_if(turn.state != turn.State.WITHDRAWN)
            shown = Conversation.objects.filter(pk=self.pk)
            it.only_if(shown.update(head_id=last_below(turn), head_seq=it.seq))
        return it.happened


def _one() -> models.QuerySet[Conversation]:
    return Conversation.objects.filter(pk=given("conversation", Conversation._meta.pk))


_ROW = Rows(_one)
_OFF = Values(lambda: _one().values_list("tools_off"))
_WRITE = Update(_one)
_LISTED = Rows(
    lambda: Conversation._entries(given("person")).filter(listed_seq__gt=given("since")).order_by("active_at")
)
