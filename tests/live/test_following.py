"""How a page stays up to date: two tabs, cursors, gaps, lost announcements, and browsers that do not read."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer
from channels.routing import URLRouter
from channels.sessions import CookieMiddleware
from django.urls import path

from chatsite.accounts.models import User
from conversations import actions, decisions
from conversations.database import in_database
from conversations.live import feed
from conversations.live.consumer import LiveConsumer
from conversations.llm.demo import Delivery, calls, fails, says
from conversations.llm.demo.delivery import Delta
from conversations.models import Conversation, Turn
from tests.house import house, signed_in
from tests.page import Page, PageBeside
from tests.turns.posting import asked, poster

__all__ = ["poster"]
pytestmark = pytest.mark.django_db(transaction=True)

SUM = ("calculate", {"expression": "6*7"})
SCRIPT = [calls(SUM, text="Let me reckon."), says("It is **42**.", reasoning="Six sevens."), fails(500)]


def served(**options: Any) -> Any:
    """The product's sockets with other heartbeats or limits than its own."""
    consumer = LiveConsumer.as_asgi(**options)
    return CookieMiddleware(URLRouter([path("live/<uuid:conversation_id>/", consumer)]))


async def test_two_tabs_show_the_same_and_so_does_a_reload(alice: User) -> None:
    async with house(SCRIPT) as home, home.page(alice) as page, home.second_tab(page) as other:
        first = await page.ask("How much?")
        second = await other.ask("And again?", "failed")
        for shown in (page, other):
            await shown.until_turn(first, "completed")
            await shown.until_turn(second, "failed")
            await home.compare(shown)


async def test_a_page_that_reconnects_at_any_cursor_shows_what_one_shows_that_never_left(alice: User) -> None:
    async with house(SCRIPT) as home, home.page(alice) as page:
        await page.ask("How much?")
        await page.ask("And again?", "failed")
        seqs = [frame["seq"] for frame in page.frames if isinstance(frame, dict) and frame["t"] == "changes"]
        assert seqs == sorted(seqs)
        before = len(page.frames)
        for left_at in range(before):
            returned = Page(page.client, page.conversation)
            for frame in page.frames[:left_at]:
                returned.take(frame)
            assert await returned.connect()
            await home.compare(returned)
            await returned.close()


async def test_a_gap_in_the_flow_is_filled_by_a_full_frame(alice: User) -> None:
    gate = asyncio.Event()
    async with house([says("One two three four", gate=gate)]) as home:
        async with home.page(alice) as page:
            turn = (await page.send("Count"))["turn"]
            await page.until(lambda frame: page.replies() and page.text(page.replies()[0]) == "<p>One</p>")
            (reply,) = page.replies()
            async with home.reloaded(page) as late:
                await late.do("full", message=reply)
                await late.until_shown(lambda: late.text(reply) == "<p>One</p>")
                gate.set()
                await late.until_turn(turn, "completed")
                await late.until_level()
                assert late.text(reply) == "<p>One two three four</p>"
                await home.compare(late)


async def test_a_page_that_came_late_asks_for_what_it_missed(alice: User) -> None:
    gate = asyncio.Event()
    async with house([says("One two three four", gate=gate)]) as home:
        async with home.page(alice) as page:
            turn = (await page.send("Count"))["turn"]
            await page.until(lambda frame: page.replies() and page.text(page.replies()[0]) == "<p>One</p>")
            async with home.reloaded(page) as late:
                gate.set()
                await late.until_turn(turn, "completed")
                await home.compare(late)


class Deaf(InMemoryChannelLayer):  # type: ignore[misc]
    """A channel layer that loses every announcement, and nothing else."""

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        if group == "control":
            await super().group_send(group, message)


async def test_lost_announcements_are_healed_by_the_heartbeat(alice: User) -> None:
    async with house(SCRIPT, layer=Deaf()) as home:
        page = await home.open_page(
            alice, uuid.uuid4(), application=served(open_heartbeat=0.01, idle_heartbeat=0.01)
        )
        await page.ask("How much?")
        await home.compare(page)
        assert not [frame for frame in page.frames if isinstance(frame, list) and frame[0] == "f"]
        await page.close()


@pytest.mark.usefixtures("poster")
async def test_a_lost_announcement_is_found_as_soon_while_a_turn_waits_for_a_decision(alice: User) -> None:
    script = [calls(("post", {"text": "Hello"})), says("Done.")]
    application = served(open_heartbeat=0.01, idle_heartbeat=10**6)
    async with house(script, layer=Deaf()) as home:
        page = await home.open_page(alice, uuid.uuid4(), application=application)
        turn, shown = await asked(page)
        late = Page(page.client, page.conversation, application=application)
        assert await late.connect()
        await late.until_turn(turn, "waiting")
        assert await in_database(decisions.allow, alice, shown["call"], shown["shown"]) is None
        await late.until_turn(turn, "completed")
        await late.close()
        await page.close()


async def test_a_page_that_never_acknowledges_gets_no_more_flow_and_then_the_whole(alice: User) -> None:
    gate = asyncio.Event()
    long = [says(f"{'word ' * 40}\n\n").held_after(0, gate)]
    async with house(long) as home:
        page = await home.open_page(alice, uuid.uuid4(), application=served(flow_limit=1, limit=10**9))
        turn = (await page.send("Write"))["turn"]
        gate.set()
        await page.until_turn(turn, "completed")
        flow = [frame for frame in page.frames if isinstance(frame, list) and frame[0] == "f"]
        assert len(flow) <= 1
        await page.until_level()
        await home.compare(page)
        await page.close()


async def test_flow_that_was_held_back_is_made_good_by_an_acknowledgement(alice: User) -> None:
    end = asyncio.Event()
    async with house([says("One two three").held_after(2, end)]) as home:
        page = await home.open_page(alice, uuid.uuid4(), application=served(flow_limit=1, limit=10**9))
        async with home.second_tab(page) as other:
            turn = (await page.send("Count"))["turn"]
            await other.until(lambda frame: other.replies() and "two" in other.text(other.replies()[0]))
            while not (page.replies() and page.text(page.replies()[0])):
                await page.acknowledge()
                await page.until(bool)
            assert page.text(page.replies()[0]) == "<p>One two</p>"
            end.set()
            await page.until_turn(turn, "completed")
            await home.compare(page)
        await page.close()


async def test_a_page_that_reads_nothing_at_all_is_let_go(alice: User) -> None:
    async with house([says("Once.")]) as home:
        page = await home.open_page(alice, uuid.uuid4(), application=served(limit=1))
        await page.send("Hello")
        assert await page.closed() == 4429


async def test_a_frame_costs_little_more_than_its_text(alice: User) -> None:
    words = tuple(Delta({"content": f"word{number} "}) for number in range(300))
    async with house([Delivery((*words, *says("end.").pieces))]) as home, home.page(alice) as page:
        await page.ask("Write")
    frames = [frame for frame in page.frames if isinstance(frame, list) and frame[0] == "f"]
    assert frames
    for frame in frames:
        text = sum(len(tail) for _, _, tail, _ in frame[4])
        cost = len(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))
        assert cost <= 1.5 * text + 64


async def test_a_cursor_from_another_past_brings_the_whole_page_again(alice: User) -> None:
    async with house([says("Here.")]) as home, home.page(alice) as page:
        await page.ask("Hello")
        restored = Page(page.client, page.conversation)
        restored.cursor = 10_000
        assert await restored.connect()
        await restored.until(lambda frame: isinstance(frame, dict) and frame["t"] == "reset")
        restored.cursor = page.cursor
        await home.compare(restored)
        await restored.close()


async def test_the_list_follows_in_every_tab_of_the_person_and_in_no_other(alice: User, bob: User) -> None:
    async with house([says("Here.")]) as home:
        async with home.page(alice) as page, home.page(alice) as beside, home.page(bob) as foreign:
            await page.ask("My secret plan")
            name = f"listing-{page.conversation}"
            await beside.until_shown(lambda: (found := beside.dom.find(name)) and "secret plan" in found.text)
            await page.do("rename", conversation=str(page.conversation), title="  A plainer\n title ")
            await beside.until_shown(lambda: "A plainer title" in beside.dom.find(name).text)  # type: ignore[union-attr]
            await page.do("delete", conversation=str(page.conversation))
            await beside.until_shown(lambda: beside.dom.find(name) is None)
            await foreign.do("ping")
            assert not [frame for frame in foreign.frames if isinstance(frame, dict) and frame["t"] != "done"]


async def test_a_title_turns_no_letters_round(alice: User) -> None:
    async with house([says("Here.")]) as home, home.page(alice) as page:
        await page.ask("\u2066\u2069\n\u202etxt.exe\u202c is \u05d0\u200f! safe")
        title = "txt.exe is \u05d0\u200f! safe"  # marks are part of how some names are spelled
        assert await in_database(lambda: Conversation.objects.get().title) == title
        await page.do("rename", conversation=str(page.conversation), title="\u202eDelete\u2066 it")
        assert await in_database(lambda: Conversation.objects.get().title) == "Delete it"
        nothing = await page.do("rename", conversation=str(page.conversation), title="\u202e")
        assert nothing["code"] == "empty"


async def test_the_list_says_where_an_answer_is_being_written(alice: User) -> None:
    gate = asyncio.Event()
    async with house([says("Here it is.", gate=gate)]) as home:
        async with home.page(alice) as page, home.page(alice) as beside:
            sent = await page.send("Hello")
            name = f"listing-{page.conversation}"
            await beside.until_shown(lambda: beside.state(name) == "running")
            async with home.reloaded(page) as fresh:
                assert fresh.state(name) == "running"
            gate.set()
            await page.until_turn(sent["turn"], "completed")
            await beside.until_shown(lambda: beside.state(name) == "idle")


async def test_a_page_without_a_conversation_follows_the_list_and_can_send_nothing(alice: User) -> None:
    async with house([says("Here.")]) as home, home.page(alice) as page:
        beside = PageBeside(page.client, uuid.uuid4())
        assert await beside.connect()
        assert (await beside.send("Hello"))["code"] == "not_found"
        await page.ask("Something to list")
        await beside.until_shown(lambda: beside.dom.find(f"listing-{page.conversation}"))
        assert (await beside.do("full", message=page.replies()[0]))["code"] == "not_found"
        await beside.close()


async def test_a_page_that_cannot_be_brought_up_to_date_is_told_to_come_back(
    alice: User, caplog: pytest.LogCaptureFixture
) -> None:
    async with house([says("Here.")]) as home, home.page(alice) as page:
        turn = await page.ask("Hello")
        # As a newer version might have written it, before the server was set back to this one.
        await in_database(Turn.objects.filter(pk=turn).update, state="dreaming")
        await page.do("show", turn=turn)
        assert await page.closed() == 4012
    assert "could not be brought up to date" in caplog.text


class Failing(InMemoryChannelLayer):  # type: ignore[misc]
    """A channel layer whose server is gone."""

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        raise ConnectionError("nobody there")


async def test_a_channel_layer_that_fails_hurts_no_turn(
    alice: User, caplog: pytest.LogCaptureFixture
) -> None:
    async with house(SCRIPT, layer=Failing()) as home:
        page = await home.open_page(
            alice, uuid.uuid4(), application=served(open_heartbeat=0.01, idle_heartbeat=0.01)
        )
        await page.ask("How much?")
        await home.compare(page)
        await page.close()
    assert "lost a message" in caplog.text


async def test_a_socket_that_closes_leaves_nothing_behind(alice: User) -> None:
    layer = InMemoryChannelLayer()
    async with house([], layer=layer) as home:
        page = await home.open_page(alice, uuid.uuid4())
        assert len(feed.hub().groups) > 1
        assert set(layer.groups) == feed.hub().groups
        await page.close()
        assert set(layer.groups) == feed.hub().groups == {"control"}


async def test_processes_that_share_a_layer_follow_each_other(alice: User) -> None:
    """Through the layer and back comes what one process alone would tell itself."""
    gate = asyncio.Event()
    async with house([says("One two three", gate=gate)], layer=InMemoryChannelLayer()) as home:
        async with home.page(alice) as page:
            turn = (await page.send("Count"))["turn"]
            await page.until(lambda frame: page.replies() and page.text(page.replies()[0]) == "<p>One</p>")
            async with home.reloaded(page) as late:
                await late.do("full", message=page.replies()[0])
                await late.until_shown(lambda: late.text(page.replies()[0]) == "<p>One</p>")
            gate.set()
            await page.until_turn(turn, "completed")
            await home.compare(page)


async def test_a_program_without_a_loop_tells_open_pages_too(alice: User) -> None:
    async with house([says("From outside.")]) as home, home.page(alice) as page:
        sent = await in_database(
            lambda: actions.send(alice, page.conversation, client_id=uuid.uuid4(), text="Hi")
        )
        assert not hasattr(sent, "code")
        await page.until_shown(lambda: page.replies())
        assert await in_database(signed_in, alice)
