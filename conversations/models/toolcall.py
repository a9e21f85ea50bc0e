"""One tool call, from its first letter to what the model was told."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from .conversation import Conversation
from .message import Message


class ToolCall(models.Model):
    """Arguments as written and as run, the outcome, what the model was told, and a clock time for each phase.

    `told` is None where the model was told just what the tool returned.
    """

    class State(models.TextChoices):
        STREAMING = "streaming", "Being written"
        CHECKING = "checking", "Checking"
        INVALID = "invalid", "Invalid"
        REFUSED = "refused", "Refused"
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"
        TIMED_OUT = "timed_out", "Timed out"
        STOPPED = "stopped", "Stopped"
        INTERRUPTED = "interrupted", "Interrupted"

    OPEN = (State.STREAMING, State.CHECKING, State.QUEUED, State.RUNNING)

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="tool_calls")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="tool_calls")
    seq = models.PositiveBigIntegerField()
    position = models.PositiveSmallIntegerField()
    provider_id = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.STREAMING)
    arguments_written = models.TextField(blank=True)
    arguments_run = models.JSONField(null=True)
    extras = models.JSONField(default=dict, blank=True)
    result = models.TextField(blank=True)
    result_format = models.CharField(max_length=4, blank=True)  # "json" or "text"
    told = models.TextField(null=True)
    error_code = models.CharField(max_length=32, blank=True)
    error_message = models.TextField(blank=True)
    first_delta_at = models.DateTimeField(default=timezone.now)
    written_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["message_id", "position"]
        indexes = [models.Index(fields=["conversation", "seq"]), models.Index(fields=["message"])]

    def __str__(self) -> str:
        return f"{self.name} call {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def answer(self) -> str:
        """What the model is told, "" while the call is open."""
        return self.result if self.told is None else self.told

    def move(self, seq: int, to: str, **facts: Any) -> bool:
        """Go from an open state to the next; call it inside a change."""
        still_open = ToolCall.objects.filter(pk=self.pk, state__in=self.OPEN)
        return bool(still_open.update(state=to, seq=seq, **facts))

    def begin(self, seq: int) -> bool:
        """Start running: at most once, whoever asks."""
        ready = ToolCall.objects.filter(pk=self.pk, state=self.State.QUEUED, started_at=None)
        return bool(ready.update(state=self.State.RUNNING, started_at=timezone.now(), seq=seq))
