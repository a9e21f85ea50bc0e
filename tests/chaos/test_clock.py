"""The clock is set back by an hour while a turn runs."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.clock import Clock, library
from tests.chaos.place import Place, begun
from tests.processes.conftest import without
from tests.processes.installation import Installation, entered, visitor
from tests.stores import Databases, OwnPostgreSQL, can_start_postgresql

BACK = -3600


@pytest.fixture
def clock() -> Iterator[Clock]:
    if not library():
        without("libfaketime")
    it = Clock()
    yield it
    it.close()


@pytest.fixture
def set_back(clock: Clock, news: str, tmp_path: Path) -> Iterator[Installation]:
    """An installation on a PostgreSQL that goes by the clock that is set back; its own processes do not."""
    if not can_start_postgresql():
        without("PostgreSQL that can be started")
    database = OwnPostgreSQL(clock.environment)
    whole = Installation(
        tmp_path, database=Databases(database.address).make(), news=news, TURN_EXECUTOR="local"
    )
    yield whole
    whole.close()
    database.close()


async def test_a_server_goes_on_with_its_turn_and_what_comes_later_stands_below(
    place: Place, clock: Clock
) -> None:
    server = place.server(**clock.environment, DEMO_SECONDS_PER_TOKEN="0.004")
    link = server.link()
    async with visitor(entered(link)) as alice:
        page = alice.page(link.partition("/enter/")[0])
        turn = await begun(page)
        clock.set_by(BACK)
        await page.until_turn(turn, "completed")
        await page.ask("What is 6*7?")
        await page.until_level()
        assert "attempt 2" not in page.outline()
        assert "42" in page.text(page.replies()[-1])
        fresh = alice.page(page.server, page.conversation)
        await fresh.load()
        assert fresh.outline() == page.outline()
        await page.close()
    assert server.errors.read_text() == ""


async def test_the_turn_of_a_killed_server_is_taken_over_although_its_lease_reaches_an_hour_ahead(
    set_back: Installation, clock: Clock
) -> None:
    killed = set_back.server(DEMO_SECONDS_PER_TOKEN="0.1")
    link = killed.link()
    cookies = entered(link)
    other = set_back.server(DEMO_SECONDS_PER_TOKEN="0.001")
    there = other.link().partition("/enter/")[0]
    async with visitor(cookies) as alice:
        turn = await begun(alice.page(link.partition("/enter/")[0]))
        (conversation,) = set_back.rows("SELECT id FROM conversations_conversation")[0]
        async with alice.page(there, conversation) as page:
            clock.set_by(BACK)
            killed.signal(signal.SIGKILL)
            await page.until_turn(turn, "completed")
            await page.until_level()
            assert "asked again" in page.outline()
            assert "attempt 2" in page.outline()
