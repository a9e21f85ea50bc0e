"""A JSON value is shown whole where it can be, and says what it leaves out."""

import json
from typing import Any

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from conversations.rendering.plain import LAST_WORDS, LONGEST_TEXT, plain
from conversations.rendering.tree import DEEPEST, MOST_ENTRIES, from_text, tree
from tests.rendering.document import Document

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
)


@pytest.mark.parametrize(
    ("value", "html"),
    [
        ("a <b>", '<span class="string" dir="auto">a &lt;b&gt;</span>'),
        (1.5, '<span class="number">1.5</span>'),
        (True, '<span class="boolean">true</span>'),
        (None, '<span class="null">null</span>'),
        ({}, '<span class="object">{}</span>'),
        ([], '<span class="array">[]</span>'),
    ],
)
def test_each_type_has_its_class(value: Any, html: str) -> None:
    assert tree(value) == f'<div class="tree">{html}</div>'


def test_an_integer_too_long_to_print_is_measured() -> None:
    assert tree(10**5000) == '<div class="tree"><span class="number">an integer of 16,610 bits</span></div>'


def test_a_small_object_is_open_with_its_keys() -> None:
    assert tree({"a": 1}) == (
        '<div class="tree"><details class="object" open><summary>1 key</summary>'
        '<ul><li><span class="key" dir="auto">a</span> <span class="number">1</span></li></ul>'
        "</details></div>"
    )


@given(json_values)
def test_any_value_is_a_whole_document(value: Any) -> None:
    assert isinstance(tree(value), SafeString)
    assert Document(tree(value)).balanced


def test_many_entries_are_counted_instead() -> None:
    text = Document(tree(list(range(MOST_ENTRIES + 5)))).text
    assert text.endswith("… and 5 more")


def test_depth_ends_in_words() -> None:
    value: Any = "bottom"
    for _ in range(DEEPEST + 1):
        value = [value]
    assert "1 item, not shown" in Document(tree(value)).text


def test_many_wide_levels_stay_bounded() -> None:
    value: Any = [["x"] * 100] * 1000
    assert len(tree(value)) < 200_000


def test_a_long_string_unfolds() -> None:
    html = tree({"text": "word " * 100})
    assert '<details class="string"><summary>' in html
    assert "500 characters" in html


def test_long_strings_together_stay_bounded() -> None:
    assert len(tree(["x" * 90_000] * 50)) < 300_000


@pytest.mark.parametrize("text", ["[" * 100_000, "{", "12", '"a"', "NaN", "1" * 5000, ""])
def test_text_that_is_no_object_or_array_is_plain(text: str) -> None:
    assert from_text(text) == plain(text)


def test_text_that_is_an_object_becomes_a_tree() -> None:
    assert from_text(json.dumps({"a": [1]})) == tree({"a": [1]})


def test_a_long_text_says_how_much_is_left_out_and_how_it_ends() -> None:
    end = "y" * LAST_WORDS
    shown = Document(plain("x" * (LONGEST_TEXT + 7) + end)).text
    assert shown == "x" * LONGEST_TEXT + f"… and 7 more characters{end}"
    assert Document(plain("x" * LONGEST_TEXT + end)).text == "x" * LONGEST_TEXT + end


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "aU+202Eb"),
        ("a\u200bb", "aU+200Bb"),
        ("a\u200db", "aU+200Db"),
        ("\u4e2d\u200c\u6587.txt", "\u4e2dU+200C\u6587.txt"),
        ("a\U0001d173b\U000e0100", "aU+1D173bU+E0100"),
        ("a\0b\x1b[1m", "aU+0000bU+001B[1m"),
        ("a\ud800b", "aU+D800b"),
        ("a\U000e0041b", "aU+E0041b"),
        ("a\xadb", "aU+00ADb"),
        ("👩\u200d💻 ❤\ufe0f", "👩\u200d💻 ❤\ufe0f"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
        ("tab\tand\nline\r\nend", "tab\tand\nline\nend"),
    ],
)
def test_hidden_characters_are_made_visible(text: str, shown: str) -> None:
    assert Document(plain(text)).text == shown


def test_a_hidden_character_has_its_name() -> None:
    assert '<span class="hidden-character" title="right-to-left override">U+202E</span>' in tree(
        {"\u202e": 1}
    )


def test_an_empty_text_is_told_from_nothing() -> None:
    assert '<span class="string left-out">""</span>' in tree({"country": ""})
