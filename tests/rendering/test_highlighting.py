"""The tokens of a block of code cover its text exactly, and name the colour of each part."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.rendering.code import Code
from conversations.rendering.highlighting import LONGEST_SOURCE, highlight, peek
from conversations.rendering.shelf import Shelf
from conversations.rendering.splice import units


def runs(tokens: str) -> list[tuple[str, int]]:
    return [
        (letter, int(digits, 36) if digits else 1)
        for letter, digits in re.findall("([A-Z.])([0-9a-z]*)", tokens)
    ]


@settings(deadline=None)
@given(
    language=st.sampled_from(["python", "js", "html", "json", "bash", "diff", "sql", "rust", "yaml"]),
    source=st.text(st.sampled_from("abif(){}<>\"'#/*=+-1 \n\té😀")),
)
def test_the_lengths_add_up_to_the_text_in_utf_16_units(language: str, source: str) -> None:
    tokens = highlight(Code(language, source))
    assert tokens == "" or sum(length for _, length in runs(tokens)) == units(source)


@pytest.mark.parametrize(
    ("language", "source", "tokens"),
    [
        ("python", "def f(): return 1", "K4N.4K7D"),
        ("python", "print('😀')  # é", "B5.S4.3C3"),
        ("diff", "-a\n+b\n", "X3I3"),
        ("json", '{"a": null}', ".K3.2B4."),
    ],
)
def test_each_class_has_its_letter(language: str, source: str, tokens: str) -> None:
    assert highlight(Code(language, source)) == tokens


@pytest.mark.parametrize(
    "code",
    [
        Code("", "x = 1"),
        Code("no-such-language", "x = 1"),
        Code("text", "x = 1"),
        Code("../../etc", "x = 1"),
        Code("python", ""),
        Code("python", "x\n" * (LONGEST_SOURCE // 2 + 1)),
        Code("typescript", "a." * 300),
        Code("java", "a\n" * 10_000),
        Code("c", "int a;" + "\n" * 100),
        Code("python", "\ufeffx = 1"),
    ],
)
def test_what_cannot_be_coloured_stays_plain(code: Code) -> None:
    assert highlight(code) == ""
    assert peek(code) == ""


def test_peeking_costs_nothing_and_says_what_is_known() -> None:
    code = Code("python", "peeking = 'before'")
    assert peek(code) is None
    assert highlight(code) == peek(code) != ""


def test_a_shelf_forgets_what_was_used_longest_ago() -> None:
    shelf: Shelf[str, int] = Shelf(limit=2)
    shelf.put("a", 1)
    shelf.put("b", 2)
    shelf.get("a")
    shelf.put("c", 3)
    assert [shelf.get(key) for key in "abc"] == [1, None, 3]
