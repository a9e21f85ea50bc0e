"""What is asked of a tool and refused: told on the panel, to staff, in the export, and to the model."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.places import Places
from tests.browser.test_approval import cards
from tests.browser.test_calendar import bring, event

pytestmark = pytest.mark.browser

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
REFUSED = {
    "Query the database: “DELETE FROM customers”": "Only one SELECT is allowed",
    "Query the database: “SELECT 1; DROP TABLE customers”": "Only one statement",
    f"Query the database: “{ENDLESS}”": "took too long",
    "Query the database: “SELECT replace(printf('%190000s', 1), ' ', 'xx')”": "more than 200,000 bytes",
    "Read the file “../secret.txt”": "leads up by '..'",
    "Read the file “/etc/passwd”": "begins with '/'",
    "Call the API at http://localhost/": "leads to an address that is not public",
    "Call the API at http://169.254.169.254/": "169.254.169.254 is not allowed. Allowed are: localhost.",
}
NONSENSE = {
    "Call a tool with bad arguments": ("bad_arguments", "The arguments do not fit the tool"),
    "Call a tool with arguments that are not JSON": ("not_json", "not JSON"),
    "Call an unknown tool": ("unknown_tool", "There is no tool named 'no_such_tool'. The tools are: "),
}


def test_what_a_tool_may_not_be_asked_is_refused_with_a_sentence(alice: Person, charlie: Person) -> None:
    alice.ask_and_wait("\n".join([*REFUSED, "Query the database: “SELECT id FROM orders”"]), "waiting")
    for left in (1, 0):
        cards(alice).first.get_by_role("button", name="Allow once").click()
        expect(cards(alice)).to_have_count(left)
    alice.wait_for_end()
    places = Places(alice, charlie)
    *refused, much = alice.calls().all()
    for call, sentence in zip(refused, REFUSED.values(), strict=True):
        places.tell_refused(call, "failed", code="tool_failed", sentence=sentence)
    assert "Nobody may read this" not in str(places.export)
    told = places.tell(much, "These are the first 100 of more rows. Narrow the query")
    assert len(told["result"]["rows"]) == 100


def test_a_call_that_makes_no_sense_is_refused_with_a_sentence(alice: Person, charlie: Person) -> None:
    for wish in NONSENSE:
        alice.ask_and_wait(wish)
    places = Places(alice, charlie)
    for call, (code, sentence) in zip(alice.calls().all(), NONSENSE.values(), strict=True):
        places.tell_refused(call, "invalid", code=code, sentence=sentence)


def test_of_a_file_that_is_no_calendar_nothing_is_taken(
    alice: Person, charlie: Person, tmp_path: Path
) -> None:
    file = tmp_path / "damaged.ics"
    lines = ["BEGIN:VCALENDAR", event("whole", "Planning", "20990505T070000Z"), "no calendar at all", ""]
    file.write_text("\r\n".join(lines), encoding="utf-8")
    alice.open("/calendar/")
    bring(alice, file)
    refusal = alice.page.get_by_role("alert")
    expect(refusal).to_contain_text("is no calendar (.ics), or is damaged. Nothing was taken; save it anew.")
    alice.open("/")
    alice.ask_and_wait("What is on my calendar on 2099-05-05?")
    told = Places(alice, charlie).tell(alice.calls("get_calendar_events"), "events []")
    assert (told["result"]["date"], told["result"]["events"]) == ("2099-05-05", [])
