"""Servers that are sloppy, hostile, silent or gone: each comes to a sentence, and nobody waits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from io import StringIO

import pytest
from django.urls import reverse
from pytest_django import Settings

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.demo import says
from conversations.models import Message
from tests.house import house, signed_in
from tests.mcp.servers import (
    COMMANDS,
    MODERN_SERVER,
    Listening,
    away,
    http,
    listening,
    mischievous,
    programs_of,
    ready,
    stdio,
    until,
)
from tools.context import ToolContext
from tools.execution import run
from tools.mcp.limits import TOOL_LIMIT
from tools.mcp.switchboard import Switchboard
from tools.models import McpConnection, McpServer, McpTool
from tools.problems import Checked, Problem
from tools.registry import registry
from tools.toolbox import Toolbox

pytestmark = pytest.mark.django_db(transaction=True)


@asynccontextmanager
async def following() -> AsyncIterator[None]:
    """Have connections, and nothing else of a house."""
    board = Switchboard(in_database)
    board.start()
    try:
        yield
    finally:
        await board.stop()


@asynccontextmanager
async def mischief(settings: Settings, *words: str) -> AsyncIterator[McpServer]:
    settings.MCP_COMMANDS = {"old": mischievous(*words)}
    server = await in_database(stdio, "odd")
    async with following():
        yield server


async def told(person: User, name: str, **arguments: object) -> str:
    """Call a tool of a server, and return what the model would be told."""
    tools = await in_database(lambda: {tool.name: tool for tool in registry.all()})
    context = ToolContext.for_person(person)
    outcome = await run(tools[name], arguments, context, deadline=30, result_limit=10_000)
    return outcome.told


@pytest.mark.parametrize(
    ("words", "offered", "trouble"),
    [
        (("many",), TOOL_LIMIT, "It offers more than 2,000 tools; only the first ones are kept."),
        (("endless",), 100, "Its list of tools has more than 100 pages; the others were not read."),
        (("heavy",), 4, "Its tools take more than 4 MB; only the first ones are kept."),
        (("circle",), 1, "Its list of tools repeats a page; it was read no further."),
        (("chatty",), 13, ""),
    ],
)
async def test_a_list_that_does_not_end_is_read_so_far(
    words: tuple[str, ...], offered: int, trouble: str, settings: Settings
) -> None:
    async with mischief(settings, *words) as server:
        await ready(server)
        assert await in_database(McpTool.objects.count) == offered
        await in_database(server.refresh_from_db)
    assert server.trouble == trouble


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("liar",), "Its answer is not what MCP prescribes (tools: Input should be a valid list)."),
        (("babble",), "What it writes are no messages of MCP."),
        (("die",), "The program ended with exit code 1."),
    ],
)
async def test_a_program_that_is_no_server_is_away_for_a_reason(
    words: tuple[str, ...], reason: str, settings: Settings
) -> None:
    async with mischief(settings, *words) as server:
        connection = await away(server)
    assert connection.error == reason
    assert connection.stderr.startswith("hello from the old server")


async def test_lines_between_messages_that_are_none_are_forgiven(alice: User, settings: Settings) -> None:
    async with mischief(settings, "mumble") as server:
        connection = await ready(server)
        for number in range(5):
            assert await told(alice, "odd__echo", text=str(number)) == str(number)
        await in_database(connection.refresh_from_db)
    assert connection.error == ""


async def test_a_command_that_is_not_there_or_not_allowed_says_so(settings: Settings) -> None:
    settings.MCP_COMMANDS = COMMANDS
    missing = await in_database(stdio, "missing", "missing")
    forbidden = await in_database(stdio, "forbidden", "rm")
    async with following():
        assert (await away(missing)).stderr.startswith("/nowhere/to/be/found cannot be started")
        assert (await away(forbidden)).error == "The setting MCP_COMMANDS no longer names 'rm'."


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("elsewhere", "Redirect to http://127.0.0.1:9/mcp not followed"),
        ("page", "Unexpected content type"),
        ("locked", "It answers with status 401: are its headers right?"),
    ],
)
async def test_an_address_that_is_no_servers_or_leads_elsewhere_says_so(word: str, reason: str) -> None:
    with listening(word) as program:
        server = await in_database(http, "web", program.port)
        async with following():
            assert reason in (await away(server)).error


async def test_a_server_that_never_answers_delays_nobody(alice: User, settings: Settings) -> None:
    settings.MCP_COMMANDS = {"old": mischievous("silent")}
    server = await in_database(stdio, "odd")
    await in_database(McpTool.objects.create, server=server, name="odd__echo", remote_name="echo")
    async with house([says("Hello.")]) as home, home.page(alice) as page:
        await page.ask("Hello")
    assert await in_database(Message.objects.filter(role="assistant", state="complete").count) == 1


async def test_sloppy_tools_are_left_out_one_by_one_with_reasons(alice: User, settings: Settings) -> None:
    async with mischief(settings, "odd") as server:
        await ready(server)
        toolbox = await in_database(Toolbox.for_person, alice)
        await in_database(server.refresh_from_db)
    offered = {tool.name.removeprefix("odd__") for tool in toolbox.offered if tool.supplied}
    reasons = {left.name.removeprefix("odd__"): left.reason for left in toolbox.left_out}
    assert {"fine", "twice", "hostile", "regex", "laughs"} <= offered
    assert {name for name in offered if name.startswith("dots_and_spaces_")} == {
        name for name in offered if name.startswith("dots")
    }
    assert len([name for name in offered if name.startswith("dots")]) == 2
    assert len([name for name in offered if name.startswith("nnn")]) == 2
    assert all(len(tool.name) <= 64 for tool in toolbox.offered)
    assert reasons["no-object"] == "Its schema is none."
    assert reasons["broken"].startswith("Its schema is broken at properties.a.type:")
    assert "another document, http://169.254.169.254/schema" in reasons["elsewhere"]
    assert reasons["huge"] == "Its schema is longer than 65,536 bytes."
    assert "nested deeper than" in reasons["deep"]
    assert "more than once" in server.trouble
    assert "300 characters" in server.trouble
    assert "lost-1" in offered, "where a reference leads is found out when it is called"
    assert {"dialect", "tenth"} <= offered
    assert len([name for name in offered if name.startswith("nul_")]) == 1, (
        "they are the same once they are kept"
    )


async def test_a_schema_cannot_make_the_check_of_arguments_endless(alice: User, settings: Settings) -> None:
    async with mischief(settings, "odd") as server:
        await ready(server)
        tools = await in_database(lambda: {tool.name: tool for tool in registry.all()})
    # Patterns like these, and alternatives like those, would take until the end of the world.
    assert isinstance(tools["odd__regex"].check('{"a": "' + "a" * 40 + '!"}'), Checked)
    assert isinstance(tools["odd__laughs"].check('{"a": 2}'), Checked)
    assert isinstance(tools["odd__regex"].check('{"a": 1}'), Problem)
    assert isinstance(tools["odd__dialect"].check('{"a": "' + "a" * 40 + '!"}'), Checked)


@pytest.mark.parametrize(
    ("name", "written"),
    [*((f"lost-{number}", '{"a": 1}') for number in range(4)), ("tenth", '{"a": 1' + "0" * 400 + "}")],
)
async def test_what_does_not_fit_a_senseless_schema_is_left_to_the_server(
    name: str, written: str, alice: User, settings: Settings
) -> None:
    async with mischief(settings, "odd") as server:
        await ready(server)
        tools = await in_database(lambda: {tool.name: tool for tool in registry.all()})
    assert isinstance(tools[f"odd__{name}"].check(written), Checked)


async def test_schemas_that_take_too_long_to_check_are_left_out(alice: User, settings: Settings) -> None:
    async with mischief(settings, "laborious") as server:
        await ready(server)
        toolbox = await in_database(Toolbox.for_person, alice)
    assert "odd__first" in {tool.name for tool in toolbox.offered}
    reasons = {left.reason for left in toolbox.left_out if left.name.startswith("odd__")}
    assert reasons == {"Its schema cannot be used: it takes too long to check."}


async def test_a_server_that_hangs_is_said_to_be_being_connected(settings: Settings) -> None:
    async with mischief(settings, "silent"):
        assert await until(McpConnection.objects.filter(state=McpConnection.State.CONNECTING).exists)


async def test_a_server_that_wants_to_be_asked_for_news_at_once_is_asked_once_a_second(
    alice: User,
) -> None:
    with listening("rude", "restless") as program:
        server = await in_database(http, "web", program.port)
        async with following():
            await ready(server)
            for _ in range(50):
                gets = int(await told(alice, "web__gets"))
    assert gets < 20, "with no pause between them there would be several for each call"


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What comes to the root of all loggers, from where it is written down."""
    lines = StringIO()
    handler = logging.StreamHandler(lines)
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


async def test_a_flood_of_news_ends_with_the_call_and_keeps_nobody_from_being_answered(
    alice: User, settings: Settings, log: StringIO
) -> None:
    settings.MCP_COMMANDS = {"old": mischievous("rude")}
    flooding, calm = await in_database(stdio, "near"), await in_database(stdio, "calm")
    async with following():
        await ready(flooding)
        await ready(calm)
        flood = asyncio.create_task(told(alice, "near__flood", count=1000))
        for number in range(20):
            assert await told(alice, "calm__echo", text=str(number)) == str(number)
        assert not flood.done(), "or nothing was shown"
        assert await flood == "done"
    assert log.getvalue() == "", "nor does it fill the log"


def by(transport: str, program: Listening) -> Callable[[], McpServer]:
    return partial(stdio, "near") if transport == "stdio" else partial(http, "near", program.port)


@pytest.mark.parametrize("transport", ["stdio", "http"])
async def test_progress_in_numbers_that_are_none_is_not_shown(
    transport: str, alice: User, settings: Settings
) -> None:
    settings.MCP_COMMANDS = {"old": mischievous("rude")}
    with listening("rude") as program:
        server = await in_database(
            *((stdio, "near") if transport == "stdio" else (http, "near", program.port))
        )
        async with following():
            await ready(server)
            assert await told(alice, "near__beyond") == "done"
            assert await told(alice, "near__echo", text="hi") == "hi"


@pytest.mark.parametrize("transport", ["stdio", "http"])
async def test_a_server_that_asks_back_is_told_that_there_is_nothing(
    transport: str, alice: User, settings: Settings
) -> None:
    settings.MCP_COMMANDS = {"old": mischievous("rude")}
    with listening("rude") as program:
        server = await in_database(
            *((stdio, "near") if transport == "stdio" else (http, "near", program.port))
        )
        async with following():
            await ready(server)
            answer = await told(alice, "near__ask")
    assert answer == (
        "ping: result, sampling/createMessage: error, elicitation/create: error, roots/list: error, "
        "secrets/list: error"
    )


async def test_a_server_of_2026_that_asks_back_gets_no_answer_and_the_call_a_sentence(
    alice: User, settings: Settings
) -> None:
    settings.MCP_COMMANDS = {"modern": MODERN_SERVER}
    server = await in_database(stdio, "near", "modern")
    async with following():
        await ready(server)
        assert "It asks for more in the middle of a call" in await told(alice, "near__ask")


async def test_what_a_server_says_is_shown_as_text(charlie: User, settings: Settings) -> None:
    async with mischief(settings, "odd") as server:
        await ready(server)
        staff = await in_database(signed_in, charlie)
        tool = await in_database(lambda: McpTool.objects.get(name="odd__hostile"))
        address = reverse("admin:tools_mcptool_change", args=[tool.pk])
        page = (await in_database(staff.get, address)).content.decode()
        menu = (await in_database(staff.get, "/tools/")).content.decode()
    assert "<script>alert(1)" not in page + menu
    assert ">U+202E<" in page, "what turns letters round is spelled out"


async def test_a_program_ends_with_its_connection(settings: Settings) -> None:
    async with mischief(settings, "marked-for-this-test") as server:
        await ready(server)
        assert len(programs_of("marked-for-this-test")) == 2, "the guard and the program"
    assert programs_of("marked-for-this-test") == []
    assert not await in_database(McpConnection.objects.exists)
