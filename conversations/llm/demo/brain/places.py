"""Cities and time zones mentioned in a text."""

import re
from functools import cache
from zoneinfo import available_timezones

ELSEWHERE = {
    "amsterdam": "Europe/Amsterdam", "barcelona": "Europe/Madrid", "beijing": "Asia/Shanghai",
    "boston": "America/New_York", "china": "Asia/Shanghai", "cologne": "Europe/Berlin",
    "delhi": "Asia/Kolkata", "france": "Europe/Paris", "geneva": "Europe/Zurich", "germany": "Europe/Berlin",
    "hamburg": "Europe/Berlin", "india": "Asia/Kolkata", "japan": "Asia/Tokyo", "kyoto": "Asia/Tokyo",
    "milan": "Europe/Rome", "mumbai": "Asia/Kolkata", "munich": "Europe/Berlin", "osaka": "Asia/Tokyo",
    "rio de janeiro": "America/Sao_Paulo", "san francisco": "America/Los_Angeles",
    "seattle": "America/Los_Angeles", "washington": "America/New_York",
}  # fmt: skip
CONTINENTS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
ZONE = re.compile(r"\b(?:UTC|[A-Z][A-Za-z]+/[A-Z][A-Za-z_/-]+[A-Za-z])")

_NAME = r"[A-Z][\w'’-]*(?:(?: (?:de|da|do|del|la|am|of))? [A-Z][\w'’-]*)*"
_AFTER = re.compile(
    rf"\b(?:in|for|of|at|to|from|about|and|or|near|is|[Cc]ompare)\s+(?:the\s+)?({_NAME})|,\s*({_NAME})"
)
_NO_PLACE_WORDS = """
i january february march april may june july august september october november december monday
tuesday wednesday thursday friday saturday sunday celsius fahrenheit kelvin utc what when where who
how is are the today tomorrow then please english german french spanish markdown python json
"""
_NO_PLACE = frozenset(_NO_PLACE_WORDS.split())


def places(text: str) -> list[str]:
    """Find places in order: capitalised names after in, for, of, at ..., and known cities in any case."""
    found = {
        match.start(1) if match[1] else match.start(2): match[1] or match[2]
        for match in _AFTER.finditer(text)
    }
    for match in _known().finditer(text):
        if not any(start <= match.start() < start + len(name) for start, name in found.items()):
            found[match.start()] = match[0] if match[0][0].isupper() else match[0].title()
    names = [found[start] for start in sorted(found)]
    return list(dict.fromkeys(name for name in names if name.split()[0].lower() not in _NO_PLACE))


def zones(text: str) -> list[str]:
    """Find time zones by their names or by a city in them; a city nobody knows stays what it is."""
    return zones_named_in(text) or list(dict.fromkeys(zone_of(place) for place in places(text)))


def zones_named_in(text: str) -> list[str]:
    """Find time zones by their IANA names alone."""
    return [zone for zone in ZONE.findall(text) if zone in _zones()]


def zone_of(place: str) -> str:
    """Give the IANA name of a city's time zone, or the city itself."""
    return _cities().get(place.lower(), place)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())  # which reads hundreds of files


@cache
def _cities() -> dict[str, str]:
    zones = sorted(zone for zone in _zones() if zone.startswith(CONTINENTS))
    return {zone.rsplit("/", 1)[1].replace("_", " ").lower(): zone for zone in zones} | ELSEWHERE


@cache
def _known() -> re.Pattern[str]:
    names = sorted((name for name in _cities() if len(name) > 3), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b", re.IGNORECASE)
