"""Extractions whose process, person or staff goes away in the middle: each row has its end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from pytest_django import Settings

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.engine.values import Call, Reply
from conversations.extraction import actions
from conversations.extraction.models import Extraction
from conversations.llm.demo import calls, fails, says
from conversations.models import Conversation, Message, ToolCall, Turn
from conversations.turns import leases
from conversations.turns.recorder import Recorder
from conversations.turns.toolboxes import toolbox_of
from tests.extraction.test_extraction import BAD, GOOD, begun, rows
from tests.house import LONG_AGO, every_call_has_one_answer, heir, house
from tools.definition import tool
from tools.models import ToolPolicy
from tools.registry import registry
from tools.routing.choosing import Asked, route

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 0.05  # seconds between two sweeps
DEAD = "a process that is no more"
BOB = '{"name": "Bob", "email": "bob@example.com"}'
DONE = ("completed", "extracted", 1, {"name": "Bob", "email": "bob@example.com"})


def left_with(extraction: Extraction, arguments: str, *states: str) -> None:
    """Leave the first text as a process does that is killed once a call is written, or begun to run."""
    turn = leases.claim(extraction.turns.earliest("pk").pk, DEAD)
    assert turn
    recorder = Recorder(turn)
    message = recorder.open_reply(
        tool_choice="tool:extract_contact", routed=route(toolbox_of(turn), Asked("")), shortened=0
    )
    row = recorder.begin_call(message, position=0, name="extract_contact", source="extraction")
    asked = (Call(0, "call_0", "extract_contact", arguments),)
    reply = Reply(text="", calls=asked, finish_reason="tool_calls")
    recorder.close_reply(
        message, reply, sources={}, wire=None, state="complete", rev=1, error_code="", error_message=""
    )
    for state in states:
        ToolCall.objects.filter(pk=row.pk).update(state=state)
    Turn.objects.filter(pk=turn.pk).update(lease_until=LONG_AGO)


@pytest.mark.parametrize("states", [(), ("queued",), ("running",)])
async def test_data_that_was_written_when_its_process_died_is_not_asked_for_again(
    alice: User, states: tuple[str, ...]
) -> None:
    extraction = await in_database(begun, alice, "I am Bob")
    await in_database(left_with, extraction, BOB, *states)
    async with house([]) as home:
        await home.idle()
    assert await in_database(rows, extraction) == [DONE]
    assert home.transport.requests == []


async def test_tries_count_on_where_another_process_takes_over(alice: User) -> None:
    extraction = await in_database(begun, alice, "I am Bob")
    await in_database(left_with, extraction, '{"email": 7}')
    async with house([BAD, BAD, GOOD]) as home:
        await home.idle()
    assert await in_database(rows, extraction) == [("incomplete", "not_extracted", 3, None)]
    every_call_has_one_answer(home.transport.requests[-1]["messages"])


async def test_what_runs_and_what_waits_is_finished_by_the_next_process(
    alice: User, settings: Settings
) -> None:
    settings.RUNNING_TURNS_PER_PERSON = 4
    gate = asyncio.Event()
    held = [GOOD.held_after(1, gate)] * 4
    async with house([*held, *([GOOD] * 6)]) as home:
        extraction = await in_database(begun, alice, *"abcdef")
        while await in_database(ToolCall.objects.count) < 4:
            pass  # what their process still wrote would prolong their leases
        async with heir(home, sweep_seconds=SOON):
            while await in_database(extraction.turns.filter(state__in=Turn.OPEN).exists):
                pass  # whoever finds them in the next sweep
            assert await in_database(rows, extraction) == [DONE] * 6
    halves = await in_database(Message.objects.filter(state="interrupted").count)
    assert halves == 4


async def test_a_server_that_leaves_hands_the_texts_over(alice: User) -> None:
    gate = asyncio.Event()
    async with house([GOOD.held_after(1, gate), GOOD, GOOD]) as home:
        extraction = await in_database(begun, alice, "a")
        while not home.transport.requests:
            await in_database(Turn.objects.count)
        await home.running.drain(0)
        async with heir(home) as second:
            await second.idle()
    assert await in_database(rows, extraction) == [DONE]


async def test_a_stop_that_no_process_heard_is_honoured(alice: User) -> None:
    extraction = await in_database(begun, alice, "a", "b")
    await in_database(left_with, extraction, BOB)
    assert await in_database(actions.stop, alice, extraction.pk) is None
    async with house([]) as home:
        await home.idle()
    assert [row[:2] for row in await in_database(rows, extraction)] == [("stopped", "stopped")] * 2


@pytest.fixture
def ran() -> Iterator[list[str]]:
    """What a tool of the installation did that has the name of an extraction's."""
    done: list[str] = []

    @tool(effects="destructive")
    def extract_contact(name: str, email: str = "") -> str:
        """Send the contact away."""
        done.append(name)
        return name

    with registry.including(extract_contact):
        yield done


async def test_no_policy_and_no_tool_of_the_same_name_is_in_the_way_of_data(
    alice: User, ran: list[str]
) -> None:
    def decide() -> None:
        policy = ToolPolicy.objects.create(name="extract_contact", approval=ToolPolicy.Approval.ALWAYS)
        policy.approvers.add(Group.objects.create(name="Nobody"))

    await in_database(decide)
    async with house([GOOD]) as home:
        extraction = await in_database(begun, alice, "I am Bob")
        await home.idle()
    assert await in_database(rows, extraction) == [DONE]
    assert ran == []


async def test_texts_in_a_chat_that_waits_for_a_decision_wait_and_others_do_not(
    alice: User, ran: list[str]
) -> None:
    script = [calls(("extract_contact", {"name": "Bob"})), GOOD, says("Declined, then."), GOOD]
    async with house(script) as home, home.page(alice) as page:
        asked = (await page.send("Send Bob away"))["turn"]
        await page.until_turn(asked, "waiting")
        extraction = await in_database(begun, alice, "I am Bob")
        await home.idle()
        assert await in_database(rows, extraction) == [DONE]
        queued = (await page.send("I am Bob", choice="extract:contact"))["turn"]
        waiting = await in_database(lambda: ToolCall.objects.get(state="waiting").approval)
        await page.do("decline", call=waiting.call_id, shown=waiting.shown, reason="")
        await page.until_turn(queued, "completed")
        await home.compare(page)
    assert ran == []


async def test_the_texts_of_a_closed_account_end_and_those_of_a_deleted_one_are_gone(
    alice: User, settings: Settings
) -> None:
    settings.RUNNING_TURNS_PER_PERSON = 4
    gate = asyncio.Event()
    async with house([GOOD.held_after(1, gate)] * 4 + [GOOD] * 2) as home:
        extraction = await in_database(begun, alice, *"abcdef")
        await in_database(User.objects.filter(pk=alice.pk).update, is_active=False)
        gate.set()
        await home.idle()
    assert await in_database(rows, extraction) == [DONE] * 6
    endless = asyncio.Event()
    async with house([GOOD.held_after(0, endless)] * 4) as home:
        await in_database(begun, alice, *"abcdef")
        while len(home.transport.requests) < 4:
            await in_database(Turn.objects.count)
        await in_database(alice.delete)
        endless.set()
        await home.idle()
    assert not await in_database(lambda: Extraction.objects.exists() or Conversation.objects.exists())


async def test_a_conversation_that_is_full_is_shortened_for_an_extraction_too(alice: User) -> None:
    full = fails(400, "maximum context length is 8192 tokens", code="context_length_exceeded")

    @tool
    def tell() -> str:
        """Tell much."""
        return "much " * 1_000

    with registry.including(tell):
        script = [calls(("tell", {})), says("Much."), full, GOOD]
        async with house(script) as home, home.page(alice) as page:
            await page.ask("Tell me")
            await page.ask("I am Bob", choice="extract:contact")
            await home.compare(page)
    (told,) = [each["content"] for each in home.transport.requests[-1]["messages"] if each["role"] == "tool"]
    assert "shortened to fit" in told
