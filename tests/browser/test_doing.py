"""What a person can do besides asking: choose tools, edit, try again, find, rename, delete."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person

pytestmark = pytest.mark.browser


def test_no_tool_is_called_when_none_is_chosen(person: Person) -> None:
    person.ask_and_wait("What's the weather in Berlin?", choice="none")
    expect(person.calls()).to_have_count(0)
    expect(person.page.get_by_role("combobox", name="Tool choice")).to_have_value("auto")


def test_a_forced_tool_is_called_once(person: Person) -> None:
    person.ask_and_wait("Tell me about Paris", choice="tool:get_weather")
    expect(person.calls("get_weather")).to_have_count(1)


def test_a_choice_stays_what_it_is_when_the_list_changes(person: Person) -> None:
    choice = person.page.get_by_role("combobox", name="Tool choice")
    choice.select_option("tool:get_weather")
    person.page.get_by_role("button", name="Tools", exact=True).click()
    for count in (0, 1):
        person.page.get_by_role("switch", name="calculate").click()
        expect(choice.locator('option[value="tool:calculate"]')).to_have_count(count)
        expect(choice).to_have_value("tool:get_weather")


def test_required_calls_the_best_match(person: Person) -> None:
    person.ask_and_wait("Tokyo", choice="required")
    expect(person.calls().first).to_be_attached()


def test_an_edited_question_stands_beside_the_first(person: Person) -> None:
    person.ask_and_wait("What is 2+2?")
    person.turn().get_by_role("button", name="Edit").click()
    box = person.page.get_by_role("textbox").filter(has_text="What is 2+2?").or_(person.box).first
    box.fill("What is 5+5?")
    box.press("Enter")
    expect(person.turn()).to_contain_text("5+5", timeout=10_000)
    person.wait_for_end()
    expect(person.conversation.locator("article[data-turn]")).to_have_count(1)
    expect(person.turn()).to_contain_text("2/2")
    person.turn().get_by_role("button", name=re.compile("Previous", re.I)).click()
    expect(person.turn()).to_contain_text("What is 2+2?")
    expect(person.turn()).to_contain_text("1/2")


def test_trying_again_makes_a_sibling(person: Person) -> None:
    person.ask_and_wait("What is 2+2?")
    person.turn().get_by_role("button", name="Try again").click()
    expect(person.turn()).to_contain_text("2/2", timeout=10_000)
    person.wait_for_end()


def test_a_call_opens_from_the_chat(person: Person) -> None:
    person.ask_and_wait("What's the weather in Berlin?")
    call = person.calls("get_weather").first
    person.replies().first.get_by_role("link", name=re.compile("weather", re.I)).first.click()
    expect(call.locator("details").first).to_have_attribute("open", "")
    button = person.page.get_by_role("button", name="Trace", exact=True)
    width = chat_width(person)
    button.click()
    expect(person.trace).to_be_hidden()
    expect(button).to_have_attribute("aria-expanded", "false")
    assert chat_width(person) > width + 300
    # What would fold it only once the modules are here would have the page jump.
    person.page.route("**/js/main*.js*", lambda route: route.abort())
    person.page.reload()
    expect(person.trace).to_be_hidden()
    person.page.unroute("**/js/main*.js*")
    person.complaints.clear()
    person.page.reload()
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    expect(person.trace).to_be_visible()
    assert chat_width(person) == width
    button.click()
    person.replies().first.get_by_role("link", name=re.compile("weather", re.I)).first.click()
    expect(call).to_be_visible()


def chat_width(person: Person) -> float:
    box = person.page.get_by_role("main").bounding_box()
    assert box
    return box["width"]


def test_a_tool_that_is_switched_off_is_not_offered(person: Person) -> None:
    person.open("/tools/")
    switch = person.page.get_by_role("switch", name=re.compile("calculate", re.I))
    expect(switch).to_be_checked()
    switch.click()
    expect(switch).not_to_be_checked()
    expect(switch).not_to_have_attribute("aria-busy", "true")
    try:
        person.page.reload()
        expect(person.page.get_by_role("switch", name=re.compile("calculate", re.I))).not_to_be_checked()
        person.open("/")
        person.ask_and_wait("What is 6*7?")
        expect(person.calls("calculate")).to_have_count(0)
    finally:
        person.open("/tools/")
        switch.click()
        expect(switch).to_be_checked()
        expect(switch).not_to_have_attribute("aria-busy", "true")


def test_conversations_are_found_renamed_and_deleted(person: Person) -> None:
    person.ask_and_wait("What is 1234+1?")
    sidebar = person.page.get_by_role("navigation", name="Conversations")
    entry = sidebar.get_by_role("link", name=re.compile("1234"))
    expect(entry).to_be_visible()
    sidebar.get_by_role("searchbox").fill("no such title at all")
    expect(entry).to_have_count(0)
    sidebar.get_by_role("searchbox").fill("1234")
    expect(entry.first).to_be_visible()
    entry.first.hover()
    sidebar.get_by_role("button", name=re.compile("Rename .*1234")).first.click()
    sidebar.get_by_role("textbox", name="Title").fill("A sum")
    sidebar.get_by_role("textbox", name="Title").press("Enter")
    expect(sidebar.get_by_role("link", name="A sum")).to_be_visible()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("A sum")
    expect(sidebar.get_by_role("button", name="Rename “A sum”")).to_be_focused()
    delete = sidebar.get_by_role("button", name="Delete “A sum”")
    delete.press("Enter")
    person.page.mouse.move(600, 300)  # what shows while it is pointed at could not have focus back
    person.page.keyboard.press("Escape")
    expect(delete).to_be_focused()
    delete.press("Enter")
    person.page.get_by_role("dialog").get_by_role("button", name="Delete it").click()
    expect(person.page).to_have_url(re.compile(r"^[^/]*//[^/]*/$"))
    expect(sidebar.get_by_role("link", name="A sum")).to_have_count(0)
