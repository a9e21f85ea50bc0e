"""What a person sees when things go wrong, and that the next question works all the same."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("wish", "state", "words"),
    [
        ("Please fail with 500", "failed", "Try again"),
        ("Please fail with 401", "failed", "OPENAI_API_KEY"),
        ("Please cut the stream", "incomplete", "Try again"),
        ("Send a broken line", "failed", "Try again"),
        ("Answer with HTML", "failed", "Try again"),
        ("Stop because of length", "incomplete", "length"),
        ("Please refuse", "incomplete", "declined"),
    ],
)
def test_a_failure_has_a_name_and_the_next_question_works(
    person: Person, wish: str, state: str, words: str
) -> None:
    person.ask_and_wait(wish, state)
    expect(person.turn()).to_contain_text(words)
    lived = person.shown()
    person.page.reload()
    assert person.shown() == lived
    person.ask_and_wait("What is 6*7?")
    expect(person.replies().last).to_contain_text("42")


@pytest.mark.parametrize(
    ("wish", "state", "code"),
    [
        ("Call a tool with bad arguments", "invalid", "bad_arguments"),
        ("Call a tool with arguments that are not JSON", "invalid", "not_json"),
        ("Call an unknown tool", "invalid", "unknown_tool"),
    ],
)
def test_a_bad_call_is_told_to_the_model_and_shown(person: Person, wish: str, state: str, code: str) -> None:
    person.ask_and_wait(wish)
    expect(person.calls().first).to_have_attribute("data-state", state)
    expect(person.calls().first).to_contain_text(code)


def test_a_message_that_is_too_long_stays_in_the_box(person: Person) -> None:
    person.box.fill("x" * 100_001)
    person.page.get_by_role("button", name="Send", exact=True).click()
    expect(person.page.get_by_role("alert")).to_contain_text("100,000")
    expect(person.box).to_have_value("x" * 100_001)


def test_nothing_but_white_space_is_not_sent(person: Person) -> None:
    person.box.fill("   ")
    person.box.press("Enter")
    expect(person.conversation.locator("article[data-turn]")).to_have_count(0)


def test_signing_out_in_another_tab_keeps_the_draft(newcomer: Person) -> None:
    newcomer.ask_and_wait("What is 2+2?")
    newcomer.box.fill("half a thought")
    other = Person(newcomer.context)
    other.open(newcomer.page.url)
    other.page.get_by_role("button", name=re.compile("^Account")).click()
    other.page.get_by_role("button", name="Sign out").click()
    expect(newcomer.page.get_by_text("signed out").first).to_be_visible()
    expect(newcomer.box).to_have_value("half a thought")


def test_hostile_text_stays_text(person: Person) -> None:
    hostile = "<img src=x onerror=alert(1)> <script>alert(2)</script> [x](javascript:alert(3)) what is 2+2?"
    person.page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    person.ask_and_wait(hostile)
    expect(person.conversation.locator('[data-role="user"]').last).to_contain_text(
        "<img src=x onerror=alert(1)>"
    )
    person.page.reload()
    expect(person.conversation.locator('[data-role="user"]').last).to_contain_text(
        "<script>alert(2)</script>"
    )
