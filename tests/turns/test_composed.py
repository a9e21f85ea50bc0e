"""Statements that are composed once find, write and make the same rows as those that Django composes anew."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db.models import DateTimeField, F
from django.utils import timezone

from chatsite.accounts.models import User
from conversations.models import Conversation, Message, Turn
from conversations.models.composed import Insert, Rows, Update, Values, given

pytestmark = pytest.mark.django_db

WITH_PERSON = Rows(lambda: Turn.objects.select_related("conversation__person").filter(pk=given("turn")))
AMONG = Rows(lambda: Turn.objects.filter(pk__in=[given("turns")], state__in=Turn.OPEN).order_by("-pk"))
SINCE = Values(
    lambda: Turn.objects.filter(created_at__gte=given("moment", DateTimeField())).values_list(
        "client_id", "created_at"
    )
)
LISTED = Rows(lambda: Conversation.listed(given("person")))
WRITE = Update(lambda: Turn.objects.filter(pk=given("turn"), state__in=Turn.OPEN), attempt=F("attempt") + 1)
MAKE = Insert(Message)


@pytest.fixture
def turn(alice: User) -> Turn:
    conversation = Conversation.objects.create(person=alice, tools_off=["clock"])
    made = Turn.objects.create(conversation=conversation, client_id=uuid.uuid4(), seq=1)
    Conversation.objects.filter(pk=conversation.pk).update(head=made)
    return made


def facts(row: Turn | Conversation | Message) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_rows_come_in_their_types_with_those_beside_them(turn: Turn, alice: User) -> None:
    found = WITH_PERSON.first(turn=turn.pk)
    assert found
    assert facts(found) == facts(Turn.objects.get(pk=turn.pk))
    assert facts(found.conversation) == facts(Conversation.objects.get(pk=turn.conversation_id))
    assert found.conversation.person == alice
    assert WITH_PERSON.first(turn=turn.pk + 1) is None


def test_a_list_may_have_any_length(turn: Turn) -> None:
    other = Turn.objects.create(conversation=turn.conversation, client_id=uuid.uuid4(), seq=2)
    assert AMONG(turns=[]) == []
    assert AMONG(turns=[turn.pk]) == [turn]
    assert AMONG(turns=[turn.pk, 0, other.pk]) == [other, turn]


def test_annotations_and_columns_come_along(turn: Turn, alice: User) -> None:
    Turn.objects.filter(pk=turn.pk).update(state=Turn.State.RUNNING)
    (listed,) = LISTED(person=alice.pk)
    assert (listed.is_running, listed.is_asking) == (True, False)
    assert SINCE(moment=turn.created_at) == [(turn.client_id, turn.created_at)]
    assert SINCE(moment=turn.created_at + timedelta(seconds=1)) == []


def test_an_update_says_how_many_it_touched(turn: Turn) -> None:
    moment = timezone.now()
    assert WRITE({"ending": "100 %s", "ended_at": moment}, turn=turn.pk) == 1
    assert WRITE({"seq": F("seq") + 5}, turn=turn.pk) == 1
    assert WRITE({"state": Turn.State.STOPPED}, turn=turn.pk) == 1
    assert WRITE({"ending": "late"}, turn=turn.pk) == 0
    turn.refresh_from_db()
    assert (turn.ending, turn.ended_at, turn.seq, turn.attempt) == ("100 %s", moment, 6, 3)


def test_a_row_that_is_made_is_as_it_was_meant(turn: Turn) -> None:
    made = MAKE(Message(conversation=turn.conversation, turn=turn, seq=2, role="user", usage={"a": [1, "ä"]}))
    assert facts(made) == facts(Message.objects.get(pk=made.pk))
    made.text = "More"
    made.save()
    assert Message.objects.get().text == "More"
