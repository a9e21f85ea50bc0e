"""Shorthand says all that the HTML says, whatever was written, in fewer bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.rendering.markdown import blocks
from conversations.rendering.shorthand import SHORTHAND, shorten
from tests.rendering.browser import spelled_out
from tests.rendering.corpus import CORPUS

CHARACTERS = st.characters(min_codepoint=0x7F, max_codepoint=0xA0)
HTML = st.lists(st.sampled_from([*SHORTHAND, "https://a.example", '"', "<", "é"]) | CHARACTERS).map("".join)


@given(HTML)
def test_any_html_is_spelled_out_again(html: str) -> None:
    assert spelled_out(shorten(html)) == html


@pytest.mark.parametrize("markup", SHORTHAND)
def test_every_entry_is_what_the_renderer_writes(markup: str) -> None:
    assert any(markup in html for text in CORPUS.values() for html in blocks(text))


def test_an_address_that_is_a_links_words_too_is_sent_once() -> None:
    [html] = blocks("see https://example.org/a?b=1&c=2 now")
    assert shorten(html).count("example.org") == 1


@pytest.mark.parametrize("kind", ["table", "wide table", "small table", "tasks", "nested list"])
def test_markup_costs_about_what_markdown_costs(kind: str) -> None:
    html = "".join(blocks(CORPUS[kind]))
    assert len(shorten(html).encode()) <= 1.5 * len(CORPUS[kind].encode()) < len(html.encode())
