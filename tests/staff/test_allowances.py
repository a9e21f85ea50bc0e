"""What one person may ask for, as staff set it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from chatsite.accounts.models import User
from conversations import actions
from conversations.models import Allowance, Turn
from conversations.models.allowance import Limits
from conversations.refusals import Refusal
from conversations.turns import leases

pytestmark = pytest.mark.django_db

LIST = reverse("admin:conversations_allowance_changelist")
ADD = reverse("admin:conversations_allowance_add")


@pytest.fixture
def staff(charlie: User, client: Client) -> Client:
    client.force_login(charlie)
    return client


def send(person: User) -> Turn | Refusal:
    return actions.send(person, uuid.uuid4(), client_id=uuid.uuid4(), text="Hello")


def test_charlie_limits_alice_and_nobody_else(staff: Client, alice: User, bob: User) -> None:
    form = {"person": alice.pk, "running": "", "queued": "1", "per_minute": ""}
    assert staff.post(ADD, form).status_code == 302
    assert isinstance(send(alice), Turn)
    refused = send(alice)
    assert isinstance(refused, Refusal)
    assert refused.code == "too_many_queued"
    assert [type(send(bob)) for _ in range(3)] == [Turn] * 3


def test_messages_a_minute_are_counted_against_the_person_s_own_limit(alice: User, settings: Any) -> None:
    settings.MESSAGES_PER_MINUTE = 1
    Allowance.objects.create(person=alice, per_minute=2)
    assert [type(send(alice)) for _ in range(3)] == [Turn, Turn, Refusal]


def test_as_many_turns_run_as_the_person_may_have_running(alice: User, bob: User, settings: Any) -> None:
    settings.RUNNING_TURNS_PER_PERSON = 1
    Allowance.objects.create(person=alice, running=2)

    def running_of(person: User) -> int:
        for turn in [send(person) for _ in range(3)]:
            assert isinstance(turn, Turn)
            leases.claim(turn.pk, "owner")
        return Turn.objects.filter(conversation__person=person, state=Turn.State.RUNNING).count()

    assert (running_of(alice), running_of(bob)) == (2, 1)


def test_no_more_turns_of_a_person_are_tried_than_may_run(alice: User, bob: User, settings: Any) -> None:
    settings.RUNNING_TURNS_PER_PERSON = 3
    Allowance.objects.create(person=bob, running=1)
    of_bob, of_alice = ([send(person) for _ in range(4)] for person in (bob, alice))
    first, second, third, *_ = (turn.pk for turn in of_alice if isinstance(turn, Turn))
    first_of_bob = of_bob[0]
    assert isinstance(first_of_bob, Turn)
    assert leases.claimable() == [first_of_bob.pk, first, second, third]
    assert leases.claim(first, "owner")
    assert leases.claim(first_of_bob.pk, "owner")
    assert leases.claimable() == leases.claimable(alice.pk) == [second, third]


def test_what_a_row_leaves_empty_follows_the_settings(alice: User, settings: Any) -> None:
    Allowance.objects.create(person=alice, queued=7)
    settings.RUNNING_TURNS_PER_PERSON, settings.MESSAGES_PER_MINUTE = 4, 50
    assert Allowance.limits_of(alice.pk) == Limits(running=4, queued=7, per_minute=50)


def test_limits_cost_one_query(alice: User, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        Allowance.limits_of(alice.pk)


def test_the_admin_says_what_is_usual(staff: Client, alice: User, settings: Any) -> None:
    settings.QUEUED_TURNS_PER_PERSON = 17
    Allowance.objects.create(person=alice, running=2)
    assert "Empty means the usual 17." in staff.get(ADD).content.decode()
    page = staff.get(LIST).content.decode()
    assert "17 as usual" in page
    assert ">2</td>" in page


def test_a_limit_of_nothing_is_refused(staff: Client, alice: User) -> None:
    page = staff.post(ADD, {"person": alice.pk, "running": "0"}).content.decode()
    assert "greater than or equal to 1" in page
    assert not Allowance.objects.exists()


def test_a_row_stays_with_its_person(staff: Client, alice: User, bob: User) -> None:
    Allowance.objects.create(person=alice, running=2)
    change = reverse("admin:conversations_allowance_change", args=[alice.pk])
    assert staff.post(change, {"person": bob.pk, "running": "3"}).status_code == 302
    assert [(row.person, row.running) for row in Allowance.objects.all()] == [(alice, 3)]


def test_bob_is_refused(client: Client, bob: User) -> None:
    client.force_login(bob)
    assert client.get(LIST).status_code == 302
    assert client.post(ADD, {"person": bob.pk, "running": "9"}).status_code == 302
    assert not Allowance.objects.exists()
