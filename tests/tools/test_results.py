"""Whatever a tool returns is written as text or JSON, or said to be neither."""

import json
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from pytest_django import Settings

from tools.outcome import Outcome
from tools.results import pack

LIMIT = 64 * 1024


class Colour(Enum):
    RED = "red"


@dataclass
class Point:
    x: int
    seen: date


class Trip(BaseModel):
    to: str
    stops: list[Point]


def packed(value: Any, limit: int = LIMIT) -> Outcome:
    return pack(value, limit=limit)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"),
        (True, "true"),
        (1.5, "1.5"),
        ({"a": [1, "ü"]}, '{"a": [1, "ü"]}'),
        ((1, 2), "[1, 2]"),
        ({3, 1, 2}, "[1, 2, 3]"),
        (datetime(2026, 5, 29, 12, tzinfo=UTC), '"2026-05-29T12:00:00+00:00"'),
        (timedelta(minutes=2), "120.0"),
        (Decimal("1.10"), '"1.10"'),
        (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (Colour.RED, '"red"'),
        (Point(1, date(2026, 5, 29)), '{"x": 1, "seen": "2026-05-29"}'),
        (Trip(to="Rome", stops=[Point(1, date(2026, 5, 29))]),
         '{"to": "Rome", "stops": [{"x": 1, "seen": "2026-05-29"}]}'),
    ],
)  # fmt: skip
def test_values_become_json(value: Any, written: str) -> None:
    assert packed(value) == Outcome("succeeded", told=written, result=written, result_format="json")


def test_text_stays_text() -> None:
    assert packed("Sunny.") == Outcome("succeeded", told="Sunny.", result="Sunny.", result_format="text")


CIRCLE: list[Any] = []
CIRCLE.append(CIRCLE)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (b"\x00\x01", "type bytes"),
        ({"picture": b"x"}, "type bytes"),
        (math.nan, "not finite"),
        ([math.inf], "not finite"),
        (object(), "type object"),
        ({(1, 2): 3}, "keys must be"),
        (CIRCLE, "Circular"),
        (open, "type builtin_function_or_method"),
    ],
)
def test_what_is_not_json_has_a_named_outcome(value: Any, words: str) -> None:
    outcome = packed(value)
    assert (outcome.state, outcome.error_code) == ("failed", "bad_result")
    assert words in outcome.error_message
    assert json.loads(outcome.told)["error"]["code"] == "bad_result"


def test_ten_megabytes_are_cut_and_marked_so() -> None:
    outcome = packed({"rows": ["x" * 1000] * 10_000})
    assert len(outcome.result.encode()) == LIMIT
    assert outcome.result_format == "text"
    whole = len(json.dumps({"rows": ["x" * 1000] * 10_000}))
    assert outcome.left_out == whole - LIMIT
    assert (
        outcome.told == f"{outcome.result}\n[Cut here: {whole - LIMIT:,} bytes of this result were left out.]"
    )


def test_a_cut_never_splits_a_character() -> None:
    outcome = packed("€" * 10, 8)
    assert outcome.result == "€€"
    assert outcome.left_out == 24


@pytest.mark.parametrize("value", ["a\0b\ud800c", {"k\0": ["\0\0", "\ud800"]}])
def test_characters_that_no_database_takes_are_replaced(value: Any) -> None:
    outcome = packed(value)
    for stored in (outcome.result, outcome.told):
        assert "\0" not in stored
        assert r"\u0000" not in stored
        assert "�" in stored.encode().decode()


def test_an_escape_that_only_looks_like_nul_stays() -> None:
    assert json.loads(packed([r"\u0000"]).result) == [r"\u0000"]


@pytest.mark.parametrize("value", ["key: {}", {"key": "{}"}])
def test_secrets_of_the_installation_are_taken_out(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, value: Any
) -> None:
    settings.OPENAI_API_KEY = 'sk-"quoted"-key'
    settings.SECRET_KEY = "a-secret-key-of-django"
    # In place: Django takes no other DATABASES once it is connected.
    monkeypatch.setitem(settings.DATABASES["default"], "PASSWORD", "pass/word-long")
    settings.QUERY_DATABASE_URL = "postgresql://reader:readers%2Fword@host/shop"
    for secret in (
        'sk-"quoted"-key',
        "a-secret-key-of-django",
        "pass/word-long",
        "pass%2Fword-long",
        "readers/word",
        "readers%2Fword",
    ):
        leaked = value.format(secret) if isinstance(value, str) else {"key": secret}
        assert packed(leaked).result in ("key: [secret removed]", '{"key": "[secret removed]"}')


def test_a_cut_leaves_no_half_of_a_secret(settings: Settings) -> None:
    settings.OPENAI_API_KEY = "sk-very-secret-key"
    assert "sk-" not in packed("x" * 10 + "sk-very-secret-key", 20).result


@given(
    st.recursive(st.none() | st.booleans() | st.floats() | st.text() | st.binary(), st.lists),
    st.integers(1, 80),
)
def test_whatever_is_returned_can_be_stored(value: Any, limit: int) -> None:
    outcome = packed(value, limit)
    assert outcome.state in ("succeeded", "failed")
    assert len(outcome.result.encode()) <= limit
    assert "\0" not in outcome.told
    outcome.told.encode()
