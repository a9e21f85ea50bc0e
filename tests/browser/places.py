"""The three places that tell of a call: its person's panel, the record that staff see, and the export."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.person import Person

# All of a trace at once: to aim at one row after the other took longer than to read them.
_UNFOLD = """part => part.querySelectorAll(":is(.tool-call, .model-call) > details:not([open]) > summary")
    .forEach(each => each.click())"""


class Places:
    """A conversation as its person, staff and a program read it, all opened at the same moment."""

    def __init__(self, alice: Person, charlie: Person) -> None:
        self.alice, self.charlie = alice, charlie
        self.export = exported(alice)
        charlie.open(f"/admin/conversations/conversation/{_conversation(alice)}/change/")
        self._pages = (alice.trace, charlie.page.get_by_role("main"))
        for page in self._pages:
            page.evaluate(_UNFOLD)

    def tell(self, part: Locator, *words: str | re.Pattern[str]) -> dict[str, Any]:
        """See that panel and record say this of a call or a model call; return what the export says."""
        name = str(part.get_attribute("id"))
        for page in self._pages:
            row = unfolded(page.locator(f"#{name}"))
            for one in words:
                expect(row).to_contain_text(one)
        rows = self.replies if name.startswith("model-call-") else self._calls
        return next(row for row in rows if name.endswith(f"call-{row['id']}"))

    def tell_refused(self, call: Locator, state: str, *, code: str, sentence: str) -> dict[str, Any]:
        """See that a call came to nothing, why, and that the model was told the same."""
        said = re.escape(sentence)
        told = self.tell(call, re.compile(rf"{code} .*{said}.*What the model was told.*{said}", re.DOTALL))
        assert (told["state"], told["error"]["code"], told["result"]) == (state, code, "")
        assert sentence in told["error"]["message"]
        error = json.loads(told["told"])["error"]
        assert (error["code"], error["message"]) == (code, told["error"]["message"])
        return told

    def tell_decided(
        self, call: Locator, words: str, *, decision: str, by: str = "alice", reason: str = ""
    ) -> dict[str, Any]:
        """See how a call was decided, by whom and why."""
        told = self.tell(call, words + (f" by {by}" if by else ""), f"“{reason}”" if reason else words)
        approval = told["approval"]
        assert (approval["decision"], approval["decided_by"], approval["reason"]) == (decision, by, reason)
        assert approval["decided_at"]
        return told

    def tell_left_out(self, tool: str, *, code: str, sentence: str) -> None:
        """See that the last request to the model was sent without a tool, and why."""
        told = self.tell(self.alice.trace.locator(".model-call").last, f"{tool} {sentence}")
        assert {"name": tool, "code": code, "reason": sentence, "count": 1} in told["tools_left_out"]

    def tell_all_left_out(self, reasons: Mapping[str, str]) -> None:
        """See why these tools were not sent with the last request to the model, in words that may go on."""
        for call in self.last_model_calls():
            left_out = call.locator(".left-out li")
            for name, reason in reasons.items():
                expect(left_out.filter(has_text=f"{name} {reason}".strip())).to_be_visible()
        exported = {left["name"]: left["reason"] for left in self.replies[-1]["tools_left_out"]}
        for name, reason in reasons.items():
            assert reason in exported[name], exported

    def tell_of(self, state: str, said: Mapping[str, Sequence[str]], *, number: int = -1) -> None:
        """See of the latest calls of these tools how they stand, and these sentences.

        `number` counts the calls of a tool.
        """
        for page in self._pages:
            for name, sentences in said.items():
                call = page.locator(f'[data-tool-call="{name}"]').nth(number)
                expect(call).to_have_attribute("data-state", state)
                for sentence in sentences:
                    expect(call.get_by_text(sentence).last).to_be_visible()
        for name, sentences in said.items():
            one = [call for call in self._calls if call["name"] == name][number]
            assert one["state"] == state, one
            for sentence in sentences:
                assert any(sentence in text for text in _texts(one)), one

    def last_model_calls(self) -> tuple[Locator, ...]:
        """Return the last model call: as the panel shows it, and as the record does."""
        return tuple(page.locator(".model-call").last for page in self._pages)

    @property
    def replies(self) -> list[dict[str, Any]]:
        """The model's replies as the export has them."""
        messages = [message for turn in self.export["turns"] for message in turn["messages"]]
        return [message for message in messages if message["role"] == "assistant"]

    @property
    def _calls(self) -> list[dict[str, Any]]:
        return [call for reply in self.replies for call in reply["tool_calls"]]


def exported(alice: Person) -> dict[str, Any]:
    answer = alice.context.request.get(f"/conversations/{_conversation(alice)}/export.json")
    return dict(answer.json())


def unfolded(row: Locator) -> Locator:
    """Return all that can be read in an open row of the trace."""
    fold = row.locator("> details")
    expect(fold.locator("> .details")).to_be_visible()
    return fold


def _conversation(alice: Person) -> str:
    return str(alice.page.locator("body").get_attribute("data-conversation"))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(part)
