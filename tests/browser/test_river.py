"""A person asks, watches every call, reloads and loses nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser.person import Person

pytestmark = pytest.mark.browser

PARALLEL = "What's the weather in Berlin, Tokyo and Paris, and what time is it in Tokyo?"
SAVED = re.compile(r"/conversations/[0-9a-f-]{36}/$")
LONG = "Write a long answer with a table and some Python code. Please be slow."


def test_parallel_calls_are_seen_and_a_reload_shows_the_same(person: Person) -> None:
    person.ask_and_wait(PARALLEL)
    expect(person.calls("get_weather")).to_have_count(3)
    expect(person.calls("get_time")).to_have_count(1)
    for call in person.calls().all():
        expect(call).to_have_attribute("data-state", "succeeded")
    expect(person.replies().last).to_contain_text("Tokyo")
    lived = person.shown()
    person.page.reload()
    assert person.shown() == lived


def test_a_second_question_follows_the_first(person: Person) -> None:
    person.ask_and_wait("What's the weather in Berlin?")
    person.ask_and_wait("And in Paris?")
    expect(person.calls("get_weather")).to_have_count(2)
    expect(person.page).to_have_url(SAVED)


def test_a_reload_in_mid_stream_goes_on_where_it_was(person: Person) -> None:
    person.ask(LONG)
    expect(person.replies().last).to_contain_text("lighthouse", timeout=20_000)
    person.page.reload()
    expect(person.turn()).to_have_attribute("data-state", "running")
    expect(person.replies().last).to_contain_text("lamp")
    person.stop_button.click()
    person.wait_for_end("stopped")
    lived = person.shown()
    person.page.reload()
    assert person.shown() == lived


def test_stop_keeps_what_was_written(person: Person) -> None:
    person.ask(LONG)
    expect(person.replies().last).to_contain_text("lighthouse", timeout=20_000)
    person.stop_button.click()
    person.wait_for_end("stopped")
    expect(person.replies().last).to_contain_text("lighthouse")
    lived = person.shown()
    person.page.reload()
    assert person.shown() == lived
    person.ask_and_wait("What is 6*7?")


def test_stop_works_after_a_reload_and_from_another_tab(person: Person, visit: Callable[..., Person]) -> None:
    person.ask(LONG)
    expect(person.stop_button).to_be_visible()
    expect(person.page).to_have_url(SAVED)
    other = visit(person.page.url)
    other.stop_button.click()
    person.wait_for_end("stopped")
    other.wait_for_end("stopped")


def test_two_tabs_show_the_same(person: Person, visit: Callable[..., Person]) -> None:
    person.ask_and_wait("What is 2+2?")
    other = visit(person.page.url)
    person.ask_and_wait(PARALLEL)
    expect(other.conversation.locator("article[data-turn]")).to_have_count(2)
    other.wait_for_end()
    assert other.shown() == person.shown()


def test_a_queued_message_can_be_taken_back(person: Person) -> None:
    person.ask(LONG)
    expect(person.stop_button).to_be_visible()
    person.ask("What is 1+1?")
    expect(person.turn()).to_have_attribute("data-state", "queued")
    person.page.get_by_role("button", name="Take back").click()
    expect(person.box).to_have_value("What is 1+1?")
    expect(person.conversation.locator("article[data-turn]")).to_have_count(1)
    person.stop_button.click()
    person.wait_for_end("stopped")


def test_a_message_written_offline_is_sent_once(person: Person) -> None:
    person.ask_and_wait("What is 2+2?")
    person.context.set_offline(True)
    person.page.evaluate("() => window.dispatchEvent(new Event('offline'))")
    person.ask("What is 3+3?")
    person.context.set_offline(False)
    expect(person.conversation.locator("article[data-turn]")).to_have_count(2, timeout=20_000)
    person.wait_for_end()
    person.page.reload()
    expect(person.conversation.locator("article[data-turn]")).to_have_count(2)


def test_a_message_sent_before_the_scripts_are_here_waits_for_them(person: Person) -> None:
    held: list[Route] = []
    person.page.route("**/js/main*.js*", lambda route: held.append(route))
    with person.page.expect_request("**/js/main*.js*"):
        person.page.reload(wait_until="commit")
    address = person.page.url
    person.ask("What is 6*7?")
    assert (person.page.url, person.box.input_value()) == (address, "What is 6*7?")
    for request in held:
        request.continue_()
    person.wait_for_end()
    expect(person.replies().last).to_contain_text("42")
