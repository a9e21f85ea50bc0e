"""Words are compared by stem and meaning, and what the demo says it can do it can."""

import re

import pytest

from conversations.llm.demo.brain.words import SYNONYMS, meaning, stem
from tests.demo.asking import asked
from tests.demo.toolshelf import SHELF


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("city", "cities"),
        ("meeting", "meetings"),
        ("schedule", "scheduled"),
        ("roll", "rolling"),
        ("class", "class"),
        ("die", "die"),
    ],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize("word", SYNONYMS)
def test_no_synonym_hides_another_main_word(word: str) -> None:
    assert meaning(stem(word)) == stem(word)


@pytest.mark.parametrize("greeting", ["hello", "What can you do?"])
def test_each_example_it_gives_leads_to_that_tool(greeting: str) -> None:
    text = asked(greeting, tools=SHELF).text
    examples = re.findall(r"^- `(\w+)`: try \*(.*)\*$", text, re.MULTILINE)
    assert [name for name, _ in examples] == [tool.name for tool in SHELF]
    for name, example in examples:
        assert {called for called, _ in asked(example, tools=SHELF).calls} == {name}, example


def test_a_greeting_without_tools_offers_words() -> None:
    assert "no tools" in asked("hello", tools=()).text
