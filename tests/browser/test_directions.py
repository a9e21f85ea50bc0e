"""Text of any script reads its own way, and turns nothing round that stands beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.person import Person
from tests.site.processes import Server

pytestmark = pytest.mark.browser

PEACE = "\u05e9\u05dc\u05d5\u05dd"  # begins at its right
REPLY = f"{PEACE}, first!\n\nSee [there \u202efdp](https://example.org) or `x\u202ey` and stop.\n\n- {PEACE}!"
# Where each of the words begins, from the left.
PLACES = """(element, words) => words.map(word => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()); ) {
        const at = node.data.indexOf(word);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        return range.getBoundingClientRect().left;
    }
    return null;
})"""


def from_left(element: Locator, *words: str) -> list[str]:
    """Return the words as they stand from left to right."""
    places = element.evaluate(PLACES, list(words))
    assert None not in places
    return [word for _, word in sorted(zip(places, words, strict=True))]


def test_each_paragraph_reads_its_own_way(person: Person, server: Server) -> None:
    person.ask_and_wait(f"{PEACE}, first!\nThen: {PEACE}?")
    question = person.conversation.locator('[data-role="user"] .body')
    assert from_left(question, "!", "first", PEACE) == ["!", "first", PEACE]
    assert from_left(question, "Then", "?") == ["Then", "?"]
    title = person.page.locator(".listing .title").first
    assert from_left(title, "!", "first", PEACE) == ["!", "first", PEACE]
    with closing(sqlite3.connect(server.errors.parent / "clearcall.sqlite3", timeout=10)) as rows, rows:
        newest = "SELECT max(id) FROM conversations_message WHERE role = 'assistant'"
        rows.execute(f"UPDATE conversations_message SET text = ? WHERE id = ({newest})", [REPLY])
    person.page.reload()
    blocks = person.replies().locator(".block")
    expect(blocks).to_have_count(3)
    assert from_left(blocks.nth(0), "!", "first", PEACE) == ["!", "first", PEACE]
    assert from_left(blocks.nth(1), "See", "there", "or", "x", "and", "stop") == [
        *("See", "there", "or", "x", "and", "stop"),
    ]
    assert from_left(blocks.nth(2), "!", PEACE) == ["!", PEACE]
    assert person.barriers() == []
