"""One reply: which tools the demo model calls for a question, and with which arguments."""

from typing import Any

import pytest

from conversations.engine.values import Choice, OfferedTool
from tests.demo.asking import asked
from tests.demo.toolshelf import SHELF
from tools.registry import registry

QUESTIONS: list[tuple[str, list[tuple[str, dict[str, Any]]]]] = [
    ("What's the weather in Berlin?", [("get_weather", {"city": "Berlin"})]),
    (
        "What's the weather in Berlin, Tokyo and Paris, and what time is it in Tokyo?",
        [
            ("get_weather", {"city": "Berlin"}),
            ("get_weather", {"city": "Tokyo"}),
            ("get_weather", {"city": "Paris"}),
            ("get_time", {"timezone": "Asia/Tokyo"}),
        ],
    ),
    (
        "What's the weather in Tokyo and what do I have on my calendar today?",
        [("get_weather", {"city": "Tokyo"}), ("get_calendar_events", {"date": "2026-11-21"})],
    ),
    (
        "What's the weather and time in Tokyo?",
        [("get_weather", {"city": "Tokyo"}), ("get_time", {"timezone": "Asia/Tokyo"})],
    ),
    (
        "What's the time and weather in Tokyo?",
        [("get_time", {"timezone": "Asia/Tokyo"}), ("get_weather", {"city": "Tokyo"})],
    ),
    ("Weather in new york, in Fahrenheit", [("get_weather", {"city": "New York", "unit": "fahrenheit"})]),
    ("Will it rain in Rio de Janeiro?", [("get_weather", {"city": "Rio de Janeiro"})]),
    (
        "Compare the weather in Berlin and São Paulo",
        [("get_weather", {"city": "Berlin"}), ("get_weather", {"city": "São Paulo"})],
    ),
    ("What time is it?", [("get_time", {})]),
    (
        "time in san francisco and in Munich",
        [("get_time", {"timezone": "America/Los_Angeles"}), ("get_time", {"timezone": "Europe/Berlin"})],
    ),
    ("What time is it in Asia/Kolkata?", [("get_time", {"timezone": "Asia/Kolkata"})]),
    ("Am I free tomorrow?", [("get_calendar_events", {"date": "2026-11-22"})]),
    ("What meetings do I have on Friday?", [("get_calendar_events", {"date": "2026-11-27"})]),
    ("My appointments on 24 December, please", [("get_calendar_events", {"date": "2026-12-24"})]),
    ("calendar for May 7, 2027", [("get_calendar_events", {"date": "2027-05-07"})]),
    (
        "What's on my calendar today and tomorrow?",
        [("get_calendar_events", {"date": "2026-11-21"}), ("get_calendar_events", {"date": "2026-11-22"})],
    ),
    ("What is 12 * (3 + 4)?", [("calculate", {"expression": "12 * (3 + 4)"})]),
    ("what's 15% of 240", [("calculate", {"expression": "15 / 100 * 240"})]),
    ("12 times 7", [("calculate", {"expression": "12 * 7"})]),
    ("What is the square root of 144?", [("calculate", {"expression": "144 ** 0.5"})]),
    ("Compute 2+2 and 3*3", [("calculate", {"expression": "2+2"}), ("calculate", {"expression": "3*3"})]),
    ("roll 3 dice with 20 sides", [("roll_dice", {"sides": 20, "count": 3})]),
    ("Roll two dice", [("roll_dice", {"count": 2})]),
    ("Please roll the dice", [("roll_dice", {})]),
    ("roll_dice sides: 12", [("roll_dice", {"sides": 12})]),
    ("Find my notes about gardening", [("search_notes", {"query": "gardening"})]),
    ('search notes for "tomato soup", limit 5', [("search_notes", {"query": "tomato soup", "limit": 5})]),
    (
        'Send an email to alice@example.com with the subject "Lunch"',
        [("send_email", {"to": "alice@example.com", "subject": "Lunch"})],
    ),
    ('Translate "good morning" to French', [("translate", {"text": "good morning", "language": "french"})]),
    ("Translate hello world into German", [("translate", {"text": "hello world", "language": "german"})]),
    (
        "Find flights from Berlin to Rome tomorrow for 2 passengers",
        [
            (
                "find_flights",
                {"from_city": "Berlin", "to_city": "Rome", "date": "2026-11-22", "passengers": 2},
            )
        ],
    ),
    ("Track order A-1234", [("track_order", {"order_id": "A-1234"})]),
    ("Where is my order 5567?", [("track_order", {"order_id": "5567"})]),
    ('Add an urgent todo "Water the plants"', [("add_todo", {"title": "Water the plants", "urgent": True})]),
]
WORDS_ONLY = [
    "Tell me a joke",
    "In which city was Mozart born?",
    "It's time to go home",
    "Who wrote Faust?",
    "hello",
    "What can you do?",
    "Tell me a long story about the weather in Berlin",
    "Thank you!",
    "",
    "?",
    "12",
    "and",
    "\x00 \ud800".encode(errors="replace").decode(),
]


@pytest.mark.parametrize(("question", "calls"), QUESTIONS, ids=[question for question, _ in QUESTIONS])
def test_a_question_is_turned_into_calls(question: str, calls: list[tuple[str, dict[str, Any]]]) -> None:
    assert list(asked(question, tools=SHELF).calls) == calls


@pytest.mark.parametrize("question", WORDS_ONLY)
def test_a_question_that_no_tool_fits_is_answered_in_words(question: str) -> None:
    decision = asked(question, tools=SHELF)
    assert not decision.calls
    assert decision.text


def test_only_offered_tools_are_called() -> None:
    without_weather = [tool for tool in SHELF if tool.name != "get_weather"]
    assert not asked("What's the weather in Berlin?", tools=without_weather).calls


def test_choice_none_never_calls() -> None:
    assert not asked("What's the weather in Berlin?", tools=SHELF, choice=Choice("none")).calls


def test_choice_required_calls_the_best_match() -> None:
    assert (
        asked("Tell me a story about dice", tools=SHELF, choice=Choice("required")).calls[0][0] == "roll_dice"
    )


@pytest.mark.parametrize("question", WORDS_ONLY)
def test_choice_required_always_calls(question: str) -> None:
    assert asked(question, tools=SHELF, choice=Choice("required")).calls


def test_a_named_tool_is_called_with_arguments_from_the_question() -> None:
    decision = asked("Tell me about Paris", tools=SHELF, choice=Choice("tool", "get_weather"))
    assert decision.calls == (("get_weather", {"city": "Paris"}),)


def test_an_invoice_is_extracted_by_a_named_tool() -> None:
    invoice = "Extract data from this invoice:\nInvoice from Acme Corp\nDate: 2026-05-07\nTotal: $465.00"
    (name, arguments), *rest = asked(invoice, tools=SHELF, choice=Choice("tool", "extract_invoice")).calls
    assert (name, rest) == ("extract_invoice", [])
    assert arguments["vendor"] == "Acme Corp"
    assert arguments["total_amount"] == 465.0
    assert arguments["date"] == "2026-05-07"


def test_without_a_date_in_the_instructions_the_clock_says_what_today_is() -> None:
    decision = asked("What's on my calendar tomorrow?", tools=SHELF, instructions="")
    assert decision.calls == (("get_calendar_events", {"date": "2026-11-22"}),)


def test_fifty_cities_do_not_become_fifty_calls() -> None:
    cities = " and ".join(f"Newtown{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(50))
    assert 1 < len(asked(f"What's the weather in {cities}?", tools=SHELF).calls) <= 16


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "tell " * 20_000, "- " * 50_000, " " * 100_000, "1 2 " * 25_000]
)
def test_a_hundred_thousand_characters_are_no_obstacle(text: str) -> None:
    assert asked(text, tools=SHELF).text or asked(text, tools=SHELF).calls


BUILT_IN = ("get_weather", "get_time", "get_calendar_events", "calculate")
REAL: list[tuple[str, list[tuple[str, dict[str, Any]]]]] = [
    *((asks, calls) for asks, calls in QUESTIONS if calls and all(name in BUILT_IN for name, _ in calls)),
    (
        "Create a calendar event 'Lunch' tomorrow at 12:30",
        [("create_calendar_event", {"title": "Lunch", "date": "2026-11-22", "time": "12:30:00"})],
    ),
    ("Which tables are in the database?", [("describe_database", {})]),
    ("Query the database with `SELECT 1`", [("query_database", {"sql": "SELECT 1"})]),
]


@pytest.mark.django_db  # servers may supply tools, and are rows
@pytest.mark.parametrize(("question", "calls"), REAL)
def test_with_clearcalls_own_tools_the_right_one_is_called(
    question: str, calls: list[tuple[str, dict[str, Any]]]
) -> None:
    own = [OfferedTool(tool.name, tool.description, tool.parameters) for tool in registry.all()]
    assert list(asked(question, tools=own).calls) == calls
