"""Days and times of day are found in a text."""

from datetime import date

import pytest

from conversations.llm.demo.brain.dates import dates, day_named_in, times

SATURDAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("yesterday, today, tonight", ["2026-11-20", "2026-11-21"]),
        ("the day after tomorrow", ["2026-11-23"]),
        ("Saturday or Sunday", ["2026-11-21", "2026-11-22"]),
        ("in 10 days", ["2026-12-01"]),
        ("on the 3rd of March 2027", ["2027-03-03"]),
        ("Dec. 24", ["2026-12-24"]),
        ("2026-02-30 and 31 June", []),
        ("I may go", []),
    ],
)
def test_days_are_counted_from_today(text: str, found: list[str]) -> None:
    assert dates(text, SATURDAY) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("at 15:30 and 3pm", ["15:30", "15:00"]), ("12am, 12 pm", ["00:00", "12:00"]), ("25:00 or 9:75", [])],
)
def test_times_of_day_are_found(text: str, found: list[str]) -> None:
    assert times(text) == found


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Today is Saturday, 21 November 2026.", SATURDAY),
        ("It is 2026-11-21, in Berlin.", SATURDAY),
        ("Be kind today.", None),
    ],
)
def test_only_a_whole_date_says_what_today_is(text: str, day: date | None) -> None:
    assert day_named_in(text) == day
