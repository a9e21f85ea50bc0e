"""Alice, and what a tool knows when it runs for her."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model

from tools import ToolContext
from tools.people import Person

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def context() -> ToolContext:
    """A context for a person who is not in the database, on a Friday evening."""
    alice = get_user_model()(username="alice", time_zone="Europe/Berlin")
    return ToolContext(person=alice, time_zone=BERLIN, now=datetime(2026, 5, 29, 22, 30, tzinfo=BERLIN))


@pytest.fixture
def alice(db: None) -> Person:
    return get_user_model().objects.create_user("alice", time_zone="Europe/Berlin")


@pytest.fixture
def bob(db: None) -> Person:
    return get_user_model().objects.create_user("bob")
