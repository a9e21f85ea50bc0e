"""The page is usable by everyone: axe finds nothing, and nothing is wider than a small phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import ViewportSize

from tests.browser.person import Person

pytestmark = pytest.mark.browser

SMALL: tuple[ViewportSize, ...] = ({"width": 360, "height": 740}, {"width": 320, "height": 256})


def test_axe_finds_nothing(person: Person) -> None:
    assert (person.barriers(), person.barriers_in_the_dark()) == ([], [])
    person.ask_and_wait("What's the weather in Berlin and Paris? Then call a tool with bad arguments")
    person.ask_and_wait("Please fail with 500", "failed")
    person.ask_and_wait("Write a long answer with a table, a task list and some Python code.")
    assert (person.barriers(), person.barriers_in_the_dark()) == ([], [])
    assert person.excess_below() == 0
    for path in ("/tools/", "/calendar/"):
        person.open(path)
        assert (person.barriers(), person.barriers_in_the_dark()) == ([], [])
        assert person.excess_below() == 0


def test_nothing_is_wider_than_the_screen(visit: Callable[..., Person]) -> None:
    person = visit(viewport=SMALL[0])
    for _ in screens(person):
        assert person.excess() <= 0
    person.ask_and_wait("Write a long answer with a table, a task list and some Python code.")
    for _ in screens(person):
        assert person.excess() <= 0
        assert person.barriers() == []


def screens(person: Person) -> Iterator[None]:
    """Look at the same page on one small screen after the other."""
    for size in SMALL:
        person.page.set_viewport_size(size)
        yield
