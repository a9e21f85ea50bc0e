"""Whatever a tool does, running it ends in an outcome with a name."""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from pytest_django import Settings

from tools import Tool, ToolContext, ToolError, tool
from tools.execution import run
from tools.outcome import Outcome
from tools.threads import AT_ONCE, MAX_OVERDUE

SOON = 0.05
PLENTY = 30.0


@pytest.fixture
def release() -> Iterator[threading.Event]:
    """What hanging tools wait for; set at the end, so that no thread outlives its test for long."""
    event = threading.Event()
    yield event
    event.set()


async def outcome_of(
    made: Tool, context: ToolContext, arguments: dict[str, Any] | None = None, *, deadline: float = PLENTY
) -> Outcome:
    return await run(made, arguments or {}, context, deadline=deadline, result_limit=65536)


def hanging(release: threading.Event) -> Tool:
    @tool(name=f"hang_{id(release)}")
    def hang() -> str:
        """Hang."""
        release.wait()
        return "at last"

    return hang


async def test_an_async_tool_succeeds(context: ToolContext) -> None:
    @tool
    async def greet(name: str, context: ToolContext) -> str:
        """Greet."""
        return f"{name} meets {context.person.username}"

    outcome = await outcome_of(greet, context, {"name": "Bob"})
    assert outcome == Outcome("succeeded", told="Bob meets alice", result="Bob meets alice")


async def test_a_sync_tool_runs_in_a_thread_of_its_own(context: ToolContext) -> None:
    @tool
    def where() -> dict[str, Any]:
        """Say where it runs."""
        return {"thread": threading.current_thread().name, "daemon": threading.current_thread().daemon}

    outcome = await outcome_of(where, context)
    assert json.loads(outcome.result) == {"thread": "tool where", "daemon": True}
    assert outcome.result_format == "json"


async def test_eight_sync_tools_run_side_by_side(context: ToolContext) -> None:
    barrier = threading.Barrier(8)

    @tool
    def meet(number: int) -> int:
        """Wait for the seven others."""
        barrier.wait(timeout=PLENTY)
        return number

    outcomes = await asyncio.gather(*(outcome_of(meet, context, {"number": n}) for n in range(8)))
    assert [outcome.result for outcome in outcomes] == [str(number) for number in range(8)]


async def test_eight_async_tools_run_side_by_side(context: ToolContext) -> None:
    arrived = 0
    everyone = asyncio.Event()

    @tool
    async def meet() -> str:
        """Wait for the seven others."""
        nonlocal arrived
        arrived += 1
        if arrived == 8:
            everyone.set()
        await everyone.wait()
        return "met"

    outcomes = await asyncio.gather(*(outcome_of(meet, context) for _ in range(8)))
    assert {outcome.result for outcome in outcomes} == {"met"}


async def test_a_tool_that_raises_fails_with_class_and_text_only(context: ToolContext) -> None:
    @tool
    def divide() -> float:
        """Divide."""
        return 1 / 0

    outcome = await outcome_of(divide, context)
    assert (outcome.state, outcome.error_code) == ("failed", "tool_failed")
    assert outcome.error_message == "ZeroDivisionError: division by zero"
    assert json.loads(outcome.told)["error"]["message"] == outcome.error_message


async def test_a_tool_error_is_told_as_its_sentence(context: ToolContext) -> None:
    @tool
    async def refuse() -> None:
        """Refuse."""
        raise ToolError("There is no order 17.")

    outcome = await outcome_of(refuse, context)
    assert json.loads(outcome.told) == {
        "error": {"code": "tool_failed", "message": "There is no order 17.", "details": []}
    }


@pytest.mark.parametrize(
    "error", [SystemExit(3), StopIteration(), TimeoutError("too late"), ExceptionGroup("two", [OSError()])]
)
async def test_every_exception_is_only_the_tools_failure(context: ToolContext, error: BaseException) -> None:
    @tool
    def threaded() -> None:
        """Raise."""
        raise error

    @tool
    async def awaited() -> None:
        """Raise."""
        raise error

    for made in (threaded, awaited):
        outcome = await outcome_of(made, context)
        assert (outcome.state, outcome.error_code) == ("failed", "tool_failed")


async def test_a_tool_that_cancels_itself_has_failed(context: ToolContext) -> None:
    @tool
    async def give_up() -> None:
        """Give up."""
        raise asyncio.CancelledError

    assert (await outcome_of(give_up, context)).state == "failed"


async def test_a_page_long_error_is_cut(context: ToolContext) -> None:
    @tool
    def ramble() -> None:
        """Ramble."""
        raise ValueError("x" * 1_000_000)

    outcome = await outcome_of(ramble, context)
    assert len(outcome.told) < 3000
    assert outcome.error_message.endswith("[...]")


async def test_an_async_tool_is_stopped_at_its_deadline(context: ToolContext) -> None:
    stopped = asyncio.Event()

    @tool
    async def dawdle() -> None:
        """Dawdle."""
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    outcome = await outcome_of(dawdle, context, deadline=SOON)
    assert (outcome.state, outcome.error_code) == ("timed_out", "timed_out")
    assert "It was stopped." in outcome.told
    assert stopped.is_set()


async def test_an_async_tool_that_ignores_its_deadline_holds_up_nobody(context: ToolContext) -> None:
    enough = asyncio.Event()

    @tool
    async def stubborn() -> None:
        """Go on."""
        while not enough.is_set():
            try:
                await enough.wait()
            except asyncio.CancelledError:
                continue

    outcome = await outcome_of(stubborn, context, deadline=SOON)
    assert "may still be running" in outcome.error_message
    enough.set()


async def test_a_sync_tool_past_its_deadline_may_still_be_running(
    context: ToolContext, release: threading.Event
) -> None:
    outcome = await outcome_of(hanging(release), context, deadline=SOON)
    assert outcome.state == "timed_out"
    assert outcome.error_message == ("The tool did not finish within 0.05 seconds. It may still be running.")


async def test_hung_tools_do_not_block_others(context: ToolContext, release: threading.Event) -> None:
    hung = [hanging(release) for _ in range(AT_ONCE)]
    names = [f"hang_{number}" for number in range(AT_ONCE)]
    unlike = [tool(name=name)(made.function) for name, made in zip(names, hung, strict=True)]
    await asyncio.gather(*(outcome_of(made, context, deadline=SOON) for made in unlike))

    @tool
    def answer() -> int:
        """Answer."""
        return 42

    assert (await outcome_of(answer, context)).result == "42"


async def test_of_fifty_calls_of_a_hanging_tool_the_last_are_not_begun(
    context: ToolContext, release: threading.Event
) -> None:
    made = hanging(release)
    outcomes = await asyncio.gather(*(outcome_of(made, context, deadline=SOON) for _ in range(50)))
    codes = [outcome.error_code for outcome in outcomes]
    assert set(codes) == {"timed_out", "tool_busy"}
    assert codes.count("timed_out") <= AT_ONCE + MAX_OVERDUE


async def test_a_tool_that_hangs_again_and_again_is_called_no_more(
    context: ToolContext, release: threading.Event
) -> None:
    made = hanging(release)
    await asyncio.gather(*(outcome_of(made, context, deadline=SOON) for _ in range(MAX_OVERDUE)))
    assert (await outcome_of(made, context)).error_code == "tool_busy"


async def test_stopping_cancels_an_async_tool(context: ToolContext) -> None:
    started, stopped = asyncio.Event(), asyncio.Event()

    @tool
    async def dawdle() -> None:
        """Dawdle."""
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    running = asyncio.create_task(outcome_of(dawdle, context))
    await started.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await asyncio.wait_for(stopped.wait(), PLENTY)


async def test_stopping_does_not_wait_for_a_sync_tool(context: ToolContext, release: threading.Event) -> None:
    started = threading.Event()

    @tool
    def hang() -> None:
        """Hang."""
        started.set()
        release.wait()

    running = asyncio.create_task(outcome_of(hang, context))
    await asyncio.to_thread(started.wait)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not release.is_set()


async def test_arguments_that_no_longer_fit_are_an_outcome(context: ToolContext) -> None:
    @tool
    def count(to: int) -> int:
        """Count."""
        return to

    outcome = await outcome_of(count, context, {"to": "many"})
    assert (outcome.state, outcome.error_code) == ("failed", "bad_arguments")
    assert json.loads(outcome.told)["error"]["details"][0]["path"] == "to"


async def test_secrets_are_in_no_error(context: ToolContext, settings: Settings) -> None:
    settings.OPENAI_API_KEY = "sk-very-secret-key"

    @tool
    def leak() -> None:
        """Leak."""
        raise ValueError("401 for sk-very-secret-key")

    outcome = await outcome_of(leak, context)
    assert "sk-very" not in outcome.told + outcome.error_message
    assert "[secret removed]" in outcome.told


@pytest.mark.django_db(transaction=True)
async def test_a_sync_tool_may_use_the_database(context: ToolContext) -> None:
    @tool
    def sign_up() -> int:
        """Make a person."""
        get_user_model().objects.create_user("charlie")
        return get_user_model().objects.count()

    assert (await outcome_of(sign_up, context)).result == "1"
    assert await get_user_model().objects.filter(username="charlie").aexists()


def test_a_hanging_tool_does_not_keep_the_process_alive() -> None:
    program = """
import asyncio, threading, django
django.setup()
from tools import ToolContext, tool
from tools.execution import run

@tool
def hang() -> None:
    "Hang."
    threading.Event().wait()

async def main():
    print((await run(hang, {}, None, deadline=0.05, result_limit=100)).state)

asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"DJANGO_SETTINGS_MODULE": "chatsite.settings"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip() == "timed_out", done.stderr
