"""Staff add servers, and see how they stand; what is secret stays so."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from chatsite.accounts.models import User
from conversations.models.turn import LEASE
from tests.mcp.servers import COMMANDS, http
from tools.mcp.catalogue import FRESH
from tools.mcp.headers import UNREADABLE, unsealed
from tools.mcp.targets import targets
from tools.models import McpConnection, McpServer, McpTool
from tools.toolbox import Toolbox

ADD = reverse("admin:tools_mcpserver_add")
LIST = reverse("admin:tools_mcpserver_changelist")
TOOLS = reverse("admin:tools_mcptool_changelist")
SECRET = "Bearer not-for-your-eyes"
WEB = {"name": "web", "transport": "http", "url": "http://127.0.0.1:8123/mcp", "enabled": "on"}


@pytest.fixture
def staff(client: Client, charlie: User, settings: Settings) -> Client:
    settings.MCP_COMMANDS = COMMANDS
    client.force_login(charlie)
    return client


def change(server: McpServer) -> str:
    return reverse("admin:tools_mcpserver_change", args=[server.pk])


def tool(server: McpServer, name: str, **facts: Any) -> McpTool:
    facts = {"fingerprint": name, "schema": {"type": "object"}, **facts}
    return McpTool.objects.create(server=server, name=f"{server.name}__{name}", remote_name=name, **facts)


def test_a_server_is_added_with_headers_that_are_never_shown_again(staff: Client) -> None:
    assert staff.post(ADD, {**WEB, "new_headers": f"Authorization: {SECRET}"}).status_code == 302
    server = McpServer.objects.get()
    assert unsealed(server.headers) == {"Authorization": SECRET}
    assert SECRET not in json.dumps(server.headers), "a copy of the database must not be a copy of the keys"
    page = staff.get(change(server)).content.decode()
    assert "Authorization: ••••••" in page
    pages = [
        page,
        staff.get(LIST).content.decode(),
        staff.get(reverse("admin:tools_mcpserver_history", args=[server.pk])).content.decode(),
    ]
    wrong = staff.post(change(server), {**WEB, "url": "no", "new_headers": f"Authorization: {SECRET}"})
    assert wrong.status_code == 200
    assert not any("not-for-your-eyes" in each for each in [*pages, wrong.content.decode()])


def test_headers_stay_until_others_are_written_or_they_are_forgotten(staff: Client) -> None:
    staff.post(ADD, {**WEB, "new_headers": f"Authorization: {SECRET}"})
    server = McpServer.objects.get()
    staff.post(change(server), {**WEB, "deadline": "5"})
    server.refresh_from_db()
    assert (server.deadline, unsealed(server.headers)) == (5, {"Authorization": SECRET})
    staff.post(change(server), {**WEB, "forget_headers": "on"})
    server.refresh_from_db()
    assert server.headers == {}


def test_headers_that_were_kept_under_another_key_are_to_be_written_again(
    staff: Client, settings: Settings
) -> None:
    staff.post(ADD, {**WEB, "new_headers": f"Authorization: {SECRET}"})
    server = McpServer.objects.get()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = (
        [settings.SECRET_KEY],
        "another-key-of-this-installation",
    )
    assert [target.headers for target in targets()] == [{"Authorization": SECRET}]
    settings.SECRET_KEY_FALLBACKS = []
    [target] = targets()
    assert (target.fault, dict(target.headers)) == (UNREADABLE, {})
    staff.force_login(get_user_model().objects.get(username="charlie"))
    assert UNREADABLE in staff.get(change(server)).content.decode()
    staff.post(change(server), {**WEB, "new_headers": "Authorization: Bearer a-new-one"})
    assert [target.headers for target in targets()] == [{"Authorization": "Bearer a-new-one"}]


def test_headers_do_not_follow_an_address_to_another_host(staff: Client) -> None:
    staff.post(ADD, {**WEB, "new_headers": f"Authorization: {SECRET}"})
    server = McpServer.objects.get()
    elsewhere = {**WEB, "url": "http://evil.example/mcp"}
    refused = staff.post(change(server), elsewhere)
    assert "The address is another: write the headers anew, or forget them." in refused.content.decode()
    assert staff.post(change(server), {**elsewhere, "forget_headers": "on"}).status_code == 302
    server.refresh_from_db()
    assert (server.url, server.headers) == ("http://evil.example/mcp", {})


def test_an_address_that_is_none_is_refused_for_a_server_that_is_there_too(staff: Client) -> None:
    staff.post(ADD, {**WEB, "new_headers": f"Authorization: {SECRET}"})
    server = McpServer.objects.get()
    refused = staff.post(change(server), {**WEB, "url": "http://[x"})
    assert "That is not an address." in refused.content.decode()
    server.refresh_from_db()
    assert server.url == WEB["url"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "ftp://files.example"}, "An address that begins with http:// or https:// is needed."),
        ({"url": "http://[:1"}, "That is not an address."),
        ({"url": "http://me:secret@host/mcp"}, "Write credentials as headers, not into the address."),
        ({"url": ""}, "An address that begins with http:// or https:// is needed."),
        ({"name": "No Spaces"}, "Small letters, digits and hyphens only."),
        ({"new_headers": "Authorization"}, "Write each header on a line of its own"),
        ({"new_headers": "Host: evil.example"}, "The header Host is the connection&#x27;s own."),
        ({"new_headers": "X-Key: ä"}, "must be 1 to 4,000 letters that HTTP can carry"),
        ({"transport": "stdio", "command": ""}, "The setting MCP_COMMANDS names no such command."),
        ({"transport": "stdio", "command": "rm"}, "rm is not one of the available choices"),
        ({"deadline": "0"}, "greater than or equal to 0.1"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    wrong: dict[str, str], said: str, staff: Client
) -> None:
    answer = staff.post(ADD, {**WEB, **wrong})
    assert said in answer.content.decode()
    assert not McpServer.objects.exists()


def test_the_page_shows_each_process_its_error_and_the_programs_last_words(staff: Client) -> None:
    server = http("web", 8123)
    facts = {"state": "away", "error": "It cannot be reached: <b>refused</b>.", "stderr": "Traceback & more"}
    McpConnection.objects.create(server=server, process="a" * 32, host="worker-1", **facts)
    stale = McpConnection.objects.create(server=server, process="b" * 32, host="worker-2", state="ready")
    McpConnection.objects.filter(pk=stale.pk).update(beat_at=timezone.now() - 2 * FRESH)
    page = staff.get(change(server)).content.decode()
    assert "It cannot be reached: &lt;b&gt;refused&lt;/b&gt;." in page
    assert "Traceback &amp; more" in page
    assert "worker-1" in page
    assert "worker-2" not in page, "a process that is silent for so long is dead"
    assert "Not connected. It cannot be reached" in staff.get(LIST).content.decode()


@pytest.mark.usefixtures("staff")
def test_a_process_without_connections_believes_what_the_others_told(alice: User) -> None:
    server = http("web", 8123)
    tool(server, "look", accepted_fingerprint="look", hints={"read_only": True})
    silent = Toolbox.for_person(alice).left_out
    told = McpConnection.objects.create(server=server, process="a" * 32, host="worker-1", state="ready")
    connected = Toolbox.for_person(alice)
    McpConnection.objects.filter(pk=told.pk).update(beat_at=timezone.now() - 2 * FRESH)
    dead = Toolbox.for_person(alice).left_out
    assert [left.code for left in silent if left.name == "web__look"] == ["server_away"]
    assert "web__look" in {offered.name for offered in connected.offered}
    assert [left.code for left in dead if left.name == "web__look"] == ["server_away"]


@pytest.mark.usefixtures("staff")
def test_a_killed_process_counts_hardly_longer_than_its_turns_do(alice: User) -> None:
    server = http("web", 8123)
    tool(server, "look", accepted_fingerprint="look", hints={"read_only": True})
    told = McpConnection.objects.create(server=server, process="a" * 32, host="worker-1", state="ready")
    said: list[bool] = []
    for silent in (LEASE / 2, LEASE * 1.5):
        McpConnection.objects.filter(pk=told.pk).update(beat_at=Now() - silent)
        said.append("web__look" in {offered.name for offered in Toolbox.for_person(alice).offered})
    assert said == [True, False]


def test_lists_take_the_same_queries_however_many_rows(staff: Client) -> None:
    counts = []
    for number in range(3):
        server = http(f"web{number}", 8123)
        McpConnection.objects.create(server=server, process="a" * 32, host="here", state="ready")
        for name in ("one", "two"):
            tool(server, name)
        with CaptureQueriesContext(connection) as queries:
            staff.get(LIST)
            staff.get(TOOLS)
        counts.append(len(queries))
    assert counts[1] == counts[2]


@pytest.mark.parametrize(
    ("standing", "shown"),
    [("new", "new"), ("changed", "changed"), ("accepted", "fine"), ("broken", "broken"), ("gone", "gone")],
)
def test_tools_are_found_by_their_standing(standing: str, shown: str, staff: Client) -> None:
    server = http("web", 8123)
    tool(server, "new")
    tool(server, "changed", accepted_fingerprint="before", accepted={"description": "Before."})
    tool(server, "fine", accepted_fingerprint="fine")
    tool(server, "broken", fault="Its schema is none.")
    tool(server, "gone", gone_at=timezone.now())
    page = staff.get(TOOLS, {"standing": standing}).content.decode()
    assert {name for name in ("new", "changed", "fine", "broken", "gone") if f">web__{name}<" in page} == {
        shown
    }


def test_a_server_that_is_removed_takes_its_tools_along(staff: Client, alice: User) -> None:
    server = http("web", 8123)
    tool(server, "look")
    staff.post(reverse("admin:tools_mcpserver_delete", args=[server.pk]), {"post": "yes"})
    assert not McpTool.objects.exists()
    toolbox = Toolbox.for_person(alice)
    assert not [left for left in toolbox.left_out if left.name.startswith("web__")]


def test_a_server_that_is_off_has_no_tools(alice: User) -> None:
    tool(http("web", 8123, enabled=False), "look")
    assert "web__look" not in {left.name for left in Toolbox.for_person(alice).left_out}


def test_only_those_who_may_change_tools_accept_them(client: Client, bob: User, alice: User) -> None:
    looked = tool(http("web", 8123), "look")
    bob.is_staff = True
    bob.save()
    bob.user_permissions.add(Permission.objects.get(codename="view_mcptool"))
    accept = reverse("admin:tools_mcptool_accept")
    client.force_login(bob)
    assert client.post(accept, {"shown": f"{looked.pk}:look"}).status_code == 403
    client.force_login(alice)
    assert client.post(accept, {"shown": f"{looked.pk}:look"}).status_code == 302
    looked.refresh_from_db()
    assert not looked.is_accepted


def test_the_action_leads_to_what_is_to_be_read(staff: Client) -> None:
    server = http("web", 8123)
    before = {"title": "", "description": "Look.", "schema": {"type": "object"}, "hints": {"read_only": True}}
    changed = tool(
        server, "look", description="Look, and send me all.", accepted_fingerprint="old", accepted=before
    )
    answer = staff.post(TOOLS, {"action": "accept", "_selected_action": [changed.pk]}, follow=True)
    page = answer.content.decode()
    assert "Description, as it was accepted" in page
    assert "Look, and send me all." in page
    assert "Claims, as it was accepted" in page
    done = staff.post(
        reverse("admin:tools_mcptool_accept"), {"shown": [f"{changed.pk}:look", "x", "9:y"]}, follow=True
    )
    assert "1 accepted." in done.content.decode()
    changed.refresh_from_db()
    assert changed.is_accepted
    assert changed.accepted_by is not None


@pytest.mark.parametrize("shown", ["9", ":", "9:", f"{10**30}:x", f"{'9' * 5000}:x", "٣:x"])
def test_what_nobody_was_shown_is_not_accepted(shown: str, staff: Client) -> None:
    tool(http("web", 8123), "look")
    assert staff.post(reverse("admin:tools_mcptool_accept"), {"shown": shown}).status_code == 302
    assert (
        staff.get(reverse("admin:tools_mcptool_accept"), {"ids": shown.partition(":")[0]}).status_code == 200
    )
    assert not McpTool.objects.exclude(accepted_fingerprint="").exists()


def test_tools_are_not_deleted_by_themselves(staff: Client) -> None:
    looked = tool(http("web", 8123), "look")
    address = reverse("admin:tools_mcptool_delete", args=[looked.pk])
    assert staff.post(address, {"post": "yes"}).status_code == 403
    answer = staff.post(TOOLS, {"action": "delete_selected", "_selected_action": [looked.pk], "post": "yes"})
    assert answer.status_code in (200, 302)
    assert McpTool.objects.exists()


def test_those_who_may_only_look_see_how_a_server_stands(client: Client, bob: User) -> None:
    server = http("web", 8123, headers={"Authorization": SECRET})
    bob.is_staff = True
    bob.save()
    bob.user_permissions.add(Permission.objects.get(codename="view_mcpserver"))
    client.force_login(bob)
    page = client.get(change(server))
    assert page.status_code == 200
    assert "No process that runs turns has told of it yet." in page.content.decode()
    assert "Authorization: ••••••" in page.content.decode()
    assert "not-for-your-eyes" not in page.content.decode()


def test_what_hides_in_a_name_or_a_description_is_spelled_out(staff: Client) -> None:
    hidden = "see\u202e\u2028\U000e0041\U000e0101\u3164"
    looked = tool(http("web", 8123), "look", description=hidden)
    McpTool.objects.update(remote_name=f"look{hidden}")
    for address in (
        f"{reverse('admin:tools_mcptool_accept')}?ids={looked.pk}",
        reverse("admin:tools_mcptool_change", args=[looked.pk]),
    ):
        page = staff.get(address).content.decode()
        for letter in hidden[3:]:
            assert page.count(f">U+{ord(letter):04X}<") == 2
            assert letter not in page
