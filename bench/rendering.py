"""Measures rendering: the time of an update and the bytes of a frame. Run: python -m bench.rendering"""

from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter

from conversations.rendering.highlighting import highlight
from conversations.rendering.markdown import blocks
from conversations.rendering.stream import Stream
from tests.rendering.browser import frame
from tests.rendering.corpus import CORPUS, PROSE, deltas

REPEATS = 200
TOKENS, LONGEST_WAIT = 2, 25  # of a frame, and of half a second, at 50 tokens a second
ALL = "\n\n".join(CORPUS.values())


def main() -> None:
    print("microseconds per update (median), the open block growing by 12 characters")
    for name, before in scenes().items():
        print(f"  {name:<44} {update_time(before):>9.0f}")
    print("microseconds for the whole, colours known")
    for size in (4_000, 100_000):
        text = (ALL * (size // len(ALL) + 1))[:size]
        print(f"  blocks() of {size:>7,} characters {'':<16} {timed(partial(blocks, text)):>9.0f}")
    print("bytes on the wire per byte of text, and the share of (1.5 x text + 64 per frame)")
    for kind, text in CORPUS.items():
        print(f"  {kind:<16}", *(wire(text, tokens=tokens) for tokens in (1, 3, 5, 20)))
    print("tokens at most between two frames, and the share of updates without one, 2 tokens at a time")
    for kind, text in CORPUS.items():
        print(f"  {kind:<16}", wait(text))


def scenes() -> dict[str, str]:
    """Return what was streamed before the measured updates."""
    paragraph = PROSE.replace("\n", " ")[:500]
    return {
        "500-character paragraph": paragraph,
        "4 KB message, open paragraph of 500": f"{ALL[:3500]}\n\nEnd\n\n{paragraph}",
        "100 KB message, open paragraph of 500": f"{(ALL * 20)[:100_000]}\n\nEnd\n\n{paragraph}",
        "table of 6 columns and 40 rows": CORPUS["table"] + "| a | b | c | d | e | f |\n" * 34,
        "one open fence of 4 KB": "```python\n" + "value = compute(1, 2)\n" * 186,
        "one open fence of 100 KB": "```python\n" + "value = compute(1, 2)\n" * 4655,
        "one open paragraph of 100 KB": "word " * 20_000,
        "one open list of 100 KB": "- an item of a list\n" * 5_000,
    }


def update_time(before: str) -> float:
    stream = Stream()
    for delta in deltas(before, tokens=len(before) // 40 + 1):
        stream.append(delta)
        stream.update()
        for code in stream.uncoloured:
            highlight(code)
    repeats = 5 if len(before) > 50_000 else REPEATS // 4

    def grow() -> None:
        stream.append("and more of ")
        stream.update()

    return timed(grow, repeats=repeats)


def timed(work: Callable[[], object], *, repeats: int = 5) -> float:
    times = []
    for _ in range(repeats):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return median(times) * 1e6


def wire(text: str, *, tokens: int) -> str:
    stream, sizes = Stream(), []
    for delta in deltas(text, tokens=tokens):
        stream.append(delta)
        if splices := stream.update():
            sizes.append(len(frame(stream.rev, splices)))
        for code in stream.uncoloured:
            highlight(code)
    if splices := stream.finish():
        sizes.append(len(frame(stream.rev, splices)))
    length = len(text.encode())
    share = sum(sizes) / (1.5 * length + 64 * len(sizes))
    return f"| {tokens:>2} tokens: {sum(sizes) / length:5.2f} {share:4.0%}"


def wait(text: str) -> str:
    stream, waits, waited = Stream(), 0, [0]
    for delta in deltas(text, tokens=TOKENS):
        stream.append(delta)
        shows = bool(stream.update(patient=waited[-1] < LONGEST_WAIT))
        waits += not shows
        waited.append(0 if shows else waited[-1] + TOKENS)
    return f"{max(waited):>3} {waits / len(waited):4.0%}"


if __name__ == "__main__":
    main()
