"""What becomes of replies and calls that a turn leaves open: ended with it, or kept for its next runner."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from tools.problems import Problem
from tools.registry import registry

from ..models import Approval, Message, ToolCall, Turn
from .toolboxes import wanted_by

UNKNOWN = Problem("interrupted", "The call was interrupted. Whether it took effect is not known.")
NEVER_ALLOWED = "The turn ended while the call waited to be allowed, so it never ran."
CUT_OFF = {"error_code": "cut_off", "error_message": "The call was cut off while it was being written."}
# Past every rev that can have been sent: pages take what is stored for whatever they saw of the flow.
LAST_REV = 2**31 - 1


@dataclass(frozen=True, slots=True)
class End:
    """How a turn ends: its state, the name and the sentence, and what its open replies and calls become."""

    state: str
    code: str
    detail: str
    reply_state: str
    call_state: str
    problem: Problem

    def fields(self) -> dict[str, Any]:
        """Return what the turn's own row becomes."""
        return {
            "state": self.state,
            "ending": self.code,
            "detail": self.detail,
            "ended_at": timezone.now(),
        }


STOPPED = End(
    Turn.State.STOPPED,
    "stopped",
    "You stopped it.",
    reply_state=Message.State.STOPPED,
    call_state=ToolCall.State.STOPPED,
    problem=Problem("stopped", "The call was stopped by the person before it gave an answer."),
)


def end(turn: Turn, seq: int, ending: End) -> None:
    """Give every open reply and call of a turn its end, and every such call its answer for the model."""
    _end_replies(turn, seq, ending.reply_state)
    calls = ToolCall.open_of(turn.pk)
    for call in calls:
        problem = ending.problem
        if call.state == ToolCall.State.WAITING:  # of these alone it is sure that they did nothing
            problem = replace(problem, message=NEVER_ALLOWED)
        call.move(seq, ending.call_state, ended_at=timezone.now(), **problem.fields())
    Approval.end([call.pk for call in calls])
    turn.conversation.list_again(active_at=timezone.now())


def keep(turn: Turn, seq: int) -> None:
    """Make what a runner left open ready for the next one.

    Half a reply is interrupted. A call that never began stays open; one that ran has an unknown outcome,
    unless its tool is safe to repeat: then it waits to begin anew.
    """
    _end_replies(turn, seq, Message.State.INTERRUPTED)
    for call in ToolCall.open_of(turn.pk):
        if call.state == ToolCall.State.STREAMING:
            call.move(seq, ToolCall.State.INTERRUPTED, ended_at=timezone.now(), **CUT_OFF)
        elif call.state == ToolCall.State.RUNNING and _is_safe_to_repeat(turn, call):
            call.move(seq, ToolCall.State.QUEUED, started_at=None)
        elif call.state == ToolCall.State.RUNNING:
            call.move(seq, ToolCall.State.INTERRUPTED, ended_at=timezone.now(), **UNKNOWN.fields())


def _end_replies(turn: Turn, seq: int, state: str) -> None:
    for message in Message.open_of(turn.pk):
        message.end(seq, state=state, rev=LAST_REV)


def _is_safe_to_repeat(turn: Turn, call: ToolCall) -> bool:
    wanted = wanted_by(turn)
    tool = wanted.tool if wanted else registry.find(call.name)
    return tool is not None and tool.safe_to_repeat
