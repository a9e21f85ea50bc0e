"""`get_time` knows zones by name and by city."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tools import ToolContext, ToolError
from tools.builtin.clock import get_time


async def test_without_a_zone_it_is_the_persons_own_time(context: ToolContext) -> None:
    assert await get_time(context) == {
        "time_zone": "Europe/Berlin",
        "date": "2026-05-29",
        "time": "22:30:00",
        "weekday": "Friday",
        "utc_offset": "+02:00",
    }


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "asia/tokyo", "Tokyo", " tokyo "])
async def test_a_zone_may_be_named_by_its_city(context: ToolContext, zone: str) -> None:
    told = await get_time(context, timezone=zone)
    assert (told["time_zone"], told["date"], told["time"]) == ("Asia/Tokyo", "2026-05-30", "05:30:00")


@pytest.mark.parametrize(
    ("zone", "offset"),
    [("New York", "-04:00"), ("UTC", "+00:00"), ("Kolkata", "+05:30"), ("Indianapolis", "-04:00")],
)
async def test_cities_of_several_words_and_several_names_are_known(
    context: ToolContext, zone: str, offset: str
) -> None:
    assert (await get_time(context, timezone=zone))["utc_offset"] == offset


async def test_a_city_in_two_zones_is_asked_about(context: ToolContext) -> None:
    with pytest.raises(ToolError, match=r"may be any of .*Say which one\."):
        await get_time(context, timezone="West")


@pytest.mark.parametrize("zone", ["Atlantis", "../../etc/passwd", "UTC+25", "\0", "x" * 5000])
async def test_an_unknown_zone_is_a_sentence(context: ToolContext, zone: str) -> None:
    with pytest.raises(ToolError, match="no time zone that I know") as refused:
        await get_time(context, timezone=zone)
    assert len(str(refused.value)) < 200


def test_a_person_with_a_broken_zone_has_the_installations() -> None:
    from django.contrib.auth import get_user_model

    for zone in ("", "Mars/Olympus", "Europe", "../passwd"):
        context = ToolContext.for_person(get_user_model()(username="alice", time_zone=zone))
        assert context.time_zone == ZoneInfo("UTC")
        assert isinstance(context.now, datetime)
        assert context.now.tzinfo is not None
