"""What the demo model does next: call tools, or answer in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from conversations.engine.values import Item, Json, OfferedTool, Question, Reply, Request

from .arguments import arguments_for
from .choosing import best_of, takes_arithmetic
from .conditions import holds
from .following import following
from .known import Known, known_from
from .looking import FIND_TOOLS, look_for_tools, rounds_in
from .operations import expression
from .planning import Part, Step, plan
from .prose import is_prose, prose, reasoning_for
from .results import Result, last_results, results_of, telling_numbers
from .telling import told
from .words import split_words

CALLS_LIMIT = 16
SIGNATURE = (
    "*I am Clearcall's demo model and know only what the tools tell me. To talk to a real one, set "
    "`OPENAI_API_KEY` and `OPENAI_MODEL` (and `OPENAI_BASE_URL` for any compatible server) and start again.*"
)


@dataclass(frozen=True, slots=True)
class Decision:
    """The next reply: calls, each a tool's name and arguments, or else text."""

    text: str = ""
    calls: tuple[tuple[str, Json], ...] = ()
    reasoning: str = ""


def decide(request: Request, question: str, *, today: date) -> Decision:
    """Decide by the last question, the tools offered and what they answered since."""
    start = _start(request.items)
    before, since = request.items[:start], request.items[start:]
    known = known_from(question, request.instructions, today)
    calls = _calls(request, known, before=before, since=since)
    thought = reasoning_for(known.text, calls) if not results_of(since) else ""
    if calls:
        return Decision(calls=tuple(calls[:CALLS_LIMIT]), reasoning=thought)
    results = results_of(since)
    tools = tuple(tool for tool in request.tools if tool.name != FIND_TOOLS)
    text = told(results) if results else prose(known.text, tools, may_call=request.choice.mode != "none")
    return Decision(text=_signed(text, before), reasoning=thought)


def _calls(
    request: Request, known: Known, *, before: Sequence[Item], since: Sequence[Item]
) -> list[tuple[str, Json]]:
    choice = request.choice
    tools = tuple(tool for tool in request.tools if tool.name != FIND_TOOLS)
    if choice.mode == "none" or not request.tools:
        return []
    if choice.mode == "tool":
        tools = tuple(tool for tool in tools if tool.name == choice.name)
        return [(choice.name, arguments) for tool in tools for arguments in arguments_for(tool, known)]
    calls: list[tuple[str, Json]] = []
    if not is_prose(known.text):
        calls = _planned(tools, known, before=before, since=since)
        calls = calls or look_for_tools(request.tools, known, since=since)
    return calls or (_forced(tools, known) if choice.mode == "required" else [])


def _planned(
    tools: Sequence[OfferedTool], known: Known, *, before: Sequence[Item], since: Sequence[Item]
) -> list[tuple[str, Json]]:
    steps = plan(tools, known)
    rounds_done = rounds_in(since)
    if not steps:
        return [] if rounds_done else following(before, tools, known)
    if rounds_done >= len(steps):
        return []
    results = results_of(since) or last_results(before)
    return _step(steps[rounds_done], known, results)


def _step(step: Step, known: Known, results: Sequence[Result]) -> list[tuple[str, Json]]:
    if step.condition and not holds(step.condition, results):
        return []
    calls = [call for part in step.parts for call in _part(part, known, results)]
    return [call for position, call in enumerate(calls) if call not in calls[:position]]


def _part(part: Part, known: Known, results: Sequence[Result]) -> list[tuple[str, Json]]:
    if not part.needs_result:
        return [(part.tool.name, arguments) for arguments in arguments_for(part.tool, known.about(part.text))]
    written = expression(part.text, telling_numbers(results, " ".join(split_words(known.wider))))
    return [(part.tool.name, {takes_arithmetic(part.tool): written})] if written else []


def _forced(tools: Sequence[OfferedTool], known: Known) -> list[tuple[str, Json]]:
    tool = best_of(tools, known)
    return [(tool.name, arguments) for arguments in arguments_for(tool, known)] if tool else []


def _start(items: Sequence[Item]) -> int:
    return next((n for n in range(len(items) - 1, -1, -1) if isinstance(items[n], Question)), 0)


def _signed(text: str, before: Sequence[Item]) -> str:
    answered = any(isinstance(item, Reply) and item.text for item in before)
    return text if answered else f"{text}\n\n{SIGNATURE}"
