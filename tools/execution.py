"""How a tool runs: within its deadline, cancelled at once on request, and always to a named end."""

import asyncio
import logging
import traceback
from functools import partial
from typing import Any

from tools import threads
from tools.attempt import Ending, Overdue, Raised, attempt_async
from tools.context import ToolContext
from tools.definition import Tool
from tools.errors import ToolError
from tools.outcome import Outcome, failed, timed_out
from tools.problems import Problem
from tools.results import pack

logger = logging.getLogger(__name__)

BUSY = "Earlier calls of this tool passed their deadline and still run. Try later."
GRACE_SECONDS = 1.0
"""How long an async tool may take to tidy up once its deadline has cancelled it."""

_left_behind: set["asyncio.Future[Ending]"] = set()
"""Tasks that ignore their cancellation, kept so that they are not collected while they run."""


async def run(
    tool: Tool, arguments: dict[str, Any], context: ToolContext, *, deadline: float, result_limit: int
) -> Outcome:
    """Run a tool with checked arguments; whatever it does is an outcome, only cancellation is raised."""
    keywords = tool.bind(arguments, context)
    if isinstance(keywords, Problem):
        return failed(keywords.code, keywords.message, keywords.details)
    call = partial(tool.function, **keywords)
    if tool.is_async:
        task = asyncio.get_running_loop().create_task(attempt_async(call))
        ending = await _within(task, deadline)
    else:
        async with threads.slots():
            if threads.overdue(tool.name) >= threads.MAX_OVERDUE:
                return failed("tool_busy", BUSY)
            ending = await _within(threads.start(call, tool.name), deadline)
    return await _outcome(tool, ending, deadline=deadline, result_limit=result_limit)


async def _within(future: "asyncio.Future[Ending]", deadline: float) -> Ending | Overdue:
    try:
        done, _ = await asyncio.wait({future}, timeout=deadline)
    except asyncio.CancelledError:
        _give_up(future)
        raise
    if not done:
        _give_up(future)
        _, pending = await asyncio.wait({future}, timeout=GRACE_SECONDS)
        return Overdue(still_running=bool(pending) or not isinstance(future, asyncio.Task))
    if future.cancelled():  # nobody but the tool itself can have done that
        return Raised(ToolError("The tool cancelled itself."))
    return future.result()


def _give_up(future: "asyncio.Future[Ending]") -> None:
    if future.cancel():
        _left_behind.add(future)
        future.add_done_callback(_left_behind.discard)


async def _outcome(tool: Tool, ending: Ending | Overdue, *, deadline: float, result_limit: int) -> Outcome:
    if isinstance(ending, Overdue):
        # A server was only told to stop what it does for us.
        return timed_out(deadline, still_running=ending.still_running or tool.supplied is not None)
    if isinstance(ending, Raised):
        return _failure(tool, ending.error)
    # In a thread, because writing ten megabytes takes longer than the chat of others may stand still.
    return await asyncio.to_thread(pack, ending.value, limit=result_limit)


def _failure(tool: Tool, error: BaseException) -> Outcome:
    if isinstance(error, ToolError):
        return failed(error.code, str(error))
    logger.warning("The tool %s raised", tool.name, exc_info=error)
    return failed("tool_failed", "".join(traceback.format_exception_only(error)).strip())
