"""Somebody of a group that must be asked finds what waits for them in the admin, and decides there."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from chatsite.accounts.models import User
from conversations.llm.demo import calls
from conversations.models import ToolCall, Turn
from tests.doors.scene import lived
from tools.models import ToolPolicy

pytestmark = pytest.mark.django_db(transaction=True)

LIST = reverse("admin:conversations_toolcall_changelist")
CARD = "4111 1111 1111 1111"


@pytest.fixture
def call(alice: User) -> ToolCall:
    policy = ToolPolicy.objects.create(name="calculate", approval="always")
    policy.approvers.add(Group.objects.create(name="Editors"))
    lived(alice, [("How much?", [calls(("calculate", {"expression": CARD}))])])
    return ToolCall.objects.select_related("approval").get()


@pytest.fixture
def editor(bob: User) -> User:
    bob.is_staff = True
    bob.save()
    bob.user_permissions.add(Permission.objects.get(codename="view_conversation"))
    bob.groups.add(Group.objects.get_or_create(name="Editors")[0])
    return bob


def page_of(client: Client, call: ToolCall) -> str:
    return client.get(reverse("admin:conversations_toolcall_change", args=[call.pk])).content.decode()


def decide(client: Client, call: ToolCall, **fields: str) -> str:
    address = reverse("admin:conversations_toolcall_decide", args=[call.pk])
    return client.post(address, fields, follow=True).content.decode()


def test_what_waits_for_me_is_found_and_shown_as_it_would_run(
    client: Client, call: ToolCall, editor: User
) -> None:
    client.force_login(editor)
    assert f"/{call.pk}/change/" in client.get(LIST, {"approval": "mine"}).content.decode()
    page = page_of(client, call)
    assert "Decide about this call" in page
    assert CARD in page
    editor.groups.clear()
    assert f"/{call.pk}/change/" not in client.get(LIST, {"approval": "mine"}).content.decode()
    assert "Decide about this call" not in page_of(client, call)


def test_allowing_it_queues_the_turn_again(client: Client, call: ToolCall, editor: User) -> None:
    client.force_login(editor)
    page = decide(client, call, shown=call.approval.shown, allow="yes")
    assert "Decide about this call" not in page
    assert "by bob" in page
    call.refresh_from_db()
    assert (call.state, call.approval.decision, call.approval.decided_by) == ("queued", "once", editor)
    assert Turn.objects.get().state == "queued"


def test_declining_it_tells_the_model_why(client: Client, call: ToolCall, editor: User) -> None:
    client.force_login(editor)
    decide(client, call, shown=call.approval.shown, decline="yes", reason="Not this card")
    call.refresh_from_db()
    assert call.state == "declined"
    assert "Not this card" in call.answer


def test_a_decision_about_something_else_is_refused_with_a_sentence(
    client: Client, call: ToolCall, editor: User
) -> None:
    client.force_login(editor)
    assert "not what you were shown" in decide(client, call, shown="0" * 64, allow="yes")
    call.refresh_from_db()
    assert call.state == "waiting"


def test_staff_of_another_group_cannot_decide(client: Client, call: ToolCall, charlie: User) -> None:
    client.force_login(charlie)
    assert "no such thing" in decide(client, call, shown=call.approval.shown, allow="yes")
    call.refresh_from_db()
    assert call.state == "waiting"


def test_only_a_post_decides(client: Client, call: ToolCall, editor: User) -> None:
    client.force_login(editor)
    assert client.get(reverse("admin:conversations_toolcall_decide", args=[call.pk])).status_code == 405
