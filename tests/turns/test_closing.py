"""An account that staff close: what runs for it and what waits comes to an end."""

from __future__ import annotations

import asyncio

import pytest
from django.test import Client

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.demo import says
from conversations.models import Turn
from tests.house import house

pytestmark = pytest.mark.django_db(transaction=True)


async def test_turns_of_a_closed_account_are_stopped(alice: User, charlie: User) -> None:
    async with house([says("One.", gate=asyncio.Event())]) as home, home.page(alice) as page:
        turns = [(await page.send(text))["turn"] for text in ("First", "Second")]
        await page.until_turn(turns[0], "running")
        await home.transport.until_asked(1)
        assert await in_database(close, charlie, alice) == 302
        await home.idle()
    assert await in_database(states, turns) == ["stopped", "stopped"]


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
