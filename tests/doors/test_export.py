"""The whole trace of a conversation, as its owner can take it away."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from chatsite.accounts.models import User
from conversations.exports import export
from conversations.llm.demo import calls, says
from conversations.models import Approval, Conversation, Message, ToolCall
from tests.doors.scene import CARD, SECRET, lived
from tools import tool
from tools.models import ToolSwitch
from tools.registry import registry

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "export.md"
AS_THEY_COME = {"usage", "extras", "parsed", "run", "result", "proposed"}


@pytest.fixture
def conversation(alice: User, settings: Any) -> Conversation:
    settings.ROUTING_TOOLS = 5
    ToolSwitch.set(alice, "get_weather", False)
    lived_through = lived(alice)
    call = ToolCall.objects.earliest("pk")
    Approval.ask(call, call.arguments_run, "0" * 64, granted_by=alice.pk)
    return lived_through


def fetched(client: Client, conversation: Conversation) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(client.get(f"/conversations/{conversation.pk}/export.json").content)
    return document


def test_every_field_is_described_and_every_description_has_its_field(conversation: Conversation) -> None:
    assert set(documented()) == set(paths(export(conversation)))


def test_a_call_is_told_from_its_letters_to_its_answer(client: Client, conversation: Conversation) -> None:
    client.force_login(conversation.person)
    question, reply, answer = fetched(client, conversation)["turns"][0]["messages"]
    assert question["role"] == "user"
    assert (answer["text"][:10], answer["finish_reason"]) == ("It is **42", "stop")
    good, bad, unknown, broken = reply["tool_calls"]
    assert good["arguments"] == {
        "written": '{"expression": "6*7"}',
        "parsed": {"expression": "6*7"},
        "run": {"expression": "6*7"},
    }
    assert (good["state"], good["error"]) == ("succeeded", None)
    assert json.dumps(good["result"]) in good["told"]
    assert sorted(good["times"].values()) == list(good["times"].values())
    assert (bad["state"], bad["error"]["code"], bad["arguments"]["run"]) == ("invalid", "bad_arguments", None)
    assert (unknown["error"]["code"], unknown["source"]) == ("unknown_tool", "")
    assert (broken["error"]["code"], broken["arguments"]["parsed"]) == ("not_json", None)
    assert broken["arguments"]["written"] == "{not json"


def test_the_tools_left_out_have_their_reason(client: Client, conversation: Conversation) -> None:
    client.force_login(conversation.person)
    reply = fetched(client, conversation)["turns"][0]["messages"][1]
    codes = {left["name"]: left["code"] for left in reply["tools_left_out"]}
    assert codes["get_weather"] == "off_for_you"
    assert "calculate" in reply["tools_offered"]


def test_a_failed_turn_says_why(client: Client, conversation: Conversation) -> None:
    client.force_login(conversation.person)
    failed = fetched(client, conversation)["turns"][1]
    assert failed["state"] == "failed"
    assert failed["messages"][-1]["error"]["message"] == failed["detail"]


def test_tokens_and_cards_are_masked(client: Client, conversation: Conversation) -> None:
    client.force_login(conversation.person)
    text = client.get(f"/conversations/{conversation.pk}/export.json").content.decode()
    assert SECRET not in text
    assert CARD not in text
    assert "[card number ending in 1111]" in text
    assert CARD in Message.objects.filter(role="user").earliest("pk").text


def test_a_result_too_deep_for_json_stays_the_text_it_is(client: Client, alice: User) -> None:
    @tool
    def dig() -> list[Any]:
        """Dig a hole."""
        hole: list[Any] = []
        for _ in range(200):
            hole = [hole]
        return hole

    with registry.including(dig):
        client.force_login(alice)
        turn = fetched(client, lived(alice, [("Dig", [calls(("dig", {})), says("Deep.")])]))["turns"][0]
    assert turn["messages"][1]["tool_calls"][0]["result"].startswith("[[[")


def test_another_s_conversation_is_not_there_for_bob(
    client: Client, bob: User, charlie: User, conversation: Conversation
) -> None:
    for other in (bob, charlie):
        client.force_login(other)
        assert client.get(f"/conversations/{conversation.pk}/export.json").status_code == 404
    client.logout()
    assert client.get(f"/conversations/{conversation.pk}/export.json").status_code == 302


def paths(value: Any, path: str = "") -> Iterator[str]:
    """Yield the path of every field, as docs/export.md writes it."""
    if isinstance(value, dict) and path.rpartition(".")[2] not in AS_THEY_COME:
        for key, item in value.items():
            here = f"{path}.{key}" if path else key
            yield here
            yield from paths(item, here)
    elif isinstance(value, list):
        for item in value:
            yield from paths(item, f"{path}[]")


def documented() -> Iterator[str]:
    """Yield the fields that the page's tables name, each below the path in its heading."""
    for section in re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        below = re.findall(r"`(.+)`", heading)
        for field in re.findall(r"^\| `([^`]+)` \|", body, flags=re.MULTILINE):
            yield ".".join([*below, field])
