"""What questions find, how many tokens are saved, and how long it takes."""

import sys
import tracemalloc
from statistics import mean, quantiles
from time import perf_counter

from bench.routing.shelf import Question, many_tools, questions, tools
from tools.definition import Tool
from tools.routing.choosing import Asked, route
from tools.routing.index import Index
from tools.routing.question import read
from tools.routing.shelf import index_of
from tools.rules import OverLimit
from tools.toolbox import Toolbox

AT = (1, 5, 10, 20)
MISSED = 99


def main() -> None:
    shelf, asked = tools(), questions()
    places = [place_of(question, shelf) for question in asked]
    if "--missed" in sys.argv:
        for place, question in zip(places, asked, strict=True):
            if place > 10:
                print(f"{place:>4}  {question.text}  ({', '.join(question.wanted)})")
    print(f"{len(asked)} questions, {len(shelf)} tools; in brackets each half of them")
    for most in AT:
        halves = [mean(place <= most for place in half) for half in (places, places[::2], places[1::2])]
        print("recall@{:<3} {:.3f}  ({:.3f}, {:.3f})".format(most, *halves))
    for most in (10, 20):
        print(f"two questions in one, both found among {most}: {both_found(shelf, asked, most):.3f}")
    print(f"tokens saved {saved(shelf, asked):.1%}")
    for count in (len(shelf), 1_000, 10_000):
        print_times(count, asked)
    print_size(100_000, asked[:30])


def place_of(question: Question, shelf: list[Tool]) -> int:
    """Say at which place the first tool stands that would do."""

    found = index_of(shelf).rank(read(question.text), {tool.name: tool for tool in shelf}, max(AT))
    return next((place for place, fit in enumerate(found, 1) if fit.name in question.wanted), MISSED)


def both_found(shelf: list[Tool], asked: list[Question], most: int) -> float:
    """Ask each question together with another one, and say how often each finds its tool."""
    index, hits = index_of(shelf), []
    for one, other in zip(asked, asked[100:] + asked[:100], strict=True):
        found = {fit.name for fit in index.rank(read(f"{one.text} and then {other.text}"), index.tools, most)}
        hits.append(bool(found & one.wanted) and bool(found & other.wanted))
    return mean(hits)


def saved(shelf: list[Tool], asked: list[Question]) -> float:
    """Say what part of the schemas' tokens is not sent, with the settings as they are."""

    toolbox = Toolbox(tuple(shelf), (), {}, OverLimit({}, {}))
    records = [route(toolbox, Asked(question.text)).record for question in asked]
    return 1 - sum(each["tokens_sent"] for each in records) / sum(each["tokens"] for each in records)


def print_times(count: int, asked: list[Question]) -> None:

    many = many_tools(count)
    started = perf_counter()
    index = Index(many)
    made = perf_counter() - started
    times = []
    for question in asked:
        started = perf_counter()
        index.rank(read(question.text), index.tools, 20)
        times.append((perf_counter() - started) * 1000)
    cuts = quantiles(times, n=20)
    print(
        f"{count:>7,} tools: made in {made * 1000:,.0f} ms; ranked in {cuts[9]:.2f} ms (95 %: {cuts[18]:.2f})"
    )


def print_size(count: int, asked: list[Question]) -> None:
    print_times(count, asked)

    many = many_tools(count)
    tracemalloc.start()
    index = Index(many)
    print(f"{count:>7,} tools: {tracemalloc.get_traced_memory()[0] / 1e6:.0f} MB of Python's", end=", ")
    print(f"{index.bytes / 1e6:.0f} MB of SQLite's")
