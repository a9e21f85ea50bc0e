"""Tools with side effects: one must not be repeated, one may be, and one must be allowed before it runs."""

import asyncio
import json
import os
import time
from pathlib import Path

from tools import tool

WORK_SECONDS = float(os.environ.get("WORK_SECONDS", "0.2"))  # long enough to be killed in


@tool
def deliver_parcel(number: int) -> str:
    """Deliver the parcel with this number."""
    _note("deliver_parcel", number, "begin")
    time.sleep(WORK_SECONDS)
    _note("deliver_parcel", number, "end")
    return f"Parcel {number} is delivered."


@tool(safe_to_repeat=True)
async def weigh_parcel(number: int) -> str:
    """Weigh the parcel with this number."""
    _note("weigh_parcel", number, "begin")
    await asyncio.sleep(WORK_SECONDS)
    _note("weigh_parcel", number, "end")
    return f"Parcel {number} weighs 3 kg."


@tool(effects="destructive")
async def burn_parcel(number: int) -> str:
    """Burn the parcel with this number."""
    _note("burn_parcel", number, "begin")
    await asyncio.sleep(WORK_SECONDS)
    _note("burn_parcel", number, "end")
    return f"Parcel {number} is ashes."


def _note(name: str, number: int, what: str) -> None:
    """Append a line in one write: what was written stays when the process is killed."""
    ledger = os.open(Path(os.environ["LEDGER"]), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(ledger, f"{json.dumps([name, number, what])}\n".encode())
    os.close(ledger)
