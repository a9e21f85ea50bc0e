"""The three places that tell of a call or a reply: Alice's panel, the record that staff read, her export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.person import Person
from tests.browser.test_approval import cards


def allow(alice: Person) -> None:
    """Allow what waits, one after the other."""
    for left in reversed(range(cards(alice).count())):
        cards(alice).first.get_by_role("button", name="Allow once").click()
        expect(cards(alice)).to_have_count(left)
    alice.wait_for_end()


def calls_say(
    alice: Person, charlie: Person, state: str, said: Mapping[str, Sequence[str]], *, number: int = -1
) -> None:
    """See that all three say of her latest calls of these tools how they stand, and these sentences.

    `number` counts the calls of a tool.
    """
    for place in _pages(alice, charlie):
        for name, sentences in said.items():
            call = place.locator(f'[data-tool-call="{name}"]').nth(number)
            expect(call).to_have_attribute("data-state", state)
            _unfold(call)
            for sentence in sentences:
                expect(call.get_by_text(sentence).last).to_be_visible()
    exported = [call for reply in replies(alice) for call in reply["tool_calls"]]
    for name, sentences in said.items():
        one = [call for call in exported if call["name"] == name][number]
        assert one["state"] == state, one
        for sentence in sentences:
            assert any(sentence in text for text in _texts(one)), one


def reply_leaves_out(alice: Person, charlie: Person, reasons: Mapping[str, str]) -> None:
    """See that all three say of these tools why they were not sent with her latest model call."""
    for call in model_calls(alice, charlie):
        left_out = call.locator(".left-out li")
        for name, reason in reasons.items():
            expect(left_out.filter(has_text=f"{name} {reason}".strip())).to_be_visible()
    exported = {left["name"]: left["reason"] for left in replies(alice)[-1]["tools_left_out"]}
    for name, reason in reasons.items():
        assert reason in exported[name], exported


def model_calls(alice: Person, charlie: Person) -> Iterator[Locator]:
    """Yield her latest model call, unfolded: as her panel shows it, then as the record does."""
    for place in _pages(alice, charlie):
        call = place.locator(".model-call").last
        _unfold(call)
        yield call


def replies(alice: Person) -> list[dict[str, Any]]:
    """Return the model's replies as the export has them."""
    answer = alice.context.request.get(f"/conversations/{_conversation(alice)}/export.json")
    messages = [message for turn in answer.json()["turns"] for message in turn["messages"]]
    return [message for message in messages if message["role"] == "assistant"]


def _pages(alice: Person, charlie: Person) -> tuple[Locator, Locator]:
    charlie.open(f"/admin/conversations/conversation/{_conversation(alice)}/change/")
    return alice.trace, charlie.page.get_by_role("main")


def _conversation(alice: Person) -> str:
    return str(alice.page.locator("body").get_attribute("data-conversation"))


def _unfold(row: Locator) -> None:
    fold = row.locator("> details")
    if fold.get_attribute("open") is None:
        fold.locator("> summary").click()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(part)
