"""The cast, and a house in which their turns run."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from pytest_django import Settings

from chatsite.accounts.models import User


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
