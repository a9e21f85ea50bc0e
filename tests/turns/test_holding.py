"""Text that is held back, half a link or what does not pay for its markup yet, is soon shown all the same."""

from __future__ import annotations

import asyncio

import pytest

from chatsite.accounts.models import User
from conversations.llm.demo import says
from tests.house import house
from tests.page import Page

pytestmark = pytest.mark.django_db(transaction=True)

LINK = 'See [the manual](https://example.org/manual "The manual") before anything else.'
ADDRESS = "See https://example.org/manual before anything else."
DEAR = "& " * 200 + "so on."


def text_of(page: Page) -> str:
    return page.text(page.replies()[-1]) if page.replies() else ""


@pytest.mark.parametrize(
    ("text", "pieces", "shown"),
    [
        (ADDRESS, 2, "<p>See https://example.org/manual</p>"),
        (DEAR, 200, f"<p>{'&amp; ' * 199}&amp;</p>"),
    ],
)
async def test_a_model_that_falls_silent_hides_nothing(
    alice: User, text: str, pieces: int, shown: str
) -> None:
    goes_on = asyncio.Event()
    async with house([says(text).held_after(pieces, goes_on)]) as home, home.page(alice) as page:
        sent = await page.send("Hello?")
        await page.until_shown(lambda: text_of(page) == shown)
        goes_on.set()
        await page.until_turn(sent["turn"], "completed")
        await home.compare(page)


async def test_a_link_shows_its_words_first(alice: User) -> None:
    goes_on = asyncio.Event()
    async with house([says(LINK).held_after(3, goes_on)]) as home, home.page(alice) as page:
        sent = await page.send("Hello?")
        await page.until_shown(lambda: text_of(page) == "<p>See the manual</p>")
        goes_on.set()
        await page.until_turn(sent["turn"], "completed")
        await home.compare(page)


async def test_a_reply_that_is_stopped_while_text_is_held_shows_it(alice: User) -> None:
    async with house([says(LINK).held_after(3, asyncio.Event())]) as home, home.page(alice) as page:
        sent = await page.send("Hello?")
        await page.until_shown(lambda: text_of(page) == "<p>See the manual</p>")
        await page.do("stop", turn=sent["turn"])
        await page.until_turn(sent["turn"], "stopped")
        await home.compare(page)
        assert text_of(page).startswith("<p>See [the manual](")


async def test_a_page_that_comes_while_text_is_held_catches_up(alice: User) -> None:
    goes_on = asyncio.Event()
    async with house([says(LINK).held_after(3, goes_on)]) as home, home.page(alice) as page:
        sent = await page.send("Hello?")
        await page.until_shown(lambda: text_of(page) == "<p>See the manual</p>")
        async with home.reloaded(page) as other:
            goes_on.set()
            await other.until_turn(sent["turn"], "completed")
            await page.until_turn(sent["turn"], "completed")
            assert text_of(other) == text_of(page)
        await home.compare(page)
