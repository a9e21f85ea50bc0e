"""Two servers and two workers on one PostgreSQL and one Redis are one Clearcall."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import httpx2
import pytest
import pytest_asyncio

from tests.mcp.servers import OLD_SERVER
from tests.page import PATIENCE, PageBeside
from tests.processes.installation import Installation, RemotePage, Visitor, entered, visitor
from tests.stores import Databases

LONG = "be slow and write a long answer"
AT_ONCE = 2  # turns of one person


@dataclass
class Town:
    """Processes are slow to start, so all tests of this file share them; each has its own conversation."""

    installation: Installation
    here: str
    there: str
    cookies: dict[str, str]
    other_link: str


@pytest.fixture(scope="module")
def town(databases: Databases, news: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    database = databases.make()
    installation = Installation(
        tmp_path_factory.mktemp("town"),
        database=database,
        news=news,
        RUNNING_TURNS_PER_PERSON=str(AT_ONCE),
        MESSAGES_PER_MINUTE="1000",
        DEMO_SECONDS_PER_TOKEN="0.01",
        MCP_COMMANDS=json.dumps({"old": OLD_SERVER}),
    )
    # All at once, on a database that is empty: one of them makes the tables.
    servers = [installation.server(), installation.server()]
    workers = [installation.worker("--turns", "20"), installation.worker("--turns", "20")]
    links = [server.link() for server in servers]
    for worker in workers:
        worker.ready()
    here, there = (link.partition("/enter/")[0] for link in links)
    yield Town(installation, here, there, entered(links[0]), links[1])
    installation.close()
    databases.drop(database)


@pytest_asyncio.fixture
async def alice(town: Town) -> AsyncIterator[Visitor]:
    async with visitor(town.cookies) as one:
        yield one


async def begun(page: RemotePage) -> None:
    """Wait until a reply has begun to stream."""
    await page.until_shown(lambda: page.replies() and page.text(page.replies()[-1]))


async def caught_up(page: RemotePage, seq: int) -> None:
    await page.until_shown(lambda: page.cursor >= seq)
    await page.until_level()


async def same_on_both(*pages: RemotePage) -> None:
    """Fail unless all pages show what a page shows that is loaded anew."""
    fresh = RemotePage(pages[0].session, pages[0].server, pages[0].conversation)
    await fresh.load()
    async with fresh:
        for page in pages:
            await caught_up(page, fresh.cursor)
            assert page.outline().splitlines() == fresh.outline().splitlines()


async def test_what_is_sent_to_one_server_streams_to_a_page_on_the_other(alice: Visitor, town: Town) -> None:
    async with alice.page(town.here) as here, alice.page(town.there, here.conversation) as there:
        turn = (await here.send("What is 6*7?"))["turn"]
        for page in (here, there):
            await page.until_turn(turn, "completed")
            assert [frame for frame in page.frames if isinstance(frame, list) and frame[0] == "f"]
            assert page.calls() == [("calculate", "succeeded")]
        await same_on_both(here, there)


async def test_stop_reaches_a_turn_from_the_other_server_and_its_text_is_kept(
    alice: Visitor, town: Town
) -> None:
    async with alice.page(town.here) as here, alice.page(town.there, here.conversation) as there:
        turn = (await here.send(LONG))["turn"]
        await begun(there)
        assert (await there.do("stop", turn=turn))["t"] == "done"
        for page in (here, there):
            await page.until_turn(turn, "stopped")
        await same_on_both(here, there)
        assert here.text(here.replies()[0])


async def test_a_page_that_comes_in_the_middle_gets_the_whole_from_the_worker(
    alice: Visitor, town: Town
) -> None:
    async with alice.page(town.here) as here:
        turn = (await here.send(LONG))["turn"]
        await begun(here)
        late = alice.page(town.there, here.conversation)
        await late.load()
        async with late:
            whole = await late.until(lambda frame: isinstance(frame, list) and frame[0] == "F")
            assert whole[1] == here.replies()[0]
            await late.do("stop", turn=turn)
            await late.until_turn(turn, "stopped")
            await same_on_both(here, late)


async def test_what_waits_is_taken_back_at_the_other_server_and_the_next_one_runs(
    alice: Visitor, town: Town
) -> None:
    async with alice.page(town.here) as here, alice.page(town.there, here.conversation) as there:
        first = (await here.send(LONG))["turn"]
        second = (await here.send("What is 6*7?"))["turn"]
        third = (await there.send("What is 5*5?"))["turn"]
        await begun(here)
        assert (await there.do("withdraw", turn=second))["text"] == "What is 6*7?"
        await here.do("stop", turn=first)
        for page in (here, there):
            await page.until_turn(third, "completed")
        await same_on_both(here, there)


async def test_a_tool_that_is_switched_off_at_one_server_is_off_at_the_other(
    alice: Visitor, town: Town
) -> None:
    class Beside(PageBeside, RemotePage):
        """The page of the tools, on a server in another process."""

    beside = Beside(alice.session, town.there, alice.page(town.there).conversation)
    async with alice.page(town.here) as here, beside:
        await beside.do("ping")
        for on in (False, True):
            await here.do("switch_tool", tool="get_calendar_events", on=on)
            await beside.until(lambda frame: "get_calendar_events" in json.dumps(frame))


async def test_signing_out_at_one_server_closes_the_sockets_of_that_sign_in_on_the_other(
    alice: Visitor, town: Town
) -> None:
    cookies = entered(town.other_link)
    async with visitor(cookies) as second, second.page(town.there) as page, alice.page(town.there) as other:
        await page.do("ping")
        await second.sign_out(town.here)
        assert await page.closed() == 4401
        assert (await other.do("ping"))["t"] == "done"


async def test_the_command_asks_beside_the_servers_and_pages_follow(alice: Visitor, town: Town) -> None:
    async with alice.page(town.here) as here:
        await here.ask("Hello")
        command = ("ask", "What is 6*7?", "--json", "--conversation", str(here.conversation))
        asked = await asyncio.to_thread(town.installation.manage, *command)
        assert (asked.returncode, asked.stderr) == (0, "")
        assert json.loads(asked.stdout)["state"] == "completed"
        await here.until_shown(lambda: here.calls() == [("calculate", "succeeded")])
        await same_on_both(here)


async def test_no_more_turns_of_a_person_run_at_once_than_they_may_whoever_runs_them(
    alice: Visitor, town: Town
) -> None:
    pages = [alice.page(server) for server in (town.here, town.there) * 4]
    for page in pages:
        assert await page.connect()
    sent = await asyncio.gather(*(page.send("Tell me about tools") for page in pages))
    turns = [answer["turn"] for answer in sent]
    for page, turn in zip(pages, turns, strict=True):
        await page.until_turn(turn, "completed")
        await page.close()
    spans = town.installation.rows(
        "SELECT started_at, ended_at FROM conversations_turn WHERE id = ANY(%s)", turns
    )
    together = [sum(start <= begun < end for start, end in spans) for begun, _ in spans]
    assert max(together) <= AT_ONCE


async def test_whoever_is_not_signed_in_is_refused_by_every_server(town: Town) -> None:
    for server in (town.here, town.there):
        assert httpx2.get(f"{server}/conversations/").status_code == 302


def test_a_server_without_its_redis_does_not_start_and_says_so(town: Town) -> None:
    refused = town.installation.manage("serve", "--port", "0", REDIS_URL="redis://127.0.0.1:1")
    assert refused.returncode == 1
    assert "The Redis that REDIS_URL names cannot be used: " in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("command", ["serve", "work"])
def test_nothing_starts_without_its_database_and_the_password_is_not_said(town: Town, command: str) -> None:
    wrong = "postgres://somebody:a-password@127.0.0.1:1/clearcall"
    refused = town.installation.manage(command, DATABASE_URL=wrong)
    assert refused.returncode == 1
    assert "The database that DATABASE_URL names cannot be used: " in refused.stderr
    assert "a-password" not in refused.stderr
    assert "Traceback" not in refused.stderr


async def test_each_worker_has_its_own_connection_and_servers_believe_what_they_tell(
    alice: Visitor, town: Town
) -> None:
    rows = town.installation.rows
    facts = {"name": "near", "transport": "stdio", "url": "", "command": "old", "headers": "{}"}
    facts |= {"trouble": "", "enabled": "true", "version": "1", "renewed": "0"}
    columns, values = zip(*facts.items(), strict=True)
    marks = ", ".join(["%s"] * len(values))
    rows(f"INSERT INTO tools_mcpserver ({', '.join(columns)}) VALUES ({marks}) RETURNING id", *values)
    async with asyncio.timeout(PATIENCE):
        while rows("SELECT count(*) FROM tools_mcpconnection WHERE state = 'ready'") != [(2,)]:
            await asyncio.sleep(0.05)
    rows("UPDATE tools_mcptool SET accepted_fingerprint = fingerprint RETURNING id")
    rows("UPDATE tools_mcpserver SET version = version + 1 RETURNING id")
    async with alice.page(town.here) as page:
        turn = await page.ask('Say "hello there" again', choice="tool:near__echo")
        assert page.state(f"turn-{turn}") == "completed"
        assert page.calls() == [("near__echo", "succeeded")]
    told = rows("SELECT source, result FROM conversations_toolcall WHERE name = 'near__echo'")
    assert told == [("MCP server near", "hello there")]
    rows("UPDATE tools_mcpserver SET enabled = false RETURNING id")
