"""What a running turn writes down: every write only while the turn is still this runner's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from tools.problems import Checked, Problem
from tools.toolbox import Toolbox

from ..engine.loop import Ending
from ..engine.values import Call, Reply
from ..models import Conversation, Exchange, Message, ToolCall, Turn, change

# What is wrong with the call itself; any other problem is a refusal.
INVALID = frozenset({"unknown_tool", "not_json", "not_an_object", "bad_arguments"})
STOPPED = ("stopped", "The call was stopped by the person before it gave an answer.")
INTERRUPTED = ("interrupted", "The call was interrupted. Whether it took effect is not known.")
NOT_RUN = ("not_run", "The turn ended before this call could be run.")
# Past every rev that can have been sent: pages take what is stored for whatever they saw of the flow.
LAST_REV = 2**31 - 1


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
    """Writes the rows of one turn. Every method is one transaction; all are sync."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn

    def open_reply(self, *, tool_choice: str, toolbox: Toolbox, shortened: int) -> Message:
        """Put the reply's row there before the model is asked, so that the page shows it thinking."""
        with self._change() as seq:
            return Message.objects.create(
                conversation_id=self.turn.conversation_id,
                turn=self.turn,
                seq=seq,
                attempt=self.turn.attempt,
                role=Message.Role.ASSISTANT,
                state=Message.State.WAITING,
                tool_choice=tool_choice,
                offered=[tool.name for tool in toolbox.offered],
                left_out=[asdict(left) for left in toolbox.left_out],
                shortened=shortened,
            )

    def first_token(self, message: Message) -> None:
        with self._change() as seq:
            waiting = Message.objects.filter(pk=message.pk, state=Message.State.WAITING)
            waiting.update(state=Message.State.STREAMING, first_token_at=timezone.now(), seq=seq)

    def begin_call(self, message: Message, *, position: int, name: str, source: str) -> ToolCall:
        """Make the row of a call whose first letters have come."""
        with self._change() as seq:
            return ToolCall.objects.create(
                conversation_id=self.turn.conversation_id,
                message=message,
                seq=seq,
                position=position,
                name=name[:200],
                source=source,
            )

    def checkpoint(self, message: Message, *, arguments: Mapping[int, str], **written: Any) -> None:
        """Keep what has streamed so far; no news, so `seq` stays.

        Nor does `rev` move: text taken at some moment is no frame's result, and no frame may build on it.
        """
        with transaction.atomic():
            Message.objects.filter(pk=message.pk, state__in=Message.OPEN).update(**written)
            for call_id, text in arguments.items():
                streaming = ToolCall.objects.filter(pk=call_id, state=ToolCall.State.STREAMING)
                streaming.update(arguments_written=text)

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
            for row in ToolCall.objects.filter(message=message, state=ToolCall.State.STREAMING):
                call = next(call for call in reply.calls if call.position == row.position)
                row.move(seq, **_written(call), source=sources.get(call.name, ""))

    def judge(self, verdicts: Sequence[tuple[ToolCall, Checked | Problem]]) -> None:
        """Write down which calls may run, with which arguments, and why the others may not."""
        with self._change() as seq:
            for call, verdict in verdicts:
                if isinstance(verdict, Checked):
                    call.move(seq, ToolCall.State.QUEUED, arguments_run=verdict.arguments)
                else:
                    state = ToolCall.State.INVALID if verdict.code in INVALID else ToolCall.State.REFUSED
                    call.move(seq, state, ended_at=timezone.now(), **_told(verdict))

    def begin(self, call: ToolCall) -> bool:
        """Say that the call starts to run; False where it has been started before."""
        with self._change() as seq:
            return call.begin(seq)

    def end_call(self, call: ToolCall, state: str, **facts: Any) -> None:
        with self._change() as seq:
            call.move(seq, state, ended_at=timezone.now(), **facts)

    def settle(self, ending: Ending) -> None:
        """End the turn as the loop ended it; complete calls that were never run say so to the model."""
        self._end(ending.state, ending.code, ending.detail, left_over=(ToolCall.State.INTERRUPTED, NOT_RUN))

    def stop(self) -> None:
        left_over = (ToolCall.State.STOPPED, STOPPED)
        self._end(Turn.State.STOPPED, "stopped", "You stopped it.", left_over=left_over)

    def interrupt(self, detail: str) -> None:
        left_over = (ToolCall.State.INTERRUPTED, INTERRUPTED)
        self._end(Turn.State.INTERRUPTED, "interrupted", detail, left_over=left_over)

    def _end(self, state: str, code: str, detail: str, *, left_over: tuple[str, tuple[str, str]]) -> None:
        with self._change(state=state, ending=code, detail=detail, ended_at=timezone.now()) as seq:
            Turn.objects.filter(pk=self.turn.pk).update(seq=seq)
            end_open_rows(self.turn, seq, call_state=left_over[0], reason=left_over[1])
            self.turn.conversation.list_again(active_at=timezone.now())

    @contextmanager
    def _change(self, **turn_fields: Any) -> Iterator[int]:
        try:
            with change(self.turn.conversation_id) as it:
                self.turn.fence(it, **turn_fields)
                yield it.seq
        except Conversation.DoesNotExist as error:
            raise LeaseLost from error
        if not it.happened:
            raise LeaseLost


def end_open_rows(turn: Turn, seq: int, *, call_state: str, reason: tuple[str, str]) -> None:
    """Give every open reply and call of a turn its end, and every such call its answer for the model."""
    code, sentence = reason
    for message in Message.objects.filter(turn=turn, state__in=Message.OPEN):
        state = Message.State.STOPPED if code == "stopped" else Message.State.INTERRUPTED
        message.end(seq, state=state, rev=LAST_REV)
    for call in ToolCall.objects.filter(message__turn=turn, state__in=ToolCall.OPEN):
        call.move(seq, call_state, ended_at=timezone.now(), **_told(Problem(code, sentence)))


def _written(call: Call) -> dict[str, Any]:
    """Return what the row of a call becomes when its reply has ended."""
    now = timezone.now()
    facts = {
        "name": call.name[:200],
        "provider_id": call.provider_id,
        "arguments_written": call.arguments,
        "extras": call.extras,
    }
    if call.complete:
        return {**facts, "to": ToolCall.State.CHECKING, "written_at": now}
    sentence = "The call was cut off while it was being written."
    ended = {"ended_at": now, "error_code": "cut_off", "error_message": sentence}
    return {**facts, **ended, "to": ToolCall.State.INTERRUPTED}


def _told(problem: Problem) -> dict[str, str]:
    return {"told": problem.told(), "error_code": problem.code, "error_message": problem.message}
