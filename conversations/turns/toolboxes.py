"""What may be called in a turn right now, and what a choice among it goes by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tools.definition import Tool
from tools.problems import Problem
from tools.routing.choosing import Asked
from tools.routing.finding import FIND_TOOLS, finder, found_in
from tools.rules import OverLimit
from tools.toolbox import Toolbox

from ..engine.values import Answer, Choice, Item, Question, Reply
from ..extraction.definitions import Definition, definition_of
from ..models import Conversation, ToolCall, Turn

USED_LATELY = 8  # tools called in the conversation that stay, whatever the question says


def toolbox_of(turn: Turn) -> Toolbox:
    """Ask anew each time: staff, the person, the conversation or the turn may have changed it.

    A turn that extracts may call nothing but what takes its data.
    """
    if wanted := wanted_by(turn):
        return Toolbox(offered=(wanted.tool,), left_out=(), gates={}, limit=OverLimit({}, {}))
    used = Counter(ToolCall.begun_in(turn.pk))
    return Toolbox.for_person(
        turn.conversation.person, off_here=Conversation.off_in(turn.conversation_id), used=used
    )


def wanted_by(turn: Turn) -> Definition | None:
    """Return what a turn is to extract; None for a turn that is to answer."""
    return definition_of(turn.conversation.person_id, turn.tool_choice)


def look_up(toolbox: Toolbox, call: ToolCall, *, taken: int) -> Tool | Problem:
    """Find what a call names; `find_tools` is there in replies that it was sent with."""
    if call.name == FIND_TOOLS and FIND_TOOLS in call.message.offered:
        return finder(toolbox.offered, call.message.offered)
    return toolbox.look_up(call.name, taken=taken)


def asked_in(items: Sequence[Item], choice: Choice) -> Asked:
    """Read off a history what tools are wanted for its next reply."""
    questions = [place for place, item in enumerate(items) if isinstance(item, Question)]
    texts = [item.text for item in items if isinstance(item, Question)]
    since = items[questions[-1] :] if questions else items
    answers = [item.content for item in since if isinstance(item, Answer) and item.name == FIND_TOOLS]
    calls = [call.name for item in items if isinstance(item, Reply) for call in item.calls]
    return Asked(
        question=texts[-1] if texts else "",
        earlier=texts[-2] if len(texts) > 1 else "",
        forced=choice.name,
        found=tuple(name for answer in reversed(answers) for name in found_in(answer)),
        used=tuple(name for name in dict.fromkeys(reversed(calls)) if name != FIND_TOOLS)[:USED_LATELY],
    )
