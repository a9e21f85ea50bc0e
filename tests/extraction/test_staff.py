"""What staff read of extractions: each text is a conversation, told from those that people lead."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chatsite.accounts.models import User
from conversations import actions as chat
from conversations.database import in_database
from conversations.extraction import actions
from conversations.models import Conversation, Turn
from tests.extraction.test_extraction import BAD, GOOD, begun
from tests.house import house, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "admin:conversations_conversation_changelist"


def listed(client: Client, **query: str) -> int:
    answer = client.get(reverse(LIST), query)
    assert answer.status_code == 200
    return len(answer.context["cl"].result_list)


async def test_staff_tell_texts_from_chats_and_read_every_try(alice: User, charlie: User) -> None:
    async with house([BAD, GOOD, GOOD]) as home, home.page(alice) as page:
        extraction = await in_database(begun, alice, "I am Bob")
        await home.idle()
        await page.ask("I am Bob too", choice="extract:contact")

    def look() -> tuple[list[int], str]:
        staff = signed_in(charlie)
        actions.delete(alice, extraction.pk)  # takes it from its person alone
        trace = Conversation.objects.get(extracted__extraction=extraction).pk
        record = staff.get(reverse("admin:conversations_conversation_change", args=[trace]))
        found = [
            listed(staff, **query)
            for query in ({}, {"origin": "chat"}, {"origin": "extraction"}, {"origin": "x"})
        ]
        return found, record.content.decode()

    found, record = await in_database(look)
    assert found == [2, 1, 1, 2]
    assert record.count('data-tool-call="extract_contact"') == 2
    assert "The data is in the call." in record
    assert "is a required property" in record


def test_a_hundred_texts_cost_staff_no_more_queries_than_one(alice: User, bob: User, charlie: User) -> None:
    staff = signed_in(charlie)

    def cost() -> int:
        listed(staff)
        with CaptureQueriesContext(connection) as queries:
            listed(staff, origin="extraction")
        return len(queries)

    begun(alice, "a")
    few = cost()
    begun(bob, *["text"] * 100)
    assert cost() == few


def test_no_limit_of_a_person_keeps_texts_from_being_stopped_or_deleted(alice: User) -> None:
    extraction = begun(alice, *["text"] * 100)
    client = signed_in(alice)
    client.post(f"/extract/{extraction.pk}/stop/")
    assert set(Turn.objects.values_list("state", flat=True)) == {"stopped"}
    assert chat.delete(alice, Conversation.objects.earliest("created_at").pk) is None
    assert client.get(f"/extract/{extraction.pk}/").status_code == 200
