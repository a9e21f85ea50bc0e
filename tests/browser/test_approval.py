"""A call that must be allowed, as a person meets it: seen, decided in every way, and by others too."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.person import Person
from tests.site.processes import Server, manage

pytestmark = pytest.mark.browser

Visit = Callable[..., Person]
LETTER = "Post a letter: “Dear \u202ebob, z\u200bero”"
PARCELS = "Send a parcel to Berlin and Paris, and what time is it in Tokyo?"
SHREDS = "Shred papers “Old plans”"
# A browser without a window never hides its tabs.
HIDES = "Object.defineProperty(document, 'hidden', { get: () => window.isAway === true })"
AWAY = "away => { window.isAway = away; document.dispatchEvent(new Event('visibilitychange')); }"
APPROVERS = """
from django.contrib.auth.models import Group
from chatsite.accounts.models import User
from tools.models import ToolPolicy
editors = Group.objects.create(name="Editors")
ToolPolicy.objects.create(name="shred_papers").approvers.add(editors)
User.objects.get(username="demo").groups.add(editors)
"""


def asks(person: Person, question: str) -> None:
    person.ask_and_wait(question, "waiting")


def cards(person: Person) -> Locator:
    """Return what waits in the chat."""
    return person.conversation.locator("[data-approval]")


def facts(call: Locator) -> str:
    """Unfold a call in the trace and return what it says."""
    fold = call.locator("> details")
    if fold.get_attribute("open") is None:
        fold.locator("> summary").click()
    return call.inner_text()


def focused(person: Person) -> str:
    return str(person.page.evaluate("() => document.activeElement.outerHTML.slice(0, 200)"))


def test_what_would_happen_is_seen_and_allowed_once(person: Person, visit: Visit) -> None:
    asks(person, LETTER)
    assert person.page.evaluate("() => document.activeElement.closest('[data-approval]')") is None
    for card in (cards(person), person.calls("post_letter").locator("[data-approval]")):
        for words in ("Allow “Post letter”?", "Post a letter.", "Writes", "from desk", "U+202E", "U+200B"):
            expect(card).to_contain_text(words)
        raw = card.locator("pre").filter(has_text='"text": "Dear')
        expect(raw).to_be_hidden()
        card.get_by_text("As the model wrote them").click()
        expect(raw).to_be_visible()
    address = person.page.url
    other = visit(address)
    expect(cards(other)).to_be_visible()
    person.page.reload()
    cards(person).get_by_role("button", name="Allow once").click()
    for one in (person, other):
        expect(cards(one)).to_have_count(0)
        one.wait_for_end()
        expect(one.calls("post_letter")).to_contain_text("Allowed once by demo")
    assert "Posted 1" in facts(person.calls("post_letter"))
    assert other.shown() == person.shown()


def test_arguments_are_edited_checked_and_kept_both_ways(person: Person) -> None:
    asks(person, LETTER)
    card = cards(person)
    card.get_by_text("Edit arguments").click()
    box = card.get_by_role("textbox", name=re.compile("arguments as JSON"))
    assert "\\u202e" in box.input_value()
    for wrong, why in (
        ('{"text": "", "copies": 12, "color": 1}', r"text: .*copies: .*color: "),
        ('{"text": ', "not JSON"),
        ("", "no arguments left"),
    ):
        box.fill(wrong)
        card.get_by_role("button", name="Allow with these arguments").click()
        expect(card.get_by_role("alert")).to_have_text(re.compile(why))
    box.fill('{"text": "Dear Bob", "copies": 2}')
    card.get_by_role("button", name="Allow with these arguments").click()
    person.wait_for_end()
    said = facts(person.calls("post_letter"))
    for words in (
        "Posted 2: Dear Bob",
        "Allowed with changed arguments by demo",
        "Before they were changed",
        "As the model wrote them",
        "A person changed the arguments before the call ran.",
    ):
        assert words in said


def test_the_keyboard_alone_declines_with_a_reason(person: Person) -> None:
    asks(person, LETTER)
    keyboard = person.page.keyboard
    keyboard.press("Alt+a")
    assert "data-approval" in focused(person)  # the card, and none of its buttons
    assert person.page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") == "solid"
    while "<summary" not in focused(person) or "Decline" not in focused(person):
        keyboard.press("Tab")
    keyboard.press("Enter")
    keyboard.press("Tab")
    keyboard.type("Not to Bob")
    keyboard.press("Enter")
    expect(cards(person)).to_have_count(1)  # Enter in a text decides nothing
    keyboard.press("Tab")
    keyboard.press("Enter")
    person.wait_for_end()
    assert 'id="turn-' in focused(person)
    said = facts(person.calls("post_letter"))
    assert "Declined by demo" in said
    assert said.count("Not to Bob") >= 2  # the decision, and what the model was told


def test_two_at_once_are_decided_apart_and_always_is_taken_back(person: Person) -> None:
    asks(person, PARCELS)
    expect(person.calls("get_time")).to_have_attribute("data-state", "succeeded")
    expect(cards(person)).to_have_count(2)
    paris = cards(person).filter(has_text="Paris")
    paris.get_by_text("Decline", exact=True).click()
    paris.get_by_label("Why, for the model").fill("Too far")
    cards(person).filter(has_text="Berlin").get_by_role("button", name="Always in").click()
    expect(cards(person)).to_have_count(1)
    expect(paris.get_by_label("Why, for the model")).to_have_value("Too far")  # what was begun is still there
    expect(person.turn()).to_have_attribute("data-state", "waiting")
    paris.get_by_role("button", name="Decline this call").click()
    person.wait_for_end()
    assert [call.get_attribute("data-state") for call in person.calls("send_parcel").all()] == [
        "succeeded",
        "declined",
    ]
    person.ask_and_wait("Send a parcel to Rome")
    expect(person.calls("send_parcel").last).to_contain_text("Allowed before, in this conversation by demo")
    person.page.get_by_role("button", name="Tools", exact=True).click()
    person.page.get_by_role("button", name="Let send_parcel ask again in this conversation").click()
    expect(person.page.locator("#switch-send_parcel")).to_contain_text("Asks before it runs")
    person.page.keyboard.press("Escape")
    asks(person, "Send a parcel to Rome")
    expect(person.trace).not_to_contain_text("ttempt")
    lived = person.shown()
    person.page.reload()
    assert person.shown() == lived


def test_stop_closes_the_question_in_every_tab(person: Person, visit: Visit) -> None:
    asks(person, LETTER)
    other = visit(person.page.url)
    expect(cards(other)).to_be_visible()
    person.stop_button.click()
    for one in (person, other):
        one.wait_for_end("stopped")
        expect(cards(one)).to_have_count(0)
    assert "Its turn ended before anybody decided" in facts(person.calls("post_letter"))


def test_nobody_in_time_lets_it_expire_and_a_hidden_tab_says_that_it_waits(
    visit: Visit, server: Server
) -> None:
    person = visit("/sign-in/")
    person.page.add_init_script(HIDES)
    person.is_changed = True
    person.open("/")
    person.page.evaluate(AWAY, True)
    person.ask(LETTER)
    expect(person.turn()).to_have_attribute("data-state", "waiting", timeout=10_000)
    expect(person.page).to_have_title(re.compile("^• "))
    expect(person.page.get_by_role("status").filter(has_text="waits for a decision")).to_be_attached()
    person.page.evaluate(AWAY, False)
    expect(person.page).to_have_title(re.compile("^[^•]"))
    with closing(sqlite3.connect(server.errors.parent / "clearcall.sqlite3", timeout=10)) as rows, rows:
        rows.execute("UPDATE conversations_approval SET expires_at = asked_at WHERE decision = ''")
    person.wait_for_end()
    assert "Nobody decided in time" in facts(person.calls("post_letter"))
    expect(cards(person)).to_have_count(0)


@pytest.mark.parametrize("is_phone", [False, True], ids=["desk", "phone"])
def test_it_is_readable_for_everyone(visit: Visit, is_phone: bool) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    person = visit(reduced_motion="reduce", **phone if is_phone else {})
    asks(person, PARCELS)
    for fold in cards(person).first.locator("details.aside > summary").all():
        fold.click()
    assert (person.barriers(), person.barriers_in_the_dark()) == ([], [])
    assert person.excess() == 0
    person.stop_button.click()
    person.wait_for_end("stopped")


def test_somebody_of_a_group_decides_in_the_admin(visit: Visit, server: Server) -> None:
    made = manage("shell", "-c", APPROVERS, var=server.errors.parent, EXTRA_APPS="tests.browser.desk")
    assert made.returncode == 0, made.stderr
    alice = visit("/sign-up/", storage_state=None)
    alice.sign_up("alice-who-asks")
    asks(alice, SHREDS)
    expect(cards(alice)).to_contain_text("Destructive")
    expect(cards(alice)).to_contain_text("Only somebody of Editors can decide this")
    expect(cards(alice).get_by_role("button")).to_have_count(0)
    charlie = visit("/admin/conversations/toolcall/")
    charlie.page.get_by_role("link", name="Waits for me").click()
    charlie.page.locator("#result_list").get_by_role("link", name="shred_papers").click()
    expect(charlie.page.get_by_role("group", name="Decide about this call")).to_be_visible()
    assert charlie.barriers() == []
    charlie.page.get_by_label("Why not, for the model").fill("Keep them")
    charlie.page.get_by_label("Why not, for the model").press("Enter")  # must never be a yes
    expect(charlie.page.get_by_role("main")).to_contain_text("Declined by demo")
    alice.wait_for_end()
    assert "Keep them" in facts(alice.calls("shred_papers"))
    asks(alice, SHREDS)
    charlie.open("/admin/conversations/toolcall/?approval=mine")
    charlie.page.locator("#result_list").get_by_role("link", name="shred_papers").click()
    charlie.page.get_by_role("button", name="Allow once").click()
    alice.wait_for_end()
    expect(alice.calls("shred_papers").last).to_contain_text("Allowed once by demo")
