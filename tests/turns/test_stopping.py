"""Stop: from any page, at any moment, and what is kept."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from collections.abc import Callable

import pytest

from chatsite.accounts.models import User
from conversations import actions
from conversations.database import in_database
from conversations.llm.client import ModelClient
from conversations.llm.demo import calls, says
from conversations.models import Exchange, Message, ToolCall, Turn
from conversations.turns import leases
from conversations.turns.lease import Lease, now
from conversations.turns.runner import Runner
from tests.house import house
from tests.moments import after_each_commit
from tests.scripted import ScriptedTransport
from tools.definition import tool
from tools.registry import registry

pytestmark = pytest.mark.django_db(transaction=True)


async def test_stop_from_a_reloaded_page_closes_the_providers_stream_and_keeps_the_text(alice: User) -> None:
    never = asyncio.Event()
    script = [says("One two three").held_after(2, never), says("Fresh.")]
    async with house(script) as home, home.page(alice) as page:
        sent = await page.send("Count")
        await page.until(lambda frame: page.replies() and page.text(page.replies()[0]) == "<p>One two</p>")
        async with home.reloaded(page) as other:
            assert (await other.do("stop", turn=sent["turn"]))["t"] == "done"
            await other.until_turn(sent["turn"], "stopped")
            await other.until_level()
        await page.until_turn(sent["turn"], "stopped")
        await home.compare(page)
        assert home.transport.closed == [True]
        await page.ask("And now?")
        history = home.transport.requests[-1]["messages"]
        assert [item["content"] for item in history[1:]] == ["Count", "One two", "And now?"]
    turn = await in_database(Turn.objects.get, pk=sent["turn"])
    assert (turn.ending, turn.detail) == ("stopped", "You stopped it.")
    reply = await in_database(Message.objects.filter(turn=turn).latest, "pk")
    assert (reply.state, reply.text) == ("stopped", "One two")
    exchange = await in_database(Exchange.objects.get, pk=reply.pk)
    assert b"two" in exchange.response


async def test_stop_while_a_tool_runs_answers_the_call_for_the_model(alice: User) -> None:
    begun = asyncio.Event()

    @tool
    async def wait() -> None:
        """Wait for ever."""
        begun.set()
        await asyncio.Event().wait()

    script = [calls(("wait", {}), ("calculate", {"expression": "1+1"})), says("Never mind.")]
    with registry.including(wait):
        async with house(script) as home, home.page(alice) as page:
            sent = await page.send("Wait")
            await begun.wait()
            await page.until_shown(lambda: ("calculate", "succeeded") in page.calls())
            await page.do("stop", turn=sent["turn"])
            await page.until_turn(sent["turn"], "stopped")
            assert page.calls() == [("wait", "stopped"), ("calculate", "succeeded")]
            await home.compare(page)
            await page.ask("Go on")
            answers = [item for item in home.transport.requests[-1]["messages"] if item["role"] == "tool"]
    assert json.loads(answers[0]["content"])["error"]["code"] == "stopped"
    assert json.loads(answers[1]["content"])["result"] == "2"


async def test_stop_does_not_wait_for_a_tool_that_cannot_be_stopped(alice: User) -> None:
    begun, release = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    @tool
    def hang() -> None:
        """Hang."""
        loop.call_soon_threadsafe(begun.set)
        release.wait(60)

    with registry.including(hang):
        async with house([calls(("hang", {}))]) as home, home.page(alice) as page:
            sent = await page.send("Hang")
            await begun.wait()
            await page.do("stop", turn=sent["turn"])
            await page.until_turn(sent["turn"], "stopped")
            release.set()
            await home.compare(page)


async def test_stop_before_the_first_token_leaves_a_stopped_turn_without_text(alice: User) -> None:
    async with house([says("Late").held_after(0, asyncio.Event()), says("Here.")]) as home:
        async with home.page(alice) as page:
            sent = await page.send("Hello")
            await home.transport.until_asked(1)
            await page.do("stop", turn=sent["turn"])
            await page.until_turn(sent["turn"], "stopped")
            await home.compare(page)
            await page.ask("Hello?")


async def test_stop_twice_is_fine_and_stop_after_the_end_is_too_late(alice: User) -> None:
    async with house([says("Slow").held_after(0, asyncio.Event()), says("Quick.")]) as home:
        async with home.page(alice) as page:
            sent = await page.send("Slow")
            await home.transport.until_asked(1)
            first, again = [await page.do("stop", turn=sent["turn"]) for _ in range(2)]
            assert (first["t"], again["t"]) == ("done", "done")
            await page.until_turn(sent["turn"], "stopped")
            quick = await page.ask("Quick")
            assert (await page.do("stop", turn=quick))["code"] == "too_late"


async def test_a_wish_to_stop_that_no_message_told_of_is_found_in_the_row(alice: User) -> None:
    script = [says("Slow").held_after(0, asyncio.Event())]
    async with house(script, sweep_seconds=0.01) as home, home.page(alice) as page:
        sent = await page.send("Slow")
        await home.transport.until_asked(1)
        turn = await in_database(Turn.objects.get, pk=sent["turn"])
        assert await in_database(turn.request_stop)  # the row alone: nothing is said to the executor
        await page.until_turn(sent["turn"], "stopped")


async def test_many_stops_at_once_keep_all_that_was_written(alice: User) -> None:
    words = " ".join(f"word{number}" for number in range(200))
    async with house([says(words).held_after(200, asyncio.Event())], sweep_seconds=0.001) as home:
        async with home.page(alice) as page:
            sent = await page.send("Write")
            await page.until(lambda frame: page.replies() and "word199" in page.text(page.replies()[0]))
            stops = [in_database(actions.stop, alice, sent["turn"]) for _ in range(5)]
            await asyncio.gather(*stops)
            await page.until_turn(sent["turn"], "stopped")
            await home.compare(page)
    reply = await in_database(Message.objects.filter(turn=sent["turn"]).latest, "pk")
    assert (reply.state, reply.text) == ("stopped", words)


async def test_deleting_a_conversation_stops_what_runs_in_it(alice: User) -> None:
    script = [says("Long").held_after(0, asyncio.Event())]
    async with house(script) as home, home.page(alice) as page:
        running, queued = await page.send("One"), await page.send("Two")
        await home.transport.until_asked(1)
        await page.do("delete", conversation=str(page.conversation))
        await home.transport.until_closed(0)
        await home.idle()
        assert (await page.send("Three"))["code"] == "not_found"
    states = await in_database(lambda: dict(Turn.objects.values_list("pk", "state")))
    assert states == {running["turn"]: "stopped", queued["turn"]: "stopped"}
    assert not await in_database(ToolCall.objects.exists)


def close(person: User, turn: Turn) -> None:
    person.is_active = False
    person.save()


WAYS: dict[str, Callable[[User, Turn], object]] = {
    "edited": lambda person, turn: actions.edit(person, turn.pk, client_id=uuid.uuid4(), text="Otherwise"),
    "deleted": lambda person, turn: actions.delete(person, turn.conversation_id),
    "closed": close,
}


@pytest.mark.parametrize("way", WAYS)
def test_of_what_waits_the_newest_is_stopped_first_or_it_would_begin(way: str, alice: User) -> None:
    conversation = uuid.uuid4()
    first, _ = (
        actions.send(alice, conversation, client_id=uuid.uuid4(), text=text) for text in ("One", "Two")
    )
    assert isinstance(first, Turn)
    seen: list[list[str]] = []
    with after_each_commit(lambda: seen.append([turn.state for turn in Turn.objects.order_by("pk")[:2]])):
        WAYS[way](alice, first)
    assert ["stopped", "queued"] not in seen
    assert seen[-1] == ["stopped", "stopped"]


async def test_a_turn_that_is_stopped_before_its_first_step_is_ended_all_the_same(alice: User) -> None:
    sent = await in_database(
        lambda: actions.send(alice, uuid.uuid4(), client_id=uuid.uuid4(), text="Not now")
    )
    assert isinstance(sent, Turn)
    turn = await in_database(leases.claim, sent.pk, "me")
    assert turn
    transport = ScriptedTransport([says("Never.")])
    client = ModelClient("http://model.invalid/v1", "", "scripted", transport=lambda: transport)
    runner = Runner(turn, client, Lease(now()))
    runner.stop()
    runner.hand_over()
    await runner.run()
    assert transport.requests == []
    assert await in_database(lambda: Turn.objects.get().state) == "stopped"
