"""Several rounds: what the demo model does with results, and with the question before."""

import pytest

from conversations.engine.values import Choice, Item, Reply
from tests.demo.asking import asked, round_of
from tests.demo.toolshelf import SHELF

BERLIN = ("get_weather", '{"city": "Berlin"}', '{"city": "Berlin", "temperature": 22, "unit": "celsius"}')
TOKYO = ("get_weather", '{"city": "Tokyo"}', '{"city": "Tokyo", "temperature": -3.5, "unit": "celsius"}')
PARTY = ("get_calendar_events", '{"date": "2026-11-21"}', '{"events": []}')


@pytest.mark.parametrize(
    ("question", "results", "expression"),
    [
        ("take the temperature in Berlin and double it", [BERLIN], "2 * 22"),
        ("What's the temperature in Berlin? Then add 5 to it.", [BERLIN], "22 + 5"),
        ("weather in Tokyo, and after that convert it to Fahrenheit", [TOKYO], "(-3.5) * 9 / 5 + 32"),
        (
            "Get the weather in Berlin and Tokyo, then compute the average of them",
            [BERLIN, TOKYO],
            "(22 + (-3.5)) / 2",
        ),
        ("weather in Berlin and Tokyo, then the difference between them", [BERLIN, TOKYO], "22 - (-3.5)"),
    ],
)
def test_a_second_round_reckons_with_the_results_of_the_first(
    question: str, results: list[tuple[str, str, str]], expression: str
) -> None:
    first = asked(question, tools=SHELF)
    assert [name for name, _ in first.calls] == [name for name, _, _ in results]
    second = asked(question, *round_of(*results), tools=SHELF)
    assert second.calls == (("calculate", {"expression": expression}),)
    last = asked(question, *round_of(*results), *round_of(("calculate", "{}", "44")), tools=SHELF)
    assert not last.calls
    assert "44" in last.text


def test_then_waits_for_the_round_before() -> None:
    question = "What's the weather in Berlin, then what do I have on my calendar today?"
    assert [name for name, _ in asked(question, tools=SHELF).calls] == ["get_weather"]
    second = asked(question, *round_of(BERLIN), tools=SHELF)
    assert second.calls == (("get_calendar_events", {"date": "2026-11-21"}),)


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ("it's above 20 degrees", True),
        ("it is colder than 10", False),
        ("it is celsius", True),
        ("it rains", False),
        ("it does not rain", True),
    ],
)
def test_a_condition_is_weighed_against_the_result(condition: str, met: bool) -> None:
    question = f"What's the weather in Berlin, and if {condition}, what do I have on my calendar today?"
    second = asked(question, *round_of(BERLIN), tools=SHELF)
    assert [name for name, _ in second.calls] == ["get_calendar_events"] * met


def test_a_failed_first_round_has_no_second_one() -> None:
    failed = round_of(
        ("get_weather", '{"city": "Berlin"}', '{"error": {"code": "x", "message": "No wind."}}')
    )
    decision = asked("take the temperature in Berlin and double it", *failed, tools=SHELF)
    assert not decision.calls
    assert "No wind." in decision.text


def test_a_question_never_takes_more_rounds_than_it_has_steps() -> None:
    question = " then ".join(["weather in Berlin"] * 40)
    history: list[Item] = []
    while asked(question, *history, tools=SHELF).calls:
        history += round_of(BERLIN)
        assert len(history) < 20


def test_a_forced_call_is_made_for_as_long_as_it_is_forced() -> None:
    decision = asked("hm", *round_of(BERLIN), tools=SHELF, choice=Choice("required"))
    assert decision.calls


@pytest.mark.parametrize(
    ("question", "calls"),
    [
        ("and in Paris?", [("get_weather", {"city": "Paris"})]),
        ("What about Rome and Oslo?", [("get_weather", {"city": "Rome"}), ("get_weather", {"city": "Oslo"})]),
        ("and in fahrenheit", [("get_weather", {"city": "Berlin", "unit": "fahrenheit"})]),
        ("Double that", [("calculate", {"expression": "2 * 22"})]),
        ("and thanks", []),
    ],
)
def test_a_second_question_may_lean_on_the_first(question: str, calls: list[tuple[str, object]]) -> None:
    answered = (*round_of(BERLIN), Reply(text="In Berlin it is 22 degrees."))
    decision = asked("What's the weather in Berlin?", *answered, question, tools=SHELF)
    assert list(decision.calls) == calls


def test_an_empty_calendar_is_said_to_be_empty() -> None:
    assert "nothing on your calendar" in asked("my calendar today", *round_of(PARTY), tools=SHELF).text


def test_the_demo_names_itself_in_its_first_answer_only() -> None:
    first = asked("hello", tools=SHELF).text
    second = asked("hello", Reply(text=first), "hello", tools=SHELF).text
    assert "demo model" in first
    assert "OPENAI_MODEL" in first
    assert "OPENAI_MODEL" not in second


def test_thinking_is_shown_when_asked_for() -> None:
    assert "calculate" in asked("Think hard: what is 2 + 2?", tools=SHELF).reasoning
    assert not asked("What is 2 + 2?", tools=SHELF).reasoning
