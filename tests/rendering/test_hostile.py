"""Whatever a model writes, a block holds only what the page means it to hold, and cannot leave its place."""

import re
from itertools import accumulate

import pytest
from hypothesis import given, settings

from conversations.rendering.cleaning import clean
from conversations.rendering.markdown import blocks
from conversations.rendering.plain import plain
from conversations.rendering.tree import from_text, tree
from conversations.rendering.writer import DEEPEST
from tests.rendering.attacks import ATTACKS
from tests.rendering.document import Document
from tests.rendering.nasty import markdown

TAGS = {
    *(
        "p",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "hr",
        "br",
        "pre",
        "code",
        "div",
        "button",
        "input",
    ),
    *(
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "a",
        "b",
        "del",
        "em",
        "i",
        "ins",
        "kbd",
        "mark",
        "s",
        "strong",
    ),
    *("sub", "sup", "u"),
}
ATTRIBUTES = {
    *(
        "href",
        "title",
        "rel",
        "target",
        "class",
        "data-copy",
        "data-language",
        "data-tokens",
        "type",
        "disabled",
    ),
    *("checked", "aria-label", "role", "tabindex", "start"),
}
CLASSES = {"code", "copy", "table", None}


def assert_harmless(html: str) -> None:
    document = Document(html)
    assert document.balanced
    assert document.tags <= TAGS
    assert {name for _, attributes in document.elements for name in attributes} <= ATTRIBUTES
    for tag, attributes in document.elements:
        if tag == "a":
            assert_harmless_link(attributes)
        elif tag == "input":
            assert (attributes["type"], "disabled" in attributes) == ("checkbox", True)
        elif tag != "table":
            assert attributes.get("class") in CLASSES


def assert_harmless_link(attributes: dict[str, str | None]) -> None:
    assert (attributes.get("href") or "").lower().startswith(("http://", "https://", "mailto:"))
    assert attributes["rel"] == "noopener noreferrer nofollow"
    assert attributes["target"] == "_blank"


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_comes_to_nothing(attack: str) -> None:
    for html in blocks(attack):
        assert_harmless(html)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_does_not_reach_the_block_after_it(attack: str) -> None:
    after = blocks(f"{attack}\n```\n\n" if attack.startswith("```") else f"{attack}\n\n")
    assert all(Document(html).balanced for html in after)


@settings(max_examples=300, deadline=None)
@given(markdown)
def test_no_markdown_writes_more_than_the_page_means_it_to(text: str) -> None:
    for html in blocks(text):
        assert_harmless(html)


@given(markdown)
def test_cleaning_again_changes_nothing(text: str) -> None:
    for html in blocks(text):
        assert clean(html) == html


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_in_a_result_is_only_text(attack: str) -> None:
    assert Document(plain(attack)).tags <= {"pre", "span"}
    shown = Document(tree({attack: [attack, {"key": attack}]}))
    assert shown.balanced
    assert shown.tags <= {"div", "details", "summary", "ul", "li", "span", "pre"}
    assert from_text(attack) == plain(attack)


@pytest.mark.parametrize(
    "attack", ["<div>hidden?</div>", "<!-- hidden? -->", "a <span hidden>hidden?</span>"]
)
def test_raw_html_is_shown_as_it_was_written(attack: str) -> None:
    [html] = blocks(attack)
    assert attack in Document(html).text


@pytest.mark.parametrize(
    "html",
    [
        "<img src=https://evil.example/x>",
        "<svg onload=alert(1)>",
        "<p onclick=x>",
        "<p id=x style=y class=z>",
    ],
)
def test_cleaning_alone_would_stop_what_the_writer_let_through(html: str) -> None:
    assert not {"img", "svg"} & Document(clean(html)).tags
    assert all(attributes == {} for _, attributes in Document(clean(html)).elements)


@pytest.mark.parametrize(
    "text",
    [
        *(">" * 20_000 + "a", "- " * 20_000 + "a", "1. " * 20_000 + "a", "*" * 20_000 + "a" + "*" * 20_000),
        *("a <b>" * 20_000, "[a](" * 20_000, "![" * 20_000 + "a" + "](b)" * 20_000),
    ],
    ids=["quotes", "lists", "numbers", "strong", "raw", "links", "images"],
)
def test_what_is_nested_too_deep_is_flat_and_loses_nothing(text: str) -> None:
    [html] = blocks(text)
    assert deepest(html) <= 2 * DEEPEST + 2
    assert "a" in Document(html).text


def deepest(html: str) -> int:
    depths = accumulate(-1 if tag.startswith("</") else 1 for tag in re.findall(r"</?[a-z]\w*", html))
    return max(depths)


def test_an_address_of_many_brackets_is_text() -> None:
    address = "https://a.example/" + ")" * 50_000
    assert blocks(address) == [f"<p>{address}</p>"]
