"""How the calls of one reply are carried out: side by side, each to its own end."""

from __future__ import annotations

import asyncio
from typing import Any

from tools.context import ToolContext
from tools.defaults import limits_of
from tools.definition import Tool
from tools.execution import run
from tools.outcome import Outcome
from tools.problems import Checked, Problem
from tools.toolbox import Toolbox

from ..database import in_database
from ..models import ToolCall
from .recorder import Recorder


async def carry_out(recorder: Recorder, calls: list[ToolCall]) -> None:
    """Check every call against what its person may use right now, then run those that may."""
    ready = await in_database(_judge, recorder, calls)
    running = (_run(recorder, call, tool=tool, arguments=arguments) for call, tool, arguments in ready)
    # Each to its end before any failure of ours is raised: one call discards nobody's result.
    for ending in await asyncio.gather(*running, return_exceptions=True):
        if isinstance(ending, BaseException):
            raise ending


def _judge(recorder: Recorder, calls: list[ToolCall]) -> list[tuple[ToolCall, Tool, dict[str, Any]]]:
    toolbox = Toolbox.for_person(recorder.turn.conversation.person)
    ready, verdicts = [], []
    for call in calls:
        tool = toolbox.look_up(call.name)
        checked = tool if isinstance(tool, Problem) else tool.check(call.arguments_written)
        verdicts.append((call, checked))
        if isinstance(tool, Tool) and isinstance(checked, Checked):
            ready.append((call, tool, checked.arguments))
    recorder.judge(verdicts)
    return ready


async def _run(recorder: Recorder, call: ToolCall, *, tool: Tool, arguments: dict[str, Any]) -> None:
    if not await in_database(recorder.begin, call):
        return
    context = ToolContext.for_person(recorder.turn.conversation.person)
    limits = limits_of(tool)
    outcome = await run(tool, arguments, context, deadline=limits.deadline, result_limit=limits.result_limit)
    await in_database(recorder.end_call, call, outcome.state, **_facts(outcome))


def _facts(outcome: Outcome) -> dict[str, Any]:
    return {
        "result": outcome.result,
        "result_format": outcome.result_format,
        "told": None if outcome.told == outcome.result else outcome.told,
        "error_code": outcome.error_code,
        "error_message": outcome.error_message,
    }
