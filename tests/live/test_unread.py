"""What is sent to a browser that does not read is bounded, and only an acknowledgement says that it reads."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from chatsite.accounts.models import User
from conversations.llm.demo import says
from tests.house import house
from tests.live.test_following import served
from tests.page import Page

pytestmark = pytest.mark.django_db(transaction=True)

LIMIT = 2_000
LONG = "word " * 200


@asynccontextmanager
async def deaf_page(alice: User) -> AsyncIterator[tuple[Page, int]]:
    """Come back to a settled conversation with a socket that bears little; yields page and reply."""
    async with house([says(LONG)]) as home, home.page(alice, uuid.uuid4()) as page:
        await page.ask("Write")
        (reply,) = page.replies()
        deaf = Page(page.client, page.conversation, application=served(limit=LIMIT))
        deaf.cursor, deaf.shelf = page.cursor, page.shelf
        assert await deaf.connect()
        yield deaf, reply
        await deaf.close()


async def test_a_message_that_is_on_its_way_is_not_sent_again(alice: User) -> None:
    async with deaf_page(alice) as (page, reply):
        for _ in range(5):
            assert (await page.do("full", message=reply))["t"] == "done"
        await page.acknowledge()
        await page.do("full", message=reply)
        await page.until(lambda frame: isinstance(frame, list))
    assert sum(frame[0] == "F" for frame in page.frames if isinstance(frame, list)) == 2


async def test_another_command_is_no_sign_that_the_browser_reads(alice: User) -> None:
    async with deaf_page(alice) as (page, _):
        for _ in range(LIMIT // 10):
            await page.say({"do": "ping", "n": 1})
        assert await page.closed() == 4429


async def test_who_acknowledges_gets_as_much_as_they_ask_for(alice: User) -> None:
    async with deaf_page(alice) as (page, reply):
        for _ in range(20):
            assert (await page.do("full", message=reply))["t"] == "done"
            await page.until(lambda frame: isinstance(frame, list))
            await page.acknowledge()


async def test_more_is_not_acknowledged_than_was_sent(alice: User) -> None:
    async with deaf_page(alice) as (page, _):
        await page.say({"do": "ack", "bytes": 10**12})
        for _ in range(LIMIT // 10):
            await page.say({"do": "ping", "n": 1})
        assert await page.closed() == 4429


async def test_a_long_conversation_is_caught_up_with_at_once_however_slow_the_browser(alice: User) -> None:
    async with deaf_page(alice) as (page, reply):
        fresh = Page(page.client, page.conversation, application=served(limit=LIMIT))
        assert await fresh.connect()
        await fresh.until_shown(fresh.replies)
        assert fresh.taken > 2 * LIMIT
        assert (await fresh.do("ping"))["t"] == "done"
        assert fresh.text(reply) == f"<p>{LONG.strip()}</p>"
        await fresh.close()
