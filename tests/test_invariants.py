"""What must hold whatever happens, each proved here or in the files named beside it."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.db import connection, connections

from chatsite.accounts.models import User
from conversations import actions
from conversations.database import in_database
from conversations.llm.demo import AT_ONCE, calls, fails, raw, says
from conversations.models import Conversation, Exchange, Message, ToolCall, Turn, change, changed
from conversations.turns import leases
from conversations.turns.checkpoints import Checkpoint, keep
from tests.house import every_call_has_one_answer, house
from tools.definition import tool
from tools.registry import registry

pytestmark = pytest.mark.django_db(transaction=True)

SUM = ("calculate", {"expression": "6*7"})


@contextmanager
def announced() -> Iterator[list[tuple[int, int]]]:
    """Note for each announcement the seq it names, and the one that was committed when it came."""
    heard: list[tuple[int, int]] = []

    def hear(conversation_id: uuid.UUID, seq: int, **_: Any) -> None:
        assert not connection.in_atomic_block
        heard.append((seq, Conversation.objects.get(pk=conversation_id).seq))

    changed.connect(hear)
    try:
        yield heard
    finally:
        changed.disconnect(hear)


# 1. A page that lived through it equals the page after a reload. Every recording, fault, branch and stop in
# tests/turns is compared so too; here it is the demo model's own mind that plays.

SAID = (
    "What's the weather in Berlin, Tokyo and Paris, and what time is it in Tokyo?",
    "Think about it: take the temperature in Berlin and double it",
    "Write a long answer with a table and code",
    "call a tool with bad arguments",
    "cut the stream inside a tool call",
    "refuse",
)


@pytest.mark.parametrize("said", SAID)
async def test_a_page_that_lived_through_it_equals_the_page_after_a_reload(said: str, alice: User) -> None:
    async with house(pacing=AT_ONCE) as home, home.page(alice) as page:
        sent = await page.send(said)
        ended = ("completed", "incomplete", "failed")
        await page.until_shown(lambda: page.state(f"turn-{sent['turn']}") in ended)
        await home.compare(page)


# 2. No news before commit; every durable change moves seq; none is skipped or repeated.


async def test_news_comes_after_the_commit_and_names_each_seq_once(alice: User) -> None:
    with announced() as heard:
        async with house([calls(SUM), says("42")]) as home, home.page(alice) as page:
            await page.ask("How much?")
            await home.compare(page)
    seqs = [seq for seq, _ in heard]
    assert seqs == list(range(1, len(seqs) + 1))
    assert all(committed >= seq for seq, committed in heard)


def test_no_seq_is_skipped_or_repeated_by_changes_made_at_once(alice: User) -> None:
    conversation = Conversation.objects.create(person=alice)
    everyone = threading.Barrier(4)

    def work(number: int) -> list[int]:
        everyone.wait()
        taken = []
        for step in range(20):
            with change(conversation.pk) as it:
                it.only_if(step % 3)  # every third misses its compare-and-set, and must leave no trace
                Conversation.objects.filter(pk=conversation.pk).update(title=f"{number} {step}")
            taken += [it.seq] if it.happened else []
        connections.close_all()
        return taken

    with announced() as heard, ThreadPoolExecutor(4) as pool:
        taken = [seq for seqs in pool.map(work, range(4)) for seq in seqs]
    assert sorted(taken) == list(range(1, len(taken) + 1))
    assert sorted(seq for seq, _ in heard) == sorted(taken)
    conversation.refresh_from_db()
    assert conversation.seq == len(taken) == 4 * 13


async def test_every_row_that_a_page_shows_carries_the_seq_of_its_last_change(alice: User) -> None:
    async with house([calls(SUM), says("42"), fails(500)]) as home, home.page(alice) as page:
        await page.ask("How much?")
        await page.ask("And?", "failed")
        await home.compare(page)

    def rows() -> None:
        last = Conversation.objects.get().seq
        seqs = [row.seq for model in (Turn, Message, ToolCall) for row in model.objects.all()]
        assert all(0 < seq <= last for seq in seqs)
        assert max(seqs) == last

    await in_database(rows)


async def test_a_checkpoint_of_streaming_text_moves_no_seq(alice: User) -> None:
    gate = asyncio.Event()
    async with house([says("One two three", gate=gate)]) as home, home.page(alice) as page:
        sent = await page.send("Count")
        # The first word goes out before the row that says so, which moves the seq.
        await page.until(
            lambda frame: [page.state(f"message-{id_}") for id_ in page.replies()] == ["streaming"]
        )
        before = await in_database(lambda: Conversation.objects.get().seq)
        reply = await in_database(Message.objects.get, role="assistant")
        await in_database(keep, [Checkpoint(reply.pk, "One")])
        after = await in_database(Message.objects.get, pk=reply.pk)
        assert (after.text, after.seq) == ("One", reply.seq)
        assert await in_database(lambda: Conversation.objects.get().seq) == before
        gate.set()
        await page.until_turn(sent["turn"], "completed")


# 3. A turn has at most one runner; a call begins at most once (tests/turns/test_recovery.py).


def test_of_many_that_claim_a_turn_one_gets_it(alice: User) -> None:
    sent = actions.send(alice, uuid.uuid4(), client_id=uuid.uuid4(), text="Mine!")
    assert isinstance(sent, Turn)
    everyone = threading.Barrier(4)

    def claim(owner: str) -> bool:
        everyone.wait()
        got = leases.claim(sent.pk, owner)
        connections.close_all()
        return got is not None

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(claim, "abcd")) == [False, False, False, True]
    assert Turn.objects.get().attempt == 1


def test_of_two_turns_of_a_conversation_one_runs_at_a_time(alice: User) -> None:
    conversation = uuid.uuid4()
    turns = [actions.send(alice, conversation, client_id=uuid.uuid4(), text=text) for text in "ab"]
    ids = [turn.pk for turn in turns if isinstance(turn, Turn)]
    assert leases.claim(ids[1], "x") is None
    assert leases.claim(ids[0], "x")
    assert leases.claim(ids[1], "x") is None
    assert leases.claimable() == []


# 4. Every call gets exactly one answer before the next model call; a history is always sendable:
# tests/turns/test_faulty_tools.py, test_providers.py and test_recordings.py.

# 5. The panel shows what happened: the request is byte for byte what was sent, and what was told is stored.


async def test_the_stored_request_is_what_was_sent_and_the_stored_answer_what_was_told(alice: User) -> None:
    answer = (
        b'data: {"choices":[{"delta":{"content":"H\xc3\xa9"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    )
    async with house([calls(SUM, ("no_such_tool", {})), raw(answer)]) as home, home.page(alice) as page:
        await page.ask("How much?")
        sent = home.transport.bodies
        exchanges = await in_database(lambda: list(Exchange.objects.order_by("pk")))
        assert [exchange.request for exchange in exchanges] == sent
        assert exchanges[-1].response == answer
        shown = await in_database(page.client.get, f"/conversations/messages/{page.replies()[-1]}/raw/")
        assert shown.json()["request"] == home.transport.requests[-1]
        told = [item["content"] for item in json.loads(sent[-1])["messages"] if item["role"] == "tool"]
    kept = await in_database(lambda: [call.answer for call in ToolCall.objects.order_by("position")])
    assert kept == told


# 6. Nothing the browser sends is believed: tests/live/test_doors.py and test_frames.py; and for tools:


async def test_a_tool_switched_off_after_it_was_offered_is_refused_when_called(alice: User) -> None:
    gate = asyncio.Event()
    async with house([calls(SUM).held_after(1, gate), says("Not today.")]) as home:
        async with home.page(alice) as page:
            sent = await page.send("How much?")
            await home.transport.until_asked(1)
            await page.do("switch_tool", tool="calculate", on=False)
            gate.set()
            await page.until_turn(sent["turn"], "completed")
            assert page.calls() == [("calculate", "refused")]
            offered = [
                [one["function"]["name"] for one in request["tools"]] for request in home.transport.requests
            ]
            await home.compare(page)
    assert "calculate" in offered[0]
    assert "calculate" not in offered[1]
    call = await in_database(ToolCall.objects.get)
    assert call.error_code == "off_for_you"
    assert call.started_at is None
    reply = await in_database(Message.objects.filter(role="assistant").latest, "pk")
    assert [left["code"] for left in reply.left_out if left["name"] == "calculate"] == ["off_for_you"]


# 7. Text of models, arguments, results and descriptions is hostile wherever it is shown.

HOSTILE = '</div><script>alert(1)</script><img src=x onerror="alert(1)"><svg onload=alert(1)>'


async def test_hostile_text_stays_text_in_page_and_frames(alice: User) -> None:
    @tool
    def echo(text: str) -> str:
        """Say <script>alert(1)</script> back."""
        return text

    script = [
        calls(("echo", {"text": HOSTILE}), (HOSTILE, HOSTILE), text=HOSTILE),
        says(HOSTILE, reasoning=HOSTILE),
        fails(500, HOSTILE),
    ]
    with registry.including(echo):
        async with house(script) as home, home.page(alice) as page:
            await page.ask(HOSTILE)
            await page.ask(f"{HOSTILE} again", "failed")
            await home.compare(page)
            page.outline()
            tags = {element.tag for element in page.dom.everything()}
            attributes = {name for element in page.dom.everything() for name in element.attributes}
    assert not tags & {"script", "img", "iframe", "object"}
    assert not {name for name in attributes if name.startswith("on")}


# 8. What fails, hangs or lies ends in a named state: tests/turns/test_providers.py, above, and bugs of ours:


async def test_a_bug_ends_its_turn_by_name_and_no_other(
    alice: User, caplog: pytest.LogCaptureFixture
) -> None:
    @tool
    def boom() -> str:
        """Go wrong."""
        return "never"

    # Such a tool cannot be made with the decorator: nothing checks its arguments.
    broken = replace(boom, signature=cast(Any, SimpleNamespace(schema={"type": "object"})))
    async with house([calls(SUM, ("boom", {})), says("Hello.")]) as home, home.page(alice) as page:
        with registry.including(broken):
            ended = await page.ask("Break", "failed")
        assert page.calls() == [("calculate", "interrupted"), ("boom", "interrupted")]
        await home.compare(page)
        await page.ask("Are you there?")
        every_call_has_one_answer(home.transport.requests[-1]["messages"])
    turn = await in_database(Turn.objects.get, pk=ended)
    assert turn.ending == "bug"
    assert "try again" in turn.detail
    assert f"Turn {ended} failed" in caplog.text
