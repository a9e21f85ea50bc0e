"""One bubble: the person's question, or one reply of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from .conversation import Conversation
from .turn import Turn

if TYPE_CHECKING:
    from .toolcall import ToolCall


class Message(models.Model):
    """A model reply is also the record of one model call: what was offered and used, and how it ended.

    `rev` counts the frames of streaming text within `attempt`; checkpoints move it, and leave `seq`.
    """

    class Role(models.TextChoices):
        USER = "user", "You"
        ASSISTANT = "assistant", "Assistant"

    class State(models.TextChoices):
        WAITING = "waiting", "Thinking"
        STREAMING = "streaming", "Writing"
        COMPLETE = "complete", "Complete"
        FAILED = "failed", "Failed"
        STOPPED = "stopped", "Stopped"
        INTERRUPTED = "interrupted", "Interrupted"

    OPEN = (State.WAITING, State.STREAMING)

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="messages")
    seq = models.PositiveBigIntegerField()
    role = models.CharField(max_length=10, choices=Role)
    state = models.CharField(max_length=12, choices=State, default=State.COMPLETE)
    attempt = models.PositiveSmallIntegerField(default=0)
    rev = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    reasoning = models.TextField(blank=True)
    refusal = models.TextField(blank=True)
    finish_reason = models.CharField(max_length=40, blank=True)
    model = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=200, blank=True)
    usage = models.JSONField(default=dict, blank=True)
    extras = models.JSONField(default=dict, blank=True)
    tool_choice = models.CharField(max_length=80, blank=True)
    offered = models.JSONField(default=list, blank=True)  # names of the tools sent
    left_out = models.JSONField(default=list, blank=True)  # {"name", "code", "reason"} of each tool not sent
    shortened = models.PositiveIntegerField(default=0)  # old tool results cut to fit the context
    error_code = models.CharField(max_length=32, blank=True)
    error_message = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    first_token_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["conversation", "seq"]), models.Index(fields=["turn"])]

    # Set by `live.window` for whoever shows a reply.
    calls: list[ToolCall]
    blocks: list[str]

    def __str__(self) -> str:
        return f"{self.role} message {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    def end(self, seq: int, **facts: Any) -> bool:
        """Settle an open reply, once; call it inside a change."""
        still_open = Message.objects.filter(pk=self.pk, state__in=self.OPEN)
        return bool(still_open.update(ended_at=timezone.now(), seq=seq, **facts))
