"""The page is usable by everyone: axe finds nothing, and nothing is wider than a small phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.person import Person

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit: Callable[..., Person], scheme: str) -> None:
    person = visit(color_scheme=scheme)
    assert person.barriers() == []
    person.ask_and_wait("What's the weather in Berlin and Paris? Then call a tool with bad arguments")
    person.ask_and_wait("Please fail with 500", "failed")
    person.ask_and_wait("Write a long answer with a table, a task list and some Python code.")
    assert person.barriers() == []
    assert person.excess_below() == 0
    for path in ("/tools/", "/calendar/"):
        person.open(path)
        assert person.barriers() == []
        assert person.excess_below() == 0


@pytest.mark.parametrize(("width", "height"), [(360, 740), (320, 256)])
def test_nothing_is_wider_than_the_screen(visit: Callable[..., Person], width: int, height: int) -> None:
    person = visit(viewport={"width": width, "height": height})
    assert person.excess() <= 0
    person.ask_and_wait("Write a long answer with a table, a task list and some Python code.")
    assert person.excess() <= 0
    assert person.barriers() == []
