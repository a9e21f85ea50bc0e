"""A process that dies, leaves or loses its lease: what becomes of the turns it ran."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from chatsite.accounts.models import User
from conversations import actions
from conversations.database import in_database
from conversations.llm.demo import calls, says
from conversations.models import Conversation, Message, ToolCall, Turn
from conversations.models.turn import LEASE
from conversations.turns import leases
from conversations.turns.lease import now
from conversations.turns.recorder import LeaseLost, Recorder
from tests.house import LONG_AGO, PATIENCE, heir, house
from tools.definition import tool
from tools.registry import registry

pytestmark = pytest.mark.django_db(transaction=True)


def left_running(person: User, text: str = "Half an ans") -> Turn:
    """Leave rows as a process does that dies while a reply streams and a call of it is being written."""
    sent = actions.send(person, uuid.uuid4(), client_id=uuid.uuid4(), text="Tell me")
    assert isinstance(sent, Turn)
    turn = leases.claim(sent.pk, "a process that is no more")
    assert turn
    reply = Message.objects.create(
        conversation_id=turn.conversation_id,
        turn=turn,
        seq=2,
        attempt=1,
        role="assistant",
        state="streaming",
        text=text,
    )
    ToolCall.objects.create(
        conversation_id=turn.conversation_id,
        message=reply,
        seq=2,
        position=0,
        name="calculate",
        arguments_written='{"expr',
    )
    Turn.objects.filter(pk=turn.pk).update(lease_until=LONG_AGO)
    return turn


def left_with(person: User, owner: str) -> Turn:
    """Leave such rows as an owner's that runs, in one go: it must not find the turn while it is queued."""
    with transaction.atomic():
        turn = left_running(person)
        Turn.objects.filter(pk=turn.pk).update(lease_owner=owner)
    return turn


async def test_a_turn_that_a_dead_process_left_goes_on_at_the_next_start(alice: User) -> None:
    turn = await in_database(left_running, alice)
    async with house([says("Whole.")]) as home:
        page = await home.open_page(alice, turn.conversation_id)
        await page.until_turn(turn.pk, "completed")
        await page.until_level()
        half, whole = page.replies()
        assert page.text(whole) == "<p>Whole.</p>"
        assert page.text(half) == "<p>Half an ans</p>"
        assert "Interrupted after 11 characters, asked again" in page.outline()
        assert "attempt 2" in page.outline()
        assert page.calls() == [("calculate", "interrupted")]
        sent = home.transport.requests[-1]["messages"][1:]
        assert [item["content"] for item in sent] == ["Tell me"]
        await home.compare(page)
        await page.ask("And now?", "failed")  # the script is at its end
        sent = home.transport.requests[-1]["messages"][1:]
        assert [item["content"] for item in sent] == ["Tell me", "Whole.", "And now?"]
        await page.close()


async def test_a_page_that_saw_more_than_was_stored_shows_what_is_stored(alice: User) -> None:
    async with house([says("One two three").held_after(3, asyncio.Event()), says("Four")]) as home:
        async with home.page(alice) as page:
            turn_id = (await page.send("Count"))["turn"]
            await page.until(lambda frame: page.replies() and "three" in page.text(page.replies()[0]))
            # The process dies here; another one finds the row as the last checkpoint left it.
            await in_database(Message.objects.filter(role="assistant").update, text="One")
            async with heir(home):
                await page.until_turn(turn_id, "completed")
                await page.until_level()
                assert [page.text(reply) for reply in page.replies()] == ["<p>One</p>", "<p>Four</p>"]
                await home.compare(page)


async def test_what_was_queued_when_a_process_died_runs_in_the_next(alice: User) -> None:
    sent = await in_database(
        lambda: actions.send(alice, uuid.uuid4(), client_id=uuid.uuid4(), text="Are you there?")
    )
    assert isinstance(sent, Turn)
    async with house([says("Yes.")]) as home:
        page = await home.open_page(alice, sent.conversation_id)
        await page.until_turn(sent.pk, "completed")
        await page.close()


async def test_a_turn_that_is_held_but_not_run_is_begun_anew_by_the_sweep(alice: User) -> None:
    turn = await in_database(left_running, alice)
    async with house([says("Whole.")] * 2) as home:
        page = await home.open_page(alice, turn.conversation_id)
        await page.until_turn(turn.pk, "completed")
        stuck = await in_database(left_with, alice, home.running.crew.owner)
        other = await home.open_page(alice, stuck.conversation_id)
        await other.until_turn(stuck.pk, "completed")
        for shown in (page, other):
            await shown.close()


class Deafening(InMemoryChannelLayer):  # type: ignore[misc]
    """A channel layer that fails whoever listens to it, once."""

    failures = 1

    async def receive(self, channel: str) -> Any:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("gone for a moment")
        return await super().receive(channel)


async def test_a_process_goes_on_after_a_failure_of_what_it_listens_to(
    alice: User, caplog: pytest.LogCaptureFixture
) -> None:
    script = [says("Slow").held_after(0, asyncio.Event())]
    async with house(script, sweep_seconds=0.01, layer=Deafening()) as home, home.page(alice) as page:
        sent = await page.send("Slow")
        await home.transport.until_asked(1)
        await page.do("stop", turn=sent["turn"])
        await page.until_turn(sent["turn"], "stopped")
    assert "goes on listening after a failure" in caplog.text


async def test_a_runner_that_lost_its_lease_writes_and_sends_nothing_more(alice: User) -> None:
    gate = asyncio.Event()
    async with house([says("One two three", gate=gate)], sweep_seconds=PATIENCE) as home:
        async with home.page(alice) as page:
            sent = await page.send("Count")
            await page.until(lambda frame: page.replies() and page.text(page.replies()[0]) == "<p>One</p>")
            taken = Turn.objects.filter(pk=sent["turn"])
            later = await in_database(lambda: Now() + timedelta(hours=1))
            await in_database(taken.update, attempt=2, lease_owner="another process", lease_until=later)
            before = await in_database(lambda: Conversation.objects.get().seq)
            # The process was frozen for so long that its lease ran out, and nobody has told it yet.
            (runner,) = home.running.crew.runners
            runner.lease.renew(now() - LEASE.total_seconds())
            gate.set()
            await home.idle()
            assert await in_database(lambda: Conversation.objects.get().seq) == before
            await page.do("ping")
            assert page.text(page.replies()[0]) == "<p>One</p>"
    turn = await in_database(Turn.objects.get, pk=sent["turn"])
    assert (turn.state, turn.attempt, turn.lease_owner) == ("running", 2, "another process")


async def test_a_runner_whose_lease_ran_out_goes_on_if_nobody_took_the_turn(alice: User) -> None:
    gate = asyncio.Event()
    async with house([says("One two three", gate=gate)], sweep_seconds=PATIENCE) as home:
        async with home.page(alice) as page:
            sent = await page.send("Count")
            await page.until(lambda frame: page.replies() and page.text(page.replies()[0]) == "<p>One</p>")
            (runner,) = home.running.crew.runners
            runner.lease.renew(now() - LEASE.total_seconds())
            gate.set()
            await page.until_turn(sent["turn"], "completed")
            assert runner.lease.holds


async def test_a_call_begins_once_whoever_asks(alice: User) -> None:
    turn = await in_database(left_running, alice)
    call = await in_database(ToolCall.objects.get)
    await in_database(ToolCall.objects.filter(pk=call.pk).update, state="queued")
    recorder = Recorder(turn)
    begun = await asyncio.gather(*(in_database(recorder.begin, call) for _ in range(5)))
    assert sorted(begun) == [False, False, False, False, True]


async def test_a_conversation_deleted_for_good_takes_its_running_turn_with_it(alice: User) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    @tool
    async def wait() -> str:
        """Wait for the gate."""
        begun.set()
        await gate.wait()
        return "done"

    with registry.including(wait):
        async with house([calls(("wait", {})), says("Fine.")]) as home, home.page(alice) as page:
            await page.send("Wait")
            await begun.wait()
            await in_database(lambda: Conversation.objects.filter(pk=page.conversation).delete())
            gate.set()
            await home.idle()
            assert len(home.transport.requests) == 1
    assert not await in_database(Turn.objects.exists)


def test_a_lease_is_lost_with_the_turns_end(alice: User) -> None:
    turn = left_running(alice)
    recorder = Recorder(turn)
    recorder.stop()
    with pytest.raises(LeaseLost):
        recorder.stop()
    assert not turn.renew()
    assert Turn.objects.get().ended_at <= timezone.now()  # type: ignore[operator]
