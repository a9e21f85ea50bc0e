"""Open-Meteo: find a city, then ask for its weather; every failure of it is a sentence for the model."""

import ssl
from functools import cache
from typing import TypeVar

import httpx2
from pydantic import BaseModel, ValidationError

from tools import ToolError, defaults
from tools.builtin.weather_report import CONDITIONS, Report

GEOCODING = "https://geocoding-api.open-meteo.com"
FORECAST = "https://api.open-meteo.com"
MAX_BYTES = 1_000_000
CURRENT = "temperature_2m,relative_humidity_2m,weather_code,wind_speed_10m"


class Place(BaseModel):
    name: str
    latitude: float
    longitude: float
    country: str = ""
    country_code: str = ""
    admin1: str = ""


class Places(BaseModel):
    results: list[Place] = []


class Current(BaseModel):
    temperature_2m: float
    relative_humidity_2m: float
    weather_code: int
    wind_speed_10m: float


class Daily(BaseModel):
    temperature_2m_max: tuple[float]
    temperature_2m_min: tuple[float]


class Forecast(BaseModel):
    current: Current
    daily: Daily


Answer = TypeVar("Answer", bound=BaseModel)


async def report(city: str) -> Report:
    """Ask for the weather of a city by its name."""
    async with httpx2.AsyncClient(timeout=defaults.weather_timeout_seconds(), verify=_trusted()) as client:
        place = await _find(client, city)
        forecast = await _forecast(client, place)
    now = forecast.current
    return Report(
        city=place.name,
        country=place.country,
        celsius=now.temperature_2m,
        high_celsius=forecast.daily.temperature_2m_max[0],
        low_celsius=forecast.daily.temperature_2m_min[0],
        humidity_percent=now.relative_humidity_2m,
        wind_kmh=now.wind_speed_10m,
        conditions=CONDITIONS.get(now.weather_code, f"weather code {now.weather_code}"),
        source="Open-Meteo",
    )


async def _find(client: httpx2.AsyncClient, city: str) -> Place:
    # The service searches names only; what follows a comma tells places of one name apart.
    name, _, region = (part.strip() for part in city.partition(","))
    address = f"{defaults.weather_base_url() or GEOCODING}/v1/search"
    found = await _ask(client, address, {"name": name, "count": "10", "language": "en"}, answer=Places)
    if not found.results:
        raise ToolError(f"There is no city named {city!r} in the weather service.")
    wanted = region.casefold()
    named = [
        p for p in found.results if wanted in (f.casefold() for f in (p.country, p.country_code, p.admin1))
    ]
    return (named or found.results)[0]


async def _forecast(client: httpx2.AsyncClient, place: Place) -> Forecast:
    address = f"{defaults.weather_base_url() or FORECAST}/v1/forecast"
    query = {
        "latitude": str(place.latitude),
        "longitude": str(place.longitude),
        "current": CURRENT,
        "daily": "temperature_2m_max,temperature_2m_min",
        "forecast_days": "1",
        "timezone": "auto",
    }
    return await _ask(client, address, query, answer=Forecast)


async def _ask(
    client: httpx2.AsyncClient, address: str, query: dict[str, str], *, answer: type[Answer]
) -> Answer:
    try:
        async with client.stream("GET", address, params=query) as response:
            if response.status_code != httpx2.codes.OK:
                raise ToolError(f"The weather service refused with HTTP {response.status_code}.")
            return answer.model_validate_json(await _body(response))
    except httpx2.TimeoutException:
        patience = defaults.weather_timeout_seconds()
        raise ToolError(f"The weather service did not answer within {patience:g} seconds.") from None
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise ToolError("The weather service cannot be reached.") from error
    except ValidationError as error:
        raise ToolError("The weather service sent an answer that makes no sense.") from error


async def _body(response: httpx2.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > MAX_BYTES:
            raise ToolError("The weather service sent an answer that is far too long.")
    return bytes(body)


@cache
def _trusted() -> ssl.SSLContext:
    # Reading the certificates takes tens of milliseconds of the event loop, so once.
    return httpx2.create_ssl_context()
