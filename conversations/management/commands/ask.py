"""`manage.py ask`: one turn from the command line, by the very path that a message from the page takes."""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError

from conversations import actions
from conversations.asking.following import follow
from conversations.asking.people import asker
from conversations.asking.terminal import Paper, harmless, harmless_json
from conversations.exports import turn_document
from conversations.live.window import dress
from conversations.models import Conversation, ToolCall, Turn
from conversations.refusals import NOT_FOUND, Refusal

FAILED, WRONG_USAGE, WAITS = 1, 2, 3
ANOTHER_TIME = {"too_fast", "too_many_queued"}  # refusals that are no fault of the command line


class Command(BaseCommand):
    help = (
        "Asks one question, runs its turn and prints the answer. Exits with 0 if the turn was completed, "
        "1 if it ended otherwise, 2 if it could not be asked like this, 3 if a call waits to be allowed, "
        "130 if Ctrl-C stopped it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("text", help="the question; - reads it from standard input")
        parser.add_argument("--user", metavar="NAME", help="who asks (the only person, or the demo account)")
        parser.add_argument("--conversation", metavar="ID", type=UUID, help="go on in this conversation")
        parser.add_argument(
            "--tool-choice", metavar="X", default="auto", help="auto, none, required or a tool's name (auto)"
        )
        parser.add_argument(
            "--json", action="store_true", help="print the trace of the turn (docs/export.md)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            person = asker(options["user"])
        except (OperationalError, ProgrammingError) as error:
            raise CommandError("The tables are not there yet: run `manage.py migrate`.") from error
        if isinstance(person, str):
            raise CommandError(person, returncode=WRONG_USAGE)
        turn = _send(person, options)
        if isinstance(turn, Refusal):
            code = FAILED if turn.code in ANOTHER_TIME else WRONG_USAGE
            raise CommandError(turn.message, returncode=code)
        self._see_through(person, turn, as_json=options["json"])

    def _see_through(self, person: AbstractUser, turn: Turn, *, as_json: bool) -> None:
        paper = Paper(self.stdout)
        try:
            (ended,), stopped_by = asyncio.run(
                follow(
                    [turn.pk],
                    stop=partial(actions.stop, person, turn.pk),
                    tell=_nowhere if as_json else lambda text: paper.write(harmless(text)),
                )
            )
        except KeyboardInterrupt:
            sys.exit(130)
        if as_json:
            document = turn_document(dress([turn.pk])[0])
            paper.write(harmless_json(json.dumps(document, indent=2, ensure_ascii=False)))
        paper.end()
        if ended.state == Turn.State.WAITING:
            self.stderr.write(harmless(_what_waits(ended)))
            sys.exit(WAITS)
        if ended.state != Turn.State.COMPLETED:
            self.stderr.write(harmless(ended.detail or "The turn ended before its answer was whole."))
        if stopped_by:
            sys.exit(128 + stopped_by)
        if ended.state != Turn.State.COMPLETED:
            sys.exit(FAILED)


def _send(person: AbstractUser, options: dict[str, Any]) -> Turn | Refusal:
    conversation_id = options["conversation"] or uuid.uuid4()
    # Another's conversation is answered like one that is not there; only a page may make up an id.
    theirs = Conversation.objects.filter(pk=conversation_id, person=person.pk, deleted_at=None)
    if options["conversation"] and not theirs.exists():
        return NOT_FOUND
    text = options["text"]
    if text == "-":
        text = sys.stdin.buffer.read().decode(errors="replace")
    return actions.send(
        person,
        conversation_id,
        client_id=uuid.uuid4(),
        text=text,
        choice=_choice(options["tool_choice"]),
    )


def _what_waits(turn: Turn) -> str:
    waiting = ToolCall.objects.filter(message__turn=turn, state=ToolCall.State.WAITING)
    names = ", ".join(waiting.values_list("name", flat=True))
    page = f"/conversations/{turn.conversation_id}/"
    return f"It waits until somebody allows or declines {names}, on its page {page}, and goes on then."


def _choice(wish: str) -> str:
    """Let a tool be named without the prefix that it has everywhere else."""
    return wish if wish in ("auto", "none", "required") or ":" in wish else f"tool:{wish}"


def _nowhere(text: str) -> None:
    """The trace is printed once, at the end."""
