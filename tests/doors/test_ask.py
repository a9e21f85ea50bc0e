"""`manage.py ask` as its own process, with the demo model and without a server."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from chatsite.accounts.models import User
from conversations import actions
from conversations.database import in_database
from conversations.llm.demo import says
from conversations.models import Conversation, Message, ToolCall, Turn
from conversations.turns import executor
from tests.doors.scene import lived
from tests.doors.test_export import documented, paths
from tests.house import house
from tools.models import ToolSwitch

pytestmark = pytest.mark.django_db(transaction=True)

Asked = Callable[..., tuple[int, str, str]]


def ask(*arguments: str, **options: Any) -> tuple[int, str, str]:
    """Call the command here; returns its exit code and what it printed."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("ask", *arguments, **options, stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    except SystemExit as leaving:
        return int(leaving.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_the_only_person_asks_and_the_answer_is_printed(alice: User) -> None:
    code, out, err = ask("What is 6*7?")
    assert (code, err) == (0, "")
    assert "42" in out
    assert out.endswith("\n")
    turn = Turn.objects.get()
    assert (turn.state, turn.conversation.person) == ("completed", alice)
    assert turn.conversation.title == "What is 6*7?"


def test_the_trace_has_the_form_of_the_export(alice: User) -> None:
    code, out, _ = ask("What is 6*7?", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["messages"][1]["tool_calls"][0]["arguments"]["run"] == {"expression": "6*7"}
    assert {f"turns[].{path}" for path in paths(document)} <= set(documented())


def test_a_call_that_must_be_allowed_is_left_to_its_page(alice: User) -> None:
    code, _, err = ask("Put lunch tomorrow at 12:30 in my calendar")
    turn = Turn.objects.get()
    assert (code, turn.state) == (3, "waiting")
    assert f"create_calendar_event, on its page /conversations/{turn.conversation_id}/" in err


def test_a_conversation_is_gone_on_with(alice: User) -> None:
    _, out, _ = ask("What is 6*7?", "--json")
    conversation = json.loads(out)["conversation"]
    assert ask("And what is 5*5?", "--conversation", conversation)[0] == 0
    assert [turn.state for turn in Conversation.objects.get().turns.all()] == ["completed", "completed"]


@pytest.mark.parametrize("choice", ["tool:get_time", "get_time"])
def test_a_tool_is_chosen_by_its_name(alice: User, choice: str) -> None:
    assert ask("What is 6*7?", "--tool-choice", choice)[0] == 0
    assert [call.name for call in ToolCall.objects.all()] == ["get_time"]


def test_a_turn_that_failed_says_why_on_the_other_stream(alice: User) -> None:
    code, _, err = ask("fail with 401")
    turn = Turn.objects.get()
    assert turn.state == "failed"
    assert (code, err.strip()) == (1, turn.detail)


def test_a_cut_answer_is_printed_as_far_as_it_came(alice: User) -> None:
    code, out, err = ask("cut the stream")
    reply = Message.objects.get(role="assistant")
    assert code == 1
    assert out == f"{reply.text}\n"
    assert err.strip() == Turn.objects.get().detail


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["hi", "--user", "mallory"], "There is no 'mallory' here."),
        (["hi", "--conversation", str(uuid.uuid4())], "There is no such thing, or it is not yours."),
        (["hi", "--tool-choice", "rm_rf"], "That tool cannot be used now."),
        (["hi", "--tool-choice", "get_weather"], "That tool cannot be used now."),
        (["  "], "Write something first."),
    ],
)
def test_what_cannot_be_asked_is_a_sentence_and_leaves_nothing(
    alice: User, arguments: list[str], sentence: str
) -> None:
    ToolSwitch.set(alice, "get_weather", False)
    code, out, err = ask(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith(sentence)
    assert not Turn.objects.exists()


def test_bob_cannot_ask_in_alice_s_conversation(alice: User, bob: User) -> None:
    conversation = lived(alice)
    stranger = ask("hi", "--user", "bob", "--conversation", str(conversation.pk))
    assert stranger == ask("hi", "--user", "bob", "--conversation", str(uuid.uuid4()))
    assert conversation.turns.count() == 2


def test_among_several_people_the_demo_account_asks_in_local_mode(alice: User, bob: User) -> None:
    assert ask("What is 6*7?")[0] == 0
    assert Turn.objects.get().conversation.person.username == "demo"


def test_among_several_people_production_wants_a_name(alice: User, bob: User, settings: Any) -> None:
    settings.IS_LOCAL = False
    code, _, err = ask("hi")
    assert (code, err) == (2, "Several people have an account: say who asks with --user NAME.")
    assert ask("What is 6*7?", "--user", "bob")[0] == 0


def test_a_flood_is_refused_for_another_time(alice: User, settings: Any) -> None:
    settings.MESSAGES_PER_MINUTE = 1
    assert ask("What is 6*7?")[0] == 0
    code, _, err = ask("What is 6*7?")
    assert (code, err) == (1, "More than 1 messages a minute. Wait a little.")


def test_nothing_that_a_terminal_would_obey_is_printed(alice: User) -> None:
    asked = 'Say "\x1b]0;owned\x07 \x9b2J"'
    _, out, _ = ask(asked)
    _, document, _ = ask(asked, "--json")
    assert not {"\x1b", "\x07", "\x9b"} & set(out + document)
    assert json.loads(document)["messages"][0]["text"] == asked


async def test_an_open_page_follows_a_question_that_came_from_elsewhere(alice: User) -> None:
    conversation = uuid.uuid4()
    async with house([says("It is 42.")]) as home, home.page(alice, conversation) as page:
        executor.use(None)  # as in a process of its own, from which no word reaches the executor
        queued = await in_database(
            actions.send, alice, conversation, client_id=uuid.uuid4(), text="What is 6*7?"
        )
        executor.use(home.running)
        assert isinstance(queued, Turn)
        await page.until_turn(queued.pk, "completed")
        assert page.text(await in_database(last_reply)) == "<p>It is 42.</p>"


def last_reply() -> int:
    return Message.objects.filter(role="assistant").latest("pk").pk
