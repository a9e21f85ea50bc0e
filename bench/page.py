"""What the page of a long conversation costs the server: time, bytes, queries.

    python -m bench.page [--turns 200]

Each turn has a question, a call with its result, and an answer of 1,200 characters: three messages.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import uuid
from statistics import median
from time import process_time

import django

REPEATS = 9
ANSWER = (
    "It is **42**, as the calculation shows.\n\n- one\n- two\n\n```python\nprint(6 * 7)\n```\n\n"
    + "word " * 220
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--turns", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"VAR_DIR": folder, "MESSAGES_PER_MINUTE": "1000000"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
        django.setup()
        _measure(options.turns)


def _measure(turns: int) -> None:
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    call_command("migrate", verbosity=0)
    person = get_user_model().objects.create_user("person")
    address = f"/conversations/{conversation_of(person, turns)}/"
    client = Client(headers={"host": "localhost"})
    client.force_login(person)
    page = client.get(address)
    assert page.status_code == 200, page.status_code
    times = []
    for _ in range(REPEATS):
        began = process_time()
        client.get(address)
        times.append(process_time() - began)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    cost = f"{median(times) * 1000:.0f} ms of CPU, {len(page.content):,} bytes, {len(captured)} queries"
    print(f"{turns} turns: {cost}")


def conversation_of(person: object, turns: int) -> uuid.UUID:
    """Write the rows of so many turns, in the way a runner does."""
    from conversations import actions
    from conversations.engine.loop import Ending
    from conversations.engine.values import Call, Reply
    from conversations.models import Turn
    from conversations.turns import leases
    from conversations.turns.recorder import Recorder
    from tools.routing.choosing import Asked, route
    from tools.toolbox import Toolbox

    conversation = uuid.uuid4()
    for number in range(turns):
        sent = actions.send(person, conversation, client_id=uuid.uuid4(), text=f"How much is {number} * 7?")  # type: ignore[arg-type]
        assert isinstance(sent, Turn)
        turn = leases.claim(sent.pk, "bench")
        assert turn
        recorder, toolbox = Recorder(turn), Toolbox.for_person(turn.conversation.person)
        call = Call(0, "call_0", "calculate", '{"expression": "6*7"}')
        for reply in (
            Reply(calls=(call,), finish_reason="tool_calls"),
            Reply(text=ANSWER, finish_reason="stop"),
        ):
            message = recorder.open_reply(tool_choice="auto", routed=route(toolbox, Asked("")), shortened=0)
            for each in reply.calls:
                row = recorder.begin_call(message, position=each.position, name=each.name, source="")
            recorder.close_reply(message, reply, sources={}, wire=None, state="complete", rev=1)
            if reply.calls:
                recorder.end_call(row, "succeeded", result="42", result_format="text")
        recorder.settle(Ending("completed", "answered"))
    return conversation


if __name__ == "__main__":
    main()
