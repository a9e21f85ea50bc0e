"""Messages sent while a turn runs: they wait, in order, and can be taken back."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from chatsite.accounts.models import User
from conversations import actions
from conversations.database import in_database
from conversations.llm.demo import says
from conversations.models import Conversation, Shelf, Turn
from tests.house import house
from tests.page import Page

pytestmark = pytest.mark.django_db(transaction=True)


async def test_messages_wait_for_the_one_before_and_run_in_the_order_they_were_sent(alice: User) -> None:
    gate = asyncio.Event()
    async with house([says("One.", gate=gate), says("Two."), says("Three.")]) as home:
        async with home.page(alice) as page:
            turns = [(await page.send(text))["turn"] for text in ("First", "Second", "Third")]
            await page.until_turn(turns[2], "queued")
            await home.transport.until_asked(1)
            assert [page.state(f"turn-{turn}") for turn in turns[1:]] == ["queued", "queued"]
            gate.set()
            await page.until_turn(turns[2], "completed")
            await home.compare(page)
            last = home.transport.requests[-1]["messages"][1:]
    assert [item["content"] for item in last] == ["First", "One.", "Second", "Two.", "Third"]


async def test_a_queued_message_is_taken_back_with_its_text_and_the_next_moves_up(alice: User) -> None:
    gate = asyncio.Event()
    async with house([says("One.", gate=gate), says("Three.")]) as home, home.page(alice) as page:
        first, second, third = [(await page.send(text))["turn"] for text in ("First", "Second", "Third")]
        await page.until_turn(third, "queued")
        taken = await page.do("withdraw", turn=second)
        assert (taken["t"], taken["text"]) == ("done", "Second")
        await page.until_shown(lambda: page.dom.find(f"turn-{second}") is None)
        assert (await page.do("withdraw", turn=second))["text"] == "Second"
        gate.set()
        await page.until_turn(third, "completed")
        await home.compare(page)
        assert [item["content"] for item in home.transport.requests[-1]["messages"][1:]] == [
            "First",
            "One.",
            "Third",
        ]
        assert (await page.do("withdraw", turn=first))["code"] == "too_late"
    parents = await in_database(lambda: dict(Turn.objects.values_list("pk", "parent")))
    assert parents[third] == first


async def test_taking_the_last_queued_message_back_leaves_the_branch_as_it_was(alice: User) -> None:
    gate = asyncio.Event()
    async with house([says("One.", gate=gate)]) as home, home.page(alice) as page:
        first, second = [(await page.send(text))["turn"] for text in ("First", "Second")]
        await page.do("withdraw", turn=second)
        gate.set()
        await page.until_turn(first, "completed")
        await home.compare(page)
    assert await in_database(lambda: Conversation.objects.get().head_id) == first


async def test_a_conversation_whose_first_message_is_taken_back_leaves_every_list(
    alice: User, settings: Settings
) -> None:
    settings.RUNNING_TURNS_PER_PERSON = 1
    async with house([says("One.", gate=asyncio.Event())]) as home:
        async with home.page(alice) as beside, home.page(alice) as page:
            await beside.send("This keeps the others waiting")
            await home.transport.until_asked(1)
            first, second = [(await page.send(text))["turn"] for text in ("First", "Second")]
            async with home.reloaded(page) as tab:
                await tab.do("withdraw", turn=first)
                await tab.until_shown(lambda: heading(tab) == "Second")
                await tab.do("withdraw", turn=second)
                await tab.until_shown(lambda: heading(tab) == "New conversation")
                await beside.until_shown(lambda: titles(beside) == ["This keeps the others waiting"])
                assert titles(tab) == titles(beside)
                await home.compare(tab)
                async with home.reloaded(page) as fresh:
                    assert (titles(fresh), heading(fresh)) == (titles(tab), heading(tab))
                await tab.send("Third")
                await tab.until_shown(lambda: "Third" in titles(tab))


def test_a_title_of_the_persons_own_stays_when_a_message_is_taken_back(alice: User) -> None:
    conversation = uuid.uuid4()
    sent = actions.send(alice, conversation, client_id=uuid.uuid4(), text="First")
    assert isinstance(sent, Turn)
    actions.rename(alice, conversation, title="Mine")
    before = Shelf.seq_of(alice.pk)
    assert actions.withdraw(alice, sent.pk) == "First"
    (gone,) = Conversation.listed_since(alice.pk, before)
    assert (gone.title, gone.is_listed) == ("Mine", False)


def titles(page: Page) -> list[str]:
    entries = page.dom.find("conversation-list")
    assert entries
    return [each.text.strip() for each in entries.everything() if each.attributes.get("class") == "title"]


def heading(page: Page) -> str:
    found = page.dom.find(f"heading-{page.conversation}")
    return found.text.strip() if found else ""


async def test_what_was_taken_back_can_be_neither_shown_nor_edited_nor_continued(alice: User) -> None:
    async with house([says("One.", gate=asyncio.Event())]) as home, home.page(alice) as page:
        await page.send("First")
        second = (await page.send("Second"))["turn"]
        await page.do("withdraw", turn=second)
        made = {"turn": second, "client_id": str(uuid.uuid4())}
        assert (await page.do("show", turn=second))["code"] == "too_late"
        assert (await page.do("edit", **made, text="Else"))["code"] == "too_late"
        assert (await page.do("try_again", **made))["code"] == "too_late"
        assert (await page.do("continue", **made))["code"] == "too_late"


async def test_a_queued_message_that_is_stopped_says_so_and_the_next_one_runs(alice: User) -> None:
    gate = asyncio.Event()
    async with house([says("One.", gate=gate), says("Three.")]) as home, home.page(alice) as page:
        _, second, third = [(await page.send(text))["turn"] for text in ("First", "Second", "Third")]
        await page.do("stop", turn=second)
        await page.until_turn(second, "stopped")
        gate.set()
        await page.until_turn(third, "completed")
        await home.compare(page)


async def test_the_same_client_id_sent_twice_makes_one_turn(alice: User) -> None:
    async with house([says("Once.")]) as home, home.page(alice) as page, home.second_tab(page) as other:
        made = str(uuid.uuid4())
        first = await page.send("Only once", client_id=made)
        second = await other.send("Only once", client_id=made)
        await page.until_turn(first["turn"], "completed")
        assert second["turn"] == first["turn"]
        assert len(home.transport.requests) == 1
    assert await in_database(Turn.objects.count) == 1


async def test_two_tabs_that_send_at_once_make_one_branch(alice: User) -> None:
    async with house([says("One."), says("Two.")]) as home:
        async with home.page(alice) as page, home.second_tab(page) as other:
            one, two = await asyncio.gather(page.send("A"), other.send("B"))
            for shown in (page, other):
                await shown.until_turn(one["turn"], "completed")
                await shown.until_turn(two["turn"], "completed")
            assert page.outline() == other.outline()
            await home.compare(page)
    early, late = sorted((one["turn"], two["turn"]))
    parents = await in_database(lambda: dict(Turn.objects.values_list("pk", "parent")))
    assert parents == {early: None, late: early}


async def test_a_person_runs_only_so_many_turns_at_once_and_the_others_follow(
    alice: User, settings: Settings
) -> None:
    settings.RUNNING_TURNS_PER_PERSON = 1
    gate = asyncio.Event()
    async with house([says("One.", gate=gate), says("Two.")]) as home:
        async with home.page(alice) as page, home.page(alice) as beside:
            first = await page.send("First")
            await home.transport.until_asked(1)
            second = await beside.send("Second")
            await beside.until_turn(second["turn"], "queued")
            gate.set()
            await beside.until_turn(second["turn"], "completed")
            await page.until_turn(first["turn"], "completed")


async def test_too_many_waiting_messages_are_refused_with_a_sentence(alice: User, settings: Settings) -> None:
    settings.QUEUED_TURNS_PER_PERSON = 1
    async with house([says("One.", gate=asyncio.Event())]) as home, home.page(alice) as page:
        running = await page.send("First")
        await page.until_turn(running["turn"], "running")
        await page.send("Second")
        refused = await page.send("Third")
        assert (refused["t"], refused["code"]) == ("refused", "too_many_queued")
        assert "take one back" in refused["message"]


async def test_too_many_messages_a_minute_are_refused_with_a_sentence(
    alice: User, settings: Settings
) -> None:
    settings.MESSAGES_PER_MINUTE = 1
    async with house([says("One.")]) as home, home.page(alice) as page:
        await page.ask("First")
        refused = await page.send("Second")
        assert refused["code"] == "too_fast"
        assert refused["message"]


async def test_a_clock_that_was_set_back_keeps_nobody_waiting(alice: User, settings: Settings) -> None:
    settings.MESSAGES_PER_MINUTE = 1
    async with house([says("One."), says("Two.")]) as home, home.page(alice) as page:
        await page.ask("First")
        ahead = timezone.now() + timedelta(hours=1)
        await in_database(lambda: Turn.objects.update(created_at=ahead))
        await page.ask("Second")
