"""Editing, trying again and continuing: siblings stand beside each other, and nothing is deleted."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from pytest_django import Settings

from chatsite.accounts.models import User
from conversations import actions
from conversations.database import in_database
from conversations.llm.demo import fails, says
from conversations.models import Conversation, Turn
from conversations.refusals import TOO_LATE
from tests.house import house
from tests.moments import after_the_first_commit, after_the_first_query
from tests.page import Page

pytestmark = pytest.mark.django_db(transaction=True)


async def change(page: Page, what: str, turn: int, **fields: str) -> int:
    answer = await page.do(what, turn=turn, client_id=str(uuid.uuid4()), **fields)
    assert answer["t"] == "done", answer
    return int(answer["turn"])


def shown(page: Page) -> list[int]:
    transcript = page.dom.find("transcript")
    assert transcript
    return [int(turn.attributes["data-turn"]) for turn in transcript.all_with("data-client")]


async def test_an_edited_question_stands_beside_the_first_and_show_switches(alice: User) -> None:
    async with house([says("Oslo."), says("More of Oslo."), says("Bergen.")]) as home:
        async with home.page(alice) as page, home.second_tab(page) as other:
            first = await page.ask("Norway?")
            below = await page.ask("More?")
            edited = await change(page, "edit", first, text="Norway, the west?")
            await page.until_turn(edited, "completed")
            assert shown(page) == [edited]
            assert [item["content"] for item in home.transport.requests[-1]["messages"][1:]] == [
                "Norway, the west?"
            ]
            await page.do("show", turn=first)
            await page.until_shown(lambda: shown(page) == [first, below])
            await other.until_shown(lambda: shown(other) == [first, below])
            await home.compare(page)
            await home.compare(other)
            await page.do("show", turn=edited)
            await page.until_shown(lambda: shown(page) == [edited])
            await home.compare(page)


async def test_an_edited_question_keeps_its_choice_unless_another_is_made(alice: User) -> None:
    async with house([says("One."), says("Two."), says("Three.")]) as home, home.page(alice) as page:
        first = await page.ask("Please", choice="none")
        edited = await change(page, "edit", first, text="Please do")
        await page.until_turn(edited, "completed")
        other = await change(page, "edit", first, text="Please do", choice="auto")
        await page.until_turn(other, "completed")
        assert [request["tool_choice"] for request in home.transport.requests] == ["none", "none", "auto"]


async def test_trying_again_asks_the_same_with_the_same_choice(alice: User) -> None:
    async with house([fails(500), says("Now it works.")]) as home, home.page(alice) as page:
        first = await page.ask("Please", "failed", choice="none")
        again = await change(page, "try_again", first)
        await page.until_turn(again, "completed")
        await home.compare(page)
        one, two = home.transport.requests
    assert (one["messages"][1:], one["tool_choice"]) == (two["messages"][1:], two["tool_choice"])


async def test_trying_again_works_though_the_chosen_tool_was_switched_off_meanwhile(alice: User) -> None:
    async with house([fails(500), says("Without it.")]) as home, home.page(alice) as page:
        first = await page.ask("Reckon", "failed", choice="tool:calculate")
        await page.do("switch_tool", tool="calculate", on=False)
        again = await change(page, "try_again", first)
        await page.until_turn(again, "completed")
        assert home.transport.requests[-1]["tool_choice"] == "auto"


async def test_editing_a_question_stops_its_answer_which_would_keep_the_new_one_waiting(alice: User) -> None:
    async with house([says("Old news").held_after(1, asyncio.Event()), says("New.")]) as home:
        async with home.page(alice) as page:
            first = (await page.send("Old?"))["turn"]
            behind = (await page.send("And?"))["turn"]
            await home.transport.until_asked(1)
            edited = await change(page, "edit", first, text="New?")
            await page.until_turn(edited, "completed")
            assert shown(page) == [edited]
            await home.compare(page)
    states = await in_database(lambda: dict(Turn.objects.values_list("pk", "state")))
    assert states == {first: "stopped", behind: "stopped", edited: "completed"}


async def test_an_edit_that_is_taken_back_brings_the_first_branch_back(
    alice: User, settings: Settings
) -> None:
    settings.RUNNING_TURNS_PER_PERSON = 1
    script = [says("First."), says("Second."), says("Elsewhere.").held_after(0, asyncio.Event())]
    async with house(script) as home, home.page(alice) as page, home.page(alice) as beside:
        first, second = await page.ask("One"), await page.ask("Two")
        await beside.send("This keeps the others waiting")
        await home.transport.until_asked(3)
        edited = await change(page, "edit", first, text="Otherwise")
        await page.until_shown(lambda: shown(page) == [edited])
        queued = (await page.send("Then?"))["turn"]
        await page.do("withdraw", turn=edited)
        await page.until_shown(lambda: shown(page) == [first, second, queued])
        await home.compare(page)
        await page.do("withdraw", turn=queued)
        await page.until_shown(lambda: shown(page) == [first, second])
        await home.compare(page)


async def test_a_stopped_answer_is_continued_once_however_often_the_wish_arrives(alice: User) -> None:
    script = [says("Once upon a").held_after(3, asyncio.Event()), says(" time."), says("The end.")]
    async with house(script) as home, home.page(alice) as page:
        told = (await page.send("A tale"))["turn"]
        await page.until(lambda frame: page.replies() and "upon" in page.text(page.replies()[0]))
        await page.do("stop", turn=told)
        await page.until_turn(told, "stopped")
        wish = {"turn": told, "client_id": str(uuid.uuid4())}
        first, again = await page.do("continue", **wish), await page.do("continue", **wish)
        assert (first["t"], again["t"], first.get("turn")) == ("done", "done", again.get("turn"))
        await page.until_turn(first["turn"], "completed")
        await home.compare(page)
        roles = [item["role"] for item in home.transport.requests[-1]["messages"]]
        assert roles == ["system", "user", "assistant", "user"]
        assert (await page.do("continue", turn=told, client_id=str(uuid.uuid4())))["code"] == "too_late"


def test_a_question_that_is_taken_back_at_that_moment_is_not_edited(alice: User) -> None:
    first, _ = sent_by(alice, "First", "Second")
    with after_the_first_query(lambda: actions.withdraw(alice, first.pk)):
        edited = actions.edit(alice, first.pk, client_id=uuid.uuid4(), text="Otherwise")
    assert edited == TOO_LATE
    assert [turn.state for turn in Turn.objects.order_by("pk")] == ["withdrawn", "queued"]


def test_what_is_sent_while_an_edit_stops_the_old_branch_hangs_under_the_new_one(alice: User) -> None:
    first, _ = sent_by(alice, "First", "Second")
    sent: list[object] = []

    def send() -> None:
        answer = actions.send(alice, first.conversation_id, client_id=uuid.uuid4(), text="Third")
        sent.append(answer)

    with after_the_first_commit(send):
        edited = actions.edit(alice, first.pk, client_id=uuid.uuid4(), text="Otherwise")
    (third,) = sent
    assert isinstance(edited, Turn)
    assert isinstance(third, Turn)
    assert third.parent_id == edited.pk
    states = [turn.state for turn in Turn.objects.order_by("pk")]
    assert states == ["stopped", "stopped", "queued", "queued"]


def test_an_edit_hangs_under_no_question_that_is_taken_back_at_that_moment(alice: User) -> None:
    first, second, _ = sent_by(alice, "First", "Second", "Third")
    with after_the_first_query(lambda: actions.withdraw(alice, first.pk)):
        edited = actions.edit(alice, second.pk, client_id=uuid.uuid4(), text="Otherwise")
    assert isinstance(edited, Turn)
    assert edited.parent_id is None


def test_a_branch_that_is_taken_back_is_not_shown(alice: User) -> None:
    first, second = sent_by(alice, "First", "Second")
    actions.withdraw(alice, second.pk)
    assert actions.show(alice, second.pk) == TOO_LATE
    assert Conversation.objects.get().head_id == first.pk


def sent_by(person: User, *texts: str) -> list[Turn]:
    """Queue messages in one conversation, where nobody runs them."""
    conversation = uuid.uuid4()
    sent = [actions.send(person, conversation, client_id=uuid.uuid4(), text=text) for text in texts]
    return [turn for turn in sent if isinstance(turn, Turn)]
