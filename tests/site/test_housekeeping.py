"""What a server clears away by itself, and what it leaves."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.site.processes import Server, manage
from tests.site.waiting import until

Start = Callable[..., Server]
# In each table one row that ran out, and one that did not.
FURNISH = """
from datetime import timedelta
from uuid import uuid4
from django.contrib.sessions.models import Session
from django.utils import timezone
from chatsite.accounts.models import EnterLink, FailedSignIn, User
from conversations.models import Conversation, Exchange, Message, Turn
alice = User.objects.create_user("alice")
conversation = Conversation.objects.create(person=alice)
turn = Turn.objects.create(conversation=conversation, client_id=uuid4(), seq=1, state="completed")
for name, days in (("old", -31), ("new", 1)):
    at = timezone.now() + timedelta(days=days)
    Session.objects.create(session_key=name, expire_date=at)
    EnterLink.objects.create(digest=name, person=alice, expires_at=at)
    FailedSignIn.objects.create(digest=name, at=at)
    reply = Message.objects.create(conversation=conversation, turn=turn, seq=1, role="assistant", model=name)
    Exchange.objects.create(message=reply, compressed_request=b"", compressed_response=b"", created_at=at)
"""
KEPT = {
    "accounts_enterlink": "SELECT digest FROM accounts_enterlink WHERE digest IN ('old', 'new')",
    "accounts_failedsignin": "SELECT digest FROM accounts_failedsignin",
    "django_session": "SELECT session_key FROM django_session",
    "conversations_exchange": "SELECT model FROM conversations_exchange "
    "JOIN conversations_message ON message_id = id",
}


@pytest.fixture(scope="module")
def furnished(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(tables, tmp_path_factory.mktemp("furnished") / "var"))
    done = manage("shell", "-c", FURNISH, var=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def var(furnished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(furnished, tmp_path / "var"))


def kept(var: Path, tables: set[str]) -> dict[str, list[str]]:
    with closing(sqlite3.connect(var / "clearcall.sqlite3")) as rows:
        return {table: [row[0] for row in rows.execute(KEPT[table])] for table in tables}


def test_what_ran_out_is_deleted_and_nothing_else(start: Start, var: Path) -> None:
    start().link()
    until(lambda: kept(var, set(KEPT)) == {table: ["new"] for table in KEPT})


def test_a_chore_that_fails_keeps_no_other_from_being_done(start: Start, var: Path) -> None:
    with closing(sqlite3.connect(var / "clearcall.sqlite3")) as rows:
        rows.execute("ALTER TABLE conversations_exchange RENAME COLUMN created_at TO made_at")
    server = start()
    server.link()
    others = set(KEPT) - {"conversations_exchange"}
    until(lambda: kept(var, others) == {table: ["new"] for table in others})
    assert "forget_old_exchanges is tried again in an hour." in server.errors.read_text()
