"""One question until the assistant stops: the unit of work."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.utils import timezone

from .change import Change, change
from .conversation import Conversation
from .path import last_before

if TYPE_CHECKING:
    from datetime import datetime

    from .message import Message

LEASE = timedelta(seconds=15)


class Turn(models.Model):
    """`attempt` counts claims; `ending` is a code and `detail` a sentence for why it ended as it did."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        COMPLETED = "completed", "Completed"
        INCOMPLETE = "incomplete", "Cut short"
        FAILED = "failed", "Failed"
        STOPPED = "stopped", "Stopped"
        INTERRUPTED = "interrupted", "Interrupted"
        WITHDRAWN = "withdrawn", "Taken back"

    OPEN = (State.QUEUED, State.RUNNING)

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="turns")
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="children")
    client_id = models.UUIDField()
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    ending = models.CharField(max_length=32, blank=True)
    detail = models.TextField(blank=True)
    tool_choice = models.CharField(max_length=80, default="auto")
    seq = models.PositiveBigIntegerField()
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)
    stop_requested_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "client_id"], name="one_turn_per_client_id")
        ]
        indexes = [
            models.Index(fields=["conversation", "seq"]),
            models.Index(
                fields=["state", "lease_until"],
                condition=models.Q(state__in=["queued", "running"]),
                name="open_turns",
            ),
        ]

    # Set by `live.window` for whoever shows a turn.
    question: Message | None
    replies: list[Message]
    place: int
    places: int
    previous_id: int | None
    next_id: int | None

    def __str__(self) -> str:
        return f"turn {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    def claim(self, owner: str) -> bool:
        """Take a queued turn to run it; refused while another turn of the conversation runs or came first."""
        now = timezone.now()
        with change(self.conversation_id) as it:
            ahead = Turn.objects.filter(
                conversation=self.conversation_id, pk__lt=self.pk, state__in=self.OPEN
            )
            running = Turn.objects.filter(conversation=self.conversation_id, state=self.State.RUNNING)
            it.only_if(not (ahead | running).exists())
            it.only_if(
                Turn.objects.filter(pk=self.pk, state=self.State.QUEUED).update(
                    state=self.State.RUNNING,
                    attempt=models.F("attempt") + 1,
                    lease_owner=owner,
                    lease_until=now + LEASE,
                    started_at=now,
                    seq=it.seq,
                )
            )
            self.conversation.list_again()
        return it.happened

    def fence(self, it: Change, **fields: object) -> None:
        """Let a runner's change through only while the turn is still its own; renews the lease on the way."""
        mine = Turn.objects.filter(pk=self.pk, state=self.State.RUNNING, attempt=self.attempt)
        it.only_if(mine.update(lease_until=timezone.now() + LEASE, **fields))

    def renew(self) -> bool:
        """Renew the lease without news; says whether the turn is still this attempt's."""
        mine = Turn.objects.filter(pk=self.pk, state=self.State.RUNNING, attempt=self.attempt)
        return bool(mine.update(lease_until=timezone.now() + LEASE))

    def request_stop(self) -> bool:
        """Ask for an end: a queued turn is stopped at once, a running one by its runner."""
        now = timezone.now()
        with change(self.conversation_id) as it:
            running = Turn.objects.filter(pk=self.pk, state=self.State.RUNNING, stop_requested_at=None)
            queued = Turn.objects.filter(pk=self.pk, state=self.State.QUEUED)
            ended = {
                "state": self.State.STOPPED,
                "ending": "stopped",
                "detail": "You stopped it before it began.",
            }
            it.only_if(
                running.update(stop_requested_at=now, seq=it.seq)
                or queued.update(**ended, stop_requested_at=now, ended_at=now, seq=it.seq)
            )
        return it.happened

    def withdraw(self) -> bool:
        """Take a queued turn back as if it had not been sent; what was queued behind it moves up."""
        with change(self.conversation_id) as it:
            queued = Turn.objects.filter(pk=self.pk, state=self.State.QUEUED)
            it.only_if(queued.update(state=self.State.WITHDRAWN, ended_at=timezone.now(), seq=it.seq))
            self.refresh_from_db(fields=["parent"])  # the one before it may have been taken back meanwhile
            before = last_before(self)
            Turn.objects.filter(parent=self.pk).update(parent=before, seq=it.seq)
            conversation = Conversation.objects.filter(pk=self.conversation_id)
            conversation.filter(head=self.pk).update(head=before)
            if before != self.parent_id:  # it was asked beside others, which are shown again
                conversation.update(head_seq=it.seq)
        return it.happened

    @classmethod
    def running_of(cls, person_id: int) -> int:
        return cls.objects.filter(conversation__person=person_id, state=cls.State.RUNNING).count()

    @classmethod
    def next_queued(cls, conversation_id: UUID) -> Turn | None:
        return cls.objects.filter(conversation=conversation_id, state=cls.State.QUEUED).order_by("pk").first()

    @classmethod
    def sent_since(cls, person_id: int, moment: datetime) -> int:
        return cls.objects.filter(conversation__person=person_id, created_at__gte=moment).count()


def seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    """Return the seconds from one clock time to another, None where either has not come."""
    return (end - start).total_seconds() if start and end else None
