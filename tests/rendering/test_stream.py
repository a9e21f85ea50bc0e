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


def shown(*pieces: str) -> list[str]:
    """Return the blocks after the last of `pieces`."""
    stream = Stream()
    for piece in pieces:
        stream.append(piece)
        stream.update()
    return stream.html


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


def test_an_address_that_is_still_growing_is_not_shown_yet() -> None:
    assert shown("see https://example.o") == ["<p>see</p>"]
    [link] = shown("see https://example.o", "rg now")
    assert '<a href="https://example.org"' in link


def test_a_link_that_is_still_growing_shows_its_words() -> None:
    assert shown("see [the man") == ["<p>see the man</p>"]
    assert shown("see [the manual](https://exa") == ["<p>see the manual</p>"]
    [link] = shown("see [the manual](https://exa", "mple.org) for more")
    assert '<a href="https://example.org"' in link


def test_an_image_that_is_still_growing_shows_what_it_is_of() -> None:
    assert shown("see ![a river](https://exa") == ["<p>see a river</p>"]


@pytest.mark.parametrize("text", ["[{}", "[a](https://example.org/{}", "https://example.org/{}"])
def test_what_is_too_long_for_a_link_is_shown_as_it_is_written(text: str) -> None:
    assert shown(text.format("a" * 3_000)) == [f"<p>{text.format('a' * 3_000)}</p>"]


def test_a_bracket_that_begins_no_link_is_shown_as_it_is_written() -> None:
    assert shown("see `word[0") == ["<p>see `word[0</p>"]
    assert shown("see \\[x") == ["<p>see [x</p>"]


@pytest.mark.parametrize(
    "rest", ["", "ity", "ity |", "ity |\n", "ity |\n|", "ity |\n| --- |", "ity |\n|---|:-"]
)
def test_a_table_is_one_from_its_first_line_on(rest: str) -> None:
    [text, table] = shown(f"Cities\n\n| Country | C{rest}")
    assert (text, table.count("<th>"), "|" in table) == ("<p>Cities</p>", 2, False)


def test_a_line_that_began_as_a_table_goes_on_as_text() -> None:
    assert shown("Text\n| a | b", "\nno row\nand more and more") == [
        "<p>Text\n| a | b\nno row\nand more and more</p>"
    ]


def test_lines_of_code_are_no_table() -> None:
    [code] = shown("```ocaml\nlet f = function\n| A ->")
    assert code.endswith("| A -&gt;</code></pre></div>")


def test_who_is_not_patient_gets_an_address_as_it_grows() -> None:
    stream = Stream()
    stream.append("see https://exa")
    stream.update()
    assert stream.holds
    stream.update(patient=False)
    assert stream.html == ["<p>see https://exa</p>"]
    stream.append("mple.org/manual")
    stream.update()
    assert stream.html == ["<p>see https://example.org/manual</p>"]


def test_impatience_makes_no_pipes_and_brackets_of_a_table_and_a_link() -> None:
    for text in ("| a | b |\n|--", "see [the manual](https://exa"):
        stream = Stream()
        stream.append(text)
        stream.update()
        assert stream.update(patient=False) == []


def test_what_does_not_pay_waits_until_more_text_has_come() -> None:
    stream = Stream()
    stream.append("a " * 20)
    stream.update()
    stream.append("*a* " * 40)
    changes = stream.update()
    while not changes:
        assert stream.holds
        stream.append("Some more text. ")
        changes = stream.update()
    assert stream.html == blocks(stream.text)


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
