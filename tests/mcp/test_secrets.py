"""Servers that tell everyone the key by which they were reached: nobody hears it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django import Settings

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.demo import calls, says
from conversations.models import Message, ToolCall
from tests.house import house, signed_in
from tests.mcp.servers import accept_all, away, http, listening, mischievous, ready, stdio
from tools.models import McpTool

pytestmark = pytest.mark.django_db(transaction=True)

KEY = "not-for-your-eyes"
HEADERS = {"Authorization": f"Bearer {KEY}"}


async def test_why_a_server_is_away_is_told_without_the_key_that_it_names(alice: User, charlie: User) -> None:
    with listening("tattle") as program:
        server = await in_database(http, "web", program.port, headers=HEADERS)
        await in_database(McpTool.objects.create, server=server, name="web__echo", remote_name="echo")
        async with house([says("Without it.")]) as home, home.page(alice) as page:
            connection = await away(server)
            await page.ask("Hello")
            await home.compare(page)
            html = page.outline()
            staff = await in_database(signed_in, charlie)
            address = reverse("admin:tools_mcpserver_change", args=[server.pk])
            seen = (await in_database(staff.get, address)).content.decode()
    reply = await in_database(lambda: Message.objects.get(role="assistant"))
    [left] = [left for left in reply.left_out if left["name"] == "web__echo"]
    assert "I do not know the key\ufffd [secret removed]" in left["reason"]
    assert "I do not know the key" in connection.error
    assert KEY not in html + seen + connection.error + left["reason"]


async def test_what_a_server_says_of_itself_and_its_tools_is_kept_without_its_key(charlie: User) -> None:
    with listening("boast") as program:
        server = await in_database(http, "web", program.port, headers=HEADERS)
        async with house([]):
            connection = await ready(server)
            tools = await in_database(lambda: list(McpTool.objects.filter(server=server)))
            await in_database(server.refresh_from_db)
            staff = await in_database(signed_in, charlie)
            pages = [
                reverse("admin:tools_mcptool_changelist"),
                reverse("admin:tools_mcpserver_change", args=[server.pk]),
                *(reverse("admin:tools_mcptool_change", args=[tool.pk]) for tool in tools),
            ]
            seen = [(await in_database(staff.get, page)).content.decode() for page in pages]
    assert connection.software == "boasts of [secret removed] 1"
    [boast] = [tool for tool in tools if tool.name == "web__boast"]
    assert boast.description == "Use [secret removed]."
    assert boast.schema["properties"]["a"]["default"] == "[secret removed]"
    kept = json.dumps(
        [[tool.name, tool.remote_name, tool.title, tool.description, tool.schema] for tool in tools]
    )
    assert not any(KEY in each for each in [kept, server.trouble, *seen])


async def test_how_far_a_call_has_come_is_told_without_the_key(
    alice: User, charlie: User, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    with listening("rude") as program:
        server = await in_database(http, "web", program.port, headers=HEADERS)
        script = [calls(("web__whisper", {"gate": str(gate)})), says("So.")]
        async with house(script) as home, home.page(alice) as page:
            await ready(server)
            await in_database(accept_all, server, charlie)
            turn = (await page.send("Whisper"))["turn"]
            await page.until_shown(lambda: "Listen," in page.outline())
            gate.touch()
            await page.until_turn(turn, "completed")
            html = page.outline()
    call = await in_database(ToolCall.objects.get)
    assert call.progress
    assert call.progress["message"] == "Listen, \ufffd [secret removed]"
    assert KEY not in html


async def test_a_redirect_takes_the_key_nowhere() -> None:
    visits: list[object] = []
    elsewhere = await asyncio.start_server(lambda *_: visits.append(_), "127.0.0.1", 0)
    port = elsewhere.sockets[0].getsockname()[1]
    with listening(f"elsewhere:{port}") as program:
        server = await in_database(http, "web", program.port, headers=HEADERS)
        async with house([]):
            assert "not followed" in (await away(server)).error
    elsewhere.close()
    await elsewhere.wait_closed()
    assert visits == []


async def test_the_last_words_of_a_program_begin_with_no_half_of_a_secret(settings: Settings) -> None:
    settings.MCP_COMMANDS = {"old": f"TOKEN={KEY} {mischievous('tattle', 'die')}"}
    server = await in_database(stdio, "near")
    async with house([]):
        connection = await away(server)
    assert set(connection.stderr.split()) == {"[secret", "removed]", "I", "will", "not."}
