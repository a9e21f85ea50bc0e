"""One turn from the box to the rows and back to every page."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.demo import calls, says
from conversations.models import Message, ToolCall, Turn
from tests.house import house

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_question_is_answered_with_a_tool_call_on_the_way(alice: User) -> None:
    script = [calls(("calculate", {"expression": "6*7"})), says("It is **42**.")]
    async with house(script) as home, home.page(alice) as page:
        asked = await page.ask("What is 6*7?")
        await home.compare(page)
        _, second = home.transport.requests
    assert [item["role"] for item in second["messages"]] == ["system", "user", "assistant", "tool"]
    assert "42" in second["messages"][3]["content"]
    turn = await in_database(Turn.objects.get, pk=asked)
    assert (turn.state, turn.ending, turn.attempt) == ("completed", "answered", 1)
    call = await in_database(ToolCall.objects.get)
    assert (call.state, call.name, call.arguments_run) == ("succeeded", "calculate", {"expression": "6*7"})
    reply = await in_database(Message.objects.filter(role="assistant").latest, "pk")
    assert reply.text == "It is **42**."
    assert page.text(reply.pk) == "<p>It is <strong>42</strong>.</p>"


async def test_words_do_not_wait_for_the_database(alice: User) -> None:
    """Rows of many other turns may come before the one that says that the first word has come."""
    first, second = asyncio.Event(), asyncio.Event()
    told = says("One two").held_after(1, second).held_after(0, first)
    async with house([told]) as home, home.page(alice) as page:
        sent = await page.send("Count")
        await page.until_shown(page.replies)
        await home.transport.until_asked(1)
        [reply] = page.replies()
        async with busy_database():
            first.set()
            await page.until_shown(lambda: page.text(reply) == "<p>One</p>")
            second.set()
            await page.until_shown(lambda: page.text(reply) == "<p>One two</p>")
            assert page.state(f"message-{reply}") == "waiting"
        await page.until_turn(sent["turn"], "completed")
        await home.compare(page)
    row = await in_database(Message.objects.get, pk=reply)
    assert row.first_token_at
    assert row.ended_at
    assert row.created_at < row.first_token_at < row.ended_at


@pytest.mark.skipif(sys.platform != "linux", reason="only there has a thread a priority of its own")
async def test_the_database_stands_back_where_a_core_is_full() -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    assert await in_database(niceness) > niceness()


@asynccontextmanager
async def busy_database() -> AsyncIterator[None]:
    """Keep all of the database's threads busy."""
    end = threading.Event()
    units = [asyncio.create_task(in_database(end.wait)) for _ in range(8)]
    try:
        yield
    finally:
        end.set()
        await asyncio.gather(*units)
