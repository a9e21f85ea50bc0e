"""One tool call, from its first letter to what the model was told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils import timezone

from .composed import Insert, Rows, Update, Values, given
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
        WAITING = "waiting", "Waiting for approval"
        DECLINED = "declined", "Declined"
        EXPIRED = "expired", "Expired"
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"
        TIMED_OUT = "timed_out", "Timed out"
        STOPPED = "stopped", "Stopped"
        INTERRUPTED = "interrupted", "Interrupted"

    OPEN = (State.STREAMING, State.CHECKING, State.WAITING, State.QUEUED, State.RUNNING)

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
    pictures = models.PositiveSmallIntegerField(default=0)  # how many are kept beside the result
    progress = models.JSONField(null=True)  # {"done", "total", "message"} as its tool told last
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
        return bool(_WRITE_OPEN({"state": to, "seq": seq, **facts}, call=self.pk))

    def begin(self, seq: int) -> bool:
        """Start running: at most once, whoever asks."""
        begun = {"state": self.State.RUNNING, "started_at": timezone.now(), "seq": seq}
        return bool(_BEGIN(begun, call=self.pk))

    @classmethod
    def make(cls, **facts: Any) -> ToolCall:
        return _INSERT(cls(**facts))

    @classmethod
    def of_messages(cls, message_ids: Sequence[int]) -> list[ToolCall]:
        """Load calls with who was asked about them and decided."""
        return _OF_MESSAGES(messages=list(message_ids))

    @classmethod
    def of_turns(cls, turn_ids: Sequence[int]) -> list[ToolCall]:
        return _OF_TURNS(turns=list(turn_ids))

    @classmethod
    def open_of(cls, turn_id: int) -> list[ToolCall]:
        return _OPEN_OF(turn=turn_id)

    @classmethod
    def last_of(cls, turn_id: int) -> list[ToolCall]:
        """Load the calls of the last reply of a turn that has any, in their order."""
        message_id = next(iter(_LAST_WITH_CALLS.column(turn=turn_id)), None)
        return _OF_MESSAGE(message=message_id)

    @classmethod
    def being_written(cls, message_id: int) -> list[ToolCall]:
        return _BEING_WRITTEN(message=message_id)

    @classmethod
    def begun_in(cls, turn_id: int) -> list[str]:
        """Name the tool of each call of a turn that has run, or runs."""
        return _BEGUN_IN.column(turn=turn_id)


_INSERT = Insert(ToolCall)
_OF_MESSAGES = Rows(
    lambda: ToolCall.objects.select_related("approval__decided_by").filter(
        message__pk__in=[given("messages")]
    )
)
_LAST_WITH_CALLS = Values(
    lambda: (
        ToolCall.objects.filter(message__turn__pk=given("turn"))
        .order_by("-message_id")
        .values_list("message_id")[:1]
    )
)
_OF_MESSAGE = Rows(lambda: ToolCall.objects.filter(message__pk=given("message")).order_by("position"))
_OF_TURNS = Rows(lambda: ToolCall.objects.filter(message__turn__pk__in=[given("turns")]))
_OPEN_OF = Rows(lambda: ToolCall.objects.filter(message__turn__pk=given("turn"), state__in=ToolCall.OPEN))
_BEING_WRITTEN = Rows(
    lambda: ToolCall.objects.filter(message__pk=given("message"), state=ToolCall.State.STREAMING)
)
_BEGUN_IN = Values(
    lambda: ToolCall.objects.filter(message__turn__pk=given("turn"), started_at__isnull=False).values_list(
        "name"
    )
)
_WRITE_OPEN = Update(lambda: ToolCall.objects.filter(pk=given("call"), state__in=ToolCall.OPEN))
_BEGIN = Update(
    lambda: ToolCall.objects.filter(pk=given("call"), state=ToolCall.State.QUEUED, started_at=None)
)
