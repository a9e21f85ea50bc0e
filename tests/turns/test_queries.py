"""What a turn, a page and a look at the news cost in queries: the same however long the conversation is."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from chatsite.accounts.models import User
from conversations import actions
from conversations.engine.values import Call, Reply
from conversations.live.cursors import Cursors
from conversations.models import Conversation, Turn
from conversations.turns import leases
from conversations.turns.history import history
from conversations.turns.recorder import Recorder
from tools.routing.choosing import Asked, route
from tools.toolbox import Toolbox

pytestmark = pytest.mark.django_db

ANSWERED = Reply(text="It is **42**.", finish_reason="stop")
ASKED = Reply(calls=(Call(0, "call_0", "calculate", '{"expression": "6*7"}'),), finish_reason="tool_calls")


def queries(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def run_a_turn(person: User, conversation: uuid.UUID) -> Turn:
    """Write the rows of a turn with one call, in the way a runner does."""
    sent = actions.send(person, conversation, client_id=uuid.uuid4(), text="How much is 6*7?")
    assert isinstance(sent, Turn)
    turn = leases.claim(sent.pk, "me")
    assert turn
    recorder = Recorder(turn)
    toolbox = Toolbox.for_person(person)
    for reply in (ASKED, ANSWERED):
        message = recorder.open_reply(tool_choice="auto", routed=route(toolbox, Asked("")), shortened=0)
        for call in reply.calls:
            row = recorder.begin_call(message, position=call.position, name=call.name, source="")
        recorder.close_reply(message, reply, sources={}, wire=None, state="complete", rev=1)
        if reply.calls:
            recorder.end_call(row, "succeeded", result="42", result_format="text")
    recorder.stop()
    return turn


def of_length(person: User, turns: int) -> uuid.UUID:
    conversation = uuid.uuid4()
    for _ in range(turns):
        run_a_turn(person, conversation)
    return conversation


@pytest.fixture
def short_and_long(alice: User, settings: Settings) -> tuple[uuid.UUID, uuid.UUID]:
    settings.MESSAGES_PER_MINUTE = 1000
    return of_length(alice, 2), of_length(alice, 12)


Pair = tuple[uuid.UUID, uuid.UUID]


def test_a_page_costs_the_same_queries_however_much_is_on_it(alice: User, short_and_long: Pair) -> None:
    client = Client()
    client.force_login(alice)
    short, long = (f"/conversations/{conversation}/" for conversation in short_and_long)
    client.get(short)
    assert queries(lambda: client.get(short)) == queries(lambda: client.get(long)) < 25


def test_a_look_at_the_news_costs_the_same_queries_however_much_is_new(
    alice: User, short_and_long: Pair
) -> None:
    short, long = (
        queries(Cursors(alice, conversation, cursor=1, shelf=0).catch_up) for conversation in short_and_long
    )
    assert short == long <= 8


def test_a_look_when_nothing_is_new_costs_one_query(alice: User, short_and_long: Pair) -> None:
    _, conversation = short_and_long
    cursors = Cursors(alice, conversation, cursor=0, shelf=0)
    cursors.catch_up()
    assert queries(cursors.catch_up) == 1


def test_a_turn_costs_the_same_queries_in_a_long_conversation(alice: User, short_and_long: Pair) -> None:
    short, long = (queries(partial(run_a_turn, alice, conversation)) for conversation in short_and_long)
    assert short == long <= 81  # one of them asks which servers supply tools


def test_a_history_costs_three_queries_however_long_it_is(short_and_long: Pair) -> None:
    heads = [Conversation.objects.get(pk=conversation).head for conversation in short_and_long]
    assert [queries(partial(history, head)) for head in heads if head] == [3, 3]


def test_an_idle_executor_asks_one_thing_and_writes_nothing(alice: User) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert leases.renew("me") == (set(), [])
    assert [query["sql"].split()[0] for query in captured] == ["SELECT"]
