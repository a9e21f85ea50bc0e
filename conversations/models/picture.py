"""The pictures of a call's result, which people see and the model does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.db import models

from .toolcall import ToolCall


class Shown(Protocol):
    """A picture as it comes from a tool."""

    @property
    def kind(self) -> str: ...

    @property
    def content(self) -> bytes: ...


class CallPicture(models.Model):
    """One picture of one call; `kind` is a type that browsers show without running anything in it."""

    call = models.ForeignKey(ToolCall, on_delete=models.CASCADE, related_name="kept_pictures")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=40)
    content = models.BinaryField()

    class Meta:
        ordering = ["call", "position"]
        constraints = [models.UniqueConstraint(fields=["call", "position"], name="one_picture_per_position")]

    def __str__(self) -> str:
        return f"picture {self.position} of call {self.call_id}"

    @classmethod
    def keep(cls, call: ToolCall, pictures: Sequence[Shown]) -> None:
        """Keep the pictures of a call that has ended; call it inside a change."""
        CallPicture.objects.bulk_create(
            CallPicture(call=call, position=position, kind=picture.kind, content=bytes(picture.content))
            for position, picture in enumerate(pictures, start=1)
        )
