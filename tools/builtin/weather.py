"""`get_weather`: the weather of a city now and today, from Open-Meteo or made up and labelled so."""

from typing import Annotated, Literal, TypedDict

from pydantic import Field

from tools import defaults, tool
from tools.builtin import sample_weather
from tools.builtin.weather_report import Report

Unit = Literal["celsius", "fahrenheit"]
SIGNS = {"celsius": "°C", "fahrenheit": "°F"}


class Weather(TypedDict):
    """What the model is told; temperatures are in `unit`."""

    city: str
    country: str
    temperature: float
    high_today: float
    low_today: float
    unit: str
    conditions: str
    humidity_percent: float
    wind_kmh: float
    source: str


@tool(safe_to_repeat=True, deadline=20)
async def get_weather(
    city: Annotated[
        str,
        Field(min_length=1, max_length=100, description="A city, such as 'Paris', or 'Paris, Texas'."),
    ],
    unit: Annotated[Unit, Field(description="The unit of the temperatures.")] = "celsius",
) -> Weather:
    """Get the current weather and today's high and low for a city."""
    report = sample_weather.report(city) if defaults.weather_mode() == "sample" else await _live(city)
    return {
        "city": report.city,
        "country": report.country,
        "temperature": _in_unit(report.celsius, unit),
        "high_today": _in_unit(report.high_celsius, unit),
        "low_today": _in_unit(report.low_celsius, unit),
        "unit": SIGNS[unit],
        "conditions": report.conditions,
        "humidity_percent": report.humidity_percent,
        "wind_kmh": report.wind_kmh,
        "source": report.source,
    }


async def _live(city: str) -> Report:
    from tools.builtin import open_meteo  # with an HTTP client, which takes long to import

    return await open_meteo.report(city)


def _in_unit(celsius: float, unit: Unit) -> float:
    return round(celsius * 9 / 5 + 32, 1) if unit == "fahrenheit" else round(celsius, 1)
