"""Servers that accept a call and never answer it, or break on it: that call ends by name, and no other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.demo import Delivery, calls, says
from conversations.models import ToolCall
from tests.house import House, house
from tests.mcp.servers import (
    COMMANDS,
    MODERN_SERVER,
    Listening,
    Modern,
    accept_all,
    http,
    listening,
    mischievous,
    ready,
    stdio,
)
from tests.mcp.test_river import until_file
from tests.page import Page
from tools.mcp.limits import LIST_SECONDS
from tools.models import ToolPolicy

pytestmark = pytest.mark.django_db(transaction=True)

WAYS = ["stdio", "http", "modern stdio", "modern http"]


@pytest.fixture(autouse=True)
def _commands(settings: Settings) -> None:
    settings.MCP_COMMANDS = {**COMMANDS, "old": mischievous("rude"), "modern": MODERN_SERVER}


@asynccontextmanager
async def reached(
    way: str, script: list[Delivery], people: tuple[User, User], *mischief: str, **facts: Any
) -> AsyncIterator[tuple[House, Page]]:
    """Have the server `near`, reached in one of the ways, its tools accepted, and a page to ask on."""
    is_modern = way.startswith("modern")
    alice, charlie = people
    kind = Modern if is_modern else Listening
    with ExitStack() as programs:
        if way.endswith("http"):
            program = programs.enter_context(listening("rude", *mischief, kind=kind))
            server = await in_database(http, "near", program.port, **facts)
        else:
            server = await in_database(stdio, "near", "modern" if is_modern else "old", **facts)
        async with house(script) as home, home.page(alice) as page:
            await ready(server)
            await in_database(accept_all, server, charlie)
            yield home, page
            await home.compare(page)


def ends() -> list[tuple[str, str, str, str]]:
    return list(ToolCall.objects.order_by("pk").values_list("name", "state", "error_code", "result"))


def error_of(name: str) -> str:
    return ToolCall.objects.get(name=name).error_message


@pytest.fixture
def people(alice: User, charlie: User) -> tuple[User, User]:
    return alice, charlie


ECHO = ("near__echo", {"text": "hi"})
ECHOED = ("near__echo", "succeeded", "", "hi")


@pytest.mark.parametrize("way", WAYS)
async def test_a_call_that_is_never_answered_ends_at_its_deadline_and_takes_none_along(
    way: str, people: tuple[User, User], tmp_path: Path
) -> None:
    hang = ("near__look", {"begun": str(tmp_path / "begun")})
    script = [calls(hang, ECHO), says("Half of it."), calls(ECHO), says("Good.")]
    async with reached(way, script, people, deadline=1.5) as (_, page):
        await page.ask("Both")
        await page.ask("Again")
    late = ("near__look", "timed_out", "timed_out", "")
    assert await in_database(ends) == [late, ECHOED, ECHOED]


@pytest.mark.parametrize("way", WAYS)
async def test_stop_ends_a_call_that_is_never_answered_and_the_next_one_works(
    way: str, people: tuple[User, User], tmp_path: Path
) -> None:
    hang = ("near__look", {"begun": str(tmp_path / "begun")})
    async with reached(way, [calls(hang), calls(ECHO), says("Good.")], people) as (_, page):
        await stopped_in_mid_call(page, tmp_path / "begun")
        await page.ask("Again")
    assert await in_database(ends) == [("near__look", "stopped", "stopped", ""), ECHOED]


async def test_a_server_that_does_not_even_take_a_cancellation_is_called_all_the_same(
    people: tuple[User, User], tmp_path: Path
) -> None:
    hang = ("near__look", {"begun": str(tmp_path / "begun")})
    script = [calls(hang), calls(ECHO), says("Good.")]
    async with reached("http", script, people, "deaf", deadline=8) as (_, page):
        await stopped_in_mid_call(page, tmp_path / "begun")
        await page.ask("Again")
    assert await in_database(ends) == [("near__look", "stopped", "stopped", ""), ECHOED]


async def test_nobody_listens_any_more_to_the_answer_of_a_call_that_was_stopped(
    people: tuple[User, User], tmp_path: Path
) -> None:
    drip = ("near__drip", {"gone": str(tmp_path / "gone")})
    async with reached("http", [calls(drip)], people) as (_, page):
        turn = (await page.send("Go on"))["turn"]
        await page.until_shown(lambda: "Is anybody there?" in page.outline())
        await page.do("stop", turn=turn)
        await page.until_turn(turn, "stopped")
        await until_file(tmp_path / "gone")


async def test_a_server_that_is_frozen_by_a_call_is_started_anew(
    people: tuple[User, User], tmp_path: Path
) -> None:
    hang = ("near__freeze", {"begun": str(tmp_path / "begun")})
    async with reached("modern stdio", [calls(hang), calls(ECHO), says("Good.")], people) as (_, page):
        await stopped_in_mid_call(page, tmp_path / "begun")
        await page.ask("Again")
    assert await in_database(ends) == [("near__freeze", "stopped", "stopped", ""), ECHOED]


async def test_a_server_that_does_one_thing_at_a_time_may_take_longer_than_a_look_at_it(
    people: tuple[User, User], settings: Settings
) -> None:
    settings.MCP_COMMANDS = {"old": mischievous("rude", "single")}
    await in_database(ToolPolicy.objects.create, name="near__slow", approval="never")
    slow = ("near__slow", {"seconds": LIST_SECONDS + 2})
    async with reached("stdio", [calls(slow), says("At last.")], people) as (_, page):
        await page.ask("Take your time")
    assert await in_database(ends) == [("near__slow", "succeeded", "", "at last")]


@pytest.mark.parametrize(
    ("mischief", "code", "said"),
    [
        ("forbidden", "server_failed", "It answers with status 403: are its headers right?"),
        ("hangup", "server_lost", "The connection to it was lost."),
        ("half", "server_lost", "The connection to it was lost."),
        ("squeezed", "server_failed", "It compressed its answer, although it was asked not to."),
        ("unending", "server_failed", "SSE stream failed"),
    ],
)
async def test_a_call_on_which_a_server_breaks_takes_no_other_along(
    mischief: str, code: str, said: str, people: tuple[User, User], tmp_path: Path
) -> None:
    await in_database(ToolPolicy.objects.create, name="near__slow", approval="never")
    script = [calls((f"near__{mischief}", {}), ("near__slow", {"seconds": 1})), says("One of them.")]
    async with reached("http", script, people) as (_, page):
        await page.ask("Both")
    broken, slow = await in_database(ends)
    assert broken[1:3] == ("failed", code)
    assert said in await in_database(error_of, f"near__{mischief}")
    assert slow == ("near__slow", "succeeded", "", "at last")


async def stopped_in_mid_call(page: Page, begun: Path) -> None:
    turn = (await page.send("Hang"))["turn"]
    await until_file(begun)
    await page.do("stop", turn=turn)
    await page.until_turn(turn, "stopped")
