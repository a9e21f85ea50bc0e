"""The part of a question that is not about which tool to use: what to search for, to translate, to note."""

import re

from conversations.engine.values import OfferedTool

from .findings import quoted
from .schemas import choices, properties, resolved
from .words import STOP, meaning, split_words, stem, stems

_OPENERS = frozenset(("look", "search", "query", "information", "info"))


def free_text(text: str, tool: OfferedTool) -> str:
    """Give what is quoted, or else what follows the words that name the tool."""
    if quoted(text):
        return quoted(text)[0]
    tokens = text.split()
    while tokens and _says_nothing(tokens[0], tool):
        tokens.pop(0)
    rest = re.sub(r"[\s?!.]+\Z", "", " ".join(tokens))
    # "into German" names a choice of the tool's, and is no part of what to translate.
    ending = re.search(r"\s+(?:in|to|into|as|with|by)\s+(\w+)\Z", rest)
    return rest[: ending.start()] if ending and ending[1].lower() in _chosen(tool) else rest


def _says_nothing(token: str, tool: OfferedTool) -> bool:
    named = {meaning(word) for word in stems(tool.name)}
    return all(
        word in STOP or word in _OPENERS or meaning(stem(word)) in named for word in split_words(token)
    )


def _chosen(tool: OfferedTool) -> set[str]:
    parts = properties(resolved(tool.parameters, tool.parameters), tool.parameters)
    return {str(value).lower() for part in parts.values() for value in choices(part)}
