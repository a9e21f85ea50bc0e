"""Looking for tools that were not sent, where the request has a tool for that."""

from collections.abc import Sequence

from conversations.engine.values import Item, Json, OfferedTool, Reply

from .known import Known
from .words import STOP, meaning, split_words, stem

FIND_TOOLS = "find_tools"  # what Clearcall calls it
WORDS_LIMIT = 40


def look_for_tools(
    tools: Sequence[OfferedTool], known: Known, *, since: Sequence[Item]
) -> list[tuple[str, Json]]:
    """Ask for tools once a question, by its words and what they mean."""
    if not any(tool.name == FIND_TOOLS for tool in tools) or _calls_in(since):
        return []
    said = [word for word in split_words(known.text) if word not in STOP]
    meant = [meaning(stem(word)) for word in said]
    words = list(dict.fromkeys([*said, *(word for word in meant if word not in map(stem, said))]))
    return [(FIND_TOOLS, {"query": " ".join(words[:WORDS_LIMIT])[:1000]})] if words else []


def rounds_in(since: Sequence[Item]) -> int:
    """Count the replies that called anything else."""
    return sum(
        any(call.name != FIND_TOOLS for call in item.calls) for item in since if isinstance(item, Reply)
    )


def _calls_in(since: Sequence[Item]) -> bool:
    return any(isinstance(item, Reply) and item.calls for item in since)
