"""A turn that was left in the middle: what its next runner does again, and what it never does."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone
from pytest_django import Settings

from chatsite.accounts.models import User
from conversations import actions
from conversations.database import in_database
from conversations.engine.values import Call, Reply
from conversations.llm.demo import calls, says
from conversations.models import Message, ToolCall, Turn
from conversations.turns import leases, takeover
from conversations.turns.checkpoints import Checkpoint, keep
from conversations.turns.recorder import LeaseLost, Recorder
from tests.house import LONG_AGO, every_call_has_one_answer, heir, house
from tests.moments import after_the_first_commit
from tools.definition import tool
from tools.registry import registry
from tools.routing.choosing import Asked, route
from tools.toolbox import Toolbox

pytestmark = pytest.mark.django_db(transaction=True)

DEAD = "a process that is no more"


@pytest.fixture
def ran() -> Iterator[list[str]]:
    """What the two tools did: `note` may not be done twice, `look` may."""
    done: list[str] = []

    @tool
    def note(what: str) -> str:
        """Write something down."""
        done.append(f"note {what}")
        return what

    @tool(safe_to_repeat=True)
    def look(what: str) -> str:
        """Look something up."""
        done.append(f"look {what}")
        return what

    with registry.including(note, look):
        yield done


def sent_by(person: User, conversation: uuid.UUID | None = None, **fields: Any) -> Turn:
    conversation = conversation or uuid.uuid4()
    sent = actions.send(person, conversation, client_id=uuid.uuid4(), text="Tell me", **fields)
    assert isinstance(sent, Turn)
    return sent


def begun(person: User, **fields: Any) -> Recorder:
    turn = leases.claim(sent_by(person, **fields).pk, DEAD)
    assert turn
    return Recorder(turn)


def left(recorder: Recorder) -> Turn:
    """Leave a turn as its process does that is killed, once its lease has run out."""
    Turn.objects.filter(pk=recorder.turn.pk).update(lease_until=LONG_AGO)
    return recorder.turn


def reply(recorder: Recorder, *names: str, text: str = "", **facts: Any) -> list[ToolCall]:
    """Write a whole reply down that calls these tools, each with its place as its argument."""
    toolbox = Toolbox.for_person(recorder.turn.conversation.person)
    message = recorder.open_reply(tool_choice="auto", routed=route(toolbox, Asked("")), shortened=0)
    asked = tuple(
        Call(place, f"call_{place}", name, f'{{"what": "{place}"}}') for place, name in enumerate(names)
    )
    rows = [recorder.begin_call(message, position=call.position, name=call.name, source="") for call in asked]
    written = Reply(text=text, calls=asked, finish_reason="tool_calls" if asked else "stop")
    recorder.close_reply(message, written, sources={}, wire=None, **{"state": "complete", "rev": 1, **facts})
    return rows


async def test_calls_that_never_began_and_calls_safe_to_repeat_run_and_no_other_runs_again(
    alice: User, ran: list[str]
) -> None:
    def leave() -> Turn:
        recorder = begun(alice)
        answered, running, repeatable, queued, _ = reply(recorder, "note", "note", "look", "note", "look")
        recorder.end_call(answered, "succeeded", result="0", result_format="text")
        now_queued = ToolCall.objects.filter(pk__in=[running.pk, repeatable.pk, queued.pk])
        now_queued.update(state="queued")
        assert recorder.begin(running)
        assert recorder.begin(repeatable)
        return left(recorder)

    turn = await in_database(leave)
    async with house([says("All done.")]) as home:
        page = await home.open_page(alice, turn.conversation_id)
        await page.until_turn(turn.pk, "completed")
        assert sorted(ran) == ["look 2", "look 4", "note 3"]
        assert page.calls() == [
            ("note", "succeeded"),
            ("note", "interrupted"),
            ("look", "succeeded"),
            ("note", "succeeded"),
            ("look", "succeeded"),
        ]
        (request,) = home.transport.requests
        every_call_has_one_answer(request["messages"])
        told = [item["content"] for item in request["messages"] if item["role"] == "tool"]
        assert [told[0], *told[2:]] == ["0", "2", "3", "4"]
        assert "Whether it took effect is not known" in told[1]
        await home.compare(page)
        await page.close()


async def test_a_page_sees_the_turn_go_on_elsewhere(alice: User, ran: list[str]) -> None:
    script = [
        calls(("note", {"what": "x"})),
        says("One two three").held_after(2, asyncio.Event()),
        says("One two three four"),
    ]
    async with house(script) as home, home.page(alice) as page:
        turn = (await page.send("Count"))["turn"]
        await page.until(lambda frame: page.replies() and "two" in page.text(page.replies()[-1]))
        async with heir(home):
            await page.until_turn(turn, "completed")
            _, _, whole = page.replies()
            assert page.text(whole) == "<p>One two three four</p>"
            assert "asked again" in page.outline()
            await home.compare(page)
            every_call_has_one_answer(home.transport.requests[-1]["messages"])
            assert home.transport.requests[-1]["messages"] == home.transport.requests[-2]["messages"]
    assert ran == ["note x"]


async def test_a_turn_that_was_only_lacking_its_end_gets_it_without_another_model_call(alice: User) -> None:
    def leave() -> Turn:
        recorder = begun(alice)
        reply(recorder, text="All said.")
        return left(recorder)

    turn = await in_database(leave)
    async with house([]) as home:
        page = await home.open_page(alice, turn.conversation_id)
        await page.until_turn(turn.pk, "completed")
        assert home.transport.requests == []
        await home.compare(page)
        await page.close()


async def test_a_wish_to_stop_that_nobody_heard_is_honoured(alice: User, ran: list[str]) -> None:
    def leave() -> Turn:
        recorder = begun(alice)
        reply(recorder, "look")
        assert actions.stop(alice, recorder.turn.pk) is None
        return left(recorder)

    turn = await in_database(leave)
    async with house([says("Never.")]) as home:
        page = await home.open_page(alice, turn.conversation_id)
        await page.until_turn(turn.pk, "stopped")
        assert page.calls() == [("look", "stopped")]
        assert home.transport.requests == []
        await home.compare(page)
        await page.close()
    assert ran == []


async def test_a_turn_that_is_interrupted_again_and_again_ends_by_name(alice: User) -> None:
    def leave() -> Turn:
        recorder = begun(alice)
        for attempt in range(3):
            toolbox = Toolbox.for_person(alice)
            message = recorder.open_reply(tool_choice="auto", routed=route(toolbox, Asked("")), shortened=0)
            keep([Checkpoint(message.pk, f"Attempt {attempt}")])
            if attempt < 2:
                as_read = Turn.objects.select_related("conversation__person").get(pk=recorder.turn.pk)
                taken = takeover.take_over(as_read, DEAD)
                assert taken
                recorder = Recorder(taken)
        return left(recorder)

    turn = await in_database(leave)
    queued = await in_database(sent_by, alice, turn.conversation_id)
    async with house([says("Next.")]) as home:
        page = await home.open_page(alice, turn.conversation_id)
        shown = await page.until_turn(turn.pk, "interrupted")
        assert "The server stopped 3 times while this was running" in shown.outline_within()
        await page.until_turn(queued.pk, "completed")
        # The last half is the answer as far as it came, and is what the model is told; the others are folded.
        assert page.outline().count("asked again") == 2
        sent = home.transport.requests[-1]["messages"][1:]
        assert [item["content"] for item in sent] == ["Tell me", "Attempt 2", "Tell me"]
        await home.compare(page)
        await page.close()
    assert (await in_database(Turn.objects.get, pk=turn.pk)).ending == "attempts"


async def test_steps_count_on_and_a_choice_is_not_forced_again(
    alice: User, ran: list[str], settings: Settings
) -> None:
    settings.STEP_LIMIT = 2

    def leave() -> Turn:
        recorder = begun(alice, choice="required")
        reply(recorder, "look")
        return left(recorder)

    turn = await in_database(leave)
    async with house([calls(("look", {"what": "again"}))]) as home:
        page = await home.open_page(alice, turn.conversation_id)
        await page.until_turn(turn.pk, "incomplete")
        assert [request.get("tool_choice", "auto") for request in home.transport.requests] == ["auto"]
        await page.close()
    assert (await in_database(Turn.objects.get, pk=turn.pk)).ending == "step_limit"
    assert ran == ["look 0"]


async def test_draining_lets_a_turn_end_and_takes_no_other(alice: User) -> None:
    gate = asyncio.Event()
    async with house([says("One two three").held_after(2, gate)]) as home, home.page(alice) as page:
        running = (await page.send("Count"))["turn"]
        queued = (await page.send("Again"))["turn"]
        await page.until(lambda frame: page.replies() and "two" in page.text(page.replies()[0]))
        draining = asyncio.create_task(home.running.drain(3600))
        gate.set()
        await draining
        await page.until_turn(running, "completed")
        assert page.state(f"turn-{queued}") == "queued"
        await home.compare(page)


async def test_what_does_not_end_in_time_is_handed_over_with_its_text(
    alice: User, settings: Settings
) -> None:
    settings.ATTEMPT_LIMIT = 1  # being handed over is no interruption
    script = [
        says("One two three").held_after(2, asyncio.Event()),
        says("One two three").held_after(1, asyncio.Event()),
        says("One two three four"),
    ]
    async with house(script) as home, home.page(alice) as page:
        turn = (await page.send("Count"))["turn"]
        await page.until(lambda frame: page.replies() and "two" in page.text(page.replies()[0]))
        await home.running.drain(0)
        await page.until_shown(lambda: "The server has left" in page.outline())
        assert page.text(page.replies()[0]) == "<p>One two</p>"
        await home.compare(page)
        row = await in_database(Turn.objects.get, pk=turn)
        assert (row.state, row.lease_owner, row.handed_over) == ("running", "", 1)
        assert home.transport.closed == [True]
        async with heir(home) as second:
            await page.until(lambda frame: len(page.replies()) == 2 and page.text(page.replies()[1]))
            await second.drain(0)
            async with heir(home):
                await page.until_turn(turn, "completed")
                await home.compare(page)
    halves = await in_database(
        lambda: list(Message.objects.filter(state="interrupted").values_list("text", flat=True))
    )
    assert halves == ["One two", "One"]


async def test_draining_twice_is_draining_once_and_a_turn_claimed_at_that_moment_is_not_lost(
    alice: User,
) -> None:
    async with house([says("Hm."), says("Hm.")]) as home, home.page(alice) as page:
        sent = await page.send("Quick")
        await home.running.drain(0)
        await home.running.drain(0)
        async with heir(home):
            await page.until_turn(sent["turn"], "completed")
            await home.compare(page)


async def test_of_many_that_take_a_turn_over_one_gets_it(alice: User) -> None:
    await in_database(lambda: left(begun(alice)))
    (turn,) = await in_database(takeover.abandoned, "me")
    taken = await asyncio.gather(*(in_database(takeover.take_over, turn, owner) for owner in "abcd"))
    assert sum(one is not None for one in taken) == 1
    assert (await in_database(Turn.objects.get)).attempt == 2


def test_a_lease_that_holds_is_respected_and_one_that_was_renewed_cannot_be_taken(alice: User) -> None:
    recorder = begun(alice)
    assert takeover.abandoned("me") == []
    left(recorder)
    (as_read,) = takeover.abandoned("me")
    assert recorder.turn.renew()
    assert takeover.take_over(as_read, "me") is None
    assert Turn.objects.get().attempt == 1


def test_a_turn_that_was_given_back_is_renewed_by_no_write_of_its_former_runner(alice: User) -> None:
    recorder = begun(alice)
    late = Recorder(recorder.turn)  # a write that began before the turn was given back, and waited in line
    recorder.hand_over()
    with pytest.raises(LeaseLost):
        late.renew()
    with pytest.raises(LeaseLost):
        reply(Recorder(recorder.turn), text="Too late.")
    (free,) = takeover.abandoned("me")
    assert (free.lease_owner, free.lease_until) == ("", None)
    assert not Message.objects.filter(turn=free, role="assistant").exists()


def test_at_the_start_of_the_one_process_that_a_file_may_have_no_lease_of_another_holds(alice: User) -> None:
    turn = begun(alice).turn
    alone = connection.vendor == "sqlite"
    assert takeover.abandoned("me", is_start=True) == ([turn] if alone else [])
    assert takeover.abandoned(DEAD, is_start=True) == []


def test_a_lease_of_the_future_holds_nobody_up_when_the_clock_is_set_back(alice: User) -> None:
    turn = begun(alice).turn
    Turn.objects.update(lease_until=timezone.now() + timedelta(hours=1))
    assert takeover.abandoned("me") == [turn]
    leases.renew(DEAD)  # an owner that lives has a lease by the clock of now within a second
    assert takeover.abandoned("me") == []


def of_another() -> None:
    """Let another process take the turn over."""
    Turn.objects.update(lease_owner="another", attempt=F("attempt") + 1)


def test_a_claim_that_was_taken_over_at_once_has_no_part_in_the_others_lease(alice: User) -> None:
    turn = sent_by(alice)
    with after_the_first_commit(of_another):
        claimed = leases.claim(turn.pk, "me")
    assert claimed
    assert (claimed.lease_owner, claimed.attempt) == ("me", 1)
    with pytest.raises(LeaseLost):
        Recorder(claimed).renew()


def test_a_takeover_that_was_taken_over_at_once_has_no_part_in_the_others_lease(alice: User) -> None:
    left(begun(alice))
    (turn,) = takeover.abandoned("me")
    with after_the_first_commit(of_another):
        taken = takeover.take_over(turn, "me")
    assert taken
    assert (taken.lease_owner, taken.attempt) == ("me", 2)
    with pytest.raises(LeaseLost):
        Recorder(taken).renew()
