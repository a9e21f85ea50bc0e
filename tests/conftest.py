"""The cast, and a house in which their turns run."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import post_migrate
from pytest_django import Settings

from chatsite.accounts.models import User

TESTS = Path(__file__).parent
# These start servers and browsers. Begun last, one file of theirs would keep the other cores idle.
SLOW = ("processes", "chaos", "staff", "browser", "doors", "site", "mcp", "extraction", "scripts")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def is_quick(item: pytest.Item) -> bool:
        return item.path.relative_to(TESTS).parts[0] not in SLOW

    items.sort(key=is_quick)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Keep permissions and content types: to write them anew took nine tenths of emptying the database."""
    for model in (ContentType, Permission):
        model._meta.managed = False  # what is not managed is not flushed
    post_migrate.receivers.clear()


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    """Hash passwords in no time: the real way takes longer than most tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def alice(db: None) -> User:
    return get_user_model().objects.create_user("alice", password="alices-own-secret")


@pytest.fixture
def bob(db: None) -> User:
    return get_user_model().objects.create_user("bob", password="bobs-own-secret")


@pytest.fixture
def charlie(db: None) -> User:
    return get_user_model().objects.create_user(
        "charlie", password="charlies-own-secret", is_staff=True, is_superuser=True
    )
