"""Tools of MCP servers in real turns: offered, called, killed in the middle, and there again."""

from __future__ import annotations

import asyncio
import json
import subprocess
import uuid
from pathlib import Path

import pytest
from pytest_django import Settings

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.demo import calls, says
from conversations.models import Message, ToolCall
from tests.house import house
from tests.mcp.servers import COMMANDS, accept_all, away, http, kill, listening, mischievous, ready, stdio

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _commands(settings: Settings) -> None:
    settings.MCP_COMMANDS = COMMANDS
    settings.ROUTING_TOOLS = 1000  # what is sent of very many is another question


async def test_a_tool_over_stdio_and_one_over_http_are_offered_called_and_answered(
    alice: User, charlie: User
) -> None:
    script = [
        calls(("clock__get_current_time", {"timezone": "Asia/Tokyo"}), ("web__echo", {"text": "hi"})),
        says("So."),
    ]
    with listening() as server:
        clock = await in_database(stdio, "clock", "time")
        web = await in_database(http, "web", server.port)
        async with house(script) as home, home.page(alice) as page:
            for each in (clock, web):
                await ready(each)
                await in_database(accept_all, each, charlie)
            await page.ask("What time is it?")
            offered = {tool["function"]["name"] for tool in home.transport.requests[0]["tools"]}
            told = [
                message["content"]
                for message in home.transport.requests[-1]["messages"]
                if message["role"] == "tool"
            ]
            await home.compare(page)
    assert {"clock__get_current_time", "clock__convert_time", "web__echo"} <= offered
    assert json.loads(told[0])["timezone"] == "Asia/Tokyo"
    assert told[1] == "hi"
    rows = await in_database(lambda: list(ToolCall.objects.values_list("source", "state")))
    assert rows == [("MCP server clock", "succeeded"), ("MCP server web", "succeeded")]


async def test_the_log_of_a_repository_is_read_by_a_server_that_others_made(
    alice: User, charlie: User, tmp_path: Path
) -> None:
    await asyncio.to_thread(make_repository, tmp_path)
    server = await in_database(stdio, "git", "git")
    script = [calls(("git__git_log", {"repo_path": str(tmp_path), "max_count": 1})), says("One commit.")]
    async with house(script) as home, home.page(alice) as page:
        connection = await ready(server)
        await in_database(accept_all, server, charlie)
        await page.ask("What was done?")
        await home.compare(page)
    call = await in_database(ToolCall.objects.get)
    assert connection.protocol == "2026-07-28"
    assert call.state == "succeeded"
    assert "Begin well" in call.result


async def test_a_program_killed_in_mid_call_ends_the_call_and_is_there_again_for_the_next(
    alice: User, charlie: User, settings: Settings, tmp_path: Path
) -> None:
    settings.MCP_COMMANDS = {"old": f"{mischievous()} --as {(mark := uuid.uuid4().hex)}"}
    begun = tmp_path / "begun"
    script = [
        *(calls(("near__wait", {"begun": str(begun)})), says("It broke.")),
        *(calls(("near__echo", {"text": "again"})), says("Good.")),
    ]
    server = await in_database(stdio, "near")
    async with house(script) as home, home.page(alice) as page:
        await ready(server)
        await in_database(accept_all, server, charlie)
        turn = (await page.send("Wait"))["turn"]
        await page.until_turn(turn, "waiting")
        call = (await in_database(ToolCall.objects.get)).pk
        shown = page.dom.all_with("data-shown")
        await page.do("allow", call=call, shown=next(iter(shown)).attributes["data-shown"])
        await until_file(begun)
        kill(mark)
        await page.until_turn(turn, "completed")
        broken = await in_database(ToolCall.objects.get)
        connection = await ready(server)
        await page.ask("And now?")
        await home.compare(page)
    assert (broken.state, broken.error_code) == ("failed", "server_lost")
    assert connection.error.startswith("The program ended with exit code 137."), (
        "the last error stays to be read"
    )
    assert "whether it took effect is not known" in broken.error_message
    again = await in_database(lambda: ToolCall.objects.get(name="near__echo"))
    assert (again.state, again.result) == ("succeeded", "again")
    assert begun.read_text() == "begun\n"


async def test_a_call_that_only_reads_is_made_again_when_its_server_dies_under_it(
    alice: User, charlie: User, settings: Settings, tmp_path: Path
) -> None:
    settings.MCP_COMMANDS = {"old": f"{mischievous()} --as {(mark := uuid.uuid4().hex)}"}
    begun = tmp_path / "begun"
    server = await in_database(stdio, "near")
    async with house([calls(("near__look", {"begun": str(begun)})), says("So.")]) as home:
        async with home.page(alice) as page:
            await ready(server)
            await in_database(accept_all, server, charlie)
            turn = (await page.send("Look"))["turn"]
            await until_file(begun)
            kill(mark)
            await page.until_turn(turn, "completed")
    call = await in_database(ToolCall.objects.get)
    assert (call.state, call.result, call.error_message) == ("succeeded", "waited", "")
    assert begun.read_text() == "begun\n" * 2


async def test_a_server_started_anew_has_forgotten_the_session_and_is_called_all_the_same(
    alice: User, charlie: User
) -> None:
    script = [
        calls(("web__echo", {"text": "one"})),
        says("1"),
        calls(("web__echo", {"text": "two"})),
        says("2"),
    ]
    with listening() as program:
        server = await in_database(http, "web", program.port)
        async with house(script) as home, home.page(alice) as page:
            await ready(server)
            await in_database(accept_all, server, charlie)
            await page.ask("One")
            program.kill()
            program.start()
            await page.ask("Two")
    results = await in_database(lambda: list(ToolCall.objects.values_list("result", "error_message")))
    assert results == [("one", ""), ("two", "")]


async def test_tools_of_a_dead_server_are_left_out_with_that_reason_and_delay_nobody(
    alice: User, charlie: User
) -> None:
    with listening() as program:
        server = await in_database(http, "web", program.port)
        async with house([says("Without it.")]) as home, home.page(alice) as page:
            await ready(server)
            await in_database(accept_all, server, charlie)
            program.kill()
            # Nobody has called it: that it is gone shows at the next look, or at the next call.
            server.renewed += 1
            await in_database(server.save)
            await away(server)
            await page.ask("Hello")
    reply = await in_database(lambda: Message.objects.get(role="assistant"))
    assert not any(name.startswith("web__") for name in reply.offered)
    left = next(left for left in reply.left_out if left["name"] == "web__echo")
    assert left["code"] == "server_away"
    assert left["reason"].startswith("The MCP server web cannot be reached. It cannot be reached: ")


def make_repository(folder: Path) -> None:
    who = ("-c", "user.name=Alice", "-c", "user.email=alice@example.org")
    for words in (("init", "-q"), (*who, "commit", "-q", "--allow-empty", "-m", "Begin well")):
        subprocess.run(["git", "-C", str(folder), *words], check=True)


async def until_file(path: Path) -> None:
    async with asyncio.timeout(20):
        while not path.exists():
            await asyncio.sleep(0.01)
