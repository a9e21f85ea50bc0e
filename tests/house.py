"""A running Clearcall in the test's own loop: scripted model, real executor, real rows, real sockets."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from channels.layers import channel_layers
from django.test import Client

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.client import ModelClient
from conversations.llm.demo import Delivery, DemoTransport
from conversations.turns import executor
from conversations.turns.local import LocalExecutor
from tests.page import Page

PATIENCE = 4.0  # seconds until a test gives up waiting


class House:
    """What a test may look at: the model's transport, the executor, the rows."""

    def __init__(self, transport: DemoTransport, running: LocalExecutor) -> None:
        self.transport = transport
        self.running = running

    @asynccontextmanager
    async def page(self, person: User, conversation: uuid.UUID | None = None) -> AsyncIterator[Page]:
        """Open a page as a browser would: the cookie of a sign-in, then the socket."""
        page = await self.open_page(person, conversation or uuid.uuid4())
        try:
            yield page
        finally:
            await page.close()

    async def open_page(self, person: User, conversation: uuid.UUID, *, cursor: int = 0) -> Page:
        client = await in_database(signed_in, person)
        page = Page(client, conversation)
        await page.connect(cursor=cursor)
        return page

    async def idle(self) -> None:
        """Wait until every turn has ended."""
        async with asyncio.timeout(PATIENCE):
            await self.running.idle()


@asynccontextmanager
async def house(script: Iterable[Delivery] | None = None, **options: Any) -> AsyncIterator[House]:
    """Run an executor whose model plays `script`, the demo model's own mind without one."""
    transport = DemoTransport(script, **options)
    client = ModelClient(
        "http://model.invalid/v1", "", "scripted", transport=transport, retries=0, silence_seconds=5
    )
    channel_layers.backends.clear()
    running = LocalExecutor(client)
    executor.use(running)
    await running.start()
    try:
        yield House(transport, running)
    finally:
        await executor.drain()


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client
