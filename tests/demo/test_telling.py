"""Results are told in Markdown that a person understands."""

import json
from typing import Any

import pytest

from conversations.llm.demo.brain.results import Result
from conversations.llm.demo.brain.telling import told


def result(value: Any, name: str = "look", **arguments: Any) -> Result:
    return Result(name, arguments, value)


WEATHER = {"city": "Oslo", "temperature": 3, "unit": "°C", "conditions": "fog", "source": "sample data"}
EVENTS = [
    {
        "title": "Standup",
        "starts_at": "2026-11-21T10:00+01:00",
        "ends_at": "2026-11-21T10:15+01:00",
        "place": "Room 1",
    },
    "Code review at 14:00",
]


@pytest.mark.parametrize(
    ("value", "markdown"),
    [
        (WEATHER, "In **Oslo** it is **3 °C**, fog. (sample data)"),
        (
            {"date": "2026-11-21", "events": EVENTS},
            "On your calendar on 2026-11-21:\n\n- **10:00-10:15** Standup, Room 1\n- Code review at 14:00",
        ),
        ({"expression": "2 * 22", "result": 44}, "`2 * 22` = **44**"),
        ({"time_zone": "Asia/Tokyo", "time": "08:15:00"}, "It is **08:15:00** in Asia/Tokyo."),
        (17, "`look`: **17**"),
        (None, "`look` has nothing to report."),
        ("as it is", "as it is"),
        ({"status": "sent", "message_id": 7}, "- **Status**: sent\n- **Message id**: 7"),
        (["a", 1], "`look`:\n\n- a\n- 1"),
        ([{"a": 1, "b": "x|y"}, {"a": 2}], "| A | B |\n| --- | --- |\n| 1 | x\\|y |\n| 2 |  |"),
        (
            {"deep": {"er": [1]}},
            '`look` answered:\n\n```json\n{\n  "deep": {\n    "er": [\n      1\n    ]\n  }\n}\n```',
        ),
    ],
)
def test_a_result_is_told_by_its_shape(value: Any, markdown: str) -> None:
    assert told([result(value)]) == markdown


def test_several_results_of_one_tool_become_a_table() -> None:
    rows = told([result(WEATHER), result({**WEATHER, "city": "Bergen"})]).splitlines()
    assert rows[0].startswith("| City | Temperature |")
    assert rows[2:] == ["| Oslo | 3 | °C | fog | sample data |", "| Bergen | 3 | °C | fog | sample data |"]


def test_a_failure_is_told_with_its_reason_and_where_it_lies() -> None:
    details = [{"path": "items.0.amount", "reason": "Input should be a number"}]
    error = {"code": "bad_arguments", "message": "The arguments do not fit.", "details": details}
    text = told([result({"error": error}, city="Oslo"), result(json.loads('{"error": "No such city"}'))])
    assert "`look` did not work for city Oslo: The arguments do not fit." in text
    assert "- `items.0.amount`: Input should be a number" in text
    assert "`look` did not work: No such city" in text
