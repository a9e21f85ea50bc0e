"""What is Alice's is refused to Bob at every door, and to nobody in particular too."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.live import commands
from conversations.llm.demo import says
from conversations.models import Conversation, Message, Turn
from tests.house import House, house, signed_in
from tests.live.test_following import served
from tests.page import Page

pytestmark = pytest.mark.django_db(transaction=True)

MADE = "2f1f6a3e-6f0c-4f7e-9b55-b0a2f4f8c0de"
# They go to the socket's own conversation, which is Bob's to begin.
OF_THE_SOCKET = {"send", "switch_tool_here"}
NOT_ABOUT_ANYTHING = {"ping", "ack", "switch_tool"}


async def alices(home: House, alice: User) -> Page:
    page = await home.open_page(alice, uuid.uuid4())
    await page.ask("My secret")
    return page


async def test_anothers_conversation_is_not_found_over_http(alice: User, bob: User) -> None:
    async with house([says("A secret answer.")]) as home:
        page = await alices(home, alice)
        turn = await in_database(lambda: Turn.objects.get().pk)
        (reply,) = page.replies()
        addresses = [
            f"/conversations/{page.conversation}/",
            f"/conversations/{page.conversation}/older/?before={turn}",
            f"/conversations/{page.conversation}/export.json",
            f"/conversations/messages/{reply}/raw/",
        ]
        bobs = await in_database(signed_in, bob)
        for address in addresses:
            assert (await in_database(page.client.get, address)).status_code == 200, address
            assert (await in_database(bobs.get, address)).status_code == 404, address
            assert (await in_database(Client().get, address)).status_code == 302, address
        listed = await in_database(bobs.get, "/")
        assert "secret" not in listed.content.decode()
        await page.close()


async def test_nonsense_in_an_address_is_not_found(alice: User) -> None:
    async with house([says("Here.")]) as home:
        page = await alices(home, alice)
        for before in ("", "x", "-1", "9" * 30, "9" * 5000, "1.5"):
            address = f"/conversations/{page.conversation}/older/?before={before}"
            assert (await in_database(page.client.get, address)).status_code == 404
        raw = f"/conversations/messages/{'9' * 30}/raw/"
        assert (await in_database(page.client.get, raw)).status_code == 404
        await page.close()


async def test_a_socket_for_anothers_conversation_is_refused_at_the_handshake(alice: User, bob: User) -> None:
    async with house([says("Here.")]) as home:
        page = await alices(home, alice)
        bobs = Page(await in_database(signed_in, bob), page.conversation)
        assert not await bobs.connect()
        await page.do("delete", conversation=str(page.conversation))
        again = Page(page.client, page.conversation)
        assert not await again.connect()
        await page.close()


async def test_a_foreign_origin_is_refused_at_the_handshake(alice: User) -> None:
    async with house([]):
        page = Page(await in_database(signed_in, alice), uuid.uuid4())
        assert not await page.connect(origin="http://evil.example")


def command_for(name: str, page: Page, *, turn: int, message: int) -> dict[str, Any]:
    fields = {
        "client_id": MADE,
        "turn": turn,
        "message": message,
        "conversation": str(page.conversation),
        "text": "Mine now",
        "title": "Mine now",
        "tool": "calculate",
        "on": False,
        "bytes": 1,
        "call": 1,
        "shown": "0" * 64,
    }
    model = next(model for model in commands.Command.__subclasses__() if name_of(model) == name)
    return {field: fields[field] for field in model.model_fields if field in fields}


def name_of(model: type[commands.Command]) -> str:
    (name,) = model.model_fields["do"].annotation.__args__  # type: ignore[union-attr]
    return str(name)


@pytest.mark.parametrize(
    "name", sorted({name_of(model) for model in commands.Command.__subclasses__()} - NOT_ABOUT_ANYTHING)
)
async def test_every_command_about_what_is_anothers_finds_nothing(name: str, alice: User, bob: User) -> None:
    async with house([says("Here.")]) as home, home.page(bob) as bobs:
        page = await alices(home, alice)
        turn = await in_database(lambda: Turn.objects.get().pk)
        (reply,) = page.replies()
        if name in OF_THE_SOCKET:
            bobs.conversation = page.conversation
            assert not await in_database(lambda: Turn.objects.filter(client_id=MADE).exists())
        else:
            refused = await bobs.do(name, **command_for(name, page, turn=turn, message=reply))
            assert (refused["t"], refused["code"]) == ("refused", "not_found")
        before = page.outline()
        await home.compare(page)
        assert page.outline() == before
        await page.close()
    assert await in_database(Turn.objects.count) == 1
    assert await in_database(lambda: Conversation.objects.get().title) == "My secret"


async def test_a_conversation_that_becomes_anothers_while_a_socket_waits_for_it_stays_closed(
    alice: User, bob: User
) -> None:
    async with house([says("Here.")]) as home, home.page(bob) as bobs:
        alices_page = await home.open_page(alice, bobs.conversation)
        await alices_page.ask("I was first")
        (reply,) = alices_page.replies()
        assert (await bobs.send("Me too"))["code"] == "not_found"
        assert (await bobs.do("full", message=reply))["code"] == "not_found"
        assert not [frame for frame in bobs.frames if isinstance(frame, list) or frame["t"] == "changes"]
        await alices_page.close()
    assert await in_database(Message.objects.count) == 2


async def test_a_page_without_sign_in_is_told_so_and_closed() -> None:
    async with house([]):
        page = Page(Client(), uuid.uuid4())
        assert await page.connect()
        assert await page.closed() == 4401
        assert [frame["code"] for frame in page.frames] == ["signed_out"]


async def test_signing_out_closes_the_persons_sockets(alice: User) -> None:
    async with house([]) as home, home.page(alice) as page:
        await page.do("ping")
        await in_database(page.client.logout)
        assert await page.closed() == 4401
        assert page.frames[-1]["code"] == "signed_out"


async def test_a_sign_in_that_ended_unannounced_is_noticed_at_the_next_command(alice: User) -> None:
    async with house([]) as home, home.page(alice) as page:
        await in_database(alice.set_password, "another-secret")
        await in_database(alice.save)
        refused = await page.send("Hello?")
        assert refused["code"] == "signed_out"
        assert await page.closed() == 4401
    assert not await in_database(Turn.objects.exists)


async def test_a_key_that_is_changed_for_a_new_one_signs_nobody_out(alice: User, settings: Settings) -> None:
    async with house([]) as home, home.page(alice) as page:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "the new key, which is long enough for everybody's purposes"
        assert (await page.do("ping"))["t"] == "done"
        # No socket can hand out a new cookie: the one that the browser has must go on being good.
        assert (await page.do("ping"))["t"] == "done"
        shown = await in_database(page.client.get, "/")
        assert shown.status_code == 200


async def test_sessions_are_kept_where_the_settings_say(alice: User, settings: Settings) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    async with house([]) as home, home.page(alice) as page:
        assert (await page.do("ping"))["t"] == "done"


async def test_a_sign_in_that_ended_unannounced_is_noticed_though_news_never_pauses(alice: User) -> None:
    application = served(open_heartbeat=0, idle_heartbeat=0)
    async with house([]) as home:
        page = await home.open_page(alice, uuid.uuid4(), application=application)
        await in_database(lambda: User.objects.filter(pk=alice.pk).update(is_active=False))
        assert await page.closed() == 4401
