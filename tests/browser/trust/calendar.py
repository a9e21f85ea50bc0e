"""What happens, or does not, and is seen elsewhere than in the trace: an event in Alice's calendar."""

from __future__ import annotations

from tests.browser.person import Person


def put(title: str) -> str:
    """Ask for something that a person must allow."""
    return f"Put “{title}” into my calendar on 2099-12-01"


def calendar_of(alice: Person) -> list[str]:
    """Read what is in the calendar, in the window of the chat: a new tab costs four times as much."""
    alice.open("/calendar/")
    return alice.page.get_by_role("region", name="Coming").locator(".title").all_inner_texts()
