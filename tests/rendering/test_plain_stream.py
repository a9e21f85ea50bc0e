"""Plain text that grows costs what was added."""

from hypothesis import given
from hypothesis import strategies as st

from conversations.rendering.intake import tidy
from conversations.rendering.plain_stream import PlainStream
from tests.rendering.browser import Browser


@given(st.lists(st.text(st.sampled_from("a\r\n\0é😀\ud83d\ude00"), max_size=4)))
def test_any_cutting_ends_as_the_whole(pieces: list[str]) -> None:
    stream, browser = PlainStream(), Browser()
    for piece in pieces:
        stream.append(piece)
        browser.apply(stream.update())
    browser.apply(stream.finish())
    assert "".join(browser.html) == stream.text == tidy("".join(pieces))


def test_a_splice_counts_utf_16_units() -> None:
    stream = PlainStream()
    stream.append("😀é")
    assert stream.update() == [(0, 0, "😀é", 0)]
    stream.append("!")
    assert stream.update() == [(0, 3, "!", 0)]
    assert stream.rev == 2


def test_an_update_without_news_says_nothing() -> None:
    stream = PlainStream()
    stream.append("")
    assert (stream.update(), stream.rev) == ([], 0)
