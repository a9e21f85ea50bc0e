"""What is under way while Redis, PostgreSQL or a worker goes away and comes back."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
import redis

from tests import stores
from tests.processes.conftest import without
from tests.processes.installation import Installation, RemotePage, Visitor, entered, visitor
from tests.site.processes import Worker
from tests.stores import Databases, OwnPostgreSQL, OwnRedis

LONG = "be slow and write a long answer"


@dataclass
class Town:
    """One server and one worker on stores that may be stopped, for nobody else uses them."""

    installation: Installation
    postgresql: OwnPostgreSQL
    news: OwnRedis
    worker: Worker
    here: str
    cookies: dict[str, str]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    if not stores.can_start_postgresql():
        without("PostgreSQL to stop and start")
    if not stores.can_start_redis():
        without("Redis to stop and start")
    postgresql, news = OwnPostgreSQL(), OwnRedis()
    installation = Installation(
        tmp_path_factory.mktemp("town"),
        database=Databases(postgresql.address).make(),
        news=news.address,
        MESSAGES_PER_MINUTE="1000",
        DEMO_SECONDS_PER_TOKEN="0.0005",
    )
    server, worker = installation.server(), installation.worker()
    link = server.link()
    worker.ready()
    yield Town(installation, postgresql, news, worker, link.partition("/enter/")[0], entered(link))
    installation.close()
    news.close()
    postgresql.close()


@pytest_asyncio.fixture
async def page(town: Town) -> AsyncIterator[RemotePage]:
    """Open a page of somebody who is signed in, in a new conversation."""
    async with visitor(town.cookies) as alice, alice.page(town.here) as one:
        yield one


async def begun(page: RemotePage) -> int:
    """Begin a long answer, and wait for its first words; returns the turn."""
    turn = int((await page.send(LONG))["turn"])
    await page.until_shown(lambda: page.replies() and page.text(page.replies()[-1]))
    return turn


async def shows_what_is_kept(page: RemotePage) -> None:
    """Fail unless the page shows what one shows that is loaded anew."""
    fresh = Visitor(page.session).page(page.server, page.conversation)
    await fresh.load()
    async with fresh:
        await page.live_through(lambda: page.cursor >= fresh.cursor and not page.flow.awaited)
        await fresh.until_level()
        assert page.outline().splitlines() == fresh.outline().splitlines()


async def test_messages_that_redis_loses_are_made_good(town: Town, page: RemotePage) -> None:
    turn = await begun(page)
    with redis.Redis.from_url(town.news.address) as it:
        assert it.client_kill_filter(_type="pubsub")
    await page.live_through(lambda: page.state(f"turn-{turn}") == "completed")
    await shows_what_is_kept(page)


async def test_a_turn_goes_on_while_redis_restarts_and_pages_catch_up(town: Town, page: RemotePage) -> None:
    turn = await begun(page)
    town.news.stop()
    town.news.start()
    await page.live_through(lambda: page.state(f"turn-{turn}") == "completed")
    await shows_what_is_kept(page)
    assert await page.ask("What is 6*7?")


async def test_a_turn_goes_on_after_postgresql_has_restarted(town: Town, page: RemotePage) -> None:
    turn = await begun(page)
    town.postgresql.stop()
    town.postgresql.start()
    await page.live_through(lambda: page.state(f"turn-{turn}") == "completed")
    await shows_what_is_kept(page)
    again = await page.send("What is 6*7?")
    await page.live_through(lambda: page.state(f"turn-{again['turn']}") == "completed")


async def test_what_a_killed_worker_ran_goes_on_in_another(town: Town, page: RemotePage) -> None:
    turn = await begun(page)
    killed, town.worker = town.worker, town.installation.worker()
    killed.signal(signal.SIGKILL)
    killed.code()
    await page.live_through(lambda: page.state(f"turn-{turn}") == "completed")
    assert town.installation.rows("SELECT attempt FROM conversations_turn WHERE id = %s", turn) == [(2,)]
    await shows_what_is_kept(page)
