"""A call that is another's, or became something else while it waited: refused, told, and not run."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import enter
from tests.browser.person import Person
from tests.browser.places import Places
from tests.browser.test_approval import asks, cards
from tests.browser.trust.calendar import calendar_of, put
from tests.browser.trust.forging import press_forged
from tests.browser.trust.line import SlowLine
from tests.chaos.place import Place

pytestmark = pytest.mark.browser

DECIDED = "That has been decided already, or has come to its end: the trace says how."
CHANGED = "The call is not what you were shown any more. Look again, then decide."


def test_what_was_settled_in_another_tab_is_not_decided_again(
    alice: Person, visit_as_alice: Callable[[], Person], charlie: Person, expire: Callable[[], None]
) -> None:
    late = visit_as_alice()
    line = SlowLine(late)
    settle = {
        "Allowed": lambda: cards(alice).get_by_role("button", name="Allow once").click(),
        "Declined": lambda: decline(alice),
        "Timed out": expire,
        "Halted": alice.stop_button.click,
    }
    for title, settles in settle.items():
        asks(alice, put(title))
        late.open(alice.page.url)
        line.hold()
        settles()
        alice.wait_for_end("stopped" if title == "Halted" else "completed")
        cards(late).get_by_role("button", name="Always in").click()
        is_told(late, DECIDED)
        line.let_through()
        expect(cards(late)).to_have_count(0)
        is_told(late, DECIDED)

    places = Places(alice, charlie)
    allowed, declined, expired, ended = alice.calls("create_calendar_event").all()
    places.tell_decided(allowed, "Allowed once", decision="once")
    places.tell_decided(declined, "Declined", decision="declined")
    places.tell_decided(expired, "Nobody decided in time", decision="expired", by="")
    places.tell_decided(ended, "Its turn ended before anybody decided", decision="ended", by="")
    assert [title for title in calendar_of(alice) if title in settle] == ["Allowed"]


def is_told(person: Person, sentence: str) -> None:
    # A press waits for the socket, where that is not open yet.
    expect(person.page.get_by_text(sentence)).to_be_visible(timeout=10_000)


def decline(person: Person) -> None:
    cards(person).get_by_text("Decline", exact=True).click()
    cards(person).get_by_role("button", name="Decline this call").click()


def test_nobody_decides_about_anothers_call_or_about_what_they_were_not_shown(
    alice: Person, visit_as_alice: Callable[[], Person], visit: Callable[..., Person]
) -> None:
    hers, charlie, bob = visit_as_alice(), visit("/admin/"), visit("/sign-up/", storage_state=None)
    bob.sign_up("bob")
    asks(alice, put("Forged"))
    shown, call = str(cards(alice).get_attribute("data-shown")), alice.calls("create_calendar_event")
    for address in (alice.page.url, f"{alice.page.url}export.json"):
        assert bob.context.request.get(address).status == 404
    for wish in ("allow", "decline"):
        press_forged(bob, call, wish, shown=shown)
        is_told(bob, "There is no such thing, or it is not yours.")
        press_forged(hers, call, wish, shown="0" * 64)
        is_told(hers, CHANGED)
    told = Places(alice, charlie).tell(call, "Allow “Create calendar event”?")
    assert (told["state"], told["approval"]["decided_at"]) == ("waiting", None)
    alice.stop_button.click()
    alice.wait_for_end("stopped")
    Places(alice, charlie).tell(call, "never ran")
    assert "Forged" not in calendar_of(alice)


@pytest.fixture
def place(var: Path) -> Iterator[Place]:
    place = Place(var)
    yield place
    place.close()


def test_a_tool_that_has_changed_asks_again_and_one_that_has_gone_does_not_run(
    chromium: Browser, place: Place
) -> None:
    server = place.server(EXTRA_APPS="tests.browser.desk")
    address = server.origin()
    first = Person(chromium.new_context(base_url=address))
    enter(first, server.link())
    cookie = first.context.storage_state()
    windows = [chromium.new_context(base_url=address, storage_state=cookie) for _ in range(3)]
    letter, late, parcel, charlie = first, *map(Person, windows)
    line = SlowLine(late)
    asks(letter, "Post a letter: “Dear Bob”")
    parcel.open("/")
    asks(parcel, "Send a parcel to Rome")

    server.signal(signal.SIGTERM)
    server.code()
    place.server("--port", address.rpartition(":")[2], EXTRA_APPS="tests.browser.trust.annex").link()
    parcel.page.evaluate("() => dispatchEvent(new Event('online'))")  # it would come back by itself, later

    for tab in (letter, late):
        tab.open(letter.page.url)
        expect(cards(tab)).to_contain_text("The tool has changed since this was asked.")
    line.hold()
    cards(letter).get_by_role("button", name="Allow once").click()
    expect(cards(letter)).to_contain_text("Asked again. Before: Allowed once by demo", timeout=10_000)
    cards(late).get_by_role("button", name="Allow once").click()
    is_told(late, CHANGED)
    line.let_through()
    expect(cards(late)).to_contain_text("Asked again. Before: Allowed once by demo")
    is_told(late, CHANGED)
    told = Places(letter, charlie).tell(letter.calls("post_letter"), "Asked again", "from annex")
    assert (told["state"], told["times"]["started"], told["source"]) == ("waiting", None, "annex")
    cards(letter).get_by_role("button", name="Allow once").click()
    letter.wait_for_end()
    told = Places(letter, charlie).tell_decided(
        letter.calls("post_letter"), "Allowed once", decision="once", by="demo"
    )
    assert told["result"] == "Registered: Dear Bob"
    assert [(one["decision"], one["by"]) for one in told["approval"]["earlier"]] == [("once", "demo")]

    late.open(parcel.page.url)
    expect(cards(late)).to_contain_text("There is no such tool any more, so it cannot run. Decline it")
    expect(cards(late).get_by_role("button", name="Allow once")).to_have_count(0)
    cards(parcel).get_by_role("button", name="Allow once").click()
    parcel.wait_for_end()
    Places(parcel, charlie).tell_refused(
        parcel.calls("send_parcel"),
        "invalid",
        code="unknown_tool",
        sentence="There is no tool named 'send_parcel'. The tools are: ",
    )
    for window in (first.context, *windows):
        window.close()
