"""What the partials say of rows in each state."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.utils import timezone
from jinja2 import ChainableUndefined

from chatsite.accounts.models import User
from conversations.live.window import dress
from conversations.models import Conversation, Message, ToolCall, Turn
from conversations.templatetags.clocks import epoch

pytestmark = pytest.mark.django_db
HOSTILE = "<img src=x onerror=alert(1)>\"'\u202e"
NOON = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
Make = Callable[..., Turn]
# What only some who render a fragment say, and what only some calls and servers have.
MAY_BE_LEFT_OUT = {"approval", "folded", "perms", "place", "readonly", "shell"}


@pytest.fixture
def make(alice: User) -> Make:
    """Make a turn of Alice's with a question, and one reply if its facts are given."""
    conversation = Conversation.objects.create(person=alice, title="Weather")

    def turn(reply: dict[str, Any] | None = None, call: dict[str, Any] | None = None, **facts: Any) -> Turn:
        facts = {"state": "completed", "created_at": NOON, "started_at": NOON, **facts}
        made = Turn.objects.create(conversation=conversation, client_id=uuid.uuid4(), seq=1, **facts)
        own = {"conversation": conversation, "turn": made, "seq": 1, "created_at": NOON}
        Message.objects.create(**own, role="user", text="How is it in Paris?")
        if reply is not None:
            message = Message.objects.create(**own, role="assistant", **reply)
            if call is not None:
                ToolCall.objects.create(
                    conversation=conversation, message=message, seq=1, position=0, first_delta_at=NOON, **call
                )
        return made

    return turn


def chat(turn: Turn, **context: Any) -> str:
    return fragment("turn", turn=dress([turn.pk])[0], **context)


def trace(turn: Turn, **context: Any) -> str:
    return fragment("trace_turn", turn=dress([turn.pk])[0], **context)


def fragment(name: str, **context: Any) -> str:
    """Render a fragment; a name in it that means nothing must be one that may be left out."""
    missing: set[str] = set()

    class Noting(ChainableUndefined):
        def __init__(self, *about: Any, **more: Any) -> None:
            super().__init__(*about, **more)
            missing.add(str(self._undefined_name))

    engine = engines["fragments"]
    assert isinstance(engine, Jinja2)
    html: str = engine.env.overlay(undefined=Noting).get_template(f"{name}.html").render(context)
    assert missing <= MAY_BE_LEFT_OUT
    return html


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


# The chat.


def test_a_queued_turn_can_be_taken_back_and_not_tried_again(make: Make) -> None:
    html = chat(make(state="queued"))
    assert "Queued" in words(html)
    assert 'data-do="withdraw"' in html
    assert 'data-do="try_again"' not in html


def test_a_failed_turn_says_why_and_can_be_tried_again(make: Make) -> None:
    html = chat(make(state="failed", detail="The server of the model is out.", reply={"state": "failed"}))
    assert "Failed The server of the model is out. Try again" in words(html)


def test_a_failed_reply_without_text_leaves_no_bubble(make: Make) -> None:
    html = chat(make(state="failed", reply={"state": "failed"}))
    assert 'class="block"' not in html
    assert 'class="message-tools"' not in html.partition('data-role="assistant"')[2]


def test_a_stopped_turn_with_text_can_be_continued(make: Make) -> None:
    stopped = {"state": "stopped", "text": "Half a"}
    assert 'data-do="continue"' in chat(make(state="stopped", reply=stopped))


def test_a_stopped_turn_without_text_cannot_be_continued(make: Make) -> None:
    assert 'data-do="continue"' not in chat(make(state="stopped", reply={"state": "stopped"}))


def test_a_reply_of_an_earlier_attempt_is_folded_away(make: Make) -> None:
    half = {"state": "interrupted", "text": "Half a reply", "attempt": 1}
    assert "Interrupted after 12 characters, asked again" in words(chat(make(attempt=2, reply=half)))


def test_the_reply_that_a_turn_was_interrupted_in_stays_in_sight(make: Make) -> None:
    half = {"state": "interrupted", "text": "Half a reply", "attempt": 1}
    assert "asked again" not in chat(make(state="interrupted", attempt=1, reply=half))


def test_siblings_are_switched_between(make: Make) -> None:
    first, second = make(), make()
    html = chat(second)
    assert "Version 2/2" in words(html)
    assert f'data-do="show" data-turn="{first.pk}"' in html
    assert "disabled" in html.partition('aria-label="Next version"')[2].partition(">")[0]


def test_a_turn_without_siblings_has_no_switch(make: Make) -> None:
    assert "Version" not in chat(make())


def test_a_reader_gets_no_buttons_that_change_anything(make: Make) -> None:
    html = chat(make(state="stopped", reply={"state": "stopped", "text": "Half a"}), readonly=True)
    assert "data-do=" not in html
    assert "data-edit=" not in html


def test_used_tools_lead_to_their_calls(make: Make) -> None:
    turn = make(reply={"state": "complete"}, call={"name": "get_weather", "state": "succeeded"})
    html = chat(turn)
    assert "Used 1 tool" in words(html)
    assert f'data-opens="call-{ToolCall.objects.get().pk}"' in html


def test_a_shell_leaves_out_what_flows(make: Make) -> None:
    turn = dress([make(reply={"state": "streaming", "text": "So far", "reasoning": "Hm"}).pk])[0]
    html = fragment("reply", turn=turn, reply=turn.replies[0], shell=True)
    assert f'id="body-{turn.replies[0].pk}" data-flow></div>' in html
    assert "So far" not in html
    assert "Hm" not in html


def test_hostile_words_stay_words_everywhere(make: Make) -> None:
    call = {
        "name": HOSTILE,
        "state": "failed",
        "arguments_written": HOSTILE,
        "arguments_run": {HOSTILE: HOSTILE},
        "result": HOSTILE,
        "told": HOSTILE,
        "error_code": "tool_failed",
        "error_message": HOSTILE,
        "source": HOSTILE,
    }
    reply = {
        "state": "complete",
        "text": HOSTILE,
        "reasoning": HOSTILE,
        "refusal": HOSTILE,
        "model": HOSTILE,
        "offered": [HOSTILE],
        "left_out": [{"name": HOSTILE, "code": "off", "reason": HOSTILE}],
    }
    turn = make(state="failed", detail=HOSTILE, reply=reply, call=call)
    Message.objects.filter(role="user").update(text=HOSTILE)
    html = chat(turn) + trace(turn)
    assert "<img" not in html
    assert 'alert(1)>"' not in html


# The trace.


def test_a_running_call_is_open_with_a_running_clock(make: Make) -> None:
    running = {
        "name": "get_weather",
        "state": "running",
        "started_at": NOON,
        "arguments_run": {"city": "Paris"},
    }
    html = trace(make(state="running", reply={"state": "complete"}, call=running))
    row = html.partition('class="tool-call"')[2]
    assert "<details open>" in row
    assert f'data-clock data-since="{epoch(NOON)}"' in row


def test_a_call_being_written_takes_in_flow(make: Make) -> None:
    streaming = {"name": "get_weather", "state": "streaming", "arguments_written": '{"ci'}
    html = trace(make(state="running", reply={"state": "streaming"}, call=streaming))
    assert f'id="arguments-{ToolCall.objects.get().pk}" data-flow>{{&#34;ci</pre>' in html


def test_a_failed_call_is_open_in_the_newest_turn_only(make: Make) -> None:
    turn = make(reply={"state": "complete"}, call={"name": "get_weather", "state": "failed"})
    assert "<details open>" in trace(turn)
    assert "<details open>" not in trace(turn, folded=True)


def test_what_the_model_was_told_is_shown_where_it_differs(make: Make) -> None:
    call = {"name": "get_weather", "state": "succeeded", "result": "12 °C", "result_format": "text"}
    turn = make(reply={"state": "complete"}, call=call)
    assert "What the model was told" not in trace(turn)
    ToolCall.objects.update(told="about 12 °C")
    assert "What the model was told about 12 °C" in words(trace(turn))


def test_a_call_that_never_ran_has_no_time_of_running(make: Make) -> None:
    invalid = {"name": "get_weather", "state": "invalid", "ended_at": NOON}
    turn = make(reply={"state": "complete"}, call=invalid)
    assert "Running never ran" in words(trace(turn))
    assert 'class="bar running' not in trace(turn)


def test_a_model_call_names_the_tools_left_out_with_their_reasons(make: Make) -> None:
    left_out = [{"name": "calculate", "code": "off_for_you", "reason": "You switched it off."}]
    html = trace(make(reply={"state": "complete", "offered": ["get_time"], "left_out": left_out}))
    assert "Tools offered get_time" in words(html)
    assert "calculate You switched it off." in words(html)


def test_bars_count_from_the_first_model_call(make: Make) -> None:
    reply = {"state": "complete", "first_token_at": NOON + timedelta(seconds=0.4)}
    html = trace(make(started_at=NOON - timedelta(minutes=5), reply=reply))
    assert 'data-from="0" data-to="400"' in html
