"""Staff find what they look for: columns, filters, search, and no query more for a longer list."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chatsite.accounts.models import User
from conversations.admin.filters import MOST
from conversations.llm.demo import calls, says
from conversations.models import Conversation, Message, ToolCall, Turn
from tests.doors.scene import lived

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = ("conversation", "turn", "toolcall")
SUM = ("What is 6*7?", [calls(("calculate", {"expression": "6*7"})), says("It is forty-two.")])
TIME = ("And the time?", [calls(("get_time", {"zone": 7}), ("no_such_tool", {})), says("Unknown.")])

WHOSE = {
    "tool=calculate": {"alice"},
    "tool=no_such_tool": {"bob"},
    "error=unknown_tool": {"bob"},
    "q=forty-two": {"alice"},
    "q=alice": {"alice"},
    "q=get_time": {"bob"},
    'q="And the time" bob': {"bob"},
    "q=alice get_time": set(),
    "q=request-of-bob": {"bob"},
    "person=x": {"alice", "bob"},
    "q=": {"alice", "bob"},
}


@pytest.fixture
def staff(charlie: User, client: Client) -> Client:
    client.force_login(charlie)
    return client


@pytest.fixture
def of_alice(alice: User) -> Conversation:
    return lived(alice, [SUM])


@pytest.fixture
def of_bob(bob: User) -> Conversation:
    return lived(bob, [TIME])


def found(client: Client, kind: str, **query: Any) -> list[Any]:
    """Return the rows that the list shows."""
    answer = client.get(reverse(f"admin:conversations_{kind}_changelist"), query)
    assert answer.status_code == 200, answer
    return list(answer.context["cl"].result_list)


def owners(client: Client, kind: str, **query: Any) -> set[str]:
    rows = found(client, kind, **query)
    return {getattr(row, "conversation", row).person.username for row in rows}


def columns(client: Client, kind: str) -> dict[str, str]:
    """Return the cells of the first row by their column."""
    page = client.get(reverse(f"admin:conversations_{kind}_changelist")).content.decode()
    row = re.search(r"<tbody>.*?</tr>", page, re.DOTALL)
    assert row
    cells = re.findall(r'<t[hd] class="field-(\w+)[^"]*">(.*?)</t[hd]>', row[0], re.DOTALL)
    return {name: re.sub(r"<[^>]+>", "", cell) for name, cell in cells}


@pytest.mark.usefixtures("of_bob")
def test_a_conversation_s_row_counts_what_is_in_it(staff: Client) -> None:
    Message.objects.filter(role="assistant").update(usage={"total_tokens": 21})
    row = columns(staff, "conversation")
    assert row["named"] == "And the time?"
    assert row["person"] == "bob"
    counts = ("turn_count", "call_count", "error_count", "tokens")
    assert [row[name] for name in counts] == ["1", "2", "2", "42"]


@pytest.mark.usefixtures("of_alice")
def test_a_turn_s_row_and_a_call_s_row_say_what_a_reviewer_needs(staff: Client) -> None:
    Turn.objects.update(ended_at=Turn.objects.get().started_at + timedelta(seconds=12))  # type: ignore[operator]
    turn, call = columns(staff, "turn"), columns(staff, "toolcall")
    assert (turn["asked"], turn["person"], turn["became"]) == ("What is 6*7?", "alice", "Completed")
    assert (turn["call_count"], turn["error_count"]) == ("1", "0")
    assert turn["lasted"] == "12.0 s"
    assert (call["called"], call["arguments"], call["became"]) == (
        "calculate",
        "expression: &quot;6*7&quot;",
        "Succeeded",
    )


def test_a_server_s_odd_count_of_tokens_breaks_no_list(staff: Client, of_alice: Conversation) -> None:
    Message.objects.filter(role="assistant").update(usage={"total_tokens": "many"})
    assert columns(staff, "conversation")["tokens"] == "0"


@pytest.mark.usefixtures("of_alice", "of_bob")
@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_found(staff: Client, kind: str) -> None:
    asking = Message.objects.filter(role="assistant", text="")
    asking.filter(conversation__person__username="bob").update(request_id="request-of-bob")
    asking.filter(conversation__person__username="alice").update(text="It will be forty-two")
    shown = {query: owners(staff, kind, **dict([query.split("=")])) for query in WHOSE}
    assert shown == WHOSE


@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_found_by_person(
    staff: Client, alice: User, of_alice: Conversation, of_bob: Conversation, kind: str
) -> None:
    assert owners(staff, kind, person=alice.pk) == {"alice"}


def test_rows_are_found_by_their_state(staff: Client, of_alice: Conversation, of_bob: Conversation) -> None:
    Turn.objects.filter(conversation=of_bob).update(state="failed")
    assert owners(staff, "conversation", state="failed") == {"bob"}
    assert owners(staff, "turn", state__exact="failed") == {"bob"}
    assert owners(staff, "toolcall", state__exact="succeeded") == {"alice"}


@pytest.mark.usefixtures("of_alice")
def test_a_row_that_went_wrong_says_how(staff: Client, of_bob: Conversation) -> None:
    Turn.objects.filter(conversation=of_bob).update(state="failed", ending="silent")
    assert columns(staff, "turn")["became"] == "Failed (silent)"
    assert columns(staff, "toolcall")["became"] == "Invalid (unknown_tool)"
    assert owners(staff, "turn", ending="silent") == {"bob"}
    assert owners(staff, "toolcall", source="built in") == {"alice", "bob"}


@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_found_by_duration(
    staff: Client, of_alice: Conversation, of_bob: Conversation, kind: str
) -> None:
    for rows in (Turn.objects, ToolCall.objects):
        for row in rows.filter(conversation=of_bob):
            begun = row.ended_at - timedelta(minutes=2)  # type: ignore[operator]
            rows.filter(pk=row.pk).update(started_at=begun)
    assert owners(staff, kind, took="long") == {"bob"}
    assert owners(staff, kind, took="blink") == {"alice"}


@pytest.mark.parametrize(
    ("kind", "moment"),
    [("conversation", "active_at"), ("turn", "created_at"), ("toolcall", "first_delta_at")],
)
def test_rows_are_found_by_day(
    staff: Client, of_alice: Conversation, of_bob: Conversation, kind: str, moment: str
) -> None:
    model = {"conversation": Conversation, "turn": Turn, "toolcall": ToolCall}[kind]
    person = "person" if kind == "conversation" else "conversation__person"
    for row in model.objects.filter(**{person: of_bob.person}):  # type: ignore[attr-defined]
        model.objects.filter(pk=row.pk).update(**{moment: getattr(row, moment) - timedelta(days=40)})  # type: ignore[attr-defined]
    then = of_bob.active_at - timedelta(days=40)
    day = {f"{moment}__{part}": getattr(then, part) for part in ("year", "month", "day")}
    assert owners(staff, kind, **day) == {"bob"}


def test_a_row_is_found_by_its_own_id(staff: Client, of_alice: Conversation, of_bob: Conversation) -> None:
    assert found(staff, "conversation", q=str(of_bob.pk)) == [of_bob]
    turn = of_alice.turns.get()
    assert turn in found(staff, "turn", q=str(turn.pk))
    assert found(staff, "turn", q="9" * 40) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_longer_list_takes_no_query_more(
    staff: Client, alice: User, of_alice: Conversation, kind: str
) -> None:
    found(staff, kind)  # what is cached for good is not counted
    with CaptureQueriesContext(
        connection,
    ) as few:
        found(staff, kind)
    for _ in range(3):
        lived(alice, [SUM, TIME])
    with CaptureQueriesContext(connection) as many:
        assert len(found(staff, kind)) > 3
    assert len(many) == len(few)


def test_a_longer_conversation_takes_no_query_more(staff: Client, alice: User) -> None:
    counts = []
    for questions in ([SUM], [SUM, TIME, SUM, TIME]):
        conversation = lived(alice, questions)
        address = reverse("admin:conversations_conversation_change", args=[conversation.pk])
        staff.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("kind", KINDS)
def test_any_column_can_be_sorted_by(
    staff: Client, of_alice: Conversation, of_bob: Conversation, kind: str
) -> None:
    every = len(found(staff, kind))
    for column in range(1, 10):
        assert len(found(staff, kind, o=f"-{column}")) == every


def offered(client: Client, kind: str, parameter: str, **query: Any) -> set[str]:
    """Return what a list's menu offers to narrow it down by, "" for everything."""
    answer = client.get(reverse(f"admin:conversations_{kind}_changelist"), query)
    (menu,) = (spec for spec in answer.context["cl"].filter_specs if parameter in spec.expected_parameters())
    chosen = [choice["query_string"] for choice in menu.choices(answer.context["cl"])]
    return {parse_qs(address[1:]).get(parameter, [""])[0] for address in chosen}


@pytest.mark.usefixtures("of_bob")
@pytest.mark.parametrize("kind", KINDS)
def test_a_name_that_a_model_made_up_is_offered_only_where_it_was_chosen(staff: Client, kind: str) -> None:
    assert "calculate" in offered(staff, kind, "tool")
    assert "no_such_tool" not in offered(staff, kind, "tool")
    assert "no_such_tool" in offered(staff, kind, "tool", tool="no_such_tool")


def test_no_menu_grows_without_end(staff: Client, of_bob: Conversation) -> None:
    turns = [
        Turn(conversation=of_bob, client_id=uuid4(), seq=1, state="failed", ending=f"odd_{number}")
        for number in range(2 * MOST)
    ]
    Turn.objects.bulk_create(turns)
    assert len(offered(staff, "turn", "ending")) <= MOST + 1
    assert "odd_0" in offered(staff, "turn", "ending", ending="odd_0")
    message = Message.objects.filter(role="assistant").latest("pk")
    failed = [
        ToolCall(conversation=of_bob, message=message, seq=1, position=number, error_code=f"odd_{number}")
        for number in range(2 * MOST)
    ]
    ToolCall.objects.bulk_create(failed)
    assert len(offered(staff, "toolcall", "error")) <= MOST + 1
    assert "odd_0" in offered(staff, "toolcall", "error", error="odd_0")
