"""Every decision about a call, read off the panel, the record that staff see, and the export."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.person import Person
from tests.browser.places import Places
from tests.browser.staff.test_administration import decide, save
from tests.browser.test_approval import SHREDS, asks, cards
from tests.browser.trust.calendar import calendar_of, put
from tests.browser.trust.forging import press_forged

pytestmark = pytest.mark.browser

DECISIONS = {
    "Once": ("once", "Allowed once"),
    "Declined": ("declined", "Declined"),
    "Always": ("always", "Allowed in this conversation"),
    "Granted": ("granted", "Allowed before, in this conversation"),
    "Edited": ("edited", "Allowed with changed arguments"),
    "Expired": ("expired", "Nobody decided in time"),
    "Stopped": ("ended", "Its turn ended before anybody decided"),
}


def test_every_decision_is_told_and_only_what_was_allowed_happens(
    alice: Person, charlie: Person, expire: Callable[[], None]
) -> None:
    card = cards(alice)
    asks(alice, put("Once"))
    card.get_by_role("button", name="Allow once").click()
    alice.wait_for_end()
    asks(alice, put("Declined"))
    decline(card, "Not now")
    alice.wait_for_end()
    asks(alice, put("Always"))
    card.get_by_role("button", name="Always in").click()
    alice.wait_for_end()
    alice.ask_and_wait(put("Granted"))
    alice.page.get_by_role("button", name="Tools", exact=True).click()
    alice.page.get_by_role("button", name="Let create_calendar_event ask again").click()
    expect(alice.page.locator("#switch-create_calendar_event")).to_contain_text("Asks before it runs")
    alice.page.keyboard.press("Escape")
    asks(alice, put("Edited"))
    edit(card, '{"title": "Edited by hand", "date": "2099-12-01"}')
    alice.wait_for_end()
    asks(alice, put("Expired"))
    expire()
    alice.wait_for_end()
    asks(alice, put("Stopped"))
    alice.stop_button.click()
    alice.wait_for_end("stopped")

    places = Places(alice, charlie)
    calls = dict(zip(DECISIONS, alice.calls("create_calendar_event").all(), strict=True))
    for title, (decision, words) in DECISIONS.items():
        by = "" if decision in ("expired", "ended") else "alice"
        reason = "Not now" if decision == "declined" else ""
        told = places.tell_decided(calls[title], words, decision=decision, by=by, reason=reason)
        assert told["approval"]["proposed"]["title"] == title
        assert (told["times"]["started"] is None) is (told["state"] != "succeeded")
    sentence = "A person declined this call. Their reason: Not now"
    places.tell_refused(calls["Declined"], "declined", code="declined", sentence=sentence)
    sentence = (
        "Nobody decided in time whether this call may run, so it did not. Ask again if it is still wanted."
    )
    places.tell_refused(calls["Expired"], "expired", code="expired", sentence=sentence)
    places.tell(calls["Edited"], "Before they were changed", "A person changed the arguments before")
    places.tell(calls["Stopped"], "never ran")
    happened = set(calendar_of(alice))
    assert happened >= {"Once", "Always", "Granted", "Edited by hand"}
    assert not happened & {"Declined", "Edited", "Expired", "Stopped"}


def decline(card: Locator, reason: str) -> None:
    card.get_by_text("Decline", exact=True).click()
    card.get_by_label("Why, for the model").fill(reason)
    card.get_by_role("button", name="Decline this call").click()


def edit(card: Locator, arguments: str) -> None:
    card.get_by_text("Edit arguments").click()
    card.get_by_role("textbox", name=re.compile("arguments as JSON")).fill(arguments)
    card.get_by_role("button", name="Allow with these arguments").click()


def test_somebody_of_a_group_decides_in_the_admin_and_nobody_else(
    alice: Person, visit_as_alice: Callable[[], Person], charlie: Person
) -> None:
    let_editors_decide(charlie)
    asks(alice, SHREDS)
    hers, shown = visit_as_alice(), str(cards(alice).get_attribute("data-shown"))
    press_forged(hers, alice.calls("shred_papers"), "allow", shown=shown)
    refusal = hers.page.get_by_text("Only somebody of Editors can decide this.")
    expect(refusal).to_be_visible(timeout=10_000)  # a press waits for the socket
    asked_of(charlie).get_by_label("Why not, for the model").fill("Keep them")
    charlie.page.get_by_role("button", name="Decline this call").click()
    alice.wait_for_end()
    asks(alice, SHREDS)
    asked_of(charlie).get_by_role("button", name="Allow once").click()
    alice.wait_for_end()
    places = Places(alice, charlie)
    declined, allowed = alice.calls("shred_papers").all()
    places.tell_decided(declined, "Declined", decision="declined", by="demo", reason="Keep them")
    told = places.tell_decided(allowed, "Allowed once", decision="once", by="demo")
    assert (told["approval"]["groups"], told["state"]) == (["Editors"], "succeeded")
    places.tell(declined, "Editors", "never ran")


def let_editors_decide(charlie: Person) -> None:
    """Make the group, join it, and give it the decision."""
    charlie.open("/admin/auth/group/add/")
    charlie.page.get_by_label("Name").fill("Editors")
    save(charlie)
    charlie.open("/admin/accounts/user/")
    charlie.page.get_by_role("link", name="demo", exact=True).click()
    charlie.page.locator("#id_groups_from").select_option("Editors")
    charlie.page.get_by_role("button", name="Choose selected groups").click()
    charlie.page.get_by_role("button", name="Save", exact=True).click()
    expect(charlie.page.locator(".messagelist")).to_contain_text("was changed successfully")
    decide(charlie, "shred_papers")
    charlie.page.locator("#id_approvers").get_by_label("Editors").check()
    save(charlie)


def asked_of(charlie: Person) -> Locator:
    """Open the call that waits for a group of theirs, and return where it is decided."""
    charlie.open("/admin/conversations/toolcall/?approval=mine")
    charlie.page.locator("#result_list").get_by_role("link", name="shred_papers").click()
    return charlie.page.get_by_role("group", name="Decide about this call")
