"""Dates and times of day mentioned in a text."""

import re
from datetime import date, timedelta

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_MENTION = re.compile(
    r"\b(?:(?P<iso>\d{4}-\d{2}-\d{2})"
    r"|(?P<overmorrow>day after tomorrow)|(?P<near>today|tonight|tomorrow|yesterday)"
    rf"|(?P<weekday>{'|'.join(WEEKDAYS)})|in (?P<days>\d{{1,3}}) days?"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{_MONTH})\.?(?:,? (?P<year>\d{{4}}))?"
    rf"|(?P<month2>{_MONTH})\.? (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<year2>\d{{4}}))?)\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\b(?:(\d{1,2}):(\d{2})(?:\s*(am|pm))?|(\d{1,2})\s*(am|pm))\b", re.IGNORECASE)
_NEAR = {"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1}


def dates(text: str, today: date) -> list[str]:
    """Find days in the order of mention, as ISO dates."""
    found = (_day(match, today) for match in _MENTION.finditer(text))
    return list(dict.fromkeys(day.isoformat() for day in found if day))


def times(text: str) -> list[str]:
    """Find times of day as HH:MM."""
    found = []
    for hour, minute, half, bare_hour, bare_half in _CLOCK.findall(text):
        hours = int(hour or bare_hour) % 12 if half or bare_half else int(hour)
        hours += 12 if (half or bare_half).lower() == "pm" else 0
        if hours < 24 and int(minute or 0) < 60:
            found.append(f"{hours:02}:{int(minute or 0):02}")
    return found


def without_dates(text: str) -> str:
    """Take days and times out of a text, so that their digits are no numbers."""
    return _CLOCK.sub(" ", _MENTION.sub(" ", text))


def day_named_in(text: str) -> date | None:
    """Find the first full date of a text, such as the date given in the instructions."""
    for match in _MENTION.finditer(text):
        if match["iso"] or match["year"] or match["year2"]:
            day = _day(match, date.min)
            if day:
                return day
    return None


def _day(match: re.Match[str], today: date) -> date | None:
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        if match["day"] or match["day2"]:
            return _in_month(match, today)
        return today + timedelta(days=_distance(match, today))
    except (ValueError, OverflowError):
        return None


def _distance(match: re.Match[str], today: date) -> int:
    if match["overmorrow"]:
        return 2
    if match["near"]:
        return _NEAR[match["near"].lower()]
    if match["days"]:
        return int(match["days"])
    return (WEEKDAYS.index(match["weekday"].lower()) - today.weekday()) % 7


def _in_month(match: re.Match[str], today: date) -> date:
    month = MONTHS.index((match["month"] or match["month2"])[:3].lower()) + 1
    return date(int(match["year"] or match["year2"] or today.year), month, int(match["day"] or match["day2"]))
