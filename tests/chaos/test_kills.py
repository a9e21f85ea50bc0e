"""A short voyage on SQLite; bin/chaos makes long ones, with several processes too."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.chaos.fleet import Fleet
from tests.chaos.voyage import a_seed, installation_of, voyage

KILLS = 2
PATIENCE = 180  # seconds; a machine with much else to do starts servers slowly


async def test_nothing_is_lost_however_the_server_goes(var: Path) -> None:
    seed = a_seed()
    variables = installation_of(var)
    fleet = Fleet(var, variables)
    try:
        async with asyncio.timeout(PATIENCE):
            log = await voyage(
                var, kills=KILLS, seed=seed, tell=lambda end: None, fleet=fleet, variables=variables
            )
    finally:
        fleet.close()
    assert log.problems == [], f"with SEED={seed}"
    assert log.figures["turns"] > 0
