"""What a server answers, and what the panel shows of it: progress, pictures, values, errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from pytest_django import Settings

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.demo import calls, says
from conversations.models import CallPicture, ToolCall
from tests.house import House, house, signed_in
from tests.mcp.servers import COMMANDS, OLD_SERVER, accept_all, http, listening, ready, stdio
from tools.models import McpServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _commands(settings: Settings) -> None:
    settings.MCP_COMMANDS = COMMANDS


async def test_a_long_call_shows_how_far_it_has_come(alice: User, charlie: User, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    script = [calls(("near__steps", {"count": 3, "gate": str(gate)})), says("Done.")]
    server = await in_database(stdio, "near")
    async with house(script) as home, home.page(alice) as page:
        await ready(server)
        await in_database(accept_all, server, charlie)
        turn = (await page.send("Take steps"))["turn"]
        await page.until_shown(lambda: "3 of 3: on" in page.outline())
        async with home.reloaded(page) as fresh:
            assert "3 of 3: on" in fresh.outline()
        gate.touch()
        await page.until_turn(turn, "completed")
        await home.compare(page)
        assert "Last progress: 3 of 3: on" in page.outline()
    call = await in_database(ToolCall.objects.get)
    assert call.progress == {"done": 3, "total": 3, "message": "on"}


async def test_pictures_are_for_people_and_values_for_the_model(
    alice: User, bob: User, charlie: User
) -> None:
    server = await in_database(stdio, "near")
    async with house([calls(("near__picture", {})), says("A pixel.")]) as home, home.page(alice) as page:
        await ready(server)
        await in_database(accept_all, server, charlie)
        await page.ask("Draw")
        told = json.loads(home.transport.requests[-1]["messages"][-1]["content"])
        await home.compare(page)
        html = page.outline()
    assert told["structured"] == {"width": 1}
    assert "[A picture (image/png, 70 bytes), shown to the person.]" in told["text"]
    assert "of a kind that is not shown" in told["text"], "an SVG may run scripts"
    call = await in_database(ToolCall.objects.get)
    assert call.pictures == 1
    address = f"/conversations/calls/{call.pk}/pictures/1/"
    assert address in html
    mine = await in_database((await in_database(signed_in, alice)).get, address)
    assert mine["content-type"] == "image/png"
    assert mine["content-security-policy"] == "default-src 'none'; sandbox"
    assert mine.content == bytes((await in_database(CallPicture.objects.get)).content)
    others = await in_database(signed_in, bob)
    assert (await in_database(others.get, address)).status_code == 404
    await in_database(allow, bob, "view_conversation")
    assert (await in_database(others.get, address)).status_code == 404, (
        "what is in a picture cannot be masked"
    )
    await in_database(allow, bob, "view_unmasked")
    assert (await in_database(others.get, address)).status_code == 200


async def test_an_error_that_a_tool_reports_is_its_result(alice: User, charlie: User) -> None:
    call, told = await one_call(alice, charlie, "refuse")
    assert (call.state, call.error_code, call.result) == (
        "failed",
        "tool_reported",
        "There is no such thing.",
    )
    assert json.loads(told)["error"]["message"] == "There is no such thing."


async def test_an_error_of_the_server_is_a_failure(alice: User, charlie: User) -> None:
    call, _ = await one_call(alice, charlie, "error")
    assert (call.state, call.error_code) == ("failed", "server_failed")
    assert "It is broken inside." in call.error_message


async def test_an_answer_that_makes_no_sense_is_a_failure(alice: User, charlie: User) -> None:
    call, _ = await one_call(alice, charlie, "nonsense")
    assert (call.state, call.error_code) == ("failed", "server_failed")
    assert "not what MCP prescribes" in call.error_message


async def test_a_result_is_cut_at_the_limit_of_its_policy(alice: User, charlie: User) -> None:
    call, told = await one_call(alice, charlie, "big", bytes=1_000_000)
    assert (call.state, len(call.result)) == ("succeeded", 65_536)
    assert told.endswith("bytes of this result were left out.]")


@pytest.mark.parametrize("mischief", [(), ("plain",)])
async def test_a_hundred_megabytes_are_not_read(
    mischief: tuple[str, ...], alice: User, charlie: User
) -> None:
    script = [calls(("web__big", {"bytes": 100_000_000})), says("Too much.")]
    with listening(*mischief) as program:
        server = await in_database(http, "web", program.port)
        async with house(script) as home:
            call, _ = await asked(home, server, alice, charlie)
    assert (call.state, call.error_code) == ("failed", "server_failed")


async def test_a_hundred_megabytes_on_one_line_are_not_read(alice: User, charlie: User) -> None:
    call, _ = await one_call(alice, charlie, "big", bytes=100_000_000)
    assert (call.state, call.error_code) == ("failed", "server_lost")
    assert "a message of more than 4 MB" in call.error_message


async def test_secret_headers_reach_the_server_and_nobody_else(alice: User, charlie: User) -> None:
    headers = {"Authorization": "Bearer not-for-your-eyes"}
    with listening() as program:
        server = await in_database(http, "web", program.port, headers=headers)
        async with house([calls(("web__headers", {})), says("So.")]) as home:
            call, told = await asked(home, server, alice, charlie)
    assert json.loads(call.result)["Authorization"] == "[secret removed]"
    assert "not-for-your-eyes" not in told


async def test_a_program_is_given_its_own_variables_and_none_of_ours(
    alice: User, charlie: User, settings: Settings
) -> None:
    settings.MCP_COMMANDS = {"old": f"TOKEN=its-own-secret MODE=quick {OLD_SERVER}"}
    call, told = await one_call(alice, charlie, "variables")
    variables = json.loads(call.result)
    assert variables["TOKEN"] == "[secret removed]"
    assert variables["MODE"] == "quick"
    assert "its-own-secret" not in told
    known = {"PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "TOKEN", "MODE", "LC_CTYPE", "PWD"}
    assert set(variables) <= known, "LC_CTYPE is Python's own doing"


async def one_call(person: User, staff: User, tool: str, **arguments: object) -> tuple[ToolCall, str]:
    server = await in_database(stdio, "near")
    async with house([calls((f"near__{tool}", arguments)), says("So.")]) as home:
        return await asked(home, server, person, staff)


def allow(person: User, codename: str) -> None:
    person.user_permissions.add(Permission.objects.get(codename=codename))


async def asked(home: House, server: McpServer, person: User, staff: User) -> tuple[ToolCall, str]:
    """Have the one call of a script made; returns its row and what the model was told."""
    async with home.page(person) as page:
        await ready(server)
        await in_database(accept_all, server, staff)
        await page.ask("Please")
    call = await in_database(ToolCall.objects.get)
    return call, home.transport.requests[-1]["messages"][-1]["content"]


async def test_a_call_past_its_deadline_ends_and_the_next_one_works(
    alice: User, charlie: User, tmp_path: Path
) -> None:
    endless = {"count": 1, "gate": str(tmp_path / "never")}
    script = [
        *(calls(("near__steps", endless)), says("Too slow.")),
        *(calls(("near__echo", {"text": "still here"})), says("Good.")),
    ]
    server = await in_database(stdio, "near", deadline=0.3)
    async with house(script) as home, home.page(alice) as page:
        await ready(server)
        await in_database(accept_all, server, charlie)
        await page.ask("Take steps")
        await page.ask("And now?")
    late, good = await in_database(lambda: list(ToolCall.objects.order_by("pk")))
    assert (late.state, late.error_code) == ("timed_out", "timed_out")
    assert "It may still be running." in late.error_message
    assert (good.state, good.result) == ("succeeded", "still here")


async def test_stop_ends_a_call_at_once_and_leaves_the_server_usable(
    alice: User, charlie: User, tmp_path: Path
) -> None:
    endless = {"count": 1, "gate": str(tmp_path / "never")}
    script = [calls(("near__steps", endless)), calls(("near__echo", {"text": "hi"})), says("Good.")]
    server = await in_database(stdio, "near")
    async with house(script) as home, home.page(alice) as page:
        await ready(server)
        await in_database(accept_all, server, charlie)
        turn = (await page.send("Take steps"))["turn"]
        await page.until_shown(lambda: "1 of 1: on" in page.outline())
        await page.do("stop", turn=turn)
        await page.until_turn(turn, "stopped")
        await page.ask("And now?")
        await home.compare(page)
    states = await in_database(lambda: list(ToolCall.objects.order_by("pk").values_list("state", flat=True)))
    assert states == ["stopped", "succeeded"]
