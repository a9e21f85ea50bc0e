"""`get_time`: what the clock shows, here or elsewhere."""

from datetime import datetime, timedelta
from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field

from tools import ToolContext, ToolError, tool


@tool(safe_to_repeat=True, deadline=5)
async def get_time(
    context: ToolContext,
    timezone: Annotated[
        str,
        Field(
            description="An IANA name such as 'Asia/Tokyo', or a large city; empty for the person's own zone."
        ),
    ] = "",
) -> dict[str, str]:
    """Get the current date and time in a time zone."""
    zone = _zone(timezone, context.now) if timezone.strip() else context.time_zone
    now = context.now.astimezone(zone)
    return {
        "time_zone": zone.key,
        "date": now.date().isoformat(),
        "time": f"{now:%H:%M:%S}",
        "weekday": f"{now:%A}",
        "utc_offset": f"{now:%z}"[:3] + ":" + f"{now:%z}"[3:5],
    }


def _zone(wanted: str, now: datetime) -> ZoneInfo:
    names = _names().get(_key(wanted), [])
    if not names:
        raise ToolError(
            f"{wanted[:64]!r} is no time zone that I know. Use an IANA name such as Europe/Paris."
        )
    zones = [ZoneInfo(name) for name in names]
    if len({_offsets(zone, now) for zone in zones}) > 1:
        raise ToolError(f"{wanted!r} may be any of {', '.join(names)}. Say which one.")
    return zones[0]


@cache
def _names() -> dict[str, list[str]]:
    """Map full names and the cities at their ends to zones; a full name means itself alone."""
    found: dict[str, list[str]] = {}
    for name in sorted(available_timezones()):
        found.setdefault(_key(name.rpartition("/")[2]), []).append(name)
    return found | {_key(name): [name] for name in available_timezones()}


def _key(name: str) -> str:
    return name.strip().replace(" ", "_").lower()


def _offsets(zone: ZoneInfo, now: datetime) -> tuple[timedelta | None, ...]:
    # Two names for one place agree in summer and in winter.
    return tuple((now + timedelta(days=days)).astimezone(zone).utcoffset() for days in (0, 91, 182, 273))
