"""Which tools fit a question, how many are sent, and what hostile or very many tools do to that."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel

from bench.routing.shelf import many_tools, questions, tools
from tests.tools.shelf import made, trades
from tools import Tool
from tools.models import ToolSwitch
from tools.people import Person
from tools.registry import Registry, registry
from tools.routing.choosing import Asked, Routed, route
from tools.routing.finding import FIND_TOOLS, finder, found_in
from tools.routing.index import Index
from tools.routing.question import read
from tools.routing.shelf import index_of
from tools.routing.words import split
from tools.rules import OverLimit
from tools.signature import Signature
from tools.toolbox import LeftOut, Toolbox


def box(*offered: Tool, left_out: tuple[LeftOut, ...] = ()) -> Toolbox:
    return Toolbox(offered, left_out, {}, OverLimit({}, {}))


def sent(routed: Routed) -> list[str]:
    return [tool.name for tool in routed.sent]


def with_schema(name: str, schema: Any, description: str = "Does something.") -> Tool:
    return Tool(name, description, lambda: None, Signature(BaseModel, schema, {}))


def best(question: str, *among: Tool) -> str:
    (fit, *_) = Index(among).rank(read(question), {tool.name: tool for tool in among}, 1)
    return fit.name


def test_names_in_any_case_fall_into_words() -> None:
    assert split("getUserByID") == ["get", "user", "by", "id"]
    assert split("HTTPServer_list-all.now") == ["http", "server", "list", "all", "now"]
    assert split("天気予報") == ["天気", "気予", "予報"]


def test_what_the_questions_of_the_bench_find() -> None:
    shelf, asked = tools(), questions()
    index, names = index_of(shelf), {tool.name: tool for tool in shelf}
    found = [{fit.name for fit in index.rank(read(each.text), names, 10)} for each in asked]
    hits = sum(bool(each.wanted & names) for each, names in zip(asked, found, strict=True))
    assert len(asked) >= 300
    assert hits / len(asked) >= 0.9


@pytest.mark.parametrize(
    "question", ["whats the wether in rome", "Wie ist das weather?", "is it going to be rainy", "WEATHER!!"]
)
def test_other_words_and_misspelt_ones_find_a_tool(question: str) -> None:
    assert best(question, *trades(), made("weather_report", "Tell the weather.")) == "weather_report"


def test_each_part_of_a_question_finds_its_tool() -> None:
    wordy = "Please praise a weaver who praises weavers praising weaving. Train some carpenter"
    index = Index(trades())
    found = [fit.name for fit in index.rank(read(wordy), index.tools, 3)]
    assert found == ["praise_weaver", "train_weaver", "train_carpenter"]


def test_a_tool_is_found_by_its_parameters_too() -> None:
    schema = {"properties": {"tour": {"properties": {"isbn": {"description": "Of a paperback."}}}}}
    assert best("which paperback is it", *trades(), with_schema("look", schema)) == "look"


def test_few_tools_are_all_sent() -> None:
    few = trades()[:20]
    routed = route(box(*few), Asked("hire a baker"))
    assert (routed.sent, routed.left_out, routed.record) == (tuple(few), (), {})


def test_of_many_only_those_that_fit_are_sent_and_the_rest_has_its_reason() -> None:
    routed = route(box(*trades()), Asked("Hire a baker and pay the painter"))
    assert sent(routed)[0] == FIND_TOOLS
    assert {"hire_baker", "pay_painter"} < set(sent(routed))
    assert len(sent(routed)) <= 21
    assert {left.code for left in routed.left_out} == {"routed_out"}
    assert sum(left.count for left in routed.left_out) + len(routed.record["chosen"]) == 40
    assert routed.record["tokens_sent"] < routed.record["tokens"]


def test_what_is_forced_found_or_used_is_sent_whatever_the_question_says(settings: Any) -> None:
    settings.ROUTING_TOOLS = 5
    asked = Asked("glazier", forced="pay_tailor", found=("train_potter",), used=("praise_weaver", "gone"))
    routed = route(box(*trades()), asked)
    why = {one["name"]: one["why"] for one in routed.record["chosen"]}
    assert list(why)[:3] == ["pay_tailor", "train_potter", "praise_weaver"]
    assert list(why.values()) == ["chosen", "found", "used", "fits", "fits"]


def test_a_short_question_goes_on_from_the_one_before() -> None:
    chosen = route(box(*trades()), Asked("and the other one?", earlier="praise the weaver")).record["chosen"]
    assert chosen[0]["name"] == "praise_weaver"


def test_large_schemas_are_routed_though_they_are_few(settings: Any) -> None:
    settings.ROUTING_TOKENS = 1000
    large = [replace(tool, description=tool.description + " Well." * 400) for tool in trades()[:10]]
    routed = route(box(*large), Asked("hire a potter"))
    assert "hire_potter" in sent(routed)
    assert len(sent(routed)) == 2


def test_a_tool_that_is_larger_than_all_room_is_sent_if_it_fits_best() -> None:
    huge = with_schema("measure_comet", {"properties": {"x": {"description": "comet " * 20_000}}})
    assert "measure_comet" in sent(route(box(*trades(), huge), Asked("measure the comet")))
    assert "measure_comet" not in sent(route(box(*trades(), huge), Asked("pay the tailor")))


def test_a_tool_that_names_everything_does_not_stand_first_everywhere() -> None:
    greedy = made("greedy", " ".join(word for tool in trades() for word in split(tool.description)) * 50)
    assert best("please hire a carpenter", *trades(), greedy) == "hire_carpenter"


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"properties": []},
        {"properties": {"a": None, "b": 7, "c": {"enum": 7, "anyOf": {"x": 1}, "items": "no"}}},
        {"anyOf": [None, {"properties": {"x": {"description": ["no"]}}}]},
        {"properties": {"x": {"items": {"properties": {"x": {"items": {"properties": {"x": {}}}}}}}}},
    ],
)
def test_a_broken_schema_breaks_nothing(schema: Any) -> None:
    assert best("measure a comet", with_schema("measure_comet", schema)) == "measure_comet"


@pytest.mark.parametrize(
    "question",
    ["", "   ", '" OR name:*', "NEAR(a b) AND NOT ^", "\x00\udcff\u202e", "a" * 200_000, "x " * 100_000],
)
def test_any_question_may_be_asked(question: str) -> None:
    assert len(sent(route(box(*trades()), Asked(question, earlier=question)))) >= 1


def test_it_is_found_what_was_not_sent() -> None:
    found = finder(trades(), sent=["hire_baker"]).function(query="hire the baker")
    names = [tool["name"] for tool in found["tools"]]
    assert "hire_baker" not in names
    assert "pay_baker" in names
    assert found_in(json.dumps(found)) == names
    assert finder(trades()).function(query="qwertzuiop")["tools"] == []


@pytest.mark.parametrize(
    "answer", ["", "null", "[]", '{"tools": 7}', '{"tools": [{}]}', '{"error": {}}', "{"]
)
def test_an_answer_that_names_no_tools_finds_none(answer: str) -> None:
    assert found_in(answer) == []


def test_one_index_serves_all_whose_tools_are_in_it() -> None:
    whole = trades()
    index = index_of(whole)
    assert index_of(whole[5:]) is index
    assert index_of([*whole[5:], made("new", "Is new.")]) is not index
    assert index_of([replace(whole[0], description="Says something else now.")]) is not index


@pytest.fixture(scope="module")
def shelf() -> list[Tool]:
    return many_tools(10_000)


def test_a_row_does_not_grow_with_the_number_of_tools(shelf: list[Tool]) -> None:
    off = tuple(LeftOut(tool.name, "off_for_you", "You switched it off.") for tool in shelf)
    routed = route(box(*shelf, left_out=off), Asked("send an email"))
    assert len(routed.left_out) < 120
    assert sum(left.count for left in routed.left_out) + len(routed.record["chosen"]) == 20_000
    assert len(json.dumps(routed.record)) < 5000


@pytest.mark.django_db
def test_many_tools_are_paged_and_searched(shelf: list[Tool], client: Any, alice: Person) -> None:
    client.force_login(alice)
    with registry.including(*shelf):
        page = client.get("/tools/").content.decode()
        assert "Page 1 of 20" in page
        assert page.count('id="switch-') == 50
        found = client.get("/tools/?q=s7_ roll DICE").content.decode()
        assert found.count('id="switch-') == 1
        assert "No tool has these words." in client.get("/tools/?q=%3Cscript%3E").content.decode()
        chat = client.get("/").content.decode()
        assert chat.count('id="switch-') == 40
        assert "Search all 10," in chat
        names = f"/conversations/{uuid.uuid4()}/tools/"
        assert len(client.get(names).json()["tools"]) == 40
        (found,) = client.get(f"{names}?q=s7_roll_dice").json()["tools"]
        assert found["name"] == "s7_roll_dice"
        ToolSwitch.set(alice, "s7_roll_dice", on=False)
        assert client.get(f"{names}?q=s7_roll_dice").json() == {"tools": []}


def test_no_tool_may_have_the_name_of_ours() -> None:
    found = Registry()
    found.add(made(FIND_TOOLS, "Pretends."))
    assert found.all() == ()
    assert [fault.code for faults in found.faulty().values() for fault in faults] == ["E005"]
