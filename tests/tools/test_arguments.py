"""What the model writes as arguments is accepted as it will run, or refused with the place and the reason."""

import json
from datetime import date
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from tools import Tool, ToolContext, tool
from tools.problems import Checked, Problem, unknown_tool
from tools.written import MAX_DEPTH, MAX_LENGTH


class Item(BaseModel):
    name: str
    amount: float


@tool
def order(items: list[Item], day: date = date(2026, 5, 31), unit: Literal["kg", "lb"] = "kg") -> str:
    """Order items."""
    return f"{items[0].amount:g} {unit} on {day:%d %B}"


@tool
def nothing() -> None:
    """Take nothing."""


@tool
def anything(value: Any = None) -> None:
    """Take anything."""


def accepted(made: Tool, written: str) -> dict[str, Any]:
    checked = made.check(written)
    assert isinstance(checked, Checked), checked
    return checked.arguments


def refused(made: Tool, written: str) -> Problem:
    checked = made.check(written)
    assert isinstance(checked, Problem), checked
    return checked


def test_accepted_arguments_are_plain_json_with_the_defaults_filled_in() -> None:
    arguments = accepted(order, '{"items": [{"name": "flour", "amount": "2.5"}]}')
    assert arguments == {"items": [{"name": "flour", "amount": 2.5}], "day": "2026-05-31", "unit": "kg"}
    assert json.loads(json.dumps(arguments)) == arguments


def test_accepted_arguments_reach_the_function_as_its_types(context: ToolContext) -> None:
    arguments = accepted(order, '{"items": [{"name": "flour", "amount": 2}], "day": "2026-01-02"}')
    keywords = order.bind(arguments, context)
    assert isinstance(keywords, dict)
    assert order(**keywords) == "2 kg on 02 January"


@pytest.mark.parametrize("written", ["", "  \n", "null", "{}"])
def test_nothing_means_no_arguments(written: str) -> None:
    assert accepted(nothing, written) == {}


@pytest.mark.parametrize("written", ["{", '{"city": "Par', "city=Paris", "{'a': 1}", "{}{}"])
def test_what_is_not_json_is_refused(written: str) -> None:
    assert refused(nothing, written).code == "not_json"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000])
def test_numbers_that_json_has_not_are_refused(number: str) -> None:
    assert refused(anything, f'{{"value": {number}}}').code == "not_json"


@pytest.mark.parametrize(("written", "kind"), [("[]", "a list"), ('"x"', "a text"), ("3", "a number")])
def test_what_is_not_an_object_is_refused(written: str, kind: str) -> None:
    problem = refused(nothing, written)
    assert (problem.code, kind in problem.message) == ("not_an_object", True)


def test_broken_arguments_are_told_with_path_and_reason() -> None:
    written = '{"items": [{"name": "flour", "amount": "much"}, {"amount": 1}], "unit": "oz", "more": 1}'
    told = json.loads(refused(order, written).told())["error"]
    assert told["code"] == "bad_arguments"
    assert [detail["path"] for detail in told["details"]] == [
        "items.0.amount",
        "items.1.name",
        "unit",
        "more",
    ]
    assert "valid number" in told["details"][0]["reason"]
    assert "'kg' or 'lb'" in told["details"][2]["reason"]
    assert "items.0.amount" in told["message"]


def test_a_union_is_told_by_the_place_and_not_by_the_tried_types() -> None:
    @tool
    def either(value: int | list[int]) -> None:
        """Take either."""

    paths = {detail["path"] for detail in refused(either, '{"value": ["x"]}').details}
    assert paths == {"value", "value.0"}


def test_the_text_nan_is_no_number() -> None:
    assert refused(order, '{"items": [{"name": "x", "amount": "nan"}]}').code == "bad_arguments"


def test_too_long_and_too_deep_are_refused() -> None:
    deep = '{"value":' + "[" * MAX_DEPTH + "]" * MAX_DEPTH + "}"
    assert refused(anything, deep).code == "not_json"
    assert refused(anything, '{"value":' + "[" * 100_000).code == "not_json"
    assert refused(anything, json.dumps({"value": "x" * MAX_LENGTH})).code == "not_json"


def test_a_hundred_kilobyte_word_is_fine() -> None:
    assert accepted(anything, json.dumps({"value": "x" * 100_000})) == {"value": "x" * 100_000}


def test_characters_that_no_database_takes_are_replaced() -> None:
    written = r'{"value": ["a\u0000b", "\ud800", "\ud83d\ude00"]}'
    assert accepted(anything, written) == {"value": ["a�b", "�", "😀"]}
    assert accepted(anything, '{"value": "\ud800"}') == {"value": "�"}


@given(st.text() | st.recursive(st.none() | st.floats() | st.text(), st.lists).map(json.dumps))
def test_whatever_is_written_has_an_answer(written: str) -> None:
    checked = anything.check(written)
    assert isinstance(checked, (Checked, Problem))
    text = checked.told() if isinstance(checked, Problem) else json.dumps(checked.arguments)
    assert "NaN" not in text or isinstance(checked, Problem)


def test_checked_arguments_pass_the_check_again() -> None:
    once = accepted(order, '{"items": [{"name": "flour", "amount": 2}]}')
    assert accepted(order, json.dumps(once)) == once


def test_an_unknown_name_is_told_the_names_that_exist() -> None:
    problem = unknown_tool("get_wether", ["get_weather", "get_time"])
    assert problem.code == "unknown_tool"
    assert problem.message.endswith("The tools are: get_weather, get_time.")
    many = unknown_tool("x" * 10_000, (f"tool_{number}" for number in range(100)))
    assert "and 60 more" in many.message
    assert len(many.message) < 1000
