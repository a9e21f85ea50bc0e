"""What this process counts and times, for whoever watches the installation; docs/monitoring.md lists it.

Counting must cost nothing that a token could feel: a frame's worth is added at once. Labels come from sets
that are bounded, for every new value is a series that is kept for ever.
"""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)

MOST_TOOLS = 100  # names that tools are counted by; a server of tools may think of new ones every day
ANY_OTHER = "(other)"

# A second series for each series, which nothing here asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]

registry = CollectorRegistry(auto_describe=True)
ProcessCollector(registry=registry)
PlatformCollector(registry=registry)
GCCollector(registry=registry)

# The installation's, read from the rows when somebody asks: every process says the same.
open_turns = Gauge("clearcall_turns_open", "Turns in the rows right now.", ["state"], registry=registry)
oldest_queued = Gauge(
    "clearcall_oldest_queued_seconds", "Age of the oldest turn that waits, 0 without one.", registry=registry
)
rows_read = Gauge(
    "clearcall_rows_read", "1 where the numbers from the rows are fresh, 0 where not.", registry=registry
)

# This process's own.
running = Gauge("clearcall_turns_running", "Turns that this process runs.", registry=registry)
ended = Counter(
    "clearcall_turns_ended", "Turns that this process ran to an end.", ["state", "ending"], registry=registry
)
deltas = Counter("clearcall_deltas", "Pieces that models have said, about a token each.", registry=registry)
characters = Counter("clearcall_characters", "Characters that models have said.", registry=registry)
frame_delay = Histogram(
    "clearcall_frame_delay_seconds",
    "From what a model said being read to its frame being handed on.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
    registry=registry,
)
first_token = Histogram(
    "clearcall_first_token_seconds",
    "From asking a model to the first that it said.",
    buckets=(0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120),
    registry=registry,
)
sockets = Gauge("clearcall_sockets_open", "Sockets of pages that are open here.", registry=registry)
lost_messages = Counter(
    "clearcall_lost_messages", "Messages that the channel layer refused to carry.", registry=registry
)
_tool_seconds = Histogram(
    "clearcall_tool_seconds",
    "How long tools ran.",
    ["tool", "outcome"],
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
    registry=registry,
)
_tools: set[str] = set()


def tool_ran(name: str, outcome: str, *, seconds: float) -> None:
    """Time one run of a tool that there is; `outcome` is the state that the call ended in."""
    if name not in _tools and len(_tools) >= MOST_TOOLS:
        name = ANY_OTHER
    _tools.add(name)
    _tool_seconds.labels(name, outcome).observe(seconds)
