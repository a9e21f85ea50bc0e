"""How the calls of one reply are carried out: side by side, each to its own end."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from tools.context import ToolContext
from tools.defaults import limits_of
from tools.definition import Tool
from tools.execution import run
from tools.outcome import Outcome
from tools.problems import Problem

from .. import metrics
from ..database import in_database
from ..models import Approval, Grant, ToolCall
from .approving import Asks, Verdict, verdict_on
from .progress import Progress
from .recorder import Recorder
from .toolboxes import look_up, toolbox_of


@dataclass(frozen=True, slots=True)
class Ready:
    """A call that may run now; `edited` says that a person changed what the model wrote."""

    call: ToolCall
    tool: Tool
    arguments: dict[str, Any]
    edited: bool


async def carry_out(recorder: Recorder, calls: list[ToolCall]) -> None:
    """Check every call against what its person may use right now, then run those that may."""
    ready = await in_database(_judge, recorder, calls)
    running = (_run(recorder, one) for one in ready)
    # Each to its end before any failure of ours is raised: one call discards nobody's result.
    for ending in await asyncio.gather(*running, return_exceptions=True):
        if isinstance(ending, BaseException):
            raise ending


def _judge(recorder: Recorder, calls: list[ToolCall]) -> list[Ready]:
    toolbox = toolbox_of(recorder.turn)
    grants = list(Grant.objects.filter(conversation=recorder.turn.conversation_id)) if toolbox.gates else []
    # Nobody was asked about what has just been written.
    known = [call for call in calls if call.state != ToolCall.State.CHECKING]
    approvals = Approval.objects.filter(call__in=known).in_bulk() if known else {}
    taken: Counter[str] = Counter()
    ready: list[Ready] = []
    verdicts: list[tuple[ToolCall, Verdict]] = []
    for call in calls:
        tool = look_up(toolbox, call, taken=taken[call.name])
        if isinstance(tool, Problem):
            verdicts.append((call, tool))
            continue
        call.source = tool.source  # another app may have taken the name over while the call waited
        approval = approvals.get(call.pk)
        verdict = verdict_on(call, tool, toolbox.gates.get(tool.name), approval=approval, grants=grants)
        verdicts.append((call, verdict))
        if isinstance(verdict, Problem):
            continue
        taken[call.name] += 1
        if not isinstance(verdict, Asks):
            edited = approval is not None and approval.is_edited
            ready.append(Ready(call, tool, verdict.arguments, edited))
    recorder.judge(verdicts)
    return ready


async def _run(recorder: Recorder, ready: Ready) -> None:
    tool = ready.tool
    if not await in_database(recorder.begin, ready.call):
        return
    progress = Progress(recorder, ready.call)
    context = ToolContext.for_person(recorder.turn.conversation.person, progress)
    limits = limits_of(tool)
    started, state = time.perf_counter(), "cut_short"
    try:
        outcome = await run(
            tool, ready.arguments, context, deadline=limits.deadline, result_limit=limits.result_limit
        )
        state = outcome.state
    finally:
        await progress.end()
        metrics.tool_ran(tool.name, state, seconds=time.perf_counter() - started)
    told = _told_of_the_edit(ready, outcome) if ready.edited else outcome.told
    facts = _facts(outcome, told)
    await in_database(recorder.end_call, ready.call, outcome.state, pictures=outcome.pictures, **facts)


def _told_of_the_edit(ready: Ready, outcome: Outcome) -> str:
    """Say that others than its own arguments ran, or the model would take the answer for one to its own."""
    note = "A person changed the arguments before the call ran."
    told = {"note": note, "arguments_run": ready.arguments, "answer": _read(outcome.told)}
    return json.dumps(told, ensure_ascii=False)


def _read(told: str) -> Any:
    try:
        return json.loads(told)
    except ValueError:  # text
        return told


def _facts(outcome: Outcome, told: str) -> dict[str, Any]:
    return {
        "result": outcome.result,
        "result_format": outcome.result_format,
        "told": None if told == outcome.result else told,
        "error_code": outcome.error_code,
        "error_message": outcome.error_message,
    }
