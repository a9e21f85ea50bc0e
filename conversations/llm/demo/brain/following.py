"""A short question that means the one before: "and in Paris?", "what about tomorrow?"."""

import re
from collections.abc import Sequence

from conversations.engine.values import Item, Json, OfferedTool

from .arguments import found_arguments
from .known import Known
from .results import last_results

_FOLLOWS = re.compile(r"^\s*(?:and|or|what about|how about|also|the same|same|now|again)\b", re.I)
WORDS_LIMIT = 12

Asked = tuple[str, Json]


def following(items: Sequence[Item], tools: Sequence[OfferedTool], known: Known) -> list[Asked]:
    """Ask the tools of the last time again, with what the new words change."""
    if not _FOLLOWS.match(known.text) or len(known.text.split()) > WORDS_LIMIT:
        return []
    offered = {tool.name: tool for tool in tools}
    latest = {result.name: result.arguments for result in last_results(items) if result.name in offered}
    asked: list[Asked] = []
    for name, arguments in latest.items():
        changes = [change for change in found_arguments(offered[name], known) if change]
        asked += [(name, {**arguments, **change}) for change in changes]
    return asked
