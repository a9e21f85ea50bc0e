"""A tool that the list beside the message box has no room for is asked for by its name."""

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
def person(chromium: Browser, tmp_path: Path) -> Iterator[Person]:
    """Enter an installation with more tools than a menu lists."""
    server = Server(var=tmp_path, EXTRA_APPS="tests.browser.hoard", LOG_LEVEL="ERROR")
    link = server.link()
    context = chromium.new_context(base_url=link.partition("/enter/")[0], locale="en-GB")
    someone = Person(context)
    enter(someone, link)
    yield someone
    context.close()
    server.close()
    assert someone.complaints == []


def test_a_tool_beyond_the_list_is_asked_for_by_its_name(person: Person) -> None:
    choice = person.page.get_by_role("combobox", name="Tool choice")
    expect(choice.locator('option[value="tool:train_weaver"]')).to_have_count(0)
    person.page.get_by_role("button", name="Tools", exact=True).click()
    person.page.get_by_role("button", name="Ask for one by its name").click()
    dialog = person.page.get_by_role("dialog", name="Ask for a tool by its name")
    field = dialog.get_by_role("combobox", name="Name, or words of what it does")
    expect(field).to_be_focused()
    field.press_sequentially("weaver")
    expect(dialog.locator('option[value="train_weaver"]')).to_be_attached()
    field.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("There is no tool named “weaver” that may be used here.")
    assert person.barriers() == []
    field.fill("train_weaver")
    field.press("Enter")
    expect(dialog).to_be_hidden()
    expect(person.box).to_be_focused()
    expect(choice).to_have_value("tool:train_weaver")
    person.ask_and_wait("Bob")
    expect(person.calls("train_weaver")).to_have_count(1)
    expect(choice).to_have_value("auto")
    person.page.get_by_role("button", name="Tools", exact=True).click()
    person.page.get_by_role("switch", name="calculate").click()
    expect(choice.locator('option[value="tool:calculate"]')).to_have_count(0)
    person.page.keyboard.press("Escape")
    person.ask_and_wait("Carol", choice="tool:train_weaver")
    expect(person.calls("train_weaver")).to_have_count(2)


def test_the_question_for_a_name_is_left_by_escape(person: Person) -> None:
    person.page.get_by_role("button", name="Tools", exact=True).click()
    person.page.get_by_role("button", name="Ask for one by its name").click()
    person.page.keyboard.press("Escape")
    expect(person.page.get_by_role("dialog")).to_have_count(0)
    expect(person.box).to_be_focused()
