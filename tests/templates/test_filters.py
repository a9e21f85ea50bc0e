"""The words and numbers that templates make of values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conversations.models import ToolCall
from conversations.templatetags.clocks import after, duration, epoch, since
from conversations.templatetags.schemas import parameters
from conversations.templatetags.trace import compact, first_words, in_one_line, result_line, written_otherwise

NOON = datetime(2026, 5, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "brief"),
    [
        (0, "0"),
        (950, "950"),
        (1000, "1k"),
        (1249, "1.2k"),
        (12_345, "12k"),
        (999_999, "999k"),
        (3_400_000, "3.4M"),
    ],
)
def test_counts_are_written_briefly(number: int, brief: str) -> None:
    assert compact(number) == brief


def test_a_span_without_an_end_is_left_open() -> None:
    assert duration(after(None, NOON)) == ""
    assert since(None, NOON) == ""
    assert epoch(None) == ""


def test_a_span_is_written_for_people() -> None:
    assert duration(after(NOON + timedelta(seconds=0.42), NOON)) == "0.42 s"


def test_a_moment_before_the_start_counts_as_the_start() -> None:
    assert since(NOON - timedelta(seconds=1), NOON) == "0"


def test_first_words_are_cut_between_words() -> None:
    assert first_words("How is\nthe weather", 12) == "How is the…"
    assert first_words("Unbreakable", 5) == "Unbre…"
    assert first_words("Short", 5) == "Short"


def test_a_preview_names_what_would_hide_in_it() -> None:
    assert in_one_line({"city": "Paris", "days": 3}) == "city: &quot;Paris&quot;, days: 3"
    assert "U+202E" in in_one_line("pay\u202elooc")
    assert len(in_one_line("x" * 100_000)) < 200


@pytest.mark.parametrize(
    ("result", "format_", "line"),
    [
        ('{"city": "Paris", "wind": 3}', "json", "city: &quot;Paris&quot;, wind: 3"),
        ("[1, 2]", "json", "[1, 2]"),
        ("{broken", "json", "{broken"),
        ('{"city": 1}', "text", "{&quot;city&quot;: 1}"),
    ],
)
def test_a_result_is_previewed_as_arguments_are(result: str, format_: str, line: str) -> None:
    assert result_line(ToolCall(result=result, result_format=format_)) == line


@pytest.mark.parametrize(
    ("written", "run", "differs"),
    [
        ('{"a": 1}', {"a": 1}, False),
        ('{"a":1}', {"a": 1, "b": 2}, True),
        ("", {}, False),
        ("{", {}, True),
        ("{", None, False),
    ],
)
def test_arguments_that_ran_otherwise_are_noticed(
    written: str, run: dict[str, int] | None, differs: bool
) -> None:
    assert written_otherwise(ToolCall(arguments_written=written, arguments_run=run)) is differs


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ({"type": "string"}, "text"),
        ({"type": "array", "items": {"type": "integer"}}, "list of whole number"),
        ({"enum": ["celsius", "fahrenheit"]}, "one of celsius, fahrenheit"),
        ({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}, "date"),
        ({"$ref": "#/$defs/Place"}, "group of values"),
        ({"type": ["number", "null"]}, "number"),
        ({}, "anything"),
    ],
)
def test_a_parameter_says_its_kind_in_words(part: dict[str, Any], kind: str) -> None:
    schema = {"properties": {"one": part}, "$defs": {"Place": {"type": "object"}}}
    assert [parameter.kind for parameter in parameters(schema)] == [kind]
