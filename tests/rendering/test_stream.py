"""A reply rendered while it grows ends as the same reply rendered whole, in few bytes."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conversations.rendering.highlighting import highlight
from conversations.rendering.markdown import blocks
from conversations.rendering.stream import Stream
from tests.rendering.browser import Browser
from tests.rendering.nasty import markdown


def pieces(text: str, cuts: list[int]) -> list[str]:
    places = sorted({min(cut, len(text)) for cut in cuts} | {0, len(text)})
    return [text[start:end] for start, end in pairwise(places)]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=markdown, cuts=st.lists(st.integers(0, 200), max_size=30), coloured=st.booleans())
@example(text="1. a\n\n2. b", cuts=[7], coloured=False)
@example(text="| a | b |\n|---|---|\n| 1 | 2 |", cuts=[21, 22, 23], coloured=False)
@example(text="[foo]:\n/url\n\n[foo]", cuts=[7, 8], coloured=False)
@example(text="see [foo]\n\nmore\n\n[foo]: http://foo.example\n", cuts=[17], coloured=False)
@example(text="```python\nx = 1\n```\n\nnext\n\nlast", cuts=[12, 20, 24, 26, 28], coloured=True)
def test_any_cutting_of_any_text_ends_as_the_whole(text: str, cuts: list[int], coloured: bool) -> None:
    stream, browser = Stream(), Browser()
    for piece in pieces(text, cuts):
        stream.append(piece)
        browser.apply(stream.update())
        assert browser.html == stream.html
        for code in stream.uncoloured if coloured else ():
            highlight(code)
    browser.apply(stream.finish())
    assert stream.text == text
    assert browser.html == stream.html == blocks(text)


def test_a_frozen_block_is_sent_no_more() -> None:
    stream = Stream()
    stream.append("first\n\nsecond\n\nthird\n")
    stream.update()
    stream.append("and more of it")
    assert {change.slot for change in stream.update()} == {2}


def test_a_growing_paragraph_sends_only_what_is_new() -> None:
    stream = Stream()
    stream.append("It rains")
    stream.update()
    stream.append(" today")
    assert stream.update() == [(0, len("<p>It rains"), " today", len("</p>"))]


def test_a_growing_table_cell_sends_only_what_is_new() -> None:
    stream = Stream()
    stream.append("| a | b | c |\n|---|---|---|\n| on")
    stream.update()
    stream.append("e | two")
    [change] = stream.update()
    assert change.tail == "e</td><td>two"


def test_an_update_without_news_keeps_the_rev() -> None:
    stream = Stream()
    stream.append("word")
    stream.update()
    assert (stream.update(), stream.rev) == ([], 1)


@pytest.mark.parametrize("marker", ["-", "=", "|", "#", ">", "1.", "```", "**"])
def test_a_marker_alone_on_the_last_line_waits_for_what_follows(marker: str) -> None:
    stream = Stream()
    stream.append("Some text\n")
    stream.update()
    stream.append(marker)
    assert stream.update() == []


def test_an_address_that_is_still_growing_is_no_link_yet() -> None:
    stream = Stream()
    stream.append("see https://example.o")
    stream.update()
    assert stream.html == ["<p>see https://example.o</p>"]
    stream.append("rg now")
    stream.update()
    assert '<a href="https://example.org"' in stream.html[0]


def test_a_link_defined_in_a_frozen_part_is_known_in_the_open_one() -> None:
    stream = Stream()
    stream.append("[log]: https://example.org/log\n\nOne\n\nTwo\n\nThree\n")
    stream.update()
    stream.append("\nSee the [LOG].")
    stream.update()
    assert 'href="https://example.org/log"' in stream.html[-1]


def test_a_link_defined_late_mends_the_frozen_blocks_at_the_end() -> None:
    stream = Stream()
    stream.append("See [log].\n\nOne\n\nTwo\n\n")
    stream.update()
    stream.append("[log]: https://example.org/log")
    stream.update()
    assert "<a" not in stream.html[0]
    assert [change.slot for change in stream.finish()] == [0]


def test_a_slot_that_vanishes_is_spliced_to_nothing() -> None:
    stream, browser = Stream(), Browser()
    stream.append("One\n\n[log]:\n")
    browser.apply(stream.update())
    assert len(browser.html) == 2
    stream.append("https://example.org/log\n")
    browser.apply(stream.update())
    assert browser.html == ["<p>One</p>"]


def test_colours_come_once_they_are_known_and_send_no_code_again() -> None:
    stream = Stream()
    stream.append("```python\ncolours = 'come later'\n```\n\nText\n")
    stream.update()
    [code] = stream.uncoloured
    assert "data-tokens" not in stream.html[0]
    highlight(code)
    [change] = stream.update()
    assert change.tail == f' data-tokens="{highlight(code)}"'
    assert stream.uncoloured == []
