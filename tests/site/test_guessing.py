"""Passwords are not guessed faster by guessing at the same time, or by asking oddly."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from chatsite.accounts.models import FailedSignIn, User
from tests.site.conftest import PASSWORD

AT_ONCE = 12
moved = threading.Condition()
comparing: list[str] = []
answered: list[int] = []


class SlowToCompare:
    """Takes as long for a password as it takes until every guess was answered or is here."""

    def authenticate(self, request: Any, username: str = "", password: str = "") -> None:
        with moved:
            comparing.append(password)
            moved.notify_all()
            moved.wait_for(lambda: len(comparing) + len(answered) >= AT_ONCE, timeout=60)


def guess(number: int) -> str:
    try:
        form = {"username": "alice", "password": f"guess {number}"}
        return Client().post("/sign-in/", form).content.decode()
    finally:
        with moved:
            answered.append(number)
            moved.notify_all()
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_once_as_many_are_compared_as_one_after_the_other(
    alice: User, settings: Settings
) -> None:
    settings.AUTHENTICATION_BACKENDS = [f"{__name__}.SlowToCompare"]
    comparing.clear()
    answered.clear()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        pages = list(pool.map(guess, range(AT_ONCE)))
    assert len(comparing) == 5
    assert sum("Too many tries failed" in page for page in pages) == AT_ONCE - len(comparing)


def test_an_empty_password_forgets_no_wrong_one(client: Client, alice: User) -> None:
    for password in ("wrong", "wrong", "wrong", "wrong", "", "wrong"):
        client.post("/sign-in/", {"username": "alice", "password": password})
    page = client.post("/sign-in/", {"username": "alice", "password": PASSWORD})
    assert "Too many tries failed" in page.content.decode()


def test_whoever_waits_does_not_wait_longer_for_having_asked(client: Client, alice: User) -> None:
    for _ in range(20):
        client.post("/sign-in/", {"username": "alice", "password": "wrong"})
    assert FailedSignIn.objects.count() == 5


def test_a_try_that_is_refused_writes_nothing(client: Client, alice: User) -> None:
    for _ in range(5):
        client.post("/sign-in/", {"username": "alice", "password": "wrong"})
    with CaptureQueriesContext(connection) as asked:
        client.post("/sign-in/", {"username": "alice", "password": PASSWORD})
    assert [each["sql"] for each in asked if not each["sql"].startswith("SELECT")] == []
