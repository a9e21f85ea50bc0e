"""The Markdown around each token: as JSON-escaped text before and after the token of a given count."""

from __future__ import annotations

from collections.abc import Callable

WORDS = 60  # tokens to a paragraph
Around = tuple[Callable[[int], str], Callable[[int], str]]


def _every(step: int, text: str, *, otherwise: str = "") -> Callable[[int], str]:
    return lambda count: text if count % step == 0 else otherwise


def _nothing(count: int) -> str:
    return ""


SHAPES: dict[str, Around] = {
    "prose": (lambda count: "\\n\\n" if count and count % WORDS == 0 else "", _nothing),
    "list": (_every(8, "\\n- "), _nothing),
    "table": (
        lambda count: "|a|b|c|d|\\n|-|-|-|-|\\n|" if count == 0 else ("\\n|" if count % 4 == 0 else ""),
        lambda count: "|",
    ),
    "code": (lambda count: "```python\\n" if count == 0 else "", _every(6, "\\n")),
}
