"""What takes long is not done where everybody's rows are read and written."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from pygments.lexer import Lexer
from pygments.lexers import LEXERS
from pygments.token import Keyword

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.live.drafts import written
from conversations.llm.demo import says
from conversations.models import Message
from tests.house import house
from tests.page import Page

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["Witness"]  # by which Pygments finds a lexer


class Witness(Lexer):
    """Notes in which thread it had to read which code."""

    name = "Witness"
    aliases = ("witness",)
    read: dict[str, str] = {}

    def get_tokens(self, text: str, unfiltered: bool = False) -> Iterator[tuple[Any, str]]:
        self.read[text.strip()] = threading.current_thread().name
        yield Keyword, text


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setitem(LEXERS, "Witness", (__name__, "Witness", ("witness",), (), ()))
    monkeypatch.setattr(Witness, "read", {})
    return Witness.read


async def test_code_of_settled_replies_is_coloured_beside_the_database(
    alice: User, witness: dict[str, str]
) -> None:
    async def rewrite(code: str) -> None:
        """Nobody has coloured this yet."""
        text = f"```witness\n{code}\n```"
        await in_database(Message.objects.filter(role="assistant").update, text=text)

    async with house([says("Once.")]) as home, home.page(alice) as page:
        await page.ask("Write code")
        (reply,) = page.replies()
        await rewrite("asked for")
        await page.do("full", message=reply)
        await page.until(lambda frame: isinstance(frame, list) and frame[0] == "F")
        await rewrite("caught up with")
        late = Page(page.client, page.conversation)
        assert await late.connect()
        await late.until(lambda frame: isinstance(frame, dict) and frame["t"] == "changes")
        await late.close()
        await rewrite("of another past")
        late.cursor = 10_000
        assert await late.connect()
        await late.until(lambda frame: isinstance(frame, dict) and frame["t"] == "reset")
        await late.close()
        databases = await in_database(lambda: threading.current_thread().name)
    assert set(witness) == {"asked for", "caught up with", "of another past"}
    assert databases not in witness.values()


async def test_a_thread_that_makes_frames_keeps_no_connection(alice: User) -> None:
    used = []

    def draft() -> str:
        used.append(connections["default"])
        return str(User.objects.get(pk=alice.pk))

    assert await written(draft) == "alice"
    assert [each.connection for each in used] == [None]
