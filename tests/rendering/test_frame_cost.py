"""A frame costs little more than the text it brings."""

import re
from collections.abc import Iterable, Iterator

import pytest

from conversations.rendering.highlighting import highlight
from conversations.rendering.plain_stream import PlainStream
from conversations.rendering.splice import Splice
from conversations.rendering.stream import Stream
from tests.rendering.browser import frame
from tests.rendering.corpus import ARGUMENTS, CORPUS, PROSE, deltas

TOKENS = [1, 2, 3, 5, 10, 20]
RUN = re.compile(r"[A-Z.]([0-9a-z]*)")


def frames(stream: Stream | PlainStream, text: str, *, tokens: int) -> Iterator[tuple[int, int]]:
    """Stream `text` and give each frame's text and size in bytes; the text of colours is their code."""
    length = 0
    for delta in [*deltas(text, tokens=tokens), None]:
        if delta is not None:
            length += len(delta.encode())
            stream.append(delta)
        if splices := stream.finish() if delta is None else stream.update():
            yield length + coloured(splices), len(frame(stream.rev, splices))
            length = 0
        for code in stream.uncoloured if isinstance(stream, Stream) else ():
            highlight(code)


def coloured(splices: Iterable[Splice]) -> int:
    tokens = [found for splice in splices for found in re.findall('data-tokens="(.*?)"', splice.tail)]
    runs = [length for found in tokens for length in RUN.findall(found)]
    return sum(int(length or "1", 36) for length in runs)


@pytest.mark.parametrize("tokens", TOKENS)
@pytest.mark.parametrize("kind", CORPUS)
def test_every_frame_costs_at_most_one_and_a_half_of_its_text_and_64_bytes(kind: str, tokens: int) -> None:
    for text, size in frames(Stream(), CORPUS[kind], tokens=tokens):
        assert size <= 1.5 * text + 64


@pytest.mark.parametrize("tokens", TOKENS)
@pytest.mark.parametrize("text", [ARGUMENTS, PROSE])
def test_so_does_every_frame_of_arguments_and_reasoning(text: str, tokens: int) -> None:
    for length, size in frames(PlainStream("c123456"), text, tokens=tokens):
        assert size <= 1.5 * length + 64


@pytest.mark.parametrize("tokens", TOKENS)
def test_so_does_every_frame_of_a_long_reply(tokens: int) -> None:
    for text, size in frames(Stream(), "\n\n".join(CORPUS.values()), tokens=tokens):
        assert size <= 1.5 * text + 64
