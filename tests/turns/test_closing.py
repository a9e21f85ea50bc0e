"""An account that is closed or deleted: what runs for it and what waits comes to an end."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from chatsite.accounts.models import User
from conversations import actions
from conversations.database import in_database
from conversations.llm.demo import says
from conversations.models import Conversation, Turn
from conversations.turns import leases
from tests.house import PATIENCE, house

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = """
SELECT count(*) FROM pg_locks AS awaited
JOIN pg_locks AS held USING (pid) JOIN pg_database ON held.database = oid
WHERE NOT awaited.granted AND datname = current_database()
"""


async def test_turns_of_a_closed_account_are_stopped(alice: User, charlie: User) -> None:
    async with house([says("One.", gate=asyncio.Event())]) as home, home.page(alice) as page:
        turns = [(await page.send(text))["turn"] for text in ("First", "Second")]
        await page.until_turn(turns[0], "running")
        await home.transport.until_asked(1)
        assert await in_database(close, charlie, alice) == 302
        await home.idle()
    assert await in_database(states, turns) == ["stopped", "stopped"]


def test_a_person_is_deleted_whole_while_something_is_written_for_them(alice: User) -> None:
    conversation = uuid.uuid4()
    send(alice, conversation)
    with ThreadPoolExecutor(1) as aside:
        with transaction.atomic():
            send(alice, conversation)  # as any writer it has the conversation until it commits
            deleting = aside.submit(apart, delete, alice)
            until_somebody_waits()
        deleting.result()
    assert not User.objects.filter(pk=alice.pk).exists()
    assert not Conversation.objects.exists()
    assert not Turn.objects.exists()


@pytest.mark.parametrize("has_begun", [True, False])
async def test_who_sends_while_they_are_deleted_is_signed_out(
    alice: User, has_begun: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async with house([says("Hm.")]) as home, home.page(alice) as page:
        if has_begun:
            await page.ask("First")
        with being_deleted(alice):
            await page.say({"do": "send", "n": 99, "client_id": str(uuid.uuid4()), "text": "Too late"})
            await asyncio.to_thread(apart, until_somebody_waits)
        answer = await page.until(lambda frame: isinstance(frame, dict) and frame.get("re") == 99)
        assert answer["code"] == "signed_out"
    assert not await in_database(Conversation.objects.exists)
    assert [record for record in caplog.records if record.exc_info] == []


def test_a_turn_whose_person_is_deleted_while_it_is_claimed_is_nobodys(alice: User) -> None:
    turn = send(alice, uuid.uuid4())
    with ThreadPoolExecutor(1) as aside:
        with being_deleted(alice):
            claiming = aside.submit(apart, leases.claim, turn, "me")
            until_somebody_waits()
        assert claiming.result() is None


def send(person: User, conversation: uuid.UUID) -> int:
    sent = actions.send(person, conversation, client_id=uuid.uuid4(), text="Hello")
    assert isinstance(sent, Turn)
    return sent.pk


def apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """Do it in a thread of its own, whose connection nobody else would close."""
    try:
        return work(*arguments)
    finally:
        connections.close_all()


@contextmanager
def being_deleted(person: User) -> Iterator[None]:
    """Delete a person aside; the deletion is committed when the block is left."""
    deleted, may_commit = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as aside:
        deleting = aside.submit(apart, delete, person, deleted, may_commit)
        assert deleted.wait(PATIENCE)
        try:
            yield
        finally:
            may_commit.set()
        deleting.result()


def delete(
    person: User, deleted: threading.Event | None = None, may_commit: threading.Event | None = None
) -> None:
    with transaction.atomic():
        User.objects.get(pk=person.pk).delete()
        if deleted and may_commit:
            deleted.set()
            may_commit.wait(PATIENCE)


def until_somebody_waits() -> None:
    """Wait until a transaction waits for another's locks, which only PostgreSQL can tell."""
    with connection.cursor() as cursor:
        while connection.vendor == "postgresql":
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return


def close(staff: User, person: User) -> int:
    client = Client()
    client.force_login(staff)
    form = {
        "username": person.username,
        "time_zone": person.time_zone,
        "date_joined_0": "2026-01-01",
        "date_joined_1": "00:00",
    }
    return client.post(f"/admin/accounts/user/{person.pk}/change/", form).status_code


def states(turns: list[int]) -> list[str]:
    return list(Turn.objects.filter(pk__in=turns).order_by("pk").values_list("state", flat=True))
