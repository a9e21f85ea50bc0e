"""A running Clearcall in the test's own loop: scripted model, real executor, real rows, real sockets."""

from __future__ import annotations

import asyncio
import difflib
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from django.db import connections
from django.test import Client

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.client import ModelClient
from conversations.llm.demo import Delivery
from conversations.models import Conversation, Turn
from conversations.turns import executor
from conversations.turns.crew import SWEEP_SECONDS
from conversations.turns.local import LocalExecutor
from tests.page import Page
from tests.scripted import ScriptedTransport

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
PATIENCE = 60.0  # seconds until a test gives up waiting


class House:
    """What a test may look at: the model's transport, the executor, the rows."""

    def __init__(self, transport: ScriptedTransport, running: LocalExecutor, client: ModelClient) -> None:
        self.transport = transport
        self.client = client
        self.running = running

    @asynccontextmanager
    async def page(self, person: User, conversation: uuid.UUID | None = None) -> AsyncIterator[Page]:
        """Open a page as a browser would: the cookie of a sign-in, then the socket."""
        page = await self.open_page(person, conversation or uuid.uuid4())
        try:
            yield page
        finally:
            await page.close()

    async def open_page(self, person: User, conversation: uuid.UUID, *, application: Any = None) -> Page:
        client = await in_database(signed_in, person)
        page = Page(client, conversation, application=application)
        assert await page.connect()
        return page

    @asynccontextmanager
    async def reloaded(self, page: Page) -> AsyncIterator[Page]:
        """Open the same conversation once more as a reload does: the page by HTTP, then the socket."""
        other = Page(page.client, page.conversation)
        await other.load()
        assert await other.connect()
        try:
            yield other
        finally:
            await other.close()

    @asynccontextmanager
    async def second_tab(self, page: Page) -> AsyncIterator[Page]:
        """Open a second tab on the same conversation, before anything is in it."""
        other = Page(page.client, page.conversation)
        assert await other.connect()
        try:
            yield other
        finally:
            await other.close()

    async def compare(self, page: Page) -> None:
        """Fail unless the page that lived through everything shows what a reload shows."""
        seq = await in_database(lambda: Conversation.objects.get(pk=page.conversation).seq)
        await page.until_shown(lambda: page.cursor >= seq)
        await page.until_level()
        async with self.reloaded(page) as fresh:
            lived, loaded = page.outline().splitlines(), fresh.outline().splitlines()
            difference = difflib.unified_diff(lived, loaded, "lived", "loaded", lineterm="", n=2)
            assert lived == loaded, "\n".join(difference)

    async def idle(self) -> None:
        """Wait until every turn has ended."""
        async with asyncio.timeout(PATIENCE):
            await self.running.idle()


@asynccontextmanager
async def house(
    script: Iterable[Delivery] | None = None,
    *,
    sweep_seconds: float = SWEEP_SECONDS,
    silence: float = 5,
    client: ModelClient | None = None,
    layer: Any = None,
    **options: Any,
) -> AsyncIterator[House]:
    """Run an executor whose model plays `script`, the demo model's own mind without one."""
    transport = ScriptedTransport(script, **options)
    client = client or ModelClient(
        "http://model.invalid/v1",
        "",
        "scripted",
        transport=lambda: transport,
        retries=0,
        silence_seconds=silence,
    )
    channel_layers.backends.clear()
    if layer:
        channel_layers.set("default", layer)
    running = LocalExecutor(client, sweep_seconds=sweep_seconds)
    executor.use(running)
    await running.start()
    try:
        yield House(transport, running, client)
    finally:
        await executor.drain()
        # The communicator keeps its sockets from giving back what they signed in with; a server does not.
        await sync_to_async(connections.close_all)()


@asynccontextmanager
async def heir(home: House, *, sweep_seconds: float = SWEEP_SECONDS) -> AsyncIterator[LocalExecutor]:
    """Start another executor as the next process does when the first was killed and its leases ran out."""
    left = Turn.objects.filter(state=Turn.State.RUNNING)
    await in_database(left.update, lease_owner="a process that is no more", lease_until=LONG_AGO)
    running = LocalExecutor(home.client, sweep_seconds=sweep_seconds)
    await running.start()
    executor.use(running)
    try:
        yield running
    finally:
        executor.use(home.running)
        await running.drain(0)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def every_call_has_one_answer(messages: list[dict[str, Any]]) -> None:
    """Fail unless a provider would accept these messages: each call answered once, right after it."""
    for place, message in enumerate(messages):
        asked = [call["id"] for call in message.get("tool_calls", [])]
        following = messages[place + 1 : place + 1 + len(asked)]
        assert [answer.get("tool_call_id") for answer in following] == asked
    asked_for = sum(len(message.get("tool_calls", [])) for message in messages)
    assert asked_for == sum(message["role"] == "tool" for message in messages)
