"""The page is usable by everyone: axe finds nothing, and nothing is wider than a small phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.person import Person

pytestmark = pytest.mark.browser

WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def complaints(person: Person) -> list[str]:
    found = Axe().run(
        person.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in found.response["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit: Callable[..., Person], scheme: str) -> None:
    person = visit(color_scheme=scheme)
    assert complaints(person) == []
    person.ask_and_wait("What's the weather in Berlin and Paris? Then call a tool with bad arguments")
    person.ask_and_wait("Please fail with 500", "failed")
    person.ask_and_wait("Write a long answer with a table, a task list and some Python code.")
    assert complaints(person) == []
    person.open("/tools/")
    assert complaints(person) == []


@pytest.mark.parametrize(("width", "height"), [(360, 740), (320, 256)])
def test_nothing_is_wider_than_the_screen(visit: Callable[..., Person], width: int, height: int) -> None:
    person = visit(viewport={"width": width, "height": height})
    assert person.page.evaluate(WIDER) <= 0
    person.ask_and_wait("Write a long answer with a table, a task list and some Python code.")
    assert person.page.evaluate(WIDER) <= 0
    assert complaints(person) == []
