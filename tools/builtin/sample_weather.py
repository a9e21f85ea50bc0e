"""Weather that is made up from a city's name: always the same one, and labelled as a sample."""

import hashlib

from tools.builtin.weather_report import CONDITIONS, Report

SKIES = [0, 1, 2, 3, 45, 51, 61, 63, 80]


def report(city: str) -> Report:
    """Make up plausible weather; the same city has the same weather every time."""
    name = " ".join(city.split()).title()
    luck = hashlib.sha256(name.encode()).digest()
    celsius = 4 + luck[0] / 255 * 24
    return Report(
        city=name,
        country="",
        celsius=celsius,
        high_celsius=celsius + 1 + luck[1] % 5,
        low_celsius=celsius - 3 - luck[2] % 6,
        humidity_percent=float(35 + luck[3] % 60),
        wind_kmh=float(2 + luck[4] % 30),
        conditions=CONDITIONS[SKIES[luck[5] % len(SKIES)]],
        source="sample data",
    )
