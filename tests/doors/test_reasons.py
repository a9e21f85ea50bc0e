"""Why a tool was left out or a call did not run, and who decided: on the page, in admin and export."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.demo import calls, says
from conversations.models import Approval, Conversation, ToolCall
from tests.doors.scene import lived
from tests.house import house
from tests.page import Page
from tests.turns.posting import asked, poster
from tools.models import ToolPolicy, ToolSwitch

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["poster"]

SUM = ("calculate", {"expression": "6*7"})


def off_for_everyone(alice: User) -> None:
    ToolPolicy.objects.create(name="calculate", enabled=False)
    ToolSwitch.set(alice, "calculate", False)  # the first reason that applies is the one that is told


def not_your_group(alice: User) -> None:
    ToolPolicy.objects.create(name="calculate").groups.add(Group.objects.create(name="Others"))
    ToolSwitch.set(alice, "calculate", False)


def off_for_you(alice: User) -> None:
    ToolSwitch.set(alice, "calculate", False)


def off_here(alice: User) -> None:
    """Its conversation is there only once something was said in it."""


def over_limit(alice: User) -> None:
    ToolPolicy.objects.create(name="calculate", calls_per_turn=1)


@pytest.mark.parametrize("rule", [off_for_everyone, not_your_group, off_for_you, off_here, over_limit])
def test_why_a_tool_is_left_out_is_told_wherever_its_call_is_shown(
    client: Client, alice: User, charlie: User, rule: Callable[[User], None]
) -> None:
    rule(alice)
    script = [calls(SUM), calls(SUM), says("So be it.")]
    if rule is off_here:
        conversation = asyncio.run(with_the_tool_off_here(alice, script))
    else:
        conversation = lived(alice, [("How much?", script)])
    refused = ToolCall.objects.filter(state="refused").latest("pk")
    assert refused.error_code == rule.__name__
    document, page, record = doors(client, alice, charlie, conversation)
    replies = [message for message in document["turns"][-1]["messages"] if message["role"] == "assistant"]
    left_out = {left["name"]: left for left in replies[-1]["tools_left_out"]}
    assert (left_out["calculate"]["code"], left_out["calculate"]["reason"]) == (
        rule.__name__,
        refused.error_message,
    )
    assert left_out["read_file"]["code"] == "not_set_up"
    for html in (page, record):
        assert html.count(escape(refused.error_message)) >= 3  # left out, the call's error, what was told
        assert escape(left_out["read_file"]["reason"]) in html


async def with_the_tool_off_here(alice: User, script: list[Any]) -> Conversation:
    async with house(script) as home, home.page(alice) as page:
        await page.do("switch_tool_here", tool="calculate", on=False)
        await page.ask("How much?")
        return await in_database(Conversation.objects.get, pk=page.conversation)


def test_what_hides_in_a_made_up_name_is_seen(client: Client, alice: User, charlie: User) -> None:
    conversation = lived(alice, [("Pay", [calls(("pay\u202elooc", {})), says("No.")])])
    _, page, record = doors(client, alice, charlie, conversation)
    for html in (page, record):
        assert html.count("U+202E</span>looc") >= 2  # in the chat and in the trace
        assert "\u202e" not in re.sub(r'data-tool-call="[^"]*"', "", html)


DECISIONS = {
    "once": "Allowed once by alice",
    "always": "Allowed in this conversation by alice",
    "granted": "Allowed before, in this conversation by alice",
    "edited": "Allowed with changed arguments by alice",
    "declined": "Declined by alice",
    "expired": "Nobody decided in time",
    "ended": "Its turn ended before anybody decided",
}


def test_every_decision_is_told_with_who_and_why(client: Client, alice: User, charlie: User) -> None:
    conversation = asyncio.run(with_every_decision(alice))
    document, page, record = doors(client, alice, charlie, conversation)
    approvals = {
        call["approval"]["decision"]: call["approval"]
        for turn in document["turns"]
        for message in turn["messages"]
        for call in message.get("tool_calls", [])
    }
    assert set(approvals) == set(DECISIONS)
    for decision, approval in approvals.items():
        nobody = decision in ("expired", "ended")
        assert (approval["decided_by"], bool(approval["decided_at"])) == ("" if nobody else "alice", True)
        assert approval["why"] == "It writes."
        for html in (page, record):
            assert DECISIONS[decision] in html
    assert approvals["declined"]["reason"] == "Not <now>"
    assert approvals["edited"]["proposed"] == {"text": "e"}
    for html in (page, record):
        assert html.count("<dt>Why it asks</dt><dd>It writes.</dd>") == len(DECISIONS)
        assert "“Not &lt;now&gt;”" in html
        assert "Before they were changed" in html


async def with_every_decision(alice: User) -> Conversation:
    # The one that is stopped comes last: of it the model is never told.
    letters = [delivery for text in "abcdef" for delivery in (calls(("post", {"text": text})), says(text))]
    async with house([*letters, calls(("post", {"text": "g"}))]) as home, home.page(alice) as page:
        await decided(page, "allow")
        await decided(page, "decline", reason="Not <now>")
        await decided(page, "allow", always=True)
        await page.ask("Again")
        await page.do("ask_again", tool="post")
        await decided(page, "allow", arguments='{"text": "D"}')
        turn, _ = await asked(page)
        await in_database(lambda: Approval.objects.filter(decision="").update(expires_at=timezone.now()))
        await page.until_turn(turn, "completed")
        turn, _ = await asked(page)
        await page.do("stop", turn=turn)
        await page.until_turn(turn, "stopped")
        await home.compare(page)
        return await in_database(Conversation.objects.get, pk=page.conversation)


async def decided(page: Page, command: str, **fields: Any) -> None:
    turn, shown = await asked(page)
    await page.do(command, **shown, **fields)
    await page.until_turn(turn, "completed")


def doors(
    client: Client, alice: User, charlie: User, conversation: Conversation
) -> tuple[dict[str, Any], str, str]:
    """Return the export, the page of its person, and the record that staff see."""
    client.force_login(alice)
    document = json.loads(client.get(f"/conversations/{conversation.pk}/export.json").content)
    page = client.get(f"/conversations/{conversation.pk}/").content.decode()
    client.force_login(charlie)
    record = client.get(reverse("admin:conversations_conversation_change", args=[conversation.pk]))
    return document, page, record.content.decode()
