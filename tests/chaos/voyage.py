"""Kill what runs Clearcall again and again while people use it, and look at what is left."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from tests.chaos.fleet import Fleet
from tests.chaos.traveller import Traveller
from tests.processes.installation import visitor
from tests.site.processes import ROOT, environment

TRAVELLERS = 4
FRAMES = 120  # at most this many are taken in between two ends of processes, so that they come at any moment
VARIABLES = {
    "EXTRA_APPS": "tests.chaos.ledger",
    "DEMO_SECONDS_PER_TOKEN": "0.002",
    "MESSAGES_PER_MINUTE": "1000000",
    "RUNNING_TURNS_PER_PERSON": str(TRAVELLERS),
    "QUEUED_TURNS_PER_PERSON": "1000",
    "ATTEMPT_LIMIT": "1000",  # what is interrupted by chance shall not end by it
    "DRAIN_SECONDS": "0.3",
    "LOG_LEVEL": "ERROR",
}


class Findings(TypedDict):
    """What the inspection prints."""

    problems: list[str]
    figures: dict[str, int]


@dataclass
class Log:
    """What a voyage came to: `problems` is empty if nothing was lost."""

    ends: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)


class Frames:
    """Counts the frames that all travellers take in."""

    def __init__(self) -> None:
        self._left = 0
        self._enough = asyncio.Event()

    def heard(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self._enough.set()

    async def more(self, count: int) -> None:
        self._left = count
        self._enough.clear()
        await self._enough.wait()


async def voyage(
    var: Path, *, kills: int, seed: int, tell: Callable[[str], None], fleet: Fleet, variables: dict[str, str]
) -> Log:
    """Have travellers use a fleet of which `kills` processes are ended, then let all turns end and look."""
    chance, log, frames, over = random.Random(seed), Log(), Frames(), asyncio.Event()
    cookies = await fleet.start()
    numbers = itertools.count(1)
    async with visitor(cookies) as person, asyncio.TaskGroup() as everyone:
        travellers = [Traveller(person, fleet, heard=frames.heard) for _ in range(TRAVELLERS)]
        trips = [
            everyone.create_task(one.travel(random.Random(chance.random()), numbers, over))
            for one in travellers
        ]
        for _ in range(kills):
            await frames.more(chance.randint(1, FRAMES))
            log.ends.append(await fleet.replace_one(chance))
            tell(log.ends[-1])
        over.set()
        await asyncio.wait(trips)
        log.problems += [difference for one in travellers if (difference := await one.compare())]
        sent = {str(one.page.conversation): one.sent for one in travellers}
        for one in travellers:
            await one.page.close()
    found = await asyncio.to_thread(_inspect, var, sent, variables)
    log.problems += found["problems"]
    log.figures = found["figures"]
    return log


def installation_of(var: Path, **stores: str) -> dict[str, str]:
    """Return the environment of a fleet that keeps its ledger in this folder."""
    return {**VARIABLES, "LEDGER": str(var / "ledger"), **stores}


def _inspect(var: Path, sent: dict[str, dict[str, str]], variables: dict[str, str]) -> Findings:
    """Look at what is left with the code of the installation itself."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos.inspection"],
        cwd=ROOT,
        env=environment(var, variables),
        input=json.dumps(sent),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def a_seed() -> int:
    """Return a seed of chance, or the one that SEED names to see something again."""
    return int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
