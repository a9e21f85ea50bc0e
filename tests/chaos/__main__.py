"""`bin/chaos`: a long voyage; see docs/turns.md."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from tests.chaos.fleet import Fleet
from tests.chaos.voyage import a_seed, installation_of, voyage


def main() -> None:
    parser = argparse.ArgumentParser(prog="bin/chaos", description="Kill Clearcall while people use it.")
    parser.add_argument("--kills", type=int, default=25, help="how many processes are ended (25)")
    parser.add_argument("--seed", type=int, help="the seed of an earlier voyage")
    parser.add_argument("--database", help="an empty PostgreSQL database, as in DATABASE_URL")
    parser.add_argument("--redis", help="as in REDIS_URL; needed for more than one process")
    parser.add_argument("--servers", type=int, default=1, help="server processes (1)")
    parser.add_argument(
        "--workers", type=int, default=0, help="worker processes; with none servers run turns"
    )
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # and take the fleet along
    seed = a_seed() if options.seed is None else options.seed
    stores = {"DATABASE_URL": options.database, "REDIS_URL": options.redis}
    if options.workers:
        stores["TURN_EXECUTOR"] = "procrastinate"
    print(f"The seed is {seed}.", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        variables = installation_of(Path(folder), **{name: value for name, value in stores.items() if value})
        fleet = Fleet(Path(folder), variables, servers=options.servers, workers=options.workers)
        try:
            log = asyncio.run(
                voyage(
                    Path(folder), kills=options.kills, seed=seed, tell=_tell, fleet=fleet, variables=variables
                )
            )
        finally:
            fleet.close()
    print(", ".join(f"{name}: {figure}" for name, figure in log.figures.items()))
    sys.exit("\n".join(log.problems) or 0)


def _tell(end: str) -> None:
    print(end, flush=True)


if __name__ == "__main__":
    main()
