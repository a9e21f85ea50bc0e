"""Which schemas can be extracted by, whether data fits, and how pasted texts and tables are kept harmless."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conversations.extraction.definitions import READY
from conversations.extraction.fields import Field, schema_of
from conversations.extraction.schemas import Fields, fault_of, read_schema
from conversations.extraction.texts import split
from tools.problems import Checked, Problem


def an_object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


NESTED: dict[str, Any] = {"type": "string"}
for _ in range(60):
    NESTED = an_object(x=NESTED)
LAUGHS = an_object(x={"$ref": "#/$defs/a0"}) | {
    "$defs": {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 4} for n in range(12)} | {"a12": {}}
}
UNUSABLE = [
    ("{", "not JSON"),
    ("[" * 100_000, "longer than"),
    ("[" * 10_000, "not JSON"),
    ("[]", "one object"),
    ('"text"', "one object"),
    (json.dumps({"type": "array", "items": {}}), "one object"),
    (json.dumps({"type": "object"}), "names no properties"),
    (json.dumps(an_object(a={"type": "strnig"})), "invalid at properties.a"),
    (json.dumps(an_object(a={"minimum": "x"})), "invalid at properties.a"),
    (
        json.dumps(an_object(a={"$ref": "#/$defs/b"}) | {"$defs": {"b": {"items": {"$ref": "#/$defs/b"}}}}),
        "itself",
    ),
    (json.dumps(an_object(a={"$ref": "#"})), "not among its own definitions"),
    (json.dumps(an_object(a={"$ref": "https://example.com/x.json"})), "not among its own definitions"),
    (json.dumps(an_object(a={"$ref": "#/$defs/none"})), "not among its own definitions"),
    (json.dumps(an_object(a={"$dynamicRef": "#a"})), "not supported"),
    (json.dumps(an_object(a={"pattern": "("})), "pattern"),
    (json.dumps(an_object(a={"pattern": "(?=x)"})), "pattern"),
    (json.dumps(an_object(a={"patternProperties": {"(a+)+$": {}}})), "patternProperties"),
    (json.dumps(NESTED), "nested deeper"),
    (json.dumps(an_object(default={"$ref": "https://example.com/x.json"})), "not among its own definitions"),
    (json.dumps(an_object(enum={"pattern": "("})), "pattern"),
    ('{"type": "object", "properties": {"a": {"minimum": NaN}}}', "not JSON"),
    (json.dumps(LAUGHS), "more than 2,000 parts"),
    (json.dumps(an_object(a={"description": "x" * 30_000})), "longer than"),
    ('{"type": "object", "properties": {"a": {"minimum": 1e400}}}', "too large"),
    ('{"type": "object", "properties": {"a": {}, "b": {}, "a": {"type": "string"}}}', "twice"),
    (json.dumps(an_object(a={"$ref": "#/$defs/x/y"}) | {"$defs": {"x/y": {}}}), "not among its own"),
    (json.dumps(an_object(a={"$ref": "#/$defs/x~1y"}) | {"$defs": {"x~1y": {}}}), "not among its own"),
    (json.dumps(an_object(a={"$ref": "#/$defs/%78"}) | {"$defs": {"%78": {}}}), "not among its own"),
    (json.dumps(an_object(a={"unevaluatedProperties": False})), "not supported"),
    (json.dumps(an_object(a={"unevaluatedItems": False})), "not supported"),
    (json.dumps(an_object(**{f"a{n}": {"pattern": f"a{{{n}}}"} for n in range(100)})), "different patterns"),
    (json.dumps(an_object(a={"pattern": "a" * 1_000})), "longer than"),
    (
        json.dumps(an_object(a={"anyOf": [{"const": str(number)} for number in range(900)]})),
        "too long to check",
    ),
]


@pytest.mark.parametrize(("pasted", "sentence"), UNUSABLE)
def test_a_schema_that_cannot_be_used_has_its_sentence(pasted: str, sentence: str) -> None:
    said = read_schema(pasted)
    assert isinstance(said, str)
    assert sentence in said


@pytest.mark.parametrize("definition", READY.values(), ids=list(READY))
def test_what_is_ready_made_can_be_used(definition: Any) -> None:
    assert fault_of(definition.schema) == ""


def test_data_is_checked_and_what_does_not_fit_is_named() -> None:
    schema = an_object(code={"type": "string", "pattern": "^[A-Z]{3}$"}, n={"$ref": "#/$defs/n"})
    fields = Fields(schema | {"$defs": {"n": {"type": "integer", "minimum": 1}}, "required": ["n"]})
    assert fields.check({"code": "EUR", "n": 1}) == Checked({"code": "EUR", "n": 1})
    for wrong in ({"code": "EUR"}, {"code": "euro", "n": 1}, {"n": 0}, {"n": "1"}):
        refused = fields.check(wrong)
        assert isinstance(refused, Problem)
        assert refused.code == "bad_arguments"
        assert refused.details


def test_nothing_is_fetched_and_a_reference_that_leads_nowhere_is_a_sentence() -> None:
    for reference in ("http://127.0.0.1:9/x.json", "#/$defs/none", "#/properties/a"):
        refused = Fields(an_object(a={"$ref": reference})).check({"a": {"a": 1}})
        assert isinstance(refused, Problem)
        assert "cannot be checked" in refused.message


def test_items_that_must_differ_are_compared_in_no_time() -> None:
    fields = Fields(an_object(a={"uniqueItems": True}))
    many: list[Any] = [value for number in range(3_000) for value in (number, str(number))]
    assert isinstance(fields.check({"a": many}), Checked)
    assert isinstance(fields.check({"a": [*many, "7"]}), Problem)


def test_what_no_page_can_show_is_taken_out_of_a_schema() -> None:
    schema = read_schema('{"type": "object", "properties": {"a\\u0000\\ud800": {}}}')
    assert isinstance(schema, dict)
    (name,) = schema["properties"]
    assert name.encode().count(b"\0") == 0


def test_a_pattern_that_takes_others_years_takes_no_time() -> None:
    fields = Fields(an_object(a={"type": "string", "pattern": "^(a+)+$"}))
    assert isinstance(fields.check({"a": "a" * 5_000 + "!"}), Problem)


def test_what_cannot_be_judged_is_a_sentence() -> None:
    for part, value in (
        ({"multipleOf": 0.1}, 10**400),
        ({"$schema": "http://[", "type": "integer"}, "a"),
        ({"allOf": [{"uniqueItems": True}] * 200}, list(range(8_000))),
        ({"items": {"anyOf": [{"const": str(number)} for number in range(200)]}}, ["199"] * 3_000),
    ):
        schema = read_schema(json.dumps(an_object(a=part)))
        assert isinstance(schema, dict)
        assert isinstance(Fields(schema).check({"a": value}), Problem)


def test_a_long_record_is_judged_to_its_end() -> None:
    items = [{"description": f"Part {n}", "quantity": n, "price": 2.5} for n in range(700)]
    data = {"seller": "Acme", "total": 7, "items": items}
    check = Fields(dict(READY["invoice"].schema)).check
    assert check(data) == Checked(data)
    items[-1]["price"] = "two"
    assert "items.699.price" in str(check(data))


def test_the_small_form_makes_a_schema() -> None:
    schema = schema_of([Field("first name", required=True), Field(), Field("born", "date", "Birthday.")])
    assert isinstance(schema, dict)
    assert fault_of(schema) == ""
    assert (list(schema["properties"]), schema["required"]) == (["first_name", "born"], ["first_name"])
    assert isinstance(Fields(schema).check({"first_name": "Bob", "born": "tomorrow"}), Problem)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ([], "at least one"),
        ([Field("<script>")], "no name of a field"),
        ([Field("a"), Field("a")], "Two fields"),
        ([Field("a", "secret")], "no kind"),
        ([Field(f"f{n}") for n in range(61)], "the limit"),
    ],
)
def test_a_form_that_makes_no_sense_has_its_sentence(fields: list[Field], sentence: str) -> None:
    said = schema_of(fields)
    assert isinstance(said, str)
    assert sentence in said


def test_what_was_pasted_falls_into_texts() -> None:
    assert split("a\r\nb\r\n---\r\n\r\n---\nc", "dashes") == ["a\nb", "c"]
    assert split("a\n\n b ", "lines") == ["a", "b"]
    assert split(" a\n---\nb", "one") == ["a\n---\nb"]
