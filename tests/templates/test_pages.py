"""What whole pages say before any script runs."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from pytest_django import Settings

from chatsite.accounts.models import User
from conversations.models import Conversation, Message, Turn
from conversations.turns.serving import model_client

pytestmark = pytest.mark.django_db


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_the_first_visit_says_who_can_read_and_which_model_answers(client: Client, alice: User) -> None:
    client.force_login(alice)
    page = words(client.get("/").content.decode())
    assert "The staff of this site can read your conversations" in page
    assert "Demo model" in page


def test_every_page_names_the_model_that_is_asked(client: Client, alice: User, settings: Settings) -> None:
    settings.MODEL_IS_DEMO, settings.MODEL_NAME = False, "a-model-of-theirs"
    client.force_login(alice)
    for address in ("/", "/tools/", "/calendar/"):
        assert "a-model-of-theirs" in words(client.get(address).content.decode()), address
    assert model_client().model == "a-model-of-theirs"


def test_only_the_demo_model_is_offered_mischief(client: Client, alice: User, settings: Any) -> None:
    client.force_login(alice)
    mischief = "Call a tool with bad arguments"
    assert mischief in client.get("/").content.decode()
    settings.MODEL_IS_DEMO = False
    assert mischief not in client.get("/").content.decode()


def test_a_page_shows_stop_while_a_turn_runs(client: Client, alice: User) -> None:
    client.force_login(alice)
    conversation = Conversation.objects.create(person=alice)
    turn = Turn.objects.create(conversation=conversation, client_id=uuid.uuid4(), seq=1, state="running")
    Conversation.objects.update(head=turn)
    page = client.get(f"/conversations/{conversation.pk}/").content.decode()
    assert f'id="stop" data-do="stop" data-turn="{turn.pk}">' in page


@pytest.mark.parametrize("odd", ["12", "many", [7], {"a": 1}, None, True])
def test_a_row_with_an_odd_count_of_tokens_breaks_no_page(client: Client, alice: User, odd: object) -> None:
    client.force_login(alice)
    conversation = Conversation.objects.create(person=alice)
    turn = Turn.objects.create(conversation=conversation, client_id=uuid.uuid4(), seq=1, state="completed")
    Conversation.objects.update(head=turn)
    usage = dict.fromkeys(("total_tokens", "prompt_tokens", "completion_tokens"), odd)
    Message.objects.create(conversation=conversation, turn=turn, seq=1, role="assistant", usage=usage)
    assert client.get(f"/conversations/{conversation.pk}/").status_code == 200


def test_the_tools_page_has_one_switch_for_each_tool(client: Client, alice: User) -> None:
    client.force_login(alice)
    page = client.get("/tools/").content.decode()
    assert re.findall(r'role="switch" aria-checked="true"[^>]* data-tool="(\w+)"', page) == [
        "calculate",
        "create_calendar_event",
        "get_calendar_events",
        "get_time",
        "describe_database",
        "query_database",
        "get_weather",
    ]


def test_a_missing_page_is_kind(client: Client) -> None:
    page = client.get("/nothing-here/")
    assert page.status_code == 404
    assert "There is nothing here" in words(page.content.decode())


@pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "500.html"])
def test_error_pages_need_nothing_but_themselves(name: str) -> None:
    assert "Go to your conversations" in words(render_to_string(name))
