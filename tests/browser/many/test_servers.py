"""Servers that are dead, hang, lie or vanish: their tools are left out with the reason, and nobody waits."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.many.servers import (
    accept_all,
    add,
    connect_all_anew,
    open_server,
    save,
    wait_until,
    wait_until_told,
)
from tests.browser.person import Person
from tests.browser.places import Places
from tests.browser.test_approval import cards
from tests.mcp.servers import listening

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("removed")]

AWAY = {
    "silent": ("It did not answer in time.", "hello from the old server"),
    "missing": ("The program ended with exit code 127.", "/nowhere/to/be/found cannot be started"),
    "babble": ("What it writes are no messages of MCP.", "hello from the old server"),
    "liar": (
        "Its answer is not what MCP prescribes (tools: Input should be a valid list).",
        "hello from the old server",
    ),
}
LOST = (
    "The MCP server web did not answer this call. The connection ended while the call ran; "
    "whether it took effect is not known."
)


def test_what_turns_bad_is_left_out_for_its_reason_and_delays_nobody(alice: Person, charlie: Person) -> None:
    for bad in AWAY:
        add(charlie, f"now-{bad}", command="old")
    for bad in AWAY:
        wait_until(charlie, f"now-{bad}", "Connected")
        open_server(charlie, f"now-{bad}")
        charlie.page.get_by_label("Command:").select_option(bad)
        save(charlie)
    alice.open("/")
    alice.ask_and_wait("What is 6*7?")  # while some of them are being waited for
    expect(alice.replies().last).to_contain_text("42")
    for bad, (error, last_words) in AWAY.items():
        wait_until_told(charlie, f"now-{bad}", "Not connected", error, last_words)
    alice.ask_and_wait("What is 6*7?")
    reasons = {
        f"now-{bad}__echo": f"The MCP server now-{bad} cannot be reached. {AWAY[bad][0]}" for bad in AWAY
    }
    Places(alice, charlie).tell_all_left_out(reasons)


def test_one_that_vanishes_ends_the_call_by_name_and_is_left_out_from_then_on(
    alice: Person, charlie: Person, tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    with listening() as program:
        add(charlie, "web", port=program.port)
        accept_all(charlie, "web")
        alice.open("/")
        alice.ask_and_wait(f"Wait until “{begun}”", "waiting", choice="tool:web__wait")
        cards(alice).get_by_role("button", name="Allow once").click()
        expect(alice.calls("web__wait")).to_have_attribute("data-state", "running")
        while not begun.exists():
            alice.page.reload()
        program.kill()
        alice.wait_for_end()
        wait_until(charlie, "web", "Not connected. It cannot be reached: ")
        alice.ask_and_wait("What is 6*7?")
        reason = "The MCP server web cannot be reached. It cannot be reached: "
        places = Places(alice, charlie)
        places.tell_of("failed", {"web__wait": [LOST]})
        places.tell_all_left_out({"web__wait": reason})
        program.start()
        connect_all_anew(charlie)
        wait_until_told(charlie, "web", "Its last error, before that: It cannot be reached: ")
        alice.ask_and_wait("Say “hello again”", choice="tool:web__echo")
        Places(alice, charlie).tell_of("succeeded", {"web__echo": ["hello again"]})
