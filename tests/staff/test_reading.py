"""Staff read conversations, turns and calls as their person sees them, and change nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse

from chatsite.accounts.models import User
from conversations import actions
from conversations.llm.demo import says
from conversations.models import Conversation, Exchange, Message, ToolCall, Turn
from tests.doors.scene import CARD, HOSTILE, SECRET, lived, turns_of

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = ("conversation", "turn", "toolcall")


@pytest.fixture
def conversation(alice: User) -> Conversation:
    return lived(alice)


@pytest.fixture
def staff(charlie: User, client: Client) -> Client:
    client.force_login(charlie)
    return client


def listed(kind: str) -> str:
    return reverse(f"admin:conversations_{kind}_changelist")


def record(row: Conversation | Turn | ToolCall) -> str:
    return reverse(f"admin:conversations_{row._meta.model_name}_change", args=[row.pk])


def exchange(message: Message) -> str:
    return reverse("admin:conversations_exchange", args=[message.pk])


def rows_of(conversation: Conversation) -> list[Any]:
    return [conversation, turns_of(conversation)[0], ToolCall.objects.earliest("pk")]


def seen(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def may(person: User, *names: str) -> None:
    person.is_staff = True
    person.save()
    person.user_permissions.set(Permission.objects.filter(codename__in=names))


def test_a_conversation_is_shown_by_the_person_s_own_partials(
    staff: Client, conversation: Conversation
) -> None:
    page = seen(staff, record(conversation))
    turn, call = turns_of(conversation)[0], ToolCall.objects.earliest("pk")
    for part in (
        f'id="turn-{turn.pk}"',
        f'id="trace-turn-{turn.pk}"',
        f'id="call-{call.pk}"',
        'class="tree"',
    ):
        assert part in page
    assert "data-do=" not in page
    assert "data-edit=" not in page


def test_from_each_record_there_is_a_way_to_the_others(staff: Client, conversation: Conversation) -> None:
    whole, turn, call = rows_of(conversation)
    assert record(turn) in seen(staff, record(whole))
    assert record(call) in seen(staff, record(whole))
    for page in (seen(staff, record(turn)), seen(staff, record(call))):
        assert f"{record(whole)}?turn={turn.pk}#turn-{turn.pk}" in page
    assert f"{record(turn)}#call-{call.pk}" in seen(staff, record(call))


def test_hostile_text_stays_text(staff: Client, conversation: Conversation) -> None:
    Conversation.objects.update(title=HOSTILE)
    Message.objects.filter(role="user").update(text=HOSTILE)
    ToolCall.objects.update(name=HOSTILE, error_message=HOSTILE, result=HOSTILE, told=HOSTILE)
    addresses = [*map(listed, KINDS), *map(record, rows_of(conversation)), *map(exchange, replies())]
    for address in addresses:
        page = seen(staff, address)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;" in page or address in map(exchange, replies())


def test_nothing_on_the_pages_needs_an_exception_from_the_policy(
    staff: Client, conversation: Conversation
) -> None:
    for address in [*map(listed, KINDS), *map(record, rows_of(conversation))]:
        page = seen(staff, address)
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick=" not in page
        inline = page.count("<script>") + page.count('<script type="text/javascript">')
        assert inline == 0


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_can_be_added(staff: Client, kind: str) -> None:
    assert staff.get(reverse(f"admin:conversations_{kind}_add")).status_code == 403


def test_nothing_can_be_changed_or_deleted(staff: Client, conversation: Conversation) -> None:
    for row in rows_of(conversation):
        staff.post(record(row), {"title": "mine", "state": "failed"})
        name = f"admin:conversations_{row._meta.model_name}_delete"
        assert staff.post(reverse(name, args=[row.pk]), {"post": "yes"}).status_code == 403
        kept = type(row).objects.get(pk=row.pk)
        assert model_to_dict(kept) == model_to_dict(row)
    staff.post(
        listed("turn"), {"action": "delete_selected", "_selected_action": [turns_of(conversation)[0].pk]}
    )
    assert Turn.objects.count() == 2


def test_alice_and_bob_are_refused_even_their_own(
    client: Client, alice: User, bob: User, conversation: Conversation
) -> None:
    addresses = [*map(listed, KINDS), *map(record, rows_of(conversation)), *map(exchange, replies())]
    for person in (alice, bob):
        client.force_login(person)
        assert {client.get(address).status_code for address in addresses} == {302}


def test_staff_without_the_permission_are_refused(
    client: Client, bob: User, conversation: Conversation
) -> None:
    may(bob, "view_user", "view_turn", "view_toolcall")
    client.force_login(bob)
    addresses = [*map(listed, KINDS), *map(record, rows_of(conversation)), *map(exchange, replies())]
    assert {client.get(address).status_code for address in addresses} == {403}
    assert "Conversations" not in seen(client, reverse("admin:index"))


def test_one_permission_opens_all_but_the_exchange(
    client: Client, bob: User, conversation: Conversation
) -> None:
    may(bob, "view_conversation")
    client.force_login(bob)
    for address in [*map(listed, KINDS), *map(record, rows_of(conversation))]:
        assert "Exact request" not in seen(client, address)
    assert client.get(exchange(replies()[0])).status_code == 403


def test_tokens_and_cards_are_hidden_without_a_permission_of_their_own(
    client: Client, bob: User, conversation: Conversation
) -> None:
    may(bob, "view_conversation", "view_exchange")
    client.force_login(bob)
    addresses = [*map(listed, KINDS), *map(record, rows_of(conversation)), *map(exchange, replies())]
    for address in addresses:
        page = seen(client, address)
        assert SECRET not in page
        assert CARD not in page
    may(bob, "view_conversation", "view_exchange", "view_unmasked")
    pages = "".join(seen(client, address) for address in addresses)
    assert SECRET in pages
    assert CARD in pages


def test_the_exact_exchange_of_a_model_call_can_be_read(staff: Client, conversation: Conversation) -> None:
    reply = replies()[0]
    assert exchange(reply) in seen(staff, record(conversation))
    page = seen(staff, exchange(reply))
    assert "tool_calls" in page
    assert "data: [DONE]" in page
    Exchange.objects.all().delete()
    assert "This exchange is not kept" in seen(staff, exchange(reply))


def test_another_version_of_a_turn_is_one_click_away(
    staff: Client, alice: User, conversation: Conversation
) -> None:
    first, last = turns_of(conversation)
    again = actions.try_again(alice, last.pk, client_id=first.client_id.__class__(int=7))
    assert isinstance(again, Turn)
    page = seen(staff, record(conversation))
    assert f'id="turn-{last.pk}"' not in page
    assert "Version 2 of 2" in page
    other = seen(staff, f"{record(conversation)}?turn={last.pk}")
    assert f'id="turn-{last.pk}"' in other
    assert f'id="turn-{again.pk}"' not in other
    assert f'id="turn-{first.pk}"' in other


def test_a_turn_of_another_conversation_is_not_shown_here(
    staff: Client, bob: User, conversation: Conversation
) -> None:
    foreign = turns_of(lived(bob, [("Bob's own", [says("Yes.")])]))[0]
    for wanted in (foreign.pk, "x", "9" * 30):
        page = seen(staff, f"{record(conversation)}?turn={wanted}")
        assert f'id="turn-{foreign.pk}"' not in page
        assert "What is 6*7?" in page


def test_a_deleted_conversation_stays_readable(
    staff: Client, alice: User, conversation: Conversation
) -> None:
    actions.delete(alice, conversation.pk)
    assert "(deleted)" in seen(staff, listed("conversation"))
    assert "Deleted by the person" in seen(staff, record(conversation))


def test_what_does_not_exist_leads_back_with_a_sentence(staff: Client, db: None) -> None:
    missing = reverse("admin:conversations_turn_change", args=[7])
    answer = staff.get(missing, follow=True)
    assert "doesn’t exist" in answer.content.decode()
    assert staff.get(reverse("admin:conversations_exchange", args=[7])).status_code == 404


def replies() -> list[Message]:
    return list(Message.objects.filter(role="assistant").order_by("pk"))


@pytest.mark.parametrize(
    ("zone", "shown"), [("Asia/Tokyo", "08:30:00"), ("", "23:30:00"), ("Mars/Olympus", "23:30:00")]
)
def test_staff_read_times_by_their_own_clock(
    staff: Client, charlie: User, conversation: Conversation, zone: str, shown: str
) -> None:
    User.objects.filter(pk=charlie.pk).update(time_zone=zone)
    turn = conversation.turns.latest("pk")
    Turn.objects.filter(pk=turn.pk).update(created_at=datetime(2026, 6, 1, 23, 30, tzinfo=UTC))
    assert shown in seen(staff, record(turn))
