"""The cast, and a house in which their turns run."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model

from chatsite.accounts.models import User


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
