"""Turns Markdown into safe HTML, one string for each top-level block."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyromark

from conversations.rendering.cleaning import clean
from conversations.rendering.code import Code, Colours
from conversations.rendering.highlighting import highlight
from conversations.rendering.intake import tidy
from conversations.rendering.writer import Writer

OPTIONS = (
    pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_TASKLISTS | pyromark.Options.ENABLE_STRIKETHROUGH
)

Definitions = dict[str, tuple[str, str]]  # folded label -> address, title


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level block: its HTML, the byte its source starts at, and the code without colours yet."""

    html: str
    start: int
    uncoloured: tuple[Code, ...] = ()


def blocks(text: str, *, colours: Colours = highlight) -> list[str]:
    """Return the HTML of each top-level block of `text`."""
    return [block.html for block in parse(tidy(text), colours=colours)]


def parse(
    text: str, *, colours: Colours, definitions: Definitions | None = None, growing: bool = False
) -> Iterator[Block]:
    """Yield the blocks of tidy `text`; `definitions` come from before it, `growing` means more may follow."""
    size = len(text.encode()) if growing else -1
    writer, depth, start = Writer(colours), 0, 0
    events = pyromark.events_with_range(
        text, options=OPTIONS, merge_text=True, broken_link_callback=_resolver(definitions)
    )
    for event, at in events:
        kind, data = (event, None) if isinstance(event, str) else _only_item(event)
        if depth == 0:
            start = at["start"]
        depth += (kind == "Start") - (kind == "End")
        writer.write(kind, data, growing=at["end"] == size)
        if depth == 0:
            yield Block(clean(writer.html), start, tuple(writer.uncoloured))
            writer = Writer(colours)


def definitions_in(text: str) -> Definitions:
    """Return the link reference definitions of `text`."""
    if "]:" not in text:
        return {}
    found = pyromark.reference_definitions(text, options=OPTIONS)
    return {_folded(label): (one["dest"], one["title"] or "") for label, one in found.items()}


def _only_item(event: Mapping[str, Any]) -> tuple[str, Any]:
    return next(iter(event.items()))


def _resolver(definitions: Definitions | None) -> Callable[[Any], tuple[str, str] | None] | None:
    if not definitions:
        return None
    return lambda link: definitions.get(_folded(link["reference"]))


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()
