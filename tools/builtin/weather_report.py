"""What both sources of weather give."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Report:
    """The weather of one place now, and today's extremes."""

    city: str
    country: str
    celsius: float
    high_celsius: float
    low_celsius: float
    humidity_percent: float
    wind_kmh: float
    conditions: str
    source: str


CONDITIONS = {
    0: "clear sky",
    1: "mainly clear",
    2: "partly cloudy",
    3: "overcast",
    45: "fog",
    48: "freezing fog",
    51: "light drizzle",
    53: "drizzle",
    55: "dense drizzle",
    56: "light freezing drizzle",
    57: "freezing drizzle",
    61: "light rain",
    63: "rain",
    65: "heavy rain",
    66: "light freezing rain",
    67: "freezing rain",
    71: "light snow",
    73: "snow",
    75: "heavy snow",
    77: "snow grains",
    80: "light showers",
    81: "showers",
    82: "violent showers",
    85: "light snow showers",
    86: "snow showers",
    95: "thunderstorm",
    96: "thunderstorm with hail",
    99: "thunderstorm with heavy hail",
}
"""The weather codes of the World Meteorological Organization (table 4677) that Open-Meteo uses."""
