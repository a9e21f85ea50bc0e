"""Which of the tools that a person may use are sent with one model call, and why the others are not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Literal, NamedTuple

from tools import defaults
from tools.definition import Tool
from tools.routing.finding import FIND_TOOLS, finder
from tools.routing.index import Fit, cost_of
from tools.routing.question import read
from tools.routing.shelf import index_of
from tools.toolbox import LeftOut, Toolbox

ROUTED_OUT = "routed_out"
NEXT_TOLD = 10  # tools that were just not sent, of which it is kept how they ranked
LEFT_OUT_KEPT = 100  # reasons kept with a reply; with more, how many more

Why = Literal["chosen", "found", "used", "fits"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a choice goes by: the question and the one before it, and names of tools, the latest first.

    `forced` is the tool that must be called, `found` are what `find_tools` gave in this turn, `used` what was
    called in the conversation lately.
    """

    question: str
    earlier: str = ""
    forced: str = ""
    found: tuple[str, ...] = ()
    used: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Routed:
    """What is sent, in the toolbox's order; `record` says how it was chosen, {} where all are sent."""

    sent: tuple[Tool, ...]
    left_out: tuple[LeftOut, ...]
    record: dict[str, Any] = field(default_factory=dict)


class _Candidate(NamedTuple):
    name: str
    why: Why
    points: float = 0.0


def route(toolbox: Toolbox, asked: Asked) -> Routed:
    """Send all where they are few; otherwise those that fit, and `find_tools`."""
    offered, most, room = toolbox.offered, defaults.routing_tools(), defaults.routing_tokens()
    if len(offered) <= most and sum(map(cost_of, offered)) <= room:
        return Routed(offered, _bounded(toolbox.left_out))
    started = perf_counter()
    index = index_of(offered)
    by_name = {tool.name: tool for tool in offered if tool.name != FIND_TOOLS}
    ranked = index.rank(read(asked.question, asked.earlier), by_name, most + NEXT_TOLD)
    sent = _that_fit(_candidates(asked, ranked), most=most, room=room, costs=index.costs, known=by_name)
    milliseconds = round((perf_counter() - started) * 1000, 2)
    names = {one.name for one in sent}
    tools = (finder(offered), *(tool for tool in offered if tool.name in names))
    record = {
        "tools": len(offered),
        "tokens": sum(index.costs[tool.name] for tool in offered),
        "tokens_sent": sum(map(cost_of, tools)),
        "milliseconds": milliseconds,
        "chosen": [{"name": one.name, "why": one.why, "points": round(one.points, 2)} for one in sent],
    }
    left_out = [*_bounded(toolbox.left_out), *_routed_out(ranked, names, of=len(offered))]
    return Routed(tools, tuple(left_out), record)


def _candidates(asked: Asked, ranked: Iterable[Fit]) -> Iterator[_Candidate]:
    """Yield what may be sent, the weightiest reason first; a tool may come twice."""
    points = dict(ranked)
    reasons: tuple[tuple[Why, Iterable[str]], ...] = (
        ("chosen", (asked.forced,)), ("found", asked.found), ("used", asked.used), ("fits", points)
    )  # fmt: skip
    for why, names in reasons:
        yield from (_Candidate(name, why, points.get(name, 0.0)) for name in names)


def _that_fit(
    candidates: Iterable[_Candidate], *, most: int, room: int, costs: dict[str, int], known: dict[str, Tool]
) -> list[_Candidate]:
    """Take candidates while there is room; the first of each reason always, however much it takes."""
    taken: dict[str, _Candidate] = {}
    reasons: set[Why] = set()
    for one in candidates:
        if one.name in taken or one.name not in known or len(taken) >= most:
            continue
        cost = costs[one.name]
        if cost <= room or one.why not in reasons:
            taken[one.name] = one
            reasons.add(one.why)
            room -= cost
    return list(taken.values())


def _routed_out(ranked: list[Fit], sent: set[str], *, of: int) -> Iterator[LeftOut]:
    missed = [(place, fit.name) for place, fit in enumerate(ranked, 1) if fit.name not in sent][:NEXT_TOLD]
    for place, name in missed:
        yield LeftOut(
            name, ROUTED_OUT, f"It came in place {place} for this question, and {len(sent)} tools are sent."
        )
    rest = of - len(sent) - len(missed)
    if rest > 0:
        yield LeftOut("", ROUTED_OUT, f"{rest:,} more fit this question less, or not at all.", rest)


def _bounded(left_out: tuple[LeftOut, ...]) -> tuple[LeftOut, ...]:
    """Keep so many reasons that a reply's row does not grow with the number of tools."""
    rest = len(left_out) - LEFT_OUT_KEPT
    if rest <= 0:
        return left_out
    return (
        *left_out[:LEFT_OUT_KEPT],
        LeftOut("", "more", f"{rest:,} more are left out for such reasons.", rest),
    )
