"""What a model may write for a day or a moment, and what it means on the person's clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tools import ToolContext, ToolError

DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
FIRST_YEAR, LAST_YEAR = 1900, 2999
"""Near the ends of the calendar a zone's offset leaves what dates can hold."""


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give the moments at which a day begins and ends in a zone."""
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


def day(written: str, context: ToolContext) -> date:
    """Read an ISO date or a word for one."""
    word = written.strip().lower() or "today"
    today = context.now.astimezone(context.time_zone).date()
    if word in DAYS:
        return today + timedelta(days=DAYS[word])
    try:
        return in_bounds(date.fromisoformat(word))
    except ValueError:
        raise ToolError(
            f"{written[:64]!r} is no date. Write it as {today.isoformat()}, or 'today'."
        ) from None


def moment(asked: date, written: str, context: ToolContext) -> datetime:
    """Read a time of a day, on the person's clock where it names no offset."""
    try:
        read = time.fromisoformat(written.strip())
    except ValueError:
        raise ToolError(f"{written[:64]!r} is no time. Write it as 14:30.") from None
    local = datetime.combine(asked, read if read.tzinfo else read.replace(tzinfo=context.time_zone))
    # By way of UTC, so that a time that the clocks skip becomes one that they show.
    return local.astimezone(UTC).astimezone(context.time_zone)


def in_bounds(read: date) -> date:
    """Return a date that can be reckoned with in every zone; ToolError for any other."""
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise ToolError(f"The date must lie between the years {FIRST_YEAR} and {LAST_YEAR}.")
    return read
