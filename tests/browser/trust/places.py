"""The three places that tell of a call: its person's panel, the record that staff see, and the export."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.person import Person


class Places:
    """A conversation as its person, staff and a program read it, all opened at the same moment."""

    def __init__(self, alice: Person, charlie: Person) -> None:
        self.alice, self.charlie = alice, charlie
        conversation = alice.page.locator("body").get_attribute("data-conversation")
        self.export = alice.context.request.get(f"/conversations/{conversation}/export.json").json()
        charlie.open(f"/admin/conversations/conversation/{conversation}/change/")

    def tell(self, part: Locator, *words: str | re.Pattern[str]) -> dict[str, Any]:
        """See that panel and record say this of a call or a model call; return what the export says."""
        name = str(part.get_attribute("id"))
        for place in (self.alice.trace, self.charlie.page.get_by_role("main")):
            row = unfolded(place.locator(f"#{name}"))
            for one in words:
                expect(row).to_contain_text(one)
        replies = [message for turn in self.export["turns"] for message in turn["messages"]]
        calls = [call for reply in replies for call in reply.get("tool_calls", [])]
        rows = replies if name.startswith("model-call-") else calls
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


def unfolded(row: Locator) -> Locator:
    """Open a row of the trace, and return all that can be read there now."""
    fold = row.locator("> details")
    if fold.get_attribute("open") is None:
        fold.locator("> summary").click()
    expect(fold.locator("> .details")).to_be_visible()
    return fold


def put(title: str) -> str:
    """Ask for something that a person must allow, and whose happening is seen elsewhere than in the trace."""
    return f"Put “{title}” into my calendar on 2099-12-01"


def calendar_of(alice: Person) -> list[str]:
    """Read what is in the calendar, in the window of the chat: a new tab costs four times as much."""
    alice.open("/calendar/")
    return alice.page.get_by_role("region", name="Coming").locator(".title").all_inner_texts()
