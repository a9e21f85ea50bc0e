"""A person's thread."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

from .change import change
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

    is_running: bool = False  # set by `listed`

    def __str__(self) -> str:
        return self.title or "New conversation"

    @classmethod
    def listed(cls, person_id: int) -> models.QuerySet[Conversation]:
        """Return a person's conversations with what their list shows of them, deleted ones too."""
        from .turn import Turn

        running = Turn.objects.filter(conversation=models.OuterRef("pk"), state=Turn.State.RUNNING)
        return cls.objects.filter(person=person_id).annotate(is_running=models.Exists(running))

    @property
    def state(self) -> str:
        return "running" if self.is_running else "idle"

    def list_again(self, **fields: object) -> None:
        """Put the conversation's entry in its person's list anew; call it inside a change."""
        Conversation.objects.filter(pk=self.pk).update(**fields, listed_seq=Shelf.touch(self.person_id))

    def rename(self, title: str) -> bool:
        with change(self.pk) as it:
            it.only_if(Conversation.objects.filter(pk=self.pk, deleted_at=None).update(title=title))
            self.list_again()
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
            shown = Conversation.objects.filter(pk=self.pk)
            it.only_if(shown.update(head_id=last_below(turn), head_seq=it.seq))
        return it.happened
