"""One question until the assistant stops: the unit of work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from .change import Change, change
from .composed import Insert, Update, given
from .conversation import Conversation
from .lookup import count_of, is_in_the_way_of, turn_of
from .path import last_before

if TYPE_CHECKING:
    from .message import Message

LEASE = timedelta(seconds=10)  # and a sweep later a dead process' turns go on elsewhere


class LeaseEnd(Now):
    """When a lease ends that begins now: by hand, for Django has SQLite call Python with each such write."""

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # Rows are sought by this text, and Python writes no fraction where that is 0: so it never is.
        end = f"STRFTIME('%%%%Y-%%%%m-%%%%d %%%%H:%%%%M:%%%%f001', 'NOW', '+{LEASE.seconds} seconds')"
        return self.as_sql(compiler, connection, template=end, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        end = f"(STATEMENT_TIMESTAMP() + INTERVAL '{LEASE.seconds} seconds')"
        return self.as_sql(compiler, connection, template=end, **context)


@dataclass(frozen=True, slots=True)
class Census:
    """How many turns are in each open state (one without any may lack), and how long the first has waited."""

    counts: dict[str, int]
    oldest_queued_seconds: float


class Turn(models.Model):
    """`attempt` counts claims; `ending` is a code and `detail` a sentence for why it ended as it did.

    Leases are set and compared by the database's clock. A running turn without one was handed over, which
    `handed_over` counts: nobody runs it, and whoever can goes on with it.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        WAITING = "waiting", "Waiting for approval"
        COMPLETED = "completed", "Completed"
        INCOMPLETE = "incomplete", "Cut short"
        FAILED = "failed", "Failed"
        STOPPED = "stopped", "Stopped"
        INTERRUPTED = "interrupted", "Interrupted"
        WITHDRAWN = "withdrawn", "Taken back"

    OPEN = (State.QUEUED, State.RUNNING, State.WAITING)
    BUSY = (State.RUNNING, State.WAITING)  # nothing else of the conversation may begin

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="turns")
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="children")
    client_id = models.UUIDField()
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    ending = models.CharField(max_length=32, blank=True)
    detail = models.TextField(blank=True)
    tool_choice = models.CharField(max_length=80, default="auto")
    seq = models.PositiveBigIntegerField()
    attempt = models.PositiveSmallIntegerField(default=0)
    handed_over = models.PositiveSmallIntegerField(default=0)
    parked = models.PositiveSmallIntegerField(default=0)
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
                condition=models.Q(state__in=["queued", "running", "waiting"]),
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

    @property
    def interruptions(self) -> int:
        """How often it was begun and left without a word; being handed over or parked is none."""
        return self.attempt - self.handed_over - self.parked

    @property
    def beginnings(self) -> int:
        """How often it was begun anew; going on after a decision is none."""
        return self.attempt - self.parked

    def claim(self, owner: str, *, at_most: int) -> Turn | None:
        """Take a queued turn to run it; returns its row as this owner's.

        Refused while another turn of the conversation runs or came first, or `at_most` of the person's run.
        """
        with change(self.conversation_id) as it:
            it.only_if(not is_in_the_way_of(self))
            # This locks the person's shelf: claims in their other conversations wait, then count this one.
            self.conversation.list_again()
            it.only_if(count_of(self.conversation.person_id, self.State.RUNNING) < at_most)
            begun = {
                "state": self.State.RUNNING,
                "started_at": self.started_at or timezone.now(),
                "seq": it.seq,
                "lease_owner": owner,
            }
            it.only_if(_CLAIM(begun, turn=self.pk))
            return turn_of(self.pk)  # before the commit: after it the turn may have become another's
        return None

    def take_over(self, it: Change, owner: str) -> None:
        """Let a change through, and make the turn this owner's, only if nobody has touched its lease."""
        self.seize(it, **_lease_of(owner))

    def seize(self, it: Change, **fields: Any) -> None:
        """Let a change through only while the lease is as this row was read with: not taken, not renewed."""
        as_read = Turn.objects.filter(
            pk=self.pk,
            state=self.State.RUNNING,
            attempt=self.attempt,
            lease_owner=self.lease_owner,
            lease_until=self.lease_until,
        )
        it.only_if(as_read.update(**{"seq": it.seq, **fields}))

    def fence(self, it: Change, **fields: Any) -> None:
        """Let a runner's change through only while the turn is still its own; renews the lease on the way."""
        it.only_if((_LEAVE if "lease_until" in fields else _RENEW)(fields, **self._as_mine()))

    def renew(self) -> bool:
        """Renew the lease without news; says whether the turn is still this attempt's of this owner."""
        return bool(_RENEW({}, **self._as_mine()))

    def request_stop(self) -> bool:
        """Ask for an end: a turn that never began is stopped at once, a running one by its runner."""
        now = timezone.now()
        with change(self.conversation_id) as it:
            running = Turn.objects.filter(pk=self.pk, state=self.State.RUNNING, stop_requested_at=None)
            queued = Turn.objects.filter(pk=self.pk, state=self.State.QUEUED, attempt=0)
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

    def withdraw(self, it: Change) -> None:
        """Let a change through that takes a queued turn back; what was queued behind it moves up."""
        queued = Turn.objects.filter(pk=self.pk, state=self.State.QUEUED, attempt=0)
        it.only_if(queued.update(state=self.State.WITHDRAWN, ended_at=timezone.now(), seq=it.seq))
        self.refresh_from_db(fields=["parent"])  # the one before it may have been taken back meanwhile
        before = last_before(self)
        Turn.objects.filter(parent=self.pk).update(parent=before, seq=it.seq)
        conversation = Conversation.objects.filter(pk=self.conversation_id)
        conversation.filter(head=self.pk).update(head=before)
        if before != self.parent_id:  # it was asked beside others, which are shown again
            conversation.update(head_seq=it.seq)

    @classmethod
    def census(cls) -> Census:
        """Count the open turns of everybody: two queries, both along an index that has none but them."""
        rows = cls.objects.filter(state__in=cls.OPEN).order_by().values_list("state")
        counts = dict(rows.annotate(count=models.Count("pk")))
        queued = cls.objects.filter(state=cls.State.QUEUED)
        oldest = queued.aggregate(oldest=models.Min("created_at"))["oldest"]
        age = (timezone.now() - oldest).total_seconds() if oldest else 0.0
        return Census(counts, max(age, 0.0))

    @classmethod
    def make(cls, **facts: Any) -> Turn:
        return _INSERT(cls(**facts))

    def _as_mine(self) -> dict[str, Any]:
        # A turn that is given back keeps its attempt until it is taken: only the owner tells that it is gone.
        return {"turn": self.pk, "attempt": self.attempt, "owner": self.lease_owner}


def _lease_of(owner: str) -> dict[str, Any]:
    """Return what a row becomes that an owner begins to run."""
    return {
        "attempt": models.F("attempt") + 1,
        "lease_owner": owner,
        "lease_until": LeaseEnd(),
    }


def _one() -> models.QuerySet[Turn]:
    return Turn.objects.filter(pk=given("turn"))


def _mine() -> models.QuerySet[Turn]:
    return _one().filter(state=Turn.State.RUNNING, attempt=given("attempt"), lease_owner=given("owner"))


_INSERT = Insert(Turn)
_CLAIM = Update(
    lambda: _one().filter(state=Turn.State.QUEUED), attempt=models.F("attempt") + 1, lease_until=LeaseEnd()
)
_RENEW = Update(_mine, lease_until=LeaseEnd())
_LEAVE = Update(_mine)
