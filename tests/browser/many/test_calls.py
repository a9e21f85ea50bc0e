"""Calls that a server answers with nonsense, too much or nothing: they fail alone, with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.many.servers import accept_all, add, open_server, remove_all, save, wait_until_told
from tests.browser.person import Person
from tests.browser.places import Places

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("near")]

FAILED = "The MCP server near did not answer this call. "
STOPPED = "The call was stopped by the person before it gave an answer."
LATE = "The tool did not finish within 1 second. It may still be running."


@pytest.fixture(scope="module")
def near(charlie: Person) -> Iterator[None]:
    """A server whose tools staff have accepted."""
    add(charlie, "near", command="old")
    accept_all(charlie, "near")
    yield
    remove_all(charlie)


def test_an_answer_that_makes_no_sense_or_is_too_long_is_a_sentence(alice: Person, charlie: Person) -> None:
    alice.open("/")
    failed = {
        "near__nonsense": ("Do it", f"{FAILED}Its answer is not what MCP prescribes"),
        "near__error": ("Do it", f"{FAILED}It answered with an error: It is broken inside."),
        "near__refuse": ("Do it", "There is no such thing."),
        "near__big": ("Say 100000000 bytes", "It sent a message of more than 4 MB."),
    }
    for name, (question, _) in failed.items():
        alice.ask_and_wait(question, choice=f"tool:{name}")
    wait_until_told(charlie, "near", "Its last error, before that: It sent a message of more than 4 MB.")
    alice.ask_and_wait("Say “still here”", choice="tool:near__echo")
    alice.ask_and_wait("Say 100000 bytes", choice="tool:near__big")
    places = Places(alice, charlie)
    places.tell_of("failed", {name: [sentence] for name, (_, sentence) in failed.items()}, number=0)
    places.tell_of("succeeded", {"near__echo": ["still here"]})
    places.tell_of("succeeded", {"near__big": ["bytes of this result were left out.]"]}, number=1)


def test_one_that_hangs_in_a_call_is_given_up_at_stop_or_at_its_deadline(
    alice: Person, charlie: Person, tmp_path: Path
) -> None:
    alice.open("/")
    alice.ask(f"Look until “{tmp_path / 'one'}”", choice="tool:near__look")
    expect(alice.calls("near__look")).to_have_attribute("data-state", "running")
    alice.stop_button.click()
    alice.wait_for_end("stopped")
    alice.ask_and_wait("Say “still here”", choice="tool:near__echo")
    limit(charlie, "near", "1")
    alice.ask_and_wait(f"Look until “{tmp_path / 'two'}”", choice="tool:near__look")
    limit(charlie, "near", "")
    alice.ask_and_wait("Say “here again”", choice="tool:near__echo")
    places = Places(alice, charlie)
    places.tell_of("stopped", {"near__look": [STOPPED]}, number=0)
    places.tell_of("succeeded", {"near__echo": ["still here"]}, number=0)
    places.tell_of("timed_out", {"near__look": [LATE]}, number=1)
    places.tell_of("succeeded", {"near__echo": ["here again"]}, number=1)


def limit(charlie: Person, server: str, seconds: str) -> None:
    """Say how long a call of a server may take."""
    open_server(charlie, server)
    charlie.page.get_by_label("Deadline").fill(seconds)
    save(charlie)
