"""One bubble: the person's question, or one reply of the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from .composed import Insert, Rows, Update, given
from .conversation import Conversation
from .turn import Turn

if TYPE_CHECKING:
    from datetime import datetime

    from .toolcall import ToolCall


def count_of(usage: Mapping[str, Any], name: str) -> int:
    """Return one count of a reply's usage, 0 for what is none: old rows hold whatever servers said."""
    count = usage.get(name)
    return count if isinstance(count, int) else 0


class Message(models.Model):
    """A model reply is also the record of one model call: what was offered and used, and how it ended.

    `rev` counts the frames of streaming text within `attempt`, and is 0 until the end; checkpoints move
    neither it nor `seq`.
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
    left_out = models.JSONField(default=list, blank=True)  # {"name", "code", "reason"} of tools not sent
    routing = models.JSONField(default=dict, blank=True)  # how those sent were chosen, {} where all were sent
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
    nth: int

    def __str__(self) -> str:
        return f"{self.role} message {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def tokens(self) -> int:
        """All that the model call used, 0 where no server said."""
        return count_of(self.usage, "total_tokens")

    @property
    def tokens_in(self) -> int:
        return count_of(self.usage, "prompt_tokens")

    @property
    def tokens_out(self) -> int:
        return count_of(self.usage, "completion_tokens")

    def end(self, seq: int, **facts: Any) -> bool:
        """Settle an open reply, once; call it inside a change."""
        return bool(_WRITE_OPEN({"ended_at": timezone.now(), "seq": seq, **facts}, message=self.pk))

    def begin(self, seq: int, came_at: datetime) -> bool:
        """Note when the first word came; call it inside a change."""
        begun = {"state": self.State.STREAMING, "first_token_at": came_at, "seq": seq}
        return bool(_BEGIN(begun, message=self.pk))

    @classmethod
    def make(cls, **facts: Any) -> Message:
        return _INSERT(cls(**facts))

    @classmethod
    def of_turns(cls, turn_ids: Sequence[int]) -> list[Message]:
        return _OF_TURNS(turns=list(turn_ids))

    @classmethod
    def with_turns(cls, turn_ids: Sequence[int]) -> list[Message]:
        """Load messages with their turns, turn by turn."""
        return _WITH_TURNS(turns=list(turn_ids))

    @classmethod
    def open_of(cls, turn_id: int) -> list[Message]:
        return _OPEN_OF(turn=turn_id)


_INSERT = Insert(Message)
_OF_TURNS = Rows(lambda: Message.objects.filter(turn__pk__in=[given("turns")]).order_by("pk"))
_WITH_TURNS = Rows(
    lambda: (
        Message.objects.filter(turn__pk__in=[given("turns")]).select_related("turn").order_by("turn_id", "pk")
    )
)
_OPEN_OF = Rows(lambda: Message.objects.filter(turn__pk=given("turn"), state__in=Message.OPEN))
_WRITE_OPEN = Update(lambda: Message.objects.filter(pk=given("message"), state__in=Message.OPEN))
_BEGIN = Update(lambda: Message.objects.filter(pk=given("message"), state=Message.State.WAITING))
