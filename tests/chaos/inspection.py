"""What a voyage left behind, looked at from within: rows, histories and the ledger.

Reads {conversation: {client_id: text}} of all that was sent, and prints {"problems", "figures"}.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import django

django.setup()

from django.db.models import F  # noqa: E402

from conversations.llm.wire.history import INTERRUPTED, messages  # noqa: E402
from conversations.models import Approval, Conversation, Message, ToolCall, Turn  # noqa: E402
from conversations.turns.history import history  # noqa: E402
from tests.house import every_call_has_one_answer  # noqa: E402

Sent = dict[str, dict[str, str]]


def main() -> None:
    sent: Sent = json.load(sys.stdin)
    problems = [
        *_lost(sent), *_open_rows(), *_numbers(), *_histories(), *_ledger(), *_decisions()
    ]  # fmt: skip
    print(json.dumps({"problems": problems, "figures": _figures()}))


def _lost(sent: Sent) -> Iterator[str]:
    for conversation, by_id in sent.items():
        rows = Message.objects.filter(conversation__pk=conversation, role=Message.Role.USER)
        kept = Counter(rows.values_list("turn__client_id", "text"))
        wanted = Counter((client_id, text) for client_id, text in by_id.items())
        if {(str(client_id), text): count for (client_id, text), count in kept.items()} != wanted:
            yield f"{conversation} was sent {dict(wanted)} and has {dict(kept)}"


def _open_rows() -> Iterator[str]:
    for model in (Turn, Message, ToolCall):
        yield from (f"{row} is {row.state}" for row in model.objects.all() if row.is_open)
    for turn in Turn.objects.filter(ending=""):
        yield f"{turn} is {turn.state} without a name"


def _numbers() -> Iterator[str]:
    for conversation in Conversation.objects.all():
        for model in (Turn, Message, ToolCall):
            rows = model.objects.filter(conversation=conversation)
            yield from (f"{row} has seq {row.seq}" for row in rows if not 0 < row.seq <= conversation.seq)


def _histories() -> Iterator[str]:
    for turn in Turn.objects.select_related("conversation__person"):
        sendable = messages(history(turn))
        try:
            every_call_has_one_answer(sendable)
        except AssertionError:
            yield f"the history of {turn} cannot be sent: {sendable}"
        if any(message.get("content") == INTERRUPTED for message in sendable):
            yield f"a call in the history of {turn} has no answer of its own"


def _ledger() -> Iterator[str]:
    """No call that may not be repeated is begun twice, and what is said to be done was done."""
    begun, ended = _entries("begin"), _entries("end")
    started: Counter[tuple[str, int]] = Counter()
    succeeded: Counter[tuple[str, int]] = Counter()
    for call in ToolCall.objects.exclude(started_at=None):
        what: tuple[str, int] = call.name, (call.arguments_run or {}).get("number", 0)
        started[what] += 1
        succeeded[what] += call.state == ToolCall.State.SUCCEEDED
    for what, times in begun.items():
        if what[0] != "weigh_parcel" and times > started[what]:
            yield f"{what} was begun {times} times by {started[what]} calls"
    for what, times in succeeded.items():
        if times > ended[what]:
            yield f"{what} is said to have succeeded {times} times, and was done {ended[what]} times"


def _decisions() -> Iterator[str]:
    """What had to be allowed ran just as it was allowed, and no question is left open."""
    for call in ToolCall.objects.filter(name="burn_parcel", written_at__isnull=False):
        approval = Approval.objects.select_related("call").filter(call=call).first()
        if approval is None:
            if call.started_at:
                yield f"{call} ran, and nobody was asked"
        elif not approval.decision:
            yield f"{call} is {call.state}, and its question is open"
        elif call.started_at and not approval.allows:
            yield f"{call} ran with {call.arguments_run}, which was {approval.decision or 'not allowed'}"


def _entries(kind: str) -> Counter[tuple[str, int]]:
    ledger = Path(os.environ["LEDGER"])
    lines = ledger.read_text().splitlines() if ledger.exists() else []
    entries = (json.loads(line) for line in lines)
    return Counter((name, number) for name, number, what in entries if what == kind)


def _figures() -> dict[str, int]:
    calls = ToolCall.objects
    return {
        "turns": Turn.objects.count(),
        "taken over": Turn.objects.filter(attempt__gt=F("parked") + 1).count(),
        "most attempts": max(Turn.objects.values_list("attempt", flat=True), default=0),
        "handed over": Turn.objects.filter(handed_over__gt=0).count(),
        "calls": calls.count(),
        "calls begun in the ledger": sum(_entries("begin").values()),
        "calls with an unknown outcome": calls.filter(error_code="interrupted").count(),
        "calls that were asked about": Approval.objects.count(),
        "of these allowed": Approval.objects.filter(decision__in=Approval.ALLOWED).count(),
        "replies asked for again": Message.objects.filter(state=Message.State.INTERRUPTED).count(),
    }


if __name__ == "__main__":
    main()
