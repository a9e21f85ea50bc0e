"""More tools than are sent: what a person sees of the choice, and how another tool is still found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import enter
from tests.browser.person import Person
from tests.site.processes import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def person(chromium: Browser, var: Path) -> Iterator[Person]:
    """Enter an installation that sends one tool at once."""
    server = Server(var=var, ROUTING_TOOLS="1", LOG_LEVEL="ERROR")
    context = chromium.new_context(locale="en-GB")
    someone = Person(context)
    enter(someone, server.link())
    yield someone
    context.close()
    server.close()
    assert someone.complaints == []


def test_a_tool_that_was_not_sent_is_looked_for_found_and_called(person: Person) -> None:
    person.ask_and_wait("How many degrees are there in Tokyo?")
    expect(person.calls("find_tools")).to_have_count(1)
    expect(person.calls("get_weather")).to_have_count(1)
    expect(person.conversation).to_contain_text("Tokyo")
    first = person.trace.locator(".model-call").first
    first.locator("summary").first.click()
    expect(first).to_contain_text("tools sent")
    expect(first.get_by_role("definition").filter(has_text="fit this question less")).to_be_visible()
    second = person.trace.locator(".model-call").nth(1)
    second.locator("summary").first.click()
    expect(second).to_contain_text("get_weather was found by find_tools")
    lived = person.shown()
    person.page.reload()
    expect(person.calls("get_weather")).to_have_count(1)
    assert person.shown() == lived
    assert person.barriers() == []
