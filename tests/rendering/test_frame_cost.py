"""A frame costs little more than the text it brings."""

import pytest

from conversations.rendering.highlighting import highlight
from conversations.rendering.stream import Stream
from tests.rendering.browser import frame
from tests.rendering.corpus import CORPUS, deltas


@pytest.mark.parametrize("tokens", [1, 2, 3, 5])
@pytest.mark.parametrize("kind", CORPUS)
def test_frames_cost_at_most_one_and_a_half_of_their_text_and_64_bytes(kind: str, tokens: int) -> None:
    stream, sizes = Stream(), []
    for delta in deltas(CORPUS[kind], tokens=tokens):
        stream.append(delta)
        if splices := stream.update():
            sizes.append(len(frame(stream.rev, splices)))
        for code in stream.uncoloured:
            highlight(code)
    sizes.append(len(frame(stream.rev, stream.finish())))
    assert sum(sizes) <= 1.5 * len(CORPUS[kind].encode()) + 64 * len(sizes)


# An element's markup comes in one frame, the text that pays for it in the frames around it.
MARKUP_AHEAD, MARKUP_AT_ONCE = 128, 256


@pytest.mark.parametrize("tokens", [1, 2, 3, 5, 10, 20])
@pytest.mark.parametrize("kind", CORPUS)
def test_at_no_moment_has_a_stream_cost_much_more_than_its_text_so_far(kind: str, tokens: int) -> None:
    stream, ahead, text = Stream(), 0.0, 0
    for delta in [*deltas(CORPUS[kind], tokens=tokens), ""]:
        text += len(delta.encode())
        stream.append(delta)
        if splices := stream.update() if delta else stream.finish():
            over = len(frame(stream.rev, splices)) - 1.5 * text - 64
            text, ahead = 0, ahead + over
            assert over <= MARKUP_AT_ONCE
            assert ahead <= MARKUP_AHEAD
        for code in stream.uncoloured:
            highlight(code)


@pytest.mark.parametrize("kind", CORPUS)
def test_few_frames_are_dearer_than_their_own_text_allows(kind: str) -> None:
    stream, dear, frames = Stream(), 0, 0
    for delta in deltas(CORPUS[kind]):
        stream.append(delta)
        if splices := stream.update():
            frames += 1
            dear += len(frame(stream.rev, splices)) > 1.5 * len(delta.encode()) + 64
    assert dear <= frames // 5
