"""Why a tool may not be used, read off the panel, the record that staff see, and the export."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.places import Places
from tests.browser.staff.test_administration import decide, save
from tests.browser.test_approval import asks, cards

pytestmark = pytest.mark.browser


def test_a_call_that_waits_is_refused_for_the_first_reason_that_applies_when_it_is_allowed(
    visit_as_alice: Callable[[], Person], charlie: Person
) -> None:
    here, yours, group, everyone = (visit_as_alice() for _ in range(4))
    for alice in (here, yours, group, everyone):
        asks(alice, "Send a parcel to Rome")

    for alice in (here, yours):
        alice.page.get_by_role("button", name="Tools", exact=True).click()
        switch = alice.page.get_by_role("button", name="Leave send_parcel out of this conversation")
        switch.click()
        expect(switch).to_have_attribute("aria-pressed", "true")
    here.page.keyboard.press("Escape")
    is_refused(here, charlie, "off_here", "Send parcel is switched off in this conversation.")

    yours.page.get_by_role("switch", name="send_parcel").click()
    expect(yours.page.get_by_role("switch", name="send_parcel")).not_to_be_checked()
    yours.page.keyboard.press("Escape")
    is_refused(yours, charlie, "off_for_you", "Send parcel is switched off in your own settings.")

    charlie.open("/admin/auth/group/add/")
    charlie.page.get_by_label("Name").fill("Couriers")
    save(charlie)
    decide(charlie, "send_parcel")
    charlie.page.locator("#id_groups").get_by_label("Couriers").check()
    save(charlie)
    is_refused(group, charlie, "not_your_group", "Send parcel is only for groups that you are not in.")

    charlie.open("/admin/tools/toolpolicy/")
    charlie.page.locator("#result_list").get_by_role("link", name="send_parcel").click()
    charlie.page.get_by_label("Enabled").uncheck()
    charlie.page.get_by_role("button", name="Save", exact=True).click()
    expect(charlie.page.locator(".messagelist")).to_contain_text("was changed successfully")
    is_refused(everyone, charlie, "off_for_everyone", "Send parcel is switched off for everyone.")


def is_refused(alice: Person, charlie: Person, code: str, sentence: str) -> None:
    """Allow the call that waits, and read why it did not run and why its tool is offered no more."""
    cards(alice).get_by_role("button", name="Allow once").click()
    alice.wait_for_end()
    places = Places(alice, charlie)
    told = places.tell_refused(alice.calls("send_parcel"), "refused", code=code, sentence=sentence)
    assert (told["approval"]["decision"], told["times"]["started"]) == ("once", None)
    places.tell_left_out("send_parcel", code=code, sentence=sentence)


def test_a_call_over_the_limit_of_its_tool_is_refused_and_the_one_before_runs(
    alice: Person, charlie: Person
) -> None:
    decide(charlie, "get_weather")
    charlie.page.get_by_label("Calls per turn").fill("1")
    save(charlie)
    alice.ask_and_wait("What's the weather in Berlin and Paris?")
    sentence = "Get weather may be called once for one question, and has been."
    berlin, paris = alice.calls("get_weather").all()
    places = Places(alice, charlie)
    assert places.tell(berlin, "Berlin")["state"] == "succeeded"
    places.tell_refused(paris, "refused", code="over_limit", sentence=sentence)
    places.tell_left_out("get_weather", code="over_limit", sentence=sentence)
