"""What a running turn writes down: every write only while the turn is still this runner's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from tools.outcome import Picture
from tools.problems import Problem
from tools.routing.choosing import Routed

from .. import metrics
from ..engine.loop import Ending
from ..engine.values import Call, Reply
from ..models import Approval, CallPicture, Conversation, Exchange, Message, ToolCall, Turn, change
from . import parking, remains
from .approving import Asks, Granted, Verdict
from .lease import Lease, now
from .remains import End

# What is wrong with the call itself; any other problem is a refusal.
INVALID = frozenset({"unknown_tool", "not_json", "not_an_object", "bad_arguments"})
NOT_RUN = Problem("not_run", "The turn ended before this call could be run.")


class LeaseLost(Exception):
    """Another runner has the turn, or it has ended: write nothing more, send nothing more."""


@dataclass(frozen=True, slots=True)
class Wire:
    """What went over the wire for one reply: the request as sent, the response as it came."""

    request: bytes
    response: bytes
    status: int | None
    truncated: bool


class Recorder:
    """Writes the rows of one turn. Every method is one transaction; all are sync.

    `lease` says without asking whether the turn is still this runner's; every write renews it.
    """

    def __init__(self, turn: Turn, lease: Lease | None = None) -> None:
        self.turn = turn
        self.lease = lease or Lease(now())

    def renew(self) -> None:
        """Renew a lease that has run out, LeaseLost where somebody else has taken the turn meanwhile."""
        since = now()
        if self.lease.is_lost or not self.turn.renew():
            self.lease.lose()
            raise LeaseLost
        self.lease.renew(since)

    def open_reply(self, *, tool_choice: str, routed: Routed, shortened: int) -> Message:
        """Put the reply's row there before the model is asked, so that the page shows it thinking."""
        with self._change() as seq:
            return Message.make(
                conversation_id=self.turn.conversation_id,
                turn=self.turn,
                seq=seq,
                attempt=self.turn.attempt,
                role=Message.Role.ASSISTANT,
                state=Message.State.WAITING,
                tool_choice=tool_choice,
                offered=[tool.name for tool in routed.sent],
                left_out=[asdict(left) for left in routed.left_out],
                routing=routed.record,
                shortened=shortened,
            )

    def first_token(self, message: Message, came_at: datetime) -> None:
        with self._change() as seq:
            message.begin(seq, came_at)

    def begin_call(self, message: Message, *, position: int, name: str, source: str) -> ToolCall:
        """Make the row of a call whose first letters have come."""
        with self._change() as seq:
            return ToolCall.make(
                conversation_id=self.turn.conversation_id,
                message=message,
                seq=seq,
                position=position,
                name=name[:200],
                source=source,
            )

    def close_reply(
        self, message: Message, reply: Reply, *, sources: Mapping[str, str], wire: Wire | None, **facts: Any
    ) -> None:
        """Settle a reply with its calls and its exchange."""
        with self._change() as seq:
            message.end(
                seq,
                text=reply.text,
                reasoning=reply.reasoning,
                refusal=reply.refusal,
                finish_reason=reply.finish_reason[:40],
                model=reply.model[:200],
                request_id=reply.request_id[:200],
                usage=reply.usage,
                extras=reply.extras,
                **facts,
            )
            if wire:
                Exchange.keep(
                    message,
                    wire.request,
                    response=wire.response,
                    status=wire.status,
                    truncated=wire.truncated,
                )
            for row in ToolCall.being_written(message.pk) if reply.calls else ():
                call = next(call for call in reply.calls if call.position == row.position)
                row.move(seq, **_written(call), source=sources.get(call.name, ""))

    def judge(self, verdicts: Sequence[tuple[ToolCall, Verdict]]) -> None:
        """Write down which calls may run, with which arguments, which must wait, and why others may not."""
        with self._change() as seq:
            for call, verdict in verdicts:
                match verdict:
                    case Problem(code=code):
                        state = ToolCall.State.INVALID if code in INVALID else ToolCall.State.REFUSED
                        call.move(seq, state, ended_at=timezone.now(), **verdict.fields())
                        continue
                    case Asks(_, fingerprint, gate, proposed):
                        state, call.arguments_run = ToolCall.State.WAITING, verdict.arguments
                        Approval.ask(call, proposed, fingerprint, why=gate.why, groups=gate.groups)
                    case Granted(_, fingerprint, gate, proposed, by):
                        state, call.arguments_run = ToolCall.State.QUEUED, verdict.arguments
                        Approval.ask(call, proposed, fingerprint, why=gate.why, granted_by=by)
                    case _:
                        state, call.arguments_run = ToolCall.State.QUEUED, verdict.arguments
                call.move(seq, state, arguments_run=call.arguments_run, source=call.source)

    def begin(self, call: ToolCall) -> bool:
        """Say that the call starts to run; False where it has been started before."""
        with self._change() as seq:
            return call.begin(seq)

    def progress(self, call: ToolCall, told: Mapping[str, Any]) -> None:
        """Keep how far a running call has come."""
        with self._change() as seq:
            call.move(seq, ToolCall.State.RUNNING, progress=told)

    def end_call(self, call: ToolCall, state: str, *, pictures: Sequence[Picture] = (), **facts: Any) -> None:
        with self._change() as seq:
            if call.move(seq, state, ended_at=timezone.now(), pictures=len(pictures), **facts):
                CallPicture.keep(call, pictures)

    def settle(self, ending: Ending) -> None:
        """End the turn as the loop ended it; complete calls that were never run say so to the model."""
        self._end(
            End(
                ending.state,
                ending.code,
                ending.detail,
                reply_state=Message.State.INTERRUPTED,
                call_state=ToolCall.State.INTERRUPTED,
                problem=NOT_RUN,
            )
        )

    def stop(self) -> None:
        self._end(remains.STOPPED)

    def park(self) -> None:
        """Leave the turn to the people who are asked, in its row; the last decision queues it again."""
        parked = {"state": Turn.State.WAITING, "parked": F("parked") + 1}
        with self._change(lease_owner="", lease_until=None, **parked) as seq:
            self.turn.conversation.list_again()
            parking.go_on(self.turn.pk, seq)  # the last decision may have been quicker
        self.lease.lose()

    def hand_over(self) -> None:
        """Leave the turn to whoever goes on with it: it keeps its text, and nobody waits for its lease."""
        self._give_back(handed_over=F("handed_over") + 1)

    def give_up(self) -> None:
        """Leave the turn to whoever goes on with it, as one interruption more."""
        self._give_back()

    def _give_back(self, **fields: Any) -> None:
        with self._change(lease_owner="", lease_until=None, **fields) as seq:
            remains.keep(self.turn, seq)
        self.lease.lose()

    def _end(self, ending: End) -> None:
        with self._change(**ending.fields()) as seq:
            remains.end(self.turn, seq, ending)
        metrics.ended.labels(ending.state, ending.code).inc()

    @contextmanager
    def _change(self, **turn_fields: Any) -> Iterator[int]:
        if self.lease.is_lost:
            raise LeaseLost
        since = now()
        try:
            with change(self.turn.conversation_id) as it:
                # What is shown of the turn itself is news of its own; a renewed lease is none.
                self.turn.fence(it, **turn_fields, **({"seq": it.seq} if turn_fields else {}))
                yield it.seq
        except Conversation.DoesNotExist as error:
            raise LeaseLost from error
        if not it.happened:
            self.lease.lose()
            raise LeaseLost
        self.lease.renew(since)


def _written(call: Call) -> dict[str, Any]:
    """Return what the row of a call becomes when its reply has ended."""
    moment = timezone.now()
    facts = {
        "name": call.name[:200],
        "provider_id": call.provider_id,
        "arguments_written": call.arguments,
        "extras": call.extras,
    }
    if call.complete:
        return {**facts, "to": ToolCall.State.CHECKING, "written_at": moment}
    return {**facts, **remains.CUT_OFF, "ended_at": moment, "to": ToolCall.State.INTERRUPTED}
