"""Answers without a tool: greetings, what can be asked, a long show piece, and an honest "I do not know"."""

import re
from collections.abc import Sequence

from conversations.engine.values import Json, OfferedTool

from .showpiece import SHOWPIECE
from .words import meaning, split_words, stem, stems

_LONG = re.compile(
    r"\b(?:tell|write|give|show|make)\b.*"
    r"\b(?:story|essay|long (?:answer|text)|poem|table and code|markdown)\b",
    re.I,
)
_HELP = re.compile(
    r"\bwhat (?:can|could) (?:you|i)\b|\bwho are you\b|\bwhat are you\b|\bhelp\b\W*$|\bwhich tools\b", re.I
)
_HELLO = re.compile(r"^\W*(?:hello|hi|hey|good (?:morning|evening|afternoon)|moin|howdy)\b[^?]{0,40}$", re.I)
_THANKS = re.compile(r"^\W*(?:thanks|thank you|great|nice|ok|okay|cool|bye|goodbye)\b", re.I)
_THINK = re.compile(r"\b(?:think|reason|ponder)(?:ing)?\b", re.I)
_EXAMPLES = {
    "weather": "What's the weather in Berlin, Tokyo and Paris?",
    "time": "What time is it in Tokyo?",
    "calendar": "What do I have on my calendar today?",
    "calculate": "What is 12 * (3 + 4)?",
}
MISCHIEF_HINT = (
    "I can also go wrong on purpose, so that you see how failures look. Say, for example, *call a tool"
    " with bad arguments*, *call an unknown tool*, *cut the stream*, *fail with 500*, *be slow*,"
    " *an error in the middle of the stream*, *go silent*, *call tools for ever* or *make fifty calls*."
)


def is_prose(text: str) -> bool:
    """Say whether the question wants words and no tool."""
    return any(pattern.search(text) for pattern in (_LONG, _HELP, _HELLO))


def prose(text: str, tools: Sequence[OfferedTool], *, may_call: bool = True) -> str:
    """Answer in words alone."""
    if _LONG.search(text):
        return SHOWPIECE
    if _HELLO.search(text) or _HELP.search(text):
        return f"Hello! {_abilities(tools)}\n\n{MISCHIEF_HINT}"
    if _THANKS.search(text):
        return "You are welcome. What else would you like to see?"
    if not may_call:
        return (
            "No tools this time, as you wished, and without them I know next to nothing: I am a demo model."
        )
    return f"I am only a demo model, and none of my tools fits that question. {_abilities(tools)}"


def reasoning_for(text: str, calls: Sequence[tuple[str, Json]]) -> str:
    """Think aloud, where the question asks for thinking."""
    if not _THINK.search(text):
        return ""
    opening = "Let me look at the question first and see which of my tools has to do with it. "
    if not calls:
        return f"{opening}None of them is needed here, so I can answer in my own words."
    named = ", ".join(f"{name} with {arguments}" if arguments else name for name, arguments in calls)
    return (
        f"{opening}This takes {len(calls)} call{'s' if len(calls) > 1 else ''}: {named}. Then I can answer."
    )


def _abilities(tools: Sequence[OfferedTool]) -> str:
    if not tools:
        return "I was offered no tools for this reply, so all I can do is talk: try *Tell me a long story*."
    lines = "\n".join(f"- `{tool.name}`: try *{_example(tool)}*" for tool in tools)
    return f"With the tools I was offered, you can ask me this:\n\n{lines}\n\nOr try *Tell me a long story*."


def _example(tool: OfferedTool) -> str:
    meanings = {meaning(word) for word in stems(tool.name)}
    known = next((example for word, example in _EXAMPLES.items() if stem(word) in meanings), "")
    return known or f"{' '.join(split_words(tool.name)).capitalize()}, please"
