"""Calendar files: what calendars export is understood, and what is hostile ends in a sentence."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr

from tests.tools.conftest import BERLIN
from tools import ToolContext, ToolError
from tools.builtin.calendar.days import bounds
from tools.builtin.calendar.events import create_calendar_event, get_calendar_events
from tools.builtin.calendar.importing import FULL, PROCESSOR_SECONDS, TOO_LARGE, Imported, import_file
from tools.builtin.calendar.occurrences import between
from tools.models import CalendarEvent
from tools.people import Person
from tools.problems import Problem


@pytest.fixture
def friday(alice: Person) -> ToolContext:
    """The 29th of May 2026, in Berlin."""
    return ToolContext(person=alice, time_zone=BERLIN, now=datetime(2026, 5, 29, 22, 30, tzinfo=BERLIN))


def file(*events: str, zone: str = "") -> bytes:
    inside = "".join(f"BEGIN:VEVENT\n{lines}\nEND:VEVENT\n" for lines in events)
    whole = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n{zone}{inside}END:VCALENDAR\n"
    return whole.replace("\n", "\r\n").encode()


def taken(person: Person, *events: str, zone: str = "", seconds: int = PROCESSOR_SECONDS) -> Imported:
    return import_file(person.pk, "team.ics", file(*events, zone=zone), zone=BERLIN, seconds=seconds)


def each_of(written: Iterable[str], lines: str) -> list[str]:
    """Make an event of each, for one file: to read one takes a process."""
    return [f"UID:{at}\nSUMMARY:{at} of many\n{lines.format(each)}" for at, each in enumerate(written)]


def days_of_each(written: Iterable[str], context: ToolContext) -> dict[str, list[str]]:
    """List the starts in June of every event that `each_of` made."""
    return {each: days(context, title=f"{at} of many") for at, each in enumerate(written)}


def days(context: ToolContext, *, month: int = 6, title: str = "") -> list[str]:
    """List the starts in a month, "01T09:00"."""
    begin, end = datetime(2026, month, 1, tzinfo=context.time_zone), datetime(2026, month + 1, 1)
    found = between(context.person.pk, begin, end.replace(tzinfo=context.time_zone), zone=context.time_zone)
    return [f"{each.starts_at:%dT%H:%M}" for each in found if title in each.event.title]


def on(context: ToolContext, written: str) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = get_calendar_events(context, date=written)["events"]
    return events


def test_a_single_event_is_taken_as_it_is(alice: Person, friday: ToolContext) -> None:
    said = taken(
        alice,
        "UID:1\nSUMMARY:Talk\\, with\\nbreaks\nLOCATION:Hall 1\n"
        "DTSTART:20260601T070000Z\nDTEND:20260601T083000Z\nBEGIN:VALARM\nTRIGGER:-PT5M\nEND:VALARM",
    )
    assert said == Imported(1, ())
    assert on(friday, "2026-06-01") == [
        {
            "title": "Talk, with breaks",
            "starts_at": "2026-06-01T09:00+02:00",
            "ends_at": "2026-06-01T10:30+02:00",
            "place": "Hall 1",
        }
    ]


def test_a_start_is_understood_in_its_zone(alice: Person, friday: ToolContext) -> None:
    shown = {
        "DTSTART:20260601T090000": ["01T09:00"],
        "DTSTART;TZID=America/New_York:20260601T090000": ["01T15:00"],
        "DTSTART;TZID=W. Europe Standard Time:20260601T090000": ["01T09:00"],
        "DTSTART;TZID=Home:20260601T090000": ["01T09:30"],
        "DTSTART;VALUE=DATE:20260601": ["01T00:00"],
    }
    home = (
        "BEGIN:VTIMEZONE\nTZID:Home\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
        "TZOFFSETFROM:+0130\nTZOFFSETTO:+0130\nEND:STANDARD\nEND:VTIMEZONE\n"
    )
    assert taken(alice, *each_of(shown, "{}\nDURATION:PT1H"), zone=home) == Imported(len(shown), ())
    assert days_of_each(shown, friday) == shown


def test_a_whole_day_is_that_day_wherever_its_person_is(alice: Person, friday: ToolContext) -> None:
    taken(alice, "UID:1\nSUMMARY:Holiday\nDTSTART;VALUE=DATE:20260601\nDTEND;VALUE=DATE:20260603")
    for name in ("Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles"):
        there = ToolContext(alice, ZoneInfo(name), friday.now)
        assert [len(on(there, f"2026-0{day}")) for day in ("5-31", "6-01", "6-02", "6-03")] == [0, 1, 1, 0]
    assert on(friday, "2026-06-01")[0]["all_day"] == "yes"


def test_rules_apply_on_the_days_they_name(alice: Person, friday: ToolContext) -> None:
    rules = {
        "FREQ=WEEKLY;BYDAY=MO,WE": "01 03 08 10 15 17 22 24 29",
        "FREQ=WEEKLY;INTERVAL=2": "01 15 29",
        "FREQ=DAILY;COUNT=3": "01 02 03",
        "FREQ=DAILY;UNTIL=20260603T070000Z": "01 02 03",
        "FREQ=DAILY;UNTIL=20260603": "01 02 03",
        "FREQ=MONTHLY;BYDAY=1MO": "01",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1": "30",
        "FREQ=MONTHLY;BYMONTHDAY=-1": "30",
        "FREQ=YEARLY": "01",
    }
    said = taken(alice, *each_of(rules, "DTSTART;TZID=Europe/Berlin:20260601T090000\nRRULE:{}"))
    assert said == Imported(len(rules), ())
    expected = {rule: [f"{day}T09:00" for day in listed.split()] for rule, listed in rules.items()}
    assert days_of_each(rules, friday) == expected


def test_the_end_of_a_series_is_known(alice: Person) -> None:
    ends = {
        "FREQ=DAILY;COUNT=3": "2026-06-03T07:00",
        "FREQ=DAILY;COUNT=3;UNTIL=20260602T070000Z": "2026-06-02T07:00",
        "FREQ=DAILY;UNTIL=20260603T070000Z": "2026-06-03T07:00",
        "FREQ=DAILY;COUNT=3;UNTIL=20270602T070000Z": "2026-06-03T07:00",
        "FREQ=DAILY": "",
    }
    taken(alice, *each_of(ends, "DTSTART:20260601T070000Z\nRRULE:{}"))
    kept = [event.repeats_until for event in CalendarEvent.objects.order_by("uid")]
    known = [f"{until:%Y-%m-%dT%H:%M}" if until else "" for until in kept]
    assert dict(zip(ends, known, strict=True)) == ends


def test_a_rule_keeps_its_clock_when_others_change(alice: Person, friday: ToolContext) -> None:
    taken(alice, "UID:1\nDTSTART;TZID=Europe/Berlin:20260601T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY")
    assert on(friday, "2026-10-24")[0]["starts_at"] == "2026-10-24T09:00+02:00"
    assert on(friday, "2026-10-26")[0]["starts_at"] == "2026-10-26T09:00+01:00"
    assert on(friday, "2036-06-01")[0]["starts_at"] == "2036-06-01T09:00+02:00"
    assert on(friday, "2026-05-31") == []


def test_a_rule_of_many_years_ago_still_keeps_its_step(alice: Person, friday: ToolContext) -> None:
    rules = [
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
        "FREQ=DAILY;INTERVAL=2;BYMONTH=6",
        "FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=-1",
        "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=6",
    ]
    taken(alice, *each_of(rules, "DTSTART;TZID=Europe/Berlin:20010103T090000\nRRULE:{}"))
    expected = {}
    for rule in rules:
        every = rrulestr(rule, dtstart=datetime(2001, 1, 3, 9))
        found = every.between(datetime(2026, 6, 1), datetime(2026, 7, 1))
        expected[rule] = [f"{start:%dT%H:%M}" for start in found]
    assert days_of_each(rules, friday) == expected
    assert all(expected.values())


def test_a_long_event_that_repeats_is_there_on_all_its_days(alice: Person, friday: ToolContext) -> None:
    taken(alice, "UID:1\nDTSTART:20260605T200000Z\nDURATION:P2D\nRRULE:FREQ=WEEKLY;COUNT=2")
    assert [len(on(friday, f"2026-06-{day:02}")) for day in (5, 6, 7, 8, 12, 14, 19)] == [1, 1, 1, 0, 1, 1, 0]


def test_exceptions_of_a_series_are_kept(alice: Person, friday: ToolContext) -> None:
    series = "UID:1\nSUMMARY:Series\nDTSTART;TZID=Europe/Berlin:20260601T090000\nRRULE:FREQ=DAILY;COUNT=6"
    taken(
        alice,
        f"{series}\nEXDATE;TZID=Europe/Berlin:20260602T090000\nEXDATE:20260603T070000Z\nRDATE:20260620T080000Z",
        "UID:1\nSUMMARY:Moved\nRECURRENCE-ID:20260604T070000Z\nDTSTART:20260604T120000Z",
        "UID:1\nSUMMARY:Gone\nRECURRENCE-ID:20260605T070000Z\nDTSTART:20260605T070000Z\nSTATUS:CANCELLED",
    )
    assert days(friday, title="Series") == ["01T09:00", "06T09:00", "20T10:00"]
    assert days(friday, title="Moved") == ["04T14:00"]
    assert days(friday, title="Gone") == []


def test_the_same_file_again_replaces_its_events_and_nobody_elses(
    alice: Person, bob: Person, friday: ToolContext
) -> None:
    for person in (alice, bob):
        taken(person, "UID:1\nSUMMARY:Old\nDTSTART:20260601T070000Z")
    taken(alice, "UID:1\nSUMMARY:New\nDTSTART:20260601T070000Z")
    assert [event["title"] for event in on(friday, "2026-06-01")] == ["New"]
    assert CalendarEvent.objects.get(person_id=bob.pk).title == "Old"


def test_events_that_make_no_sense_are_left_out_and_the_others_stay(
    alice: Person, friday: ToolContext
) -> None:
    senseless = [
        ("SUMMARY:x", "no start"),
        ("DTSTART:nonsense", "cannot be read"),
        ("DTSTART;VALUE=PERIOD:20260601T070000Z/PT1H", "cannot be read"),
        ("DTSTART:20260601T070000Z\nDTEND:20260531T070000Z", "ends before it starts"),
        ("DTSTART:20260601T070000Z\nDURATION:P99999D", "more than 400 days"),
        ("DTSTART:00010101T000000Z", "between the years"),
        ("DTSTART;TZID=Asia/Tokyo:00010101T000000", "between the years"),
        ("DTSTART:99991231T235959", "between the years"),
        ("DTSTART:20260601T070000Z\nRRULE:FREQ=SECONDLY", "more often than daily"),
        ("DTSTART:20260601T070000Z\nRRULE:FREQ=DAILY;BYSECOND=0,1,2,3,4,5", "more often than daily"),
        ("DTSTART:20260601T070000Z\nRRULE:FREQ=DAILY;INTERVAL=0", "counts too far"),
        ("DTSTART:20260601T070000Z\nRRULE:FREQ=DAILY;COUNT=1000000000", "counts too far"),
        ("DTSTART:20260601T070000Z\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "seldom"),
        ("DTSTART:20260601T070000Z\nRRULE:FREQ=DAILY;INTERVAL=7;BYMONTH=2;BYMONTHDAY=30", "seldom"),
        ("DTSTART:20260601T070000Z\nRRULE:FREQ=DAILY\nRRULE:FREQ=YEARLY", "several rules"),
        ("DTSTART:20260601T070000Z\nRRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY", "several rules"),
        (f"DTSTART:20260601T070000Z\nRDATE:{','.join(['20260601T070000Z'] * 501)}", "more than 500 dates"),
    ]
    good = "UID:good\nSUMMARY:Good\nDTSTART:20260601T070000Z"
    said = taken(alice, *(f"UID:{number}\n{lines}" for number, (lines, _) in enumerate(senseless)), good)
    assert said.count == 1
    for (lines, why), (_, told) in zip(senseless, said.left_out, strict=True):
        assert why in told, lines
    assert [event["title"] for event in on(friday, "2026-06-01")] == ["Good"]


def test_odd_but_readable_things_are_taken(alice: Person, friday: ToolContext) -> None:
    said = taken(
        alice,
        'UID:1\nSUMMARY:one\nSUMMARY:two\nX-ODD;A="b":c\nDTSTART:20260601T070000Z',
        f"UID:2\nDTSTART:20260601T080000Z\nATTACH;ENCODING=BASE64;VALUE=BINARY:{'QUJD' * 50_000}",
        f"UID:{'3' * 300}\nSUMMARY:{'long ' * 1000}\nDTSTART:20260601T090000Z",
        "UID:4\nSUMMARY:<script>alert(1)</script>\nDTSTART:20260601T100000Z",
    )
    assert said.count == 4
    titles = [event["title"] for event in on(friday, "2026-06-01")]
    assert titles[:2] == ["one", "Untitled"]
    assert len(titles[2]) == 200
    assert titles[3] == "<script>alert(1)</script>"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"nonsense",
        b"\xff\xfe\0\0",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\n" * 20_000,
        b"%PDF-1.7",
    ],
)
def test_what_is_no_calendar_is_a_sentence(alice: Person, raw: bytes) -> None:
    with pytest.raises(ToolError, match=r"\.$"):
        import_file(alice.pk, "x.ics", raw, zone=BERLIN)
    assert not CalendarEvent.objects.exists()


def test_too_many_events_are_refused(alice: Person) -> None:
    raw = b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\nEND:VEVENT\n" * 2001 + b"END:VCALENDAR\n"
    with pytest.raises(ToolError, match="more than 2,000 events"):
        import_file(alice.pk, "x.ics", raw, zone=BERLIN)


def test_a_file_that_is_too_large_is_refused(alice: Person) -> None:
    with pytest.raises(ToolError) as refused:
        import_file(alice.pk, "x.ics", b"x" * 1_000_001, zone=BERLIN)
    assert str(refused.value) == TOO_LARGE


def test_a_file_whose_rules_take_for_ever_is_left_alone_after_a_while(alice: Person) -> None:
    never = "UID:{}\nDTSTART:20260601T070000Z\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    with pytest.raises(ToolError, match="takes too long to read"):
        taken(alice, *(never.format(number) for number in range(100)), seconds=1)
    assert not CalendarEvent.objects.exists()


def test_a_full_calendar_takes_no_more_and_keeps_what_it_has(alice: Person, friday: ToolContext) -> None:
    taken(alice, "UID:1\nSUMMARY:Old\nDTSTART:20260601T070000Z")
    rules = [f"UID:{number}\nDTSTART:20260601T070000Z\nRRULE:FREQ=YEARLY;COUNT=2" for number in range(1, 302)]
    with pytest.raises(ToolError) as refused:
        taken(alice, *rules)
    assert str(refused.value) == FULL
    assert [event["title"] for event in on(friday, "2026-06-01")] == ["Old"]


def created(context: ToolContext, **arguments: Any) -> dict[str, Any]:
    """Have what a model may write checked, and the event made."""
    checked = create_calendar_event.check(json.dumps(arguments))
    if isinstance(checked, Problem):
        raise ToolError(checked.message)
    keywords = create_calendar_event.bind(checked.arguments, context)
    assert isinstance(keywords, dict)
    told: dict[str, Any] = create_calendar_event(**keywords)
    return told


def test_an_event_is_made_on_the_persons_clock(friday: ToolContext) -> None:
    told = created(friday, title=" Walk\n home ", date="2026-06-01", time="14:00", minutes=30, place="Park")
    assert told == {
        "created": {
            "title": "Walk home",
            "starts_at": "2026-06-01T14:00+02:00",
            "ends_at": "2026-06-01T14:30+02:00",
            "place": "Park",
        },
        "repeats": "never",
        "time_zone": "Europe/Berlin",
    }
    assert on(friday, "2026-06-01") == [told["created"]]


@pytest.mark.parametrize(
    ("day", "time", "shown"),
    [
        ("2026-06-01", "12:00Z", "2026-06-01T14:00+02:00"),
        ("2026-05-30", "14:00:00", "2026-05-30T14:00+02:00"),
        ("2026-03-29", "02:30", "2026-03-29T03:30+02:00"),
    ],
)
def test_a_start_may_be_written_in_several_ways(friday: ToolContext, day: str, time: str, shown: str) -> None:
    assert created(friday, title="x", date=day, time=time)["created"]["starts_at"] == shown


def test_an_event_without_a_time_takes_the_whole_day(friday: ToolContext) -> None:
    told = created(friday, title="x", date="2026-03-29")["created"]
    assert (told["starts_at"], told["ends_at"]) == ("2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00")
    assert told["all_day"] == "yes"


def test_an_event_may_repeat_until_a_date(friday: ToolContext) -> None:
    created(friday, title="x", date="2026-06-01", time="23:30", repeats="weekly", until="2026-06-15")
    assert days(friday) == ["01T23:30", "08T23:30", "15T23:30"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"title": " \n"}, "has no title"),
        ({"date": "soon"}, "date: Input should be a valid date"),
        ({"date": "tomorrow"}, "date: Input should be a valid date"),
        ({"date": "0001-01-01"}, "between the years"),
        ({"date": "9999-12-31", "time": "23:59-12:00"}, "between the years"),
        ({"time": "noon"}, "is no time"),
        ({"until": "2026-07-01"}, "does not repeat"),
        ({"repeats": "daily", "until": "2026-05-31"}, "before the start"),
        ({"repeats": "daily", "until": "never"}, "until: Input should be a valid date"),
    ],
)
def test_an_event_that_makes_no_sense_is_a_sentence(
    friday: ToolContext, arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises(ToolError, match=words):
        created(friday, **{"title": "x", "date": "2026-06-01", "time": "14:00", **arguments})
    assert not CalendarEvent.objects.exists()


def test_an_event_for_a_full_calendar_is_a_sentence(alice: Person, friday: ToolContext) -> None:
    moment = friday.now
    many = [
        CalendarEvent(person_id=alice.pk, title="x", starts_at=moment, ends_at=moment) for _ in range(5000)
    ]
    CalendarEvent.objects.bulk_create(many)
    with pytest.raises(ToolError, match="The calendar is full"):
        created(friday, title="x", date="2026-06-01")
    told = get_calendar_events(friday)
    assert (len(told["events"]), told["left_out"]) == (100, 4900)


def test_days_have_their_length_when_the_clocks_change() -> None:
    begin, end = bounds(date(2026, 3, 29), BERLIN)
    assert end.timestamp() - begin.timestamp() == 23 * 3600
