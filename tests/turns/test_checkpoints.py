"""Replies are kept while they are written, all of a process in one transaction."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chatsite.accounts.models import User
from conversations import actions
from conversations.database import in_database
from conversations.llm.demo import calls, says
from conversations.models import Message, ToolCall, Turn
from conversations.turns import leases
from conversations.turns.checkpoints import Checkpoint, keep
from conversations.turns.recorder import Recorder
from tests.house import PATIENCE, house
from tools.routing.choosing import Asked, route
from tools.toolbox import Toolbox

pytestmark = pytest.mark.django_db(transaction=True)


def kept() -> dict[str, str]:
    """Return what open replies and calls hold, by the question asked and the tool's name."""
    replies = Message.objects.filter(role="assistant", state__in=Message.OPEN)
    texts = {reply.turn.messages.get(role="user").text: reply.text for reply in replies}
    written = ToolCall.objects.filter(state="streaming")
    return texts | {call.name: call.arguments_written for call in written}


async def test_what_streams_is_kept_and_moves_nothing_else(alice: User) -> None:
    gate = asyncio.Event()
    script = [
        says("One two three", gate=gate),
        calls(("calculate", {"expression": "123456789 * 987654321"})).held_after(3, gate),
        says("So."),
    ]
    async with house(script) as home, home.page(alice) as page, home.page(alice) as other:
        first = await page.send("First")
        await page.until(lambda frame: page.replies() and page.text(page.replies()[0]) == "<p>One</p>")
        second = await other.send("Second")
        async with asyncio.timeout(PATIENCE):
            while not ((found := await in_database(kept)).get("calculate") and found["First"]):
                await asyncio.sleep(0.05)
        assert found["First"] == "One"
        assert found["calculate"].startswith("{")
        assert await in_database(lambda: set(Message.objects.values_list("rev", flat=True))) == {0}
        gate.set()
        await page.until_turn(first["turn"], "completed")
        await other.until_turn(second["turn"], "completed")
        await home.compare(page)
        await home.compare(other)


def open_reply(person: User) -> Message:
    sent = actions.send(person, uuid.uuid4(), client_id=uuid.uuid4(), text="Hello")
    assert isinstance(sent, Turn)
    turn = leases.claim(sent.pk, "me")
    assert turn
    return Recorder(turn).open_reply(
        tool_choice="auto", routed=route(Toolbox.for_person(person), Asked("")), shortened=0
    )


def test_one_transaction_keeps_any_number_of_replies(alice: User, bob: User) -> None:
    messages = [open_reply(person) for person in (alice, bob)]
    with CaptureQueriesContext(connection) as captured:
        keep([Checkpoint(message.pk, f"Text {message.pk}", "Because") for message in messages])
    assert sum(query["sql"].startswith("BEGIN") for query in captured) <= 1
    for message in messages:
        message.refresh_from_db()
        assert (message.text, message.reasoning, message.rev) == (f"Text {message.pk}", "Because", 0)


def test_a_reply_that_was_settled_meanwhile_stays_as_it_is(alice: User) -> None:
    message = open_reply(alice)
    message.end(99, state=Message.State.COMPLETE, text="All of it")
    keep([Checkpoint(message.pk, "All o")])
    message.refresh_from_db()
    assert message.text == "All of it"
