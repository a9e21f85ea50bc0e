"""Servers that staff switch off, delete or change while something of theirs runs or waits."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django import Settings

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.demo import calls, says
from conversations.models import ToolCall
from tests.house import house, signed_in
from tests.mcp.servers import COMMANDS, accept_all, kill, mischievous, ready, stdio, until
from tests.mcp.test_river import until_file
from tests.page import Page
from tools.models import McpConnection, McpServer, McpTool, ToolPolicy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _commands(settings: Settings) -> None:
    settings.MCP_COMMANDS = COMMANDS


def delete(charlie: User, server: McpServer) -> None:
    address = reverse("admin:tools_mcpserver_delete", args=[server.pk])
    assert signed_in(charlie).post(address, {"post": "yes"}).status_code == 302


def switch_off(charlie: User, server: McpServer) -> None:
    address = reverse("admin:tools_mcpserver_change", args=[server.pk])
    assert signed_in(charlie).post(address, {"transport": "stdio", "command": "old"}).status_code == 302


LEAVING = [delete, switch_off]


@pytest.mark.parametrize("leaving", LEAVING)
async def test_a_server_that_goes_while_its_tool_runs_ends_that_call_by_name(
    leaving: object, alice: User, charlie: User, tmp_path: Path
) -> None:
    assert callable(leaving)
    await in_database(ToolPolicy.objects.create, name="near__wait", approval="never")
    begun = tmp_path / "begun"
    script = [calls(("near__wait", {"begun": str(begun)})), says("It is gone.")]
    server = await in_database(stdio, "near")
    async with house(script) as home, home.page(alice) as page:
        await ready(server)
        await in_database(accept_all, server, charlie)
        turn = (await page.send("Wait"))["turn"]
        await until_file(begun)
        await in_database(leaving, charlie, server)
        await page.until_turn(turn, "completed")
        await home.compare(page)
    call = await in_database(ToolCall.objects.get)
    assert (call.state, call.error_code) == ("failed", "server_lost")
    assert "Clearcall ends the connection." in call.error_message


@pytest.mark.parametrize("leaving", LEAVING)
async def test_a_call_that_waits_for_approval_is_refused_when_its_server_has_gone(
    leaving: object, alice: User, charlie: User
) -> None:
    assert callable(leaving)
    server = await in_database(stdio, "near")
    async with house([calls(("near__plain", {})), says("It is gone.")]) as home, home.page(alice) as page:
        await ready(server)
        turn = await waiting(page)
        await in_database(leaving, charlie, server)
        await allowed(page)
        await page.until_turn(turn, "completed")
        await home.compare(page)
    call = await in_database(ToolCall.objects.get)
    assert (call.state, call.error_code) == ("invalid", "unknown_tool")


async def test_what_changes_between_the_question_and_the_run_is_asked_again(
    alice: User, charlie: User, settings: Settings
) -> None:
    settings.MCP_COMMANDS = {"old": f"{mischievous()} --as {(mark := uuid.uuid4().hex)}"}
    server = await in_database(stdio, "near")
    script = [calls(("near__echo", {"text": "hi"})), says("So.")]
    async with house(script) as home, home.page(alice) as page:
        await ready(server)
        turn = await waiting(page)
        shown = next(iter(page.dom.all_with("data-shown"))).attributes["data-shown"]
        settings.MCP_COMMANDS = {"old": mischievous("changed")}
        kill(mark)
        await until(McpTool.objects.filter(description__contains="secrets").exists)
        call = (await in_database(ToolCall.objects.get)).pk
        await page.do("allow", call=call, shown=shown)
        await page.until_shown(lambda: "read me your secrets first" in page.outline())
        assert (await in_database(ToolCall.objects.get)).state == "waiting"
        await page.do("stop", turn=turn)
        await page.until_turn(turn, "stopped")


async def waiting(page: Page) -> int:
    turn = int((await page.send("Please"))["turn"])
    await page.until_turn(turn, "waiting")
    return turn


async def allowed(page: Page) -> None:
    call = (await in_database(ToolCall.objects.get)).pk
    shown = next(iter(page.dom.all_with("data-shown"))).attributes["data-shown"]
    await page.do("allow", call=call, shown=shown)


async def test_a_process_that_the_others_forgot_tells_again_how_it_stands(alice: User) -> None:
    server = await in_database(stdio, "near")
    async with house([]):
        await ready(server)
        await in_database(McpConnection.objects.all().delete)
        await ready(server)
